// An exercise on a page: an editor, and the course's own check in a Python that the page starts at the first "Check".
"use strict";
(() => {
  const {progress, make, button, status} = window.privlab;
  const here = new URL("checks/", document.currentScript.src);
  const SECONDS = 30;       // for one check; a page's Python is several times slower than that of a notebook
  const ANSWERS = "privlab answers";
  const ENDED = "your code did not finish and was stopped; does a loop never end, or does it wait for something?";
  const STARTS = "Fetching Python from this site, once: 14 MB.";

  // The one Python of this page. It is ended with whatever runs in it, and started anew for the next check.
  const python = {
    worker: null,

    start() {
      const {worker} = this;
      if (worker) return worker;
      this.worker = new Worker(new URL("worker.js", here), {type: "module"});
      return this.worker;
    },

    end() {
      this.worker?.terminate();
      this.worker = null;
    },

    // Calls `told` with what goes on, and gives the verdict. Throws a sentence where there is no Python to be had.
    check(question, told) {
      return new Promise((resolve, reject) => {
        if (location.protocol === "file:") return reject("a page that is opened from a disk can start no Python");
        let timer = 0;
        const worker = this.start();
        const over = (settle, value) => {
          clearTimeout(timer);
          this.stop = null;
          settle(value);
        };
        const ended = sentence => {
          this.end();
          over(resolve, {mark: "?", head: "no answer yet", rest: sentence});
        };
        this.stop = () => ended("you stopped it");
        worker.onerror = () => { this.end(); over(reject, "Python could not be started on this page"); };
        worker.onmessage = ({data}) => {
          if (data.fetching) told(`Fetching ${data.fetching.join(", ")} from ${data.from}, once.`);
          if (data.running) {
            told("Checking ...");
            timer = setTimeout(() => ended(ENDED), 1000 * SECONDS);
          }
          if (data.failed) { this.end(); over(reject, data.failed); }
          if (data.verdict) over(resolve, data.verdict);
        };
        told(STARTS);
        worker.postMessage(question);
      });
    },
  };

  // Where else the same check runs, as parts of a paragraph; the links of a page are there once they are known.
  const elsewhere = () => {
    const links = [...document.querySelectorAll(".launch a")].map(link => link.cloneNode(true));
    const or = links.length ? [" Or here: ", ...links.flatMap((link, place) => place ? [", ", link] : [link]), "."] : [];
    return ["The same check runs in JupyterLab on your own machine.", ...or];
  };

  const answers = () => {
    try {
      return JSON.parse(localStorage.getItem(ANSWERS)) ?? {};
    } catch {
      return {};
    }
  };

  class Exercise {
    constructor(element) {
      this.element = element;
      Object.assign(this, JSON.parse(element.dataset.exercise));
      this.said = status();
      this.checking = button("Check", () => this.check());
      this.stopping = button("Stop", () => python.stop?.());
      this.stopping.hidden = true;
      const anew = button("Begin anew", () => { this.write(this.stub); this.keep(); });
      this.box = make("textarea", {spellcheck: false, autocapitalize: "off", className: "answer"});
      this.box.setAttribute("aria-label", `Your answer to ${this.id}`);
      this.box.value = answers()[this.id] ?? this.stub;
      this.box.rows = this.box.value.split("\n").length + 2;
      this.box.addEventListener("focus", () => this.edit(), {once: true});
      this.box.addEventListener("input", () => this.keep());
      this.place = make("div", {className: "editor"}, this.box);
      const row = make("div", {className: "row"}, this.checking, this.stopping, anew, make("code", {textContent: this.id}));
      element.replaceChildren(this.place, row, this.said);
      if (this.lacks.length) {
        this.checking.disabled = true;
        this.checking.textContent = `Checked only in JupyterLab: it needs ${this.lacks.join(" and ")}`;
      }
      this.tell();
    }

    get code() { return this.view ? this.view.state.doc.toString() : this.box.value; }

    write(code) {
      if (this.view) this.view.dispatch({changes: {from: 0, to: this.view.state.doc.length, insert: code}});
      else this.box.value = code;
    }

    keep() {
      try {
        const all = {...answers(), [this.id]: this.code};
        if (this.code === this.stub) delete all[this.id];
        localStorage.setItem(ANSWERS, JSON.stringify(all));
      } catch { /* a browser that keeps nothing */ }
    }

    // The plain box becomes an editor where programs can be loaded; a page opened from a disk keeps the box.
    async edit() {
      let editor;
      try {
        editor = await import(new URL("editor.js", here));
      } catch {
        return;
      }
      this.view = editor.open(this.place, this.box, this.box.getAttribute("aria-label"), () => this.keep());
    }

    async check() {
      if (python.stop) {
        this.said.textContent = "Another answer is being checked: wait until it is done, or stop it.";
        return;
      }
      this.said.dataset.mark = "";
      this.checking.disabled = true;
      this.stopping.hidden = false;
      const {id, code, packages} = this;
      try {
        const verdict = await python.check({id, code, packages}, text => { this.said.textContent = text; });
        progress.record("checks", id, verdict.mark);
        this.show(verdict);
      } catch (sentence) {
        this.said.replaceChildren(make("p", {}, `Nothing was checked: ${sentence}. `, ...elsewhere()));
      } finally {
        this.checking.disabled = false;
        this.stopping.hidden = true;
      }
    }

    show({mark, head, rest}) {
      const parts = [make("p", {}, make("span", {className: "mark", textContent: `${mark} ${head}`}))];
      if (rest) parts.push(make("p", {textContent: rest}));
      if (mark !== "✓") parts.push(make("p", {textContent: "Next: open the next hint below."}));
      this.said.dataset.mark = mark;
      this.said.replaceChildren(...parts);
    }

    tell() {
      this.element.dataset.passed = progress.load().checks[this.id] === "✓" ? "✓" : "";
    }
  }

  window.privlab.Exercise = Exercise;
})();
