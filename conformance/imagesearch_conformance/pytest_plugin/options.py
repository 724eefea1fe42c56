"""The options of `run` as pytest options, with a prefix; nothing heavy is imported here."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

PREFIX = "--imagesearch-"

#: Name of the option for the endpoint to test, and its value for the embedded emulator.
ENDPOINT_OPTION, EMULATOR = "imagesearch_conformance", "emulator"

_ENVIRONMENT_PREFIX = "IMAGESEARCH_CONFORMANCE_"

#: Option -> (parser of its text, help).
_VALUE_OPTIONS: Mapping[str, tuple[Callable[[str], Any], str]] = {
    "profile": (Path, "target profile (TOML)"),
    "reports": (Path, "write the reports to this directory; default: no reports"),
    "level": (str, "fail on violations at this level or above: must (default) or should"),
    "select": (str, "run only these requirements, cases or areas (repeatable)"),
    "deselect": (str, "skip these requirements, cases or areas (repeatable)"),
    "examples": (int, "send this many generated requests in addition to the cases (default: 0)"),
    "budget": (int, "send at most this many requests, most fault-revealing cases first"),
    "qps": (float, "send at most this many requests per second"),
    "timeout": (float, "time limit of a whole exchange, in seconds"),
    "seed": (int, "seed of generated requests and made-up names"),
    "spec": (Path, "use another contract directory"),
    "document": (str, "follow this revision of the documentation, such as 2026-06"),
    "deviations": (Path, "known deviations to accept (TOML)"),
}

_CHOICES: Mapping[str, tuple[str, ...]] = {"level": ("must", "should")}

_REPEATABLE = frozenset({"select", "deselect"})

_STRICT = "strict"

#: Options that have no effect without an endpoint; the others also configure fixtures, or belong into `addopts`.
_ENDPOINT_ONLY_OPTIONS = ("reports", "select", "deselect", "examples", "budget", "qps", "deviations", _STRICT)


def add_options(parser: pytest.Parser) -> None:
    """Add all options, in a group of their own."""
    group = parser.getgroup("imagesearch", "conformance to Image Search's SearchImageByName")
    group.addoption(
        "--imagesearch-conformance",
        dest=ENDPOINT_OPTION,
        metavar="URL",
        help=f"test an endpoint, with one test for each case; `{EMULATOR}` for the embedded emulator",
    )
    parser.addini(ENDPOINT_OPTION, "default of --imagesearch-conformance")
    for name, (kind, text) in _VALUE_OPTIONS.items():
        action = "append" if name in _REPEATABLE else "store"
        choices = _CHOICES.get(name)
        group.addoption(
            f"{PREFIX}{name}", dest=f"imagesearch_{name}", type=kind, action=action, choices=choices, help=text
        )
    group.addoption(
        f"{PREFIX}{_STRICT}", dest=f"imagesearch_{_STRICT}", action="store_true", default=None,
        help="accept documented outcomes only, no tolerated ones",
    )  # fmt: skip


def configured_endpoint(config: pytest.Config) -> str | None:
    """Return the endpoint to test, or None."""
    return config.getoption(ENDPOINT_OPTION) or config.getini(ENDPOINT_OPTION) or None


@contextmanager
def usage_errors() -> Iterator[None]:
    """Convert InvalidInput to pytest's UsageError."""
    from imagesearch_conformance.errors import InvalidInput  # noqa: PLC0415 heavy, and seldom needed

    try:
        yield
    except InvalidInput as problem:
        raise pytest.UsageError(str(problem)) from None


def configured_document(config: pytest.Config) -> str | None:
    """Return the revision of the documentation for the fixtures, or None; raises UsageError."""
    document: str | None = configured_options(config).get("document")
    return document


def reject_unused_options(config: pytest.Config) -> None:
    """Raise UsageError for options without effect in a session without an endpoint: the user forgot the endpoint."""
    unused = [name for name in _ENDPOINT_ONLY_OPTIONS if config.getoption(f"imagesearch_{name}") is not None]
    if unused:
        raise pytest.UsageError(
            f"{PREFIX}{unused[0]} has no effect without an endpoint: add --imagesearch-conformance=URL"
        )


def configured_options(config: pytest.Config) -> dict[str, Any]:
    """Return the options set on the command line or in the environment; raises UsageError."""
    options: dict[str, Any] = {}
    for name in (*_VALUE_OPTIONS, _STRICT):
        value = config.getoption(f"imagesearch_{name}")
        value = _environment_value(name) if value is None else value
        if value is not None:
            options[name] = value
    return options


def _environment_value(name: str) -> Any:
    variable = f"{_ENVIRONMENT_PREFIX}{name.upper()}"
    text = os.environ.get(variable)
    if not text:
        return None
    if name == _STRICT:
        return text.lower() in {"1", "true", "yes", "on"}
    kind, _ = _VALUE_OPTIONS[name]
    if text not in _CHOICES.get(name, (text,)):
        raise pytest.UsageError(f"{variable}: expected one of {', '.join(_CHOICES[name])}, got {text!r}")
    try:
        return [kind(word) for word in text.split()] if name in _REPEATABLE else kind(text)
    except ValueError as problem:
        raise pytest.UsageError(f"{variable}: {problem}") from None
