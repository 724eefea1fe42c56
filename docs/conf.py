"""Configuration of the documentation site; `tox -e docs` builds it."""

from importlib.metadata import version as installed_version

project = "imagesearch-conformance"
author = "The imagesearch-conformance maintainers"
project_copyright = author
version = release = installed_version(project)

extensions = ["myst_parser", "sphinx_copybutton"]
source_suffix = {".md": "markdown"}
exclude_patterns = ["_build"]

# Pages link to each other's headings, and to files of the repository beside this folder.
myst_heading_anchors = 4
myst_enable_extensions = ["colon_fence", "deflist"]
suppress_warnings = ["misc.highlighting_failure"]  # consoles and templates that no lexer knows

nitpicky = True
html_theme = "furo"
html_title = f"{project} {release}"
html_copy_source = False
html_show_sphinx = False
