"""The pages of the website as Markdown, before Sphinx reads them."""

from privlab.lab.lessons import lesson
from privlab.setup.site.pages import front_page, scrolling


def test_a_table_that_code_shows_scrolls_in_its_own_box():
    shown = scrolling("<p>a</p><table><tr><td>1</td></tr></table>")
    assert shown.startswith('<p>a</p><div class="table-wrapper docutils container"><table class="docutils"><tr>')
    assert shown.endswith("</table></div>") and scrolling("<p>a</p>") == "<p>a</p>"


def test_the_front_page_offers_the_books_that_were_made():
    lessons = [lesson("11")]
    page = front_page(lessons, "", [], ["privlab.pdf", "privlab.epub"])
    assert '<a href="privlab.pdf" download>PDF</a> or <a href="privlab.epub" download>ePub</a>' in page
    assert '<a href="privlab.pdf"' not in front_page(lessons, "", [], [])
