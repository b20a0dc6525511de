"""Drives the built website in a real browser, for tests and benchmarks: controls, guesses, questions, hints, links,
requests, what pages weigh, findings of axe.
"""

import contextlib
import functools
import gzip
import html.parser
import http.server
import pathlib
import threading
import urllib.parse

FORMS = [(scheme, width) for scheme in ("light", "dark") for width in (1280, 390)]
HEIGHT = 844
# Nothing but what was found is told: what passes is every node of a page, each with its path.
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
AXE = {"runOnly": RULES, "resultTypes": ["violations"]}
COMPRESSED = {".html", ".js", ".css", ".svg", ".txt", ".xml", ".json", ".mjs"}
FIGURE = "figure.live"
READY = "figure => 'ready' in figure.dataset"
# The end of a control by the keyboard, and whether the picture that it then shows can be seen.
SEEN = """async figure => { const image = figure.querySelector('img'); await image.decode();
    return image.naturalWidth > 0 && image.src.startsWith('blob:'); }"""
# Milliseconds from a step of a slider or a list to the moment when its picture is painted.
STEP = """figure => new Promise(resolve => {
    const image = figure.querySelector('img'), control = figure.querySelector('input, select');
    const began = performance.now();
    new MutationObserver(async (_, observer) => { observer.disconnect(); await image.decode();
        requestAnimationFrame(() => resolve(performance.now() - began)); })
        .observe(image, {attributes: true, attributeFilter: ['src']});
    if (control.options) control.selectedIndex = (control.selectedIndex + 1) % control.options.length;
    else control.value = control.value === control.max ? 0 : +control.value + 1;
    control.dispatchEvent(new Event('input')); })"""

# Does all that a reader can do on a page without Python, and opens all that folds. It tells how many guesses, questions
# and hints there are, and as sentences which of them did not answer.
DO_ALL = """async () => {
    const silent = [], count = {guesses: 0, questions: 0, hints: 0};
    const settled = () => new Promise(resolve => setTimeout(resolve, 20));   // a toggle is told a little later
    for (const guess of document.querySelectorAll('.guess')) {
        const field = guess.querySelector('input, textarea');
        if (field.type === 'radio') field.click();
        else {
            field.value = field.max || 'because';
            field.dispatchEvent(new Event('input', {bubbles: true}));
        }
        guess.querySelector('button').click();
        count.guesses += 1;
        if (!guess.querySelector('.said').textContent.startsWith('Your guess: ')) silent.push(guess.dataset.guess);
    }
    for (const question of document.querySelectorAll('.quiz')) {
        for (const option of question.querySelectorAll('summary')) option.click();
        await settled();
        count.questions += 1;
        if (question.querySelector('.said').textContent !== '✓ answered') silent.push(question.dataset.quiz);
    }
    for (const rung of document.querySelectorAll('.ladder .rung')) {
        const summary = rung.querySelector('summary');
        if (!summary.checkVisibility()) silent.push(`${summary.textContent} cannot be seen`);
        summary.click();
        await settled();
        count.hints += 1;
        if (!rung.open || !summary.nextElementSibling.checkVisibility()) silent.push(`${summary.textContent} is shut`);
    }
    for (const folded of document.querySelectorAll('article details:not([open]) > summary')) folded.click();
    await settled();
    for (const each of document.getAnimations()) each.finish();   // what opens is pale at first
    return [count, silent]; }"""


class _Quiet(http.server.SimpleHTTPRequestHandler):
    extensions_map = {**http.server.SimpleHTTPRequestHandler.extensions_map, ".wasm": "application/wasm"}

    def log_message(self, *_):
        pass

    def end_headers(self):
        self.send_header("Access-Control-Allow-Origin", "*")  # a page asks a second address for Python's packages
        super().end_headers()


@contextlib.contextmanager
def served(folder):
    """The address under which the folder is served on loopback, below that of the folder that it lies in."""
    handler = functools.partial(_Quiet, directory=pathlib.Path(folder).parent)
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/{pathlib.Path(folder).name}"
    finally:
        server.shutdown()
        server.server_close()


