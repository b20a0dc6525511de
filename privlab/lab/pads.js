// A pad to draw a letter on: with mouse, finger or pen, or with the keyboard (arrows move, space lifts and lowers the pen).
const SIZE = 224;

function render({ model, el }) {
  const pad = document.createElement("canvas");
  pad.width = pad.height = SIZE;
  pad.tabIndex = 0;
  pad.setAttribute("role", "application");
  pad.setAttribute("aria-label", model.get("label"));
  Object.assign(pad.style, { background: "black", cursor: "crosshair", touchAction: "none", maxWidth: "100%" });
  const pen = pad.getContext("2d");
  let strokes = [], down = false, at = [SIZE / 2, SIZE / 2];

  function paint() {
    pen.clearRect(0, 0, SIZE, SIZE);
    Object.assign(pen, { strokeStyle: "white", lineWidth: 18, lineCap: "round", lineJoin: "round" });
    for (const stroke of strokes) {
      pen.beginPath();
      pen.moveTo(...stroke[0]);
      for (const point of stroke) pen.lineTo(...point);
      pen.stroke();
    }
    Object.assign(pen, { fillStyle: down ? "#D55E00" : "#56B4E9" });
    if (document.activeElement === pad) { pen.beginPath(); pen.arc(...at, 4, 0, 7); pen.fill(); }
  }
  function send() { model.set("strokes", strokes); model.save_changes(); }
  function place(event) {
    const box = pad.getBoundingClientRect();
    at = [(event.clientX - box.left) * SIZE / box.width, (event.clientY - box.top) * SIZE / box.height];
  }
  function lower() { down = true; strokes.push([[...at]]); }
  function go() { if (down) strokes.at(-1).push([...at]); paint(); }
  function lift() { if (down) { down = false; paint(); send(); } }

  pad.addEventListener("pointerdown", (event) => { place(event); pad.setPointerCapture(event.pointerId); lower(); go(); });
  pad.addEventListener("pointermove", (event) => { if (event.buttons && down) { place(event); go(); } });
  pad.addEventListener("pointerup", lift);
  pad.addEventListener("pointercancel", lift);
  pad.addEventListener("focus", paint);
  pad.addEventListener("blur", () => { lift(); paint(); });
  pad.addEventListener("keydown", (event) => {
    const [x, y] = { ArrowLeft: [-8, 0], ArrowRight: [8, 0], ArrowUp: [0, -8], ArrowDown: [0, 8] }[event.key] ?? [0, 0];
    if (event.key === " ") down ? lift() : (lower(), go());
    else if (x || y) { at = [Math.min(SIZE, Math.max(0, at[0] + x)), Math.min(SIZE, Math.max(0, at[1] + y))]; go(); }
    else return;
    event.preventDefault();
    event.stopPropagation();
  });

  const wipe = document.createElement("button");
  wipe.textContent = "Draw it anew";
  wipe.addEventListener("click", () => { strokes = []; down = false; paint(); send(); });
  const said = document.createElement("div");
  const tell = () => { said.textContent = model.get("said"); };
  said.setAttribute("role", "status");
  model.on("change:said", tell);
  tell();
  paint();
  el.append(pad, document.createElement("br"), wipe, said);
}

export default { render };
