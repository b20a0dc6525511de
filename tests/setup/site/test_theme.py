"""Names of sections, and what a theme's page lacks for those who hear it."""

from types import SimpleNamespace

from privlab.setup.site import theme


def test_a_section_is_called_as_jupyterlab_calls_it():
    assert theme.slug("4. Whom do we both know?") == "4.-Whom-do-we-both-know?"


def test_captions_have_a_level_and_an_empty_corner_of_a_table_is_no_header():
    connected = {}
    theme.setup(SimpleNamespace(connect=lambda event, does, priority: connected.update({event: does})))
    page = {
        "furo_navigation_tree": '<p role="heading">',
        "body": '<tr><th class="head"><p></p></th><th class="head"><p>a</p></th></tr>',
    }
    connected["html-page-context"](None, "index", "page.html", page, None)
    assert page["furo_navigation_tree"] == '<p role="heading" aria-level="2">'
    assert page["body"] == '<tr><td></td><th class="head"><p>a</p></th></tr>'
