// Gives what Jupyter's widgets leave unnamed a name that is read aloud: handles of sliders, number boxes, pictures, and
// the buttons that play a slider.
const BUTTONS = { "fa-play": "play or pause", "fa-pause": "play or pause", "fa-stop": "stop", "fa-retweet": "repeat" };

function render({ model, el }) {
  el.style.display = "none";
  const name = () => {
    const figure = el.closest(".privlab-live");
    if (!figure) return;
    for (const row of figure.querySelectorAll(".widget-hbox")) {
      const words = row.querySelector(".widget-label")?.textContent.trim();
      if (!words) continue;
      row.querySelectorAll(".noUi-handle").forEach((handle) => handle.setAttribute("aria-label", words));
      for (const [icon, does] of Object.entries(BUTTONS)) {
        const button = row.querySelector(`button:has(.${icon})`);
        button?.setAttribute("aria-label", `${words}: ${does}`);
      }
      row.querySelectorAll("input[type=number]").forEach((box) => box.setAttribute("aria-label", `${words}, as a number`));
    }
    figure.querySelectorAll("img.widget-image").forEach((image) => { image.alt = model.get("alt"); });
  };
  // the other widgets of the figure may be made after this one
  for (const wait of [0, 100, 500, 2000]) setTimeout(name, wait);
}

export default { render };
