// The editor of answers: CodeMirror, whose modules stand in codemirror/ as the site's build lays them there.
import {defaultKeymap, history, historyKeymap, indentWithTab} from "./codemirror/codemirror.commands.js";
import {python} from "./codemirror/codemirror.lang-python.js";
import {bracketMatching, HighlightStyle, indentOnInput, indentUnit, syntaxHighlighting}
  from "./codemirror/codemirror.language.js";
import {EditorView, keymap, lineNumbers} from "./codemirror/codemirror.view.js";
import {tags} from "./codemirror/lezer.highlight.js";

const colours = HighlightStyle.define([
  {tag: [tags.keyword, tags.operatorKeyword, tags.controlKeyword], class: "code-keyword"},
  {tag: [tags.string, tags.number, tags.bool], class: "code-literal"},
  {tag: tags.comment, class: "code-comment"},
]);

// An editor in the place of a plain box, with its text and its cursor. Tab indents; Escape, then Tab, leaves.
export const open = (place, box, name, changed) => {
  const focused = document.activeElement === box;
  const view = new EditorView({
    doc: box.value,
    selection: {anchor: box.selectionStart, head: box.selectionEnd},
    parent: place,
    extensions: [
      lineNumbers(), history(), indentUnit.of("    "), indentOnInput(), bracketMatching(), python(),
      syntaxHighlighting(colours),
      keymap.of([...defaultKeymap, ...historyKeymap, indentWithTab]),
      EditorView.contentAttributes.of({"aria-label": `${name}. Tab indents; Escape, then Tab, leaves the editor.`}),
      EditorView.updateListener.of(update => update.docChanged && changed()),
    ],
  });
  box.remove();
  if (focused) view.focus();
  return view;
};
