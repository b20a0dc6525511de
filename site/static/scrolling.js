// What is wider than the page scrolls within itself: with the keyboard too, and with a name that is read aloud. Printed
// sentences are wrapped instead, and code that has hardly room; what is set in columns is not.
"use strict";
const HARDLY = 1.2;   // times as wide as there is room
document.addEventListener("DOMContentLoaded", () => {
  for (const each of document.querySelectorAll(".highlight-myst-ansi pre"))   // what a cell has printed
    each.classList.toggle("sentences", !/\S {2,}\S/.test(each.textContent));
  const label = () => {
    for (const each of document.querySelectorAll("p .katex, li .katex, td .katex")) {   // one in a line of text
      each.classList.remove("wide");
      each.classList.toggle("wide", each.getBoundingClientRect().width > each.closest("p, li, td").clientWidth);
    }
    for (const each of document.querySelectorAll(".highlight pre:not(.highlight-myst-ansi pre)")) {
      each.classList.remove("nearly");
      const wide = each.scrollWidth / each.clientWidth;
      each.classList.toggle("nearly", wide > 1 && wide < HARDLY && !/\S {3,}\S/.test(each.textContent));
    }
    for (const [selector, name] of [[".highlight pre", "code"], [".table-wrapper", "table"], [".pictures", "figure"],
                                    ["div.math, .katex.wide", "formula"], [".output pre", "output"]])
      for (const each of document.querySelectorAll(selector)) {
        const wide = each.scrollWidth > each.clientWidth;
        each.toggleAttribute("tabindex", false);
        if (wide) Object.assign(each, {tabIndex: 0, role: "group", ariaLabel: `${name}, scrolls sideways`});
      }
  };
  document.querySelector("aside.toc-drawer")?.setAttribute("aria-label", "On this page");
  label();
  addEventListener("load", label);
  addEventListener("resize", label);
});
