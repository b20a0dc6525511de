"""The editor's modules: what one imports lies beside it."""

import re

from privlab.setup.site import checking
from privlab.setup.site.npm import lock


def test_modules_import_only_what_lies_beside_them(tmp_path, monkeypatch):
    (tmp_path / "index.js").write_text(
        "import { parser } from '@lezer/python';\nimport elt from 'crelt';\nexport { a } from \"@codemirror/state\";\n"
        "// a word from 'nowhere'\nimport './same.js';\n"
    )
    (tmp_path / "package.json").write_text('{"exports": {"import": "./index.js"}}')
    monkeypatch.setattr(checking, "package", lambda name: tmp_path)
    assert checking.module("@codemirror/view").splitlines() == [
        'import { parser } from "./lezer.python.js";',
        'import elt from "./crelt.js";',
        'export { a } from "./codemirror.state.js";',
        "// a word from 'nowhere'",
        "import './same.js';",
    ]


def test_what_pages_load_is_pinned_and_packages_have_one_address():
    pinned = lock()
    assert {"@codemirror/view", "@codemirror/lang-python", "pyodide"} <= set(pinned)
    assert all(each["integrity"].startswith("sha512-") for each in pinned.values())
    assert (
        re.fullmatch(r"https://\S+/", checking.distribution())
        and pinned["pyodide"]["version"] in checking.distribution()
    )
