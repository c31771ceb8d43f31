import { typing } from "./page";

interface Command {
  label: string;
  href: string;
}

// commands wires "/" to the search box, or else to the page's own list, and
// Ctrl+K to a palette of the pages that the menu offers and the acts that this
// page offers.
export function commands(): void {
  const box = document.querySelector<HTMLInputElement>("#cari");
  const search = box ?? document.querySelector<HTMLInputElement>("main form[role=search] input[type=search]");
  search?.setAttribute("aria-keyshortcuts", "/");
  document.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") {
      event.preventDefault();
      open(box);
      return;
    }
    if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || typing(event)) return;
    if (!search) return;
    event.preventDefault();
    search.focus();
    search.select();
  });
}

// offered lists where this page can go: the acts in its head first.
function offered(): Command[] {
  const seen = new Set<string>();
  const list: Command[] = [];
  for (const link of document.querySelectorAll<HTMLAnchorElement>(".head-acts a[href], .menu a[href], .tabs a[href], .row-link")) {
    const label = (link.textContent ?? "").replace(/\s+/g, " ").trim();
    if (!label || seen.has(link.href)) continue;
    seen.add(link.href);
    list.push({ label, href: link.href });
  }
  return list;
}

// matches keeps the commands that hold every typed word.
export function matches(list: Command[], typed: string): Command[] {
  const words = typed.toLowerCase().split(/\s+/).filter(Boolean);
  return list.filter((c) => words.every((w) => c.label.toLowerCase().includes(w))).slice(0, 12);
}

function open(box: HTMLInputElement | null): void {
  document.querySelector<HTMLDialogElement>("dialog.palette")?.remove();
  const dialog = document.createElement("dialog");
  dialog.className = "palette";
  const input = document.createElement("input");
  input.type = "text"; // a search field would keep Escape for itself
  input.autocomplete = "off";
  input.placeholder = box?.placeholder ?? "";
  input.setAttribute("aria-label", input.placeholder);
  input.setAttribute("role", "combobox");
  input.setAttribute("aria-expanded", "true");
  input.setAttribute("aria-controls", "perintah");
  const list = document.createElement("ul");
  list.id = "perintah";
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", input.placeholder);
  dialog.append(input, list);
  document.body.append(dialog);

  const all = offered();
  let shown: Command[] = [];
  let at = 0;
  const go = (href: string) => window.location.assign(href);
  const render = () => {
    list.replaceChildren(
      ...shown.map((c, i) => {
        const item = document.createElement("li");
        item.id = `perintah-${i}`;
        item.setAttribute("role", "option");
        item.setAttribute("aria-selected", String(i === at));
        item.textContent = c.label;
        item.addEventListener("click", () => go(c.href));
        return item;
      }),
    );
    if (shown.length) input.setAttribute("aria-activedescendant", `perintah-${at}`);
    else input.removeAttribute("aria-activedescendant");
  };
  const filter = () => {
    shown = matches(all, input.value);
    at = 0;
    render();
  };
  input.addEventListener("input", filter);
  input.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown") at = Math.min(at + 1, shown.length - 1);
    else if (event.key === "ArrowUp") at = Math.max(at - 1, 0);
    else if (event.key === "Enter") {
      event.preventDefault();
      if (shown[at]) go(shown[at].href);
      else if (box?.form) go(`${box.form.action}?q=${encodeURIComponent(input.value)}`);
      return;
    } else return;
    event.preventDefault();
    render();
  });
  dialog.addEventListener("close", () => dialog.remove());
  filter();
  dialog.showModal();
  input.focus();
}
