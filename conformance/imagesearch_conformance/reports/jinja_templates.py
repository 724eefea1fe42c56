"""Rendering of Jinja templates: all values are escaped, and pages load nothing from elsewhere."""

from __future__ import annotations

import base64
import hashlib
import re
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape
from markupsafe import Markup

from imagesearch_conformance.reports.text import clip_text, escape_unprintable, format_value

#: Files of this folder may be included without escaping: they are part of the package, never text of a target.
_FOLDER = "templates"

#: Elements with significant white space, and line breaks with the indentation after them.
_VERBATIM = re.compile("(<pre.*?</pre>|<script.*?</script>)", re.DOTALL)
_INDENTATION = re.compile(r"\n\s*")


def render_template(template: str, **values: Any) -> str:
    """Return the text of a template of `reports/templates` with these values."""
    return _ENVIRONMENT.get_template(template).render(**values)


def render_html_page(template: str, **values: Any) -> str:
    """Return an HTML page from a template, without its indentation, which would add to the size of the page."""
    parts = _VERBATIM.split(render_template(template, **values))
    return "".join(part if index % 2 else _INDENTATION.sub(" ", part) for index, part in enumerate(parts)) + "\n"


def _template_source(name: str) -> Markup:
    """Return the text of a style sheet or script, unescaped."""
    return Markup(_LOADER.get_source(_ENVIRONMENT, name)[0])  # noqa: S704 a file of this package


def _csp_digest(*names: str) -> str:
    """Return the hash source of a script for a content security policy (CSP level 3, section 2.3)."""
    text = "".join(map(_template_source, names))
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode("ascii")


_LOADER = PackageLoader("imagesearch_conformance.reports", _FOLDER)

_ENVIRONMENT = Environment(
    loader=_LOADER,
    autoescape=select_autoescape(default=True, default_for_string=True),
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_ENVIRONMENT.filters |= {
    "clip_text": clip_text,
    "format_value": format_value,
    "escape_unprintable": escape_unprintable,
}
_ENVIRONMENT.globals |= {"source": _template_source, "csp_digest": _csp_digest}
