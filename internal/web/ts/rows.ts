import { typing } from "./page";

// rows lets j and k walk the rows of a list; the focus is on the row's link,
// so Enter opens it as ever.
export function rows(): void {
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || typing(event)) return;
    if (event.key !== "j" && event.key !== "k") return;
    const links = [...document.querySelectorAll<HTMLAnchorElement>("table[data-rows] .row-link")];
    if (links.length === 0) return;
    const at = links.indexOf(document.activeElement as HTMLAnchorElement);
    const to = event.key === "j" ? Math.min(at + 1, links.length - 1) : Math.max(at - 1, 0);
    links[to].focus();
    links[to].scrollIntoView({ block: "nearest" });
    event.preventDefault();
  });
}
