"""How Sphinx makes the website. It reads a folder that privlab.setup.site lays out, with this file in it."""

project, author, copyright = "privlab", "the privlab authors", "the privlab authors"
extensions = ["myst_nb", "sphinx_copybutton", "privlab.setup.site.formulas", "privlab.setup.site.theme"]

nb_execution_mode = "off"
nb_merge_streams = True
nb_code_prompt_show = "Show the code that {type}"
myst_enable_extensions = ["dollarmath", "colon_fence"]
myst_heading_anchors = 4
myst_heading_slug_func = "privlab.setup.site.theme.slug"

html_theme = "furo"
html_title = "privlab"
html_math_renderer = "katex"
html_static_path = ["static"]
html_css_files = ["course.css"]
html_js_files = ["live.js"]
html_copy_source = html_show_sourcelink = False
html_theme_options = {"navigation_with_keys": True}
exclude_patterns = ["static"]
