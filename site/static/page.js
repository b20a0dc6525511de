// What a reader does on a page without Python: guesses, questions, hints; and the word on where it is kept.
"use strict";
(() => {
  const {progress, make, button, status} = window.privlab;
  const GROUNDS = {true: "near", false: "far", null: "told"};

  const asNumber = value => Number.isInteger(value) || Math.abs(value) >= 1000
    ? Math.round(value).toLocaleString("en") : String(Number(value.toPrecision(3)));

  class Guess {
    constructor(element) {
      this.element = element;
      this.asked = JSON.parse(element.dataset.guess);
      this.said = status();
      this.keep = button("Keep this guess", () => this.kept());
      const name = `guess ${this.asked.id}`;
      const fields = make("fieldset", {}, make("legend", {textContent: "Your guess"}), ...this[this.asked.kind](name));
      element.replaceChildren(fields, this.keep, this.said);
      this.tell();
    }

    choice(name) {
      this.value = () => this.element.querySelector("input:checked")?.value ?? "";
      this.put = guess => this.inputs.forEach(input => { input.checked = input.value === guess; });
      this.inputs = this.asked.options.map(option => make("input", {type: "radio", name, value: option}));
      return this.inputs.map(input => make("label", {}, input, make("span", {textContent: input.value})));
    }

    number() {
      const {low, high, step, unit, wide} = this.asked;
      const box = make("input", {type: "number", min: low, max: high, step: "any", inputMode: "decimal"});
      box.setAttribute("aria-label", `Your guess, ${unit || "a number"}, from ${low} to ${high}`);
      this.value = () => box.value === "" || !box.checkValidity() ? "" : +box.value;
      const row = [box, make("span", {textContent: unit})];
      this.inputs = [box];
      if (!wide) {
        const slider = make("input", {type: "range", min: low, max: high, step});
        slider.setAttribute("aria-label", box.getAttribute("aria-label"));
        slider.value = low;
        slider.addEventListener("input", () => { box.value = slider.value; });
        box.addEventListener("input", () => { slider.value = box.value; });
        this.inputs.push(slider);
        row.unshift(slider);
      }
      this.put = guess => this.inputs.forEach(input => { input.value = guess; });
      this.missing = `Write a number from ${low.toLocaleString("en")} to ${high.toLocaleString("en")} first.`;
      return [make("div", {className: "row"}, ...row)];
    }

    words() {
      const box = make("textarea", {rows: 2});
      box.setAttribute("aria-label", "Your guess");
      this.value = () => box.value.trim();
      this.put = guess => { box.value = guess; };
      this.inputs = [box];
      return [box];
    }

    words_of(guess) {
      if (this.asked.kind !== "number") return guess;
      const {unit} = this.asked;
      return `${asNumber(guess)}${unit.startsWith("%") ? "" : " "}${unit}`.trim();
    }

    near(guess) {
      const {kind, outcome, wide, low, high} = this.asked;
      if (kind === "words" || outcome === null) return null;
      if (kind === "choice") return outcome.includes(guess);
      if (!wide) return Math.abs(guess - outcome) <= (high - low) / 10;
      const [small, large] = [Math.abs(guess), Math.abs(outcome)].sort((one, other) => one - other);
      return large <= 2 * small;
    }

    kept() {
      const guess = this.value();
      if (guess === "") {
        this.said.textContent = this.missing ?? "Choose or write something first.";
        return;
      }
      const entries = {guess, date: progress.now()}, near = this.near(guess);
      if (this.asked.said) Object.assign(entries, {outcome: this.asked.said, near});
      progress.recordGuess(this.asked.id, entries);
      this.tell();
    }

    // A guess that was answered is one no more, and stays as it is.
    tell() {
      const kept = progress.load().guesses[this.asked.id];
      const done = kept !== undefined && "guess" in kept;
      if (done) this.put(kept.guess);
      for (const input of this.inputs) input.disabled = done;
      this.keep.hidden = done;
      if (!done) {
        if (this.said.dataset.ground) this.said.replaceChildren();
        delete this.said.dataset.ground;
        return;
      }
      const near = this.asked.said ? this.near(kept.guess) : null;
      const verdict = {true: " You guessed well.", false: " Not what you guessed.", null: ""}[near];
      const outcome = this.asked.said ? `What came out: ${this.asked.said}.${verdict}` : "What came out stands below.";
      this.said.dataset.ground = GROUNDS[near];
      this.said.textContent = `Your guess: ${this.words_of(kept.guess)}. ${outcome}`;
    }
  }

  class Question {
    constructor(element) {
      this.id = element.dataset.quiz;
      this.note = status();
      element.append(this.note);
      for (const option of element.querySelectorAll("details"))
        option.addEventListener("toggle", () => {
          if (!option.open) return;
          progress.record("quizzes", this.id, option.lastChild.textContent.trim().startsWith("✓"));
        });
      this.tell();
    }

    tell() {
      const right = progress.load().quizzes[this.id];
      this.note.textContent = right === undefined ? "" : right ? "✓ answered" : "Not answered yet: try another.";
    }
  }

  class Ladder {
    constructor(element) {
      this.id = element.dataset.ladder;
      element.querySelectorAll("details.rung").forEach(rung => rung.addEventListener("toggle", event => {
        if (event.target !== rung || !rung.open) return;
        const {hint} = rung.dataset;
        if (hint) progress.recordHelp("hints", this.id, +hint);
        else if ("solution" in rung.dataset) progress.recordHelp("solutions", this.id, 1);
      }));
    }
  }

  // The word on what is kept, at the end of a page on which there is something to do.
  class Kept {
    constructor(article, told) {
      this.told = told;
      this.said = status();
      this.count = make("p");
      const file = make("input", {type: "file", accept: ".json,application/json", hidden: true});
      file.addEventListener("change", () => this.load(file));
      const buttons = make("div", {className: "row"},
        button("Save it as a file", () => this.save()),
        button("Load such a file", () => file.click()),
        button("Forget it all", () => {
          if (confirm("Forget all guesses, answers and marks of this course in this browser?")) progress.forget();
        }), file);
      const section = make("section", {className: "kept"}, make("h2", {textContent: "What you have done"}),
        this.count, buttons, this.said);
      section.setAttribute("aria-label", "What you have done");
      article.append(section);
      document.addEventListener("privlab-progress", () => this.tell());
      addEventListener("storage", () => this.tell());
      this.tell();
    }

    tell() {
      const done = progress.load(), right = Object.values(done.checks).filter(mark => mark === "✓").length;
      const answered = Object.values(done.quizzes).filter(Boolean).length;
      const guessed = Object.keys(done.guesses).length;
      const count = (number, one, many) => `${number} ${number === 1 ? one : many}`;
      this.count.textContent = `${count(right, "exercise", "exercises")} passed, `
        + `${count(answered, "question", "questions")} answered, ${count(guessed, "guess", "guesses")} kept. `
        + (progress.kept() ? "It is kept in this browser alone (its localStorage), and sent nowhere."
          : "This browser keeps nothing, so it is gone when you leave the page: save it as a file.");
      for (const each of this.told) each.tell();
    }

    save() {
      const text = JSON.stringify(progress.load(), null, 1);
      const link = make("a", {download: "progress.json"});
      link.href = URL.createObjectURL(new Blob([text], {type: "application/json"}));
      link.click();
      URL.revokeObjectURL(link.href);
      this.said.textContent = "Saved. In the workbook of your own JupyterLab the file is called .progress.json.";
    }

    async load(file) {
      try {
        progress.join(await file.files[0].text());
        this.said.textContent = "Loaded, beside what was here already.";
      } catch (error) {
        this.said.textContent = `Nothing was loaded: ${error.message}.`;
      }
      file.value = "";
    }
  }

  document.addEventListener("DOMContentLoaded", () => {
    const every = (selector, kind) => [...document.querySelectorAll(selector)].map(element => new kind(element));
    const told = [...every("[data-guess]", Guess), ...every("[data-quiz]", Question)];
    every("[data-ladder]", Ladder);
    told.push(...every("[data-exercise]", window.privlab.Exercise));
    if (told.length) new Kept(document.querySelector("article"), told);
  });
})();
