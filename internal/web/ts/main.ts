// The scripts of the staff pages. Nothing here is needed to do any work: they
// save clicks. htmx starts by itself.
import "htmx.org";
import { again } from "./again";
import { commands } from "./command";
import { drops } from "./drop";
import { keys } from "./key";
import { rows } from "./rows";
import { page } from "./page";
import { signs } from "./sign";

page();
again();
rows();
commands();
drops();
keys();
signs();
