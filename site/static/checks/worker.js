// The Python of a page (Pyodide), in a worker, which the page ends when an answer does not return.
//
// Pyodide's core lies beside this file. Its numpy and its like come from its distribution, whose address stands in
// settings.json: each file has to have the hash that pyodide-lock.json pins. No check has been run on the real ones
// yet, since they could not be had where the course is made: only on stand-ins, which tests serve in their place.
import {loadPyodide} from "./pyodide/pyodide.mjs";

const PLACE = "/course";   // of the package, in the files of that Python
let python;

const start = async () => {
  const {packages} = await (await fetch(new URL("settings.json", import.meta.url))).json();
  const loaded = await loadPyodide({packageBaseUrl: packages});
  const course = await fetch(new URL("privlab.zip", import.meta.url));
  if (!course.ok) throw new Error("the course's own package is missing");
  loaded.unpackArchive(await course.arrayBuffer(), "zip", {extractDir: PLACE});
  loaded.runPython(`import sys; sys.path.insert(0, "${PLACE}")`);
  return {loaded, packages};
};

// Throws a sentence unless all packages are there afterwards; Pyodide itself only logs what it could not load.
const fetched = async ({loaded, packages}, names) => {
  const missing = names.filter(name => !(name in loaded.loadedPackages));
  if (!missing.length) return;
  const from = new URL(packages).host;
  self.postMessage({fetching: missing, from});
  const quiet = {messageCallback: () => {}, errorCallback: () => {}};
  try {
    await loaded.loadPackage(missing, quiet);
  } catch { /* told below */ }
  const still = missing.filter(name => !(name in loaded.loadedPackages));
  if (still.length) throw `${still.join(" and ")} could not be had from ${from}, or not as the site pins them`;
};

self.onmessage = async ({data: {id, code, packages}}) => {
  try {
    python ??= start();
    const here = await python;
    await fetched(here, packages);
    const judged = here.loaded.pyimport("privlab.lab.typed_answers").judged;
    here.loaded.pyimport("privlab.lab.exercise").exercises(id.split(".")[0]);   // its libraries are no time of an answer's
    self.postMessage({running: true});
    self.postMessage({verdict: judged(id, code).toJs({dict_converter: Object.fromEntries})});
  } catch (error) {
    self.postMessage({failed: typeof error === "string" ? error : `Python could not be started on this page (${error})`});
  }
};
