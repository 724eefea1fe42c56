"""The options of a run as pytest gives them: the same names, with a prefix. Nothing heavy is imported here."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

#: What all our options begin with.
PREFIX = "--imagesearch-"

#: The endpoint to certify, and the word for the embedded emulator.
ENDPOINT_OPTION, EMULATOR = "imagesearch_conformance", "emulator"

_ENVIRONMENT_PREFIX = "IMAGESEARCH_CONFORMANCE_"

#: Option -> (how its text is read, help); those that may be repeated read a list.
_VALUE_OPTIONS: Mapping[str, tuple[Callable[[str], Any], str]] = {
    "profile": (Path, "target profile (TOML)"),
    "reports": (Path, "directory for the reports; without it none are written"),
    "level": (str, "lowest level whose violation fails: must (default) or should"),
    "select": (str, "requirements, cases or areas to make (repeatable)"),
    "deselect": (str, "requirements, cases or areas to leave out (repeatable)"),
    "examples": (int, "generate so many requests at random, besides the cases (default: 0)"),
    "budget": (int, "send at most so many requests, the most telling first"),
    "qps": (float, "never send faster than this many requests a second"),
    "timeout": (float, "deadline of a whole exchange, in seconds"),
    "seed": (int, "varies the made-up values of cases"),
    "spec": (Path, "another contract directory"),
    "document": (str, "revision of the page to follow, like 2026-06"),
    "deviations": (Path, "departures that are known (TOML)"),
}

#: What an option may say, where that is known.
_CHOICES: Mapping[str, tuple[str, ...]] = {"level": ("must", "should")}

_REPEATABLE = frozenset({"select", "deselect"})

_STRICT = "strict"

#: Options that mean nothing without an endpoint; the others tell fixtures something, or may stand in a configuration.
_CERTIFYING_OPTIONS = ("reports", "select", "deselect", "examples", "budget", "qps", "deviations", _STRICT)


def add_options(parser: pytest.Parser) -> None:
    """Adds all options, in a group of their own."""
    group = parser.getgroup("imagesearch", "conformance to Image Search's SearchImageByName")
    group.addoption(
        "--imagesearch-conformance",
        dest=ENDPOINT_OPTION,
        metavar="URL",
        help=f"certify an endpoint, one test a case; `{EMULATOR}` for the embedded one",
    )
    parser.addini(ENDPOINT_OPTION, "the endpoint that --imagesearch-conformance would name")
    for name, (kind, text) in _VALUE_OPTIONS.items():
        action = "append" if name in _REPEATABLE else "store"
        choices = _CHOICES.get(name)
        group.addoption(
            f"{PREFIX}{name}", dest=f"imagesearch_{name}", type=kind, action=action, choices=choices, help=text
        )
    group.addoption(
        f"{PREFIX}{_STRICT}", dest=f"imagesearch_{_STRICT}", action="store_true", default=None,
        help="accept documented outcomes only",
    )  # fmt: skip


def configured_endpoint(config: pytest.Config) -> str | None:
    """What is to be certified, or None."""
    return config.getoption(ENDPOINT_OPTION) or config.getini(ENDPOINT_OPTION) or None


@contextmanager
def usage_errors() -> Iterator[None]:
    """Turns what is wrong with our input into what pytest says of its own."""
    from imagesearch_conformance.errors import InvalidInput  # noqa: PLC0415 heavy, and seldom wanted

    try:
        yield
    except InvalidInput as problem:
        raise pytest.UsageError(str(problem)) from None


def configured_document(config: pytest.Config) -> str | None:
    """The revision of the page that fixtures follow, or None; raises UsageError."""
    document: str | None = configured_options(config).get("document")
    return document


def reject_unused_options(config: pytest.Config) -> None:
    """Raises UsageError for options that say how to certify where nothing is certified: the slip would go unnoticed."""
    unused = [name for name in _CERTIFYING_OPTIONS if config.getoption(f"imagesearch_{name}") is not None]
    if unused:
        raise pytest.UsageError(
            f"{PREFIX}{unused[0]} is given, and nothing is certified: add --imagesearch-conformance=URL"
        )


def configured_options(config: pytest.Config) -> dict[str, Any]:
    """The options that are set, on the command line or in the environment; raises UsageError."""
    found: dict[str, Any] = {}
    for name in (*_VALUE_OPTIONS, _STRICT):
        value = config.getoption(f"imagesearch_{name}")
        value = _environment_value(name) if value is None else value
        if value is not None:
            found[name] = value
    return found


def _environment_value(name: str) -> Any:
    text = os.environ.get(f"{_ENVIRONMENT_PREFIX}{name.upper()}")
    if not text:
        return None
    if name == _STRICT:
        return text.lower() in {"1", "true", "yes", "on"}
    kind, _ = _VALUE_OPTIONS[name]
    if text not in _CHOICES.get(name, (text,)):
        raise pytest.UsageError(f"{_ENVIRONMENT_PREFIX}{name.upper()}: {text!r} is none of {', '.join(_CHOICES[name])}")
    try:
        return [kind(one) for one in text.split()] if name in _REPEATABLE else kind(text)
    except ValueError as problem:
        raise pytest.UsageError(f"{_ENVIRONMENT_PREFIX}{name.upper()}: {problem}") from None
