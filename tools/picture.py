"""python tools/picture.py: takes docs/picture.png, the picture of the README, of the front page of the website, which
`python3 course.py site` has built before.
"""

import io
import pathlib
import sys

from PIL import Image

ROOT = pathlib.Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "tools")]

import live  # noqa: E402
import website  # noqa: E402

SIZE = (1280, 676)
COLOURS = 128  # of a page of text on white; a quarter of the bytes


def main():
    """None; opens the front page, moves its figure to the end and writes what the screen shows."""
    built = ROOT / "build" / "site"
    if not (built / "index.html").is_file():
        sys.exit("There is no website to take a picture of: run `python3 course.py site` first.")
    with live.chromium() as browser, website.served(built) as address:
        if browser is None:
            sys.exit("A picture needs a Chromium, Chrome or Edge: run `python3 course.py test`, which finds one.")
        tab = website.Tab(browser, address)
        tab.page.set_viewport_size({"width": SIZE[0], "height": SIZE[1]})
        tab.open("index.html")
        for figure in tab.figures():
            figure.query_selector("input").focus()
            tab.page.keyboard.press("End")
            figure.evaluate(website.SEEN)
        tab.page.evaluate("document.activeElement.blur(); scrollTo(0, 0)")
        taken = Image.open(io.BytesIO(tab.page.screenshot()))
    taken.convert("RGB").quantize(COLOURS).save(ROOT / "docs" / "picture.png", optimize=True)


if __name__ == "__main__":
    main()
