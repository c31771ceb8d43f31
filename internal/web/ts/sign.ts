// signs offers a place to sign on a touch screen beside the field for a
// photograph of a signature. What was drawn becomes the field's file, so that
// the form is the same with script and without.
export function signs(): void {
  for (const input of document.querySelectorAll<HTMLInputElement>("input[type=file][data-sign]")) {
    if (!("DataTransfer" in window) || !input.form) continue;
    pad(input);
  }
}

const ink = 2.5; // CSS pixels

function pad(input: HTMLInputElement): void {
  const canvas = document.createElement("canvas");
  canvas.className = "sign-pad";
  canvas.width = 640;
  canvas.height = 240;
  canvas.setAttribute("role", "img");
  canvas.setAttribute("aria-label", input.dataset.sign ?? "");
  const clear = document.createElement("button");
  clear.type = "button";
  clear.className = "button";
  clear.textContent = input.dataset.signClear ?? "";
  const caption = document.createElement("p");
  caption.className = "muted";
  caption.textContent = input.dataset.sign ?? "";
  (input.closest("[data-drop]") ?? input).after(caption, canvas, clear);

  const pen = canvas.getContext("2d");
  if (!pen) return;
  const blank = () => {
    pen.fillStyle = "#ffffff";
    pen.fillRect(0, 0, canvas.width, canvas.height);
    pen.strokeStyle = pen.fillStyle = "#111111";
    pen.lineCap = "round";
  };
  blank();

  let last: { x: number; y: number } | null = null;
  const at = (event: PointerEvent) => {
    const box = canvas.getBoundingClientRect();
    return { x: ((event.clientX - box.left) * canvas.width) / box.width, y: ((event.clientY - box.top) * canvas.height) / box.height };
  };
  canvas.addEventListener("pointerdown", (event) => {
    last = at(event);
    canvas.setPointerCapture(event.pointerId);
  });
  canvas.addEventListener("pointermove", (event) => {
    if (!last) return;
    const next = at(event);
    pen.lineWidth = (ink * canvas.width) / canvas.getBoundingClientRect().width;
    pen.beginPath();
    pen.moveTo(last.x, last.y);
    pen.lineTo(next.x, next.y);
    pen.stroke();
    last = next;
  });
  canvas.addEventListener("pointerup", () => {
    last = null;
    canvas.toBlob((picture) => {
      if (!picture) return;
      const files = new DataTransfer();
      files.items.add(new File([picture], "tanda-tangan.png", { type: "image/png" }));
      input.files = files.files;
    }, "image/png");
  });
  clear.addEventListener("click", () => {
    blank();
    input.value = "";
  });
}