class Tab:
    """A page of the browser that notes what it may not do: `errors`, and requests to `outside`."""

    def __init__(self, browser, address, scheme="light", width=1280):
        self.address, self.errors, self.outside = address, [], []
        self.page = browser.new_context(color_scheme=scheme, viewport={"width": width, "height": HEIGHT}).new_page()
        self.page.on("pageerror", lambda error: self.errors.append(f"{self.page.url}: {error}"))
        self.page.on("request", self._asked)

    def _asked(self, request):
        if not request.url.startswith((self.address, "data:", "blob:")):
            self.outside.append(request.url)

    def open(self, page):
        """Opens a page of the site, `lessons/11_raises.html`; whether nothing of it is wider than the screen."""
        self.page.goto(f"{self.address}/{page}")
        return self.fits()

    def fits(self):
        """Whether nothing of the open page is wider than the screen."""
        return self.page.evaluate("document.documentElement.scrollWidth <= innerWidth")

    @contextlib.contextmanager
    def slowed(self, times):
        """The browser's processor is so many times slower within this context."""
        session = self.page.context.new_cdp_session(self.page)
        session.send("Emulation.setCPUThrottlingRate", {"rate": times})
        yield
        session.send("Emulation.setCPUThrottlingRate", {"rate": 1})
        session.detach()

    def figures(self):
        """Every live figure of the page, its controls in place."""
        for figure in self.page.query_selector_all(FIGURE):
            figure.scroll_into_view_if_needed()
            self.page.wait_for_function(READY, arg=figure)
            yield figure

    def ends(self, figure):
        """Each control of a figure, moved to both ends by the keyboard and then back: (its name, the line of numbers
        at each end, whether both pictures could be seen).
        """
        for control in figure.query_selector_all("input, select"):
            home = control.evaluate("each => each.selectedIndex ?? +each.value")
            lines, seen = [], []
            for key in ("Home", "End"):
                control.focus()
                self.page.keyboard.press(key)
                lines.append(figure.query_selector(".line").inner_text())
                moved = figure.get_attribute("data-point") is not None
                seen.append(not moved or figure.evaluate(SEEN))
            control.evaluate(
                "(each, home) => { each.options ? each.selectedIndex = home : each.value = home;"
                " each.dispatchEvent(new Event('input')); }",
                home,
            )
            yield control.evaluate("each => each.labels[0].firstChild.textContent"), lines, all(seen)

    def do_all(self):
        """Keeps every guess of the open page, answers every question, opens every hint and all else that folds: (how
        many `guesses`, `questions`, `hints`, which did not answer as sentences).
        """
        count, silent = self.page.evaluate(DO_ALL)
        return count, [f"{self.page.url}: {each}" for each in silent]

    def findings(self):
        """What axe finds on the open page, a list of sentences."""
        from axe_playwright_python.sync_playwright import Axe

        found = Axe().run(self.page, options=AXE).response["violations"]
        return [f"{self.page.url}: {each['id']}: {node['html'][:200]}" for each in found for node in each["nodes"]]

    def close(self):
        """Closes the page."""
        self.page.context.close()


def travels(file):
    """Bytes of a file as a server sends them."""
    content = pathlib.Path(file).read_bytes()
    return len(gzip.compress(content)) if pathlib.Path(file).suffix in COMPRESSED else len(content)


def weights(folder):
    """Bytes of each page of the site as they travel, with the styles and programs that every page asks for, by file.

    Figures are left out, and what checks need: both are asked for where they are needed.
    """
    folder = pathlib.Path(folder)
    static = folder / "_static"
    files = [file for kind in ("*.css", "*.js") for file in static.rglob(kind)]
    shared = sum(travels(file) for file in files if not {"live", "checks"} & set(file.parts))
    return {file.relative_to(folder).as_posix(): travels(file) + shared for file in folder.rglob("*.html")}


class _Links(html.parser.HTMLParser):
    def __init__(self, text):
        super().__init__()
        self.links, self.names = set(), set()
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        found = dict(attributes)
        self.links.update(found[name] for name in ("href", "src") if found.get(name))
        self.names.update(filter(None, (found.get("id"), found.get("name") if tag == "a" else None)))


def broken_links(folder):
    """Links of the site's pages to files or sections of it that are not there, as sentences."""
    folder = pathlib.Path(folder)
    read = {file: _Links(file.read_text(encoding="utf-8")) for file in folder.rglob("*.html")}
    broken = []
    for file, page in read.items():
        for link in page.links:
            parts = urllib.parse.urlsplit(link)
            if parts.scheme or parts.netloc:
                continue
            there = (file.parent / urllib.parse.unquote(parts.path)).resolve() if parts.path else file
            there = there / "index.html" if there.is_dir() else there
            name = urllib.parse.unquote(parts.fragment)
            if not there.is_file():
                broken.append(f"{file.relative_to(folder)}: {link}: no such file")
            elif name and there in read and name not in read[there].names:
                broken.append(f"{file.relative_to(folder)}: {link}: no such section")
    return broken
