// Slides: reveal.js turns them; a slider that has been dragged gives the arrow keys back to it.
"use strict";
(() => {
  const held = () => /^(INPUT|SELECT|BUTTON)$/.test(document.activeElement?.tagName);
  addEventListener("pointerup", () => { if (document.activeElement?.matches("figure.live *")) document.activeElement.blur(); });
  Reveal.initialize({
    width: 1280, height: 720, margin: 0, center: false, hash: true, transition: "none", slideNumber: true,
    keyboardCondition: () => !held(), plugins: [RevealNotes],
  });
})();
