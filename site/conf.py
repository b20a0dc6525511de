"""How Sphinx makes the website. It reads a folder that privlab.setup.site lays out, with this file in it."""

project, author, copyright = "privlab", "the privlab authors", "the privlab authors"
extensions = ["myst_nb", "sphinx_copybutton"]
extensions += [f"privlab.setup.site.{ours}" for ours in ("formulas", "library", "theme")]

nb_execution_mode = "off"
nb_merge_streams = True
nb_render_markdown_format = "myst"
nb_code_prompt_show, nb_code_prompt_hide = "Show the code", "Hide the code"
myst_enable_extensions = ["colon_fence", "deflist", "dollarmath"]
myst_dmath_double_inline = True  # a formula of a line of its own may stand in a paragraph
myst_heading_anchors = 4
myst_heading_slug_func = "privlab.setup.site.theme.slug"

html_theme = "furo"
html_title = "privlab"
html_math_renderer = "katex"
html_static_path, templates_path = ["static"], ["templates"]
html_css_files = ["course.css", "page.css"]
html_js_files = ["live.js", "scrolling.js", "page_progress.js", "page_checks.js", "page.js"]
html_copy_source = html_show_sourcelink = False
html_use_index = html_domain_indices = False  # nothing leads to the list of all names, and the search has them
html_theme_options = {"navigation_with_keys": True}
autodoc_member_order = "bysource"
autodoc_typehints_format = "short"
python_use_unqualified_type_names = True
add_module_names = False
default_role = "code"
exclude_patterns = ["static", "templates"]
