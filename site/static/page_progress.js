// What a reader has done on these pages: kept in this browser, in the form of the course's own progress file. And the
// parts of a page that the programs after this one are built from.
"use strict";
(() => {
  const PLACE = "privlab progress", FORMAT = "privlab progress 1";
  const PARTS = ["checks", "quizzes", "tries", "answers", "hints", "solutions", "guesses"];
  const isRight = value => value === "✓" || value === true;
  const isTable = value => value !== null && typeof value === "object" && !Array.isArray(value);
  const empty = () => Object.fromEntries([["format", FORMAT], ...PARTS.map(part => [part, {}])]);
  let unkept = null;   // what was done where the browser keeps nothing

  const checked = read => {
    if (!isTable(read) || read.format !== FORMAT) throw new Error("this file is no progress of this course");
    const done = {...empty(), ...read};
    if (!PARTS.every(part => isTable(done[part]))) throw new Error("this file of progress is damaged");
    return done;
  };

  const load = () => {
    if (unkept) return unkept;
    try {
      return checked(JSON.parse(localStorage.getItem(PLACE) ?? JSON.stringify(empty())));
    } catch {
      return empty();
    }
  };

  const save = done => {
    try {
      localStorage.setItem(PLACE, JSON.stringify(done));
    } catch {
      unkept = done;
    }
    document.dispatchEvent(new Event("privlab-progress"));
  };

  // The time here to the second, with its distance to that of Greenwich, as the course's own file has it.
  const now = () => {
    const here = new Date(), minutes = -here.getTimezoneOffset(), two = number => String(number).padStart(2, "0");
    const away = Math.abs(minutes), local = new Date(here.getTime() + 60000 * minutes).toISOString().slice(0, 19);
    return `${local}${minutes < 0 ? "-" : "+"}${two(Math.floor(away / 60))}:${two(away % 60)}`;
  };

  // kind : "checks" or "quizzes".  value : a mark, or whether the answer is right. What was right once stays right.
  const record = (kind, id, value) => {
    if (value === "○") return;
    const done = load(), tries = done[kind === "checks" ? "tries" : "answers"][id] ??= [];
    if (!isRight(done[kind][id])) done[kind][id] = value;
    const last = tries.at(-1)?.[1];
    if (!(isRight(last) && last === value)) tries.push([now(), value]);
    save(done);
  };

  // kind : "hints" or "solutions".  number : which hint.
  const recordHelp = (kind, id, number) => {
    const done = load(), taken = done[kind][id] ??= [];
    if (taken.some(([, which]) => which === number)) return;
    taken.push([now(), number]);
    save(done);
  };

  const recordGuess = (id, entries) => {
    const done = load();
    done.guesses[id] = {...done.guesses[id], ...entries};
    save(done);
  };

  // What is in a file of progress joins what is here: what was right in one of them is right.
  const join = text => {
    let read;
    try {
      read = JSON.parse(text);
    } catch {
      throw new Error("this file is no progress of this course");
    }
    const more = checked(read), done = load();
    for (const kind of ["checks", "quizzes"])
      for (const [id, value] of Object.entries(more[kind]))
        if (isRight(value) || !(id in done[kind])) done[kind][id] = value;
    for (const kind of ["tries", "answers", "hints", "solutions"])
      for (const [id, entries] of Object.entries(more[kind])) {
        const all = new Map([...(done[kind][id] ?? []), ...entries].map(entry => [JSON.stringify(entry), entry]));
        done[kind][id] = [...all.values()].sort();
      }
    done.guesses = {...more.guesses, ...done.guesses};
    save(done);
  };

  const forget = () => {
    unkept = null;
    save(empty());
  };

  const make = (tag, properties = {}, ...children) => {
    const element = Object.assign(document.createElement(tag), properties);
    element.append(...children);
    return element;
  };
  const button = (text, pressed) => {
    const made = make("button", {type: "button", textContent: text});
    made.addEventListener("click", pressed);
    return made;
  };
  const status = () => {
    const made = make("div", {className: "said"});
    made.setAttribute("role", "status");
    return made;
  };

  const progress = {load, record, recordHelp, recordGuess, join, forget, now, kept: () => !unkept};
  window.privlab = {progress, make, button, status};
})();
