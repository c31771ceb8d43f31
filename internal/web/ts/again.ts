// again sends a form once more that could not be saved for others who write:
// its answers stand in the page. Whoever looks at it may do so earlier.
export function again(): void {
  const form = document.querySelector<HTMLFormElement>("form[data-again]");
  if (!form) return;
  const seconds = Number(form.dataset.again);
  if (!(seconds > 0)) return;
  const note = form.querySelector<HTMLElement>("[data-again-note]");
  if (note) note.hidden = false;
  const timer = window.setTimeout(() => form.requestSubmit(), seconds * 1000);
  form.addEventListener("submit", () => window.clearTimeout(timer));
}
