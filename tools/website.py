"""Drives the built website in a real browser, for tests and benchmarks: controls, links, requests, findings of axe."""

import contextlib
import functools
import html.parser
import http.server
import pathlib
import threading
import urllib.parse

FORMS = [(scheme, width) for scheme in ("light", "dark") for width in (1280, 390)]
HEIGHT = 844
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
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
        return self.page.evaluate("document.documentElement.scrollWidth <= innerWidth")

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

    def findings(self):
        """What axe finds on the open page, a list of sentences."""
        from axe_playwright_python.sync_playwright import Axe

        found = Axe().run(self.page, options={"runOnly": RULES}).response["violations"]
        return [f"{self.page.url}: {each['id']}: {each['nodes'][0]['html'][:200]}" for each in found]

    def close(self):
        """Closes the page."""
        self.page.context.close()


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
