// page wires what every page has: printing, the account menu that closes
// again, and the summary of errors that takes the focus.
export function page(): void {
  for (const button of document.querySelectorAll<HTMLButtonElement>("[data-print]")) {
    button.hidden = false;
    button.addEventListener("click", () => window.print());
  }
  document.querySelector<HTMLElement>("[data-focus]")?.focus();

  document.addEventListener("click", (event) => closeMenus(event.target as Node));
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    const open = document.querySelector<HTMLDetailsElement>("details.account[open]");
    if (!open) return;
    open.open = false;
    open.querySelector("summary")?.focus();
  });
}

function closeMenus(target: Node): void {
  for (const menu of document.querySelectorAll<HTMLDetailsElement>("details.account[open]")) {
    if (!menu.contains(target)) menu.open = false;
  }
}

// typing reports whether a key goes into a field, so that it is no command.
export function typing(event: KeyboardEvent): boolean {
  const target = event.target as HTMLElement;
  return target.isContentEditable || ["INPUT", "TEXTAREA", "SELECT"].includes(target.tagName);
}
