"""Pages from templates: whatever is filled in is escaped, and nothing is fetched from anywhere."""

from __future__ import annotations

import base64
import hashlib
import re
from functools import cache
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape
from markupsafe import Markup

from imagesearch_conformance.reports.text import clip_text, escape_unprintable, format_value

#: Templates lie beside this module; what they include as it stands is code of ours, never text of a target.
_FOLDER = "templates"

#: Elements in which white space counts, and line breaks with what is around them.
_VERBATIM = re.compile("(<pre.*?</pre>|<script.*?</script>)", re.DOTALL)
_INDENTATION = re.compile(r"\n\s*")


def render_template(template: str, **values: Any) -> str:
    """The text of a template of `reports/templates` with these values."""
    return _environment().get_template(template).render(**values)


def render_html_page(template: str, **values: Any) -> str:
    """A web page from a template, without the indentation of that: it shows nowhere, and weighs a part of the page."""
    parts = _VERBATIM.split(render_template(template, **values))
    return "".join(part if index % 2 else _INDENTATION.sub(" ", part) for index, part in enumerate(parts)) + "\n"


@cache
def _environment() -> Environment:
    made = Environment(
        loader=PackageLoader("imagesearch_conformance.reports", _FOLDER),
        autoescape=select_autoescape(default=True, default_for_string=True),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters |= {"clip": clip_text, "format_value": format_value, "printable": escape_unprintable}
    made.globals |= {"source": _template_source, "digest": _csp_digest}
    return made


def _template_source(name: str) -> Markup:
    """The text of a style sheet or script, as it stands."""
    loader = _environment().loader
    if loader is None:
        raise RuntimeError("templates have a loader")
    return Markup(loader.get_source(_environment(), name)[0])  # noqa: S704 a file of this package


def _csp_digest(*names: str) -> str:
    """What a content security policy calls a script (CSP level 3, section 2.3): only this one may run."""
    text = "".join(map(_template_source, names))
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode("ascii")
