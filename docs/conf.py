"""Configuration of the documentation site; `tox -e docs` builds it."""

import re
import tomllib
from pathlib import Path

from sphinx.application import Sphinx

_PYPROJECT = tomllib.loads(Path(__file__).parent.with_name("pyproject.toml").read_text(encoding="utf-8"))

project = _PYPROJECT["project"]["name"]
author = "The imagesearch-conformance maintainers"
project_copyright = author
version = release = _PYPROJECT["project"]["version"]

extensions = ["myst_parser", "sphinx_copybutton"]
source_suffix = {".md": "markdown"}
exclude_patterns = ["_build"]

# Pages link to each other's headings, and to files of the repository beside this directory.
myst_heading_anchors = 4
myst_enable_extensions = ["colon_fence", "deflist"]

nitpicky = True
html_theme = "furo"
html_title = f"{project} {release}"
html_copy_source = False
html_show_sphinx = False


def link_repository_files(_app: Sphinx, _docname: str, source: list[str]) -> None:
    """Turn links to Markdown files outside of this directory into downloads: they are not pages of the site."""
    source[0] = re.sub(r"\]\((\.\./[\w./-]+\.md)\)", r"](<path:\1>)", source[0])


def setup(app: Sphinx) -> None:
    app.connect("source-read", link_repository_files)
