// Live figures: their controls choose among frames that were drawn when the site was built. Frames come as a program
// that calls privlabFigure, since a page that was opened from a disk may fetch nothing.
"use strict";
(() => {
  const here = new URL(".", document.currentScript.src);
  const waiting = {};
  const PLAY = 250;         // milliseconds a frame
  const NEAR = "800px";     // of the screen: where a figure asks for its frames

  const make = (tag, properties, ...children) => {
    const element = Object.assign(document.createElement(tag), properties);
    element.append(...children);
    return element;
  };
  const said = value => typeof value === "number" ? value.toLocaleString("en", {maximumFractionDigits: 6}) : value;

  class LiveFigure {
    constructor(element) {
      this.element = element;
      this.pictures = [...element.querySelectorAll("img")];
      this.line = element.querySelector(".line");
      waiting[element.dataset.live] = frames => this.start(frames);
      const watcher = new IntersectionObserver(seen => {
        if (!seen.some(each => each.isIntersecting)) return;
        watcher.disconnect();
        document.head.append(make("script", {src: new URL(`live/${element.dataset.live}.js`, here)}));
      }, {rootMargin: NEAR});
      watcher.observe(element);
    }

    start(frames) {
      this.frames = frames;
      this.at = frames.controls.map(control => control.at);
      this.line.setAttribute("aria-live", "polite");
      this.element.querySelector(".controls").replaceChildren(...frames.order.map(place => this.row(place)));
      this.element.dataset.ready = "";
    }

    row(place) {
      const control = this.frames.controls[place];
      const name = make("span", {textContent: control.name});
      if (control.choice) {
        const list = make("select", {}, ...control.values.map((value, index) => new Option(said(value), index)));
        list.selectedIndex = control.at;
        list.addEventListener("input", () => this.move(place, list.selectedIndex));
        return make("div", {className: "row"}, make("label", {}, name, list));
      }
      const slider = make("input", {type: "range", min: 0, max: control.values.length - 1, step: 1});
      slider.value = control.at;
      const value = make("span", {className: "value", ariaHidden: "true"});
      const tell = () => slider.setAttribute("aria-valuetext", value.textContent = said(control.values[slider.value]));
      tell();
      slider.addEventListener("input", () => { tell(); this.move(place, +slider.value); });
      const row = make("div", {className: "row"}, make("label", {}, name, slider, value));
      if (control.play) row.append(this.player(slider, control.name));
      return row;
    }

    player(slider, name) {
      const button = make("button", {type: "button", textContent: "Play", ariaLabel: `Play ${name}`});
      let timer = 0;
      const stop = () => {
        clearInterval(timer);
        timer = 0;
        button.textContent = "Play";
        button.ariaLabel = `Play ${name}`;
      };
      button.addEventListener("click", () => {
        if (timer) return stop();
        if (slider.value === slider.max) slider.value = -1;
        button.textContent = "Pause";
        button.ariaLabel = `Pause ${name}`;
        timer = setInterval(() => {
          if (slider.value === slider.max) return stop();
          slider.value = +slider.value + 1;
          slider.dispatchEvent(new Event("input"));
        }, PLAY);
      });
      return button;
    }

    move(place, index) {
      const {controls, frames, said, sentences, pictures, lines} = this.frames;
      this.at[place] = index;
      const point = controls.reduce((sum, control, each) => sum * control.values.length + this.at[each], 0);
      const runs = pictures[frames[point]], svg = [];
      for (let each = 0; each < runs.length; each += 2) svg.push(...lines.slice(runs[each], runs[each] + runs[each + 1]));
      const old = this.shown;
      this.shown = URL.createObjectURL(new Blob([svg.join("\n")], {type: "image/svg+xml"}));
      for (const picture of this.pictures) picture.src = this.shown;
      if (old) URL.revokeObjectURL(old);
      this.line.textContent = sentences[said[point]];
      this.element.dataset.point = point;
    }
  }

  window.privlabFigure = (name, frames) => waiting[name](frames);
  document.addEventListener("DOMContentLoaded", () => {
    for (const figure of document.querySelectorAll("figure.live")) new LiveFigure(figure);
  });
})();
