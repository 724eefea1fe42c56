"""What a client was called with, and what it handed back, in words and as a page shows it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from attrs import frozen

from imagesearch_conformance.reports.excerpt import Line, excerpt_of
from imagesearch_conformance.reports.wording import shown, told

#: How a client may answer, as the end of "it handed back ...".
_HOW: Mapping[str, str] = {
    "result": "a response",
    "error": "an error of the API",
    "refused": "a refusal: it says that it sent nothing",
    "unreadable": "that it could make no sense of what came",
    "broken": "nothing that can be understood",
}

_BREAKDOWNS: Mapping[str, str] = {
    "crash": "its process ended",
    "hang": "it did not answer in time",
    "flood": "it wrote without end",
    "wrong-id": "it answered another call than this one",
    "message": "its answer breaks the protocol between adapter and suite",
}

#: What belongs to each way of answering, whether it is there or not.
_PARTS: Mapping[str, tuple[str, ...]] = {"result": ("status",), "error": ("status", "code", "message", "requestId")}

#: What an answer may have besides its body.
_ALL = ("status", "code", "message", "requestId", "text")

_NAMES: Mapping[str, str] = {"requestId": "request id", "text": "it says"}

#: The most parameters that are told.
_PARAMETERS = 40


@frozen
class Parameter:
    """A named value as it was sent, called with or handed back; `marked` where a finding speaks of it."""

    name: str
    value: str
    marked: bool


@frozen
class Handed:
    """What a client handed back of one call: how, with what, and the body of a response."""

    how: str
    parts: tuple[Parameter, ...]
    body: tuple[Line, ...]


def called(case: dict[str, Any], where: str = "") -> tuple[Parameter, ...]:
    """The parameters of the call of a case."""
    given = list((case.get("call") or {}).items())
    found = [Parameter(told(name), shown(value), speaks_of(where, name)) for name, value in given[:_PARAMETERS]]
    left = len(given) - len(found)
    return (*found, *([Parameter("...", f"{left} more", marked=False)] if left else []))


def handed_back(case: dict[str, Any], where: str = "") -> Handed | None:
    """What came of the call of a case; None where nothing is stored of it."""
    answer = case.get("answer")
    if answer is None:
        return None
    body = answer.get("body")
    has_body = body is not None or answer["kind"] == "result"
    return Handed(_how(answer), tuple(_parts(answer, where)), excerpt_of(body, where) if has_body else ())


def call_text(case: dict[str, Any]) -> str:
    """The call of a case in one line; empty where there was none."""
    if case.get("call") is None:
        return ""
    return ", ".join(f"{one.name}={one.value}" for one in called(case)) or "no parameters"


def answer_text(case: dict[str, Any]) -> str:
    """What a client handed back in one line; empty where there was nothing to hand back."""
    answer = case.get("answer")
    if answer is None:
        return ""
    said = ", ".join([_how(answer), *(f"{one.name} {one.value}" for one in _parts(answer, ""))])
    body = answer.get("body")
    return said if body is None else f"{said}: {shown(body)}"


def call_lines(case: dict[str, Any]) -> list[str]:
    """Both sides of a call as lines of text; none where no client was called."""
    said = {"called with": call_text(case), "handed back": answer_text(case)}
    return [told(f"{name}: {text}") for name, text in said.items() if text]


def answer_code(case: dict[str, Any]) -> tuple[str, ...]:
    """What tells one answer from another at a glance: how, the status, the code."""
    answer = case.get("answer")
    if answer is None:
        return ()
    named = (answer["kind"], answer.get("status"), answer.get("code"), answer.get("breakdown"))
    return (" ".join(shown(one) for one in named if one is not None),)


def speaks_of(where: str, name: str) -> bool:
    """Whether a finding at this place speaks of a named value: Num, /Num, query:Num."""
    return bool(where) and (where in {name, f"/{name}"} or where.endswith(f":{name}"))


def _how(answer: dict[str, Any]) -> str:
    breakdown = answer.get("breakdown")
    return _HOW[answer["kind"]] + ("" if breakdown is None else f": {_BREAKDOWNS[breakdown]}")


def _parts(answer: dict[str, Any], where: str) -> Iterator[Parameter]:
    due = _PARTS.get(answer["kind"], ())
    for name in _ALL:
        value = answer.get(name)
        if value is not None or name in due:
            yield Parameter(_NAMES.get(name, name), "(none)" if value is None else shown(value), speaks_of(where, name))
