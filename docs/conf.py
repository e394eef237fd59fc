"""The site's configuration: ``make docs`` builds it, without network, in docs/_build/html."""

import sys
from importlib import metadata
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

project = "unigrad"
author = project_copyright = "The unigrad developers"
release = version = metadata.version("unigrad")
html_title = f"unigrad {release}"

extensions = [
    "myst_parser",
    "sphinx.ext.autodoc",
    "sphinx_copybutton",
    "sphinx_design",
    "unigrad_site.extension",
]
exclude_patterns = ["_build"]

myst_enable_extensions = ["colon_fence", "deflist", "dollarmath"]
myst_heading_anchors = 3

default_role = "py:obj"
toc_object_entries_show_parents = "hide"
highlight_language = "none"
nitpicky = True

html_theme = "furo"
html_theme_options = {
    "light_css_variables": {
        "color-brand-primary": "#0b5d7a",
        "color-brand-content": "#0b5d7a",
        "color-program": "#f3f5f7",
    },
    "dark_css_variables": {
        "color-brand-primary": "#6cc3e0",
        "color-brand-content": "#6cc3e0",
        "color-program": "#1c2127",
    },
    "navigation_with_keys": True,
}
html_static_path = ["_static"]
html_css_files = ["site.css"]
html_js_files = ["site.js"]
html_math_renderer = "mathml"
html_copy_source = False
html_show_sourcelink = False
pygments_style = "a11y-high-contrast-light"
pygments_dark_style = "a11y-high-contrast-dark"
copybutton_exclude = ".linenos, .gp, .go"
copybutton_selector = "div.highlight-python pre, div.highlight-sh pre, div.highlight-console pre"

autodoc_typehints = "none"
autodoc_member_order = "bysource"
