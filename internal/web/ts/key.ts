import { typing } from "./page";

// keys lets one letter press the button that names it: <button
// aria-keyshortcuts="s">. A button that is out of sight is not pressed.
export function keys(): void {
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.repeat || typing(event)) return;
    if (!/^[a-z]$/.test(event.key) || document.querySelector("dialog[open]")) return;
    const button = document.querySelector<HTMLButtonElement>(`main button[aria-keyshortcuts="${event.key}"]`);
    if (!button || button.disabled || button.offsetParent === null) return;
    event.preventDefault();
    button.click();
  });
}
