"""What a client was called with, and what it handed back, in words and as a page shows it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from attrs import frozen

from imagesearch_conformance.reports.body_excerpt import ExcerptLine, value_excerpt
from imagesearch_conformance.reports.text import clip_text, format_value

#: How a client may answer, as the end of "it handed back ...".
_ANSWER_KIND_TEXTS: Mapping[str, str] = {
    "result": "a response",
    "error": "an error of the API",
    "refused": "a refusal: it says that it sent nothing",
    "unreadable": "that it could make no sense of what came",
    "broken": "nothing that can be understood",
}

_ADAPTER_FAILURE_TEXTS: Mapping[str, str] = {
    "crash": "its process ended",
    "hang": "it did not answer in time",
    "flood": "it wrote without end",
    "wrong-id": "it answered another call than this one",
    "message": "its answer breaks the protocol between adapter and suite",
}

#: What belongs to each way of answering, whether it is there or not.
_EXPECTED_PARTS: Mapping[str, tuple[str, ...]] = {
    "result": ("status",),
    "error": ("status", "code", "message", "requestId"),
}

#: What an answer may have besides its body.
_PART_NAMES = ("status", "code", "message", "requestId", "text")

_PART_LABELS: Mapping[str, str] = {"requestId": "request id", "text": "it says"}

#: The most parameters that are told.
_MAX_PARAMETERS = 40


@frozen
class DisplayedValue:
    """A named value as it was sent, called with or handed back; `marked` where a finding speaks of it."""

    name: str
    value: str
    marked: bool


@frozen
class ClientAnswer:
    """What a client handed back of one call: how, with what, and the body of a response."""

    description: str
    parts: tuple[DisplayedValue, ...]
    body: tuple[ExcerptLine, ...]


def call_parameters(case: dict[str, Any], where: str = "") -> tuple[DisplayedValue, ...]:
    """The parameters of the call of a case."""
    given = list((case.get("call") or {}).items())
    found = [
        DisplayedValue(clip_text(name), format_value(value), is_finding_about(where, name))
        for name, value in given[:_MAX_PARAMETERS]
    ]
    left = len(given) - len(found)
    return (*found, *([DisplayedValue("...", f"{left} more", marked=False)] if left else []))


def client_answer(case: dict[str, Any], where: str = "") -> ClientAnswer | None:
    """What came of the call of a case; None where nothing is stored of it."""
    answer = case.get("answer")
    if answer is None:
        return None
    body = answer.get("body")
    has_body = body is not None or answer["kind"] == "result"
    return ClientAnswer(
        _describe_answer(answer), tuple(_answer_parts(answer, where)), value_excerpt(body, where) if has_body else ()
    )


def call_text(case: dict[str, Any]) -> str:
    """The call of a case in one line; empty where there was none."""
    if case.get("call") is None:
        return ""
    return ", ".join(f"{one.name}={one.value}" for one in call_parameters(case)) or "no parameters"


def answer_text(case: dict[str, Any]) -> str:
    """What a client handed back in one line; empty where there was nothing to hand back."""
    answer = case.get("answer")
    if answer is None:
        return ""
    said = ", ".join([_describe_answer(answer), *(f"{one.name} {one.value}" for one in _answer_parts(answer, ""))])
    body = answer.get("body")
    return said if body is None else f"{said}: {format_value(body)}"


def call_lines(case: dict[str, Any]) -> list[str]:
    """Both sides of a call as lines of text; none where no client was called."""
    said = {"called with": call_text(case), "handed back": answer_text(case)}
    return [clip_text(f"{name}: {text}") for name, text in said.items() if text]


def answer_labels(case: dict[str, Any]) -> tuple[str, ...]:
    """What tells one answer from another at a glance: how, the status, the code."""
    answer = case.get("answer")
    if answer is None:
        return ()
    named = (answer["kind"], answer.get("status"), answer.get("code"), answer.get("breakdown"))
    return (" ".join(format_value(one) for one in named if one is not None),)


def is_finding_about(where: str, name: str) -> bool:
    """Whether a finding at this place speaks of a named value: Num, /Num, query:Num."""
    return bool(where) and (where in {name, f"/{name}"} or where.endswith(f":{name}"))


def _describe_answer(answer: dict[str, Any]) -> str:
    breakdown = answer.get("breakdown")
    return _ANSWER_KIND_TEXTS[answer["kind"]] + ("" if breakdown is None else f": {_ADAPTER_FAILURE_TEXTS[breakdown]}")


def _answer_parts(answer: dict[str, Any], where: str) -> Iterator[DisplayedValue]:
    due = _EXPECTED_PARTS.get(answer["kind"], ())
    for name in _PART_NAMES:
        value = answer.get(name)
        if value is not None or name in due:
            yield DisplayedValue(
                _PART_LABELS.get(name, name),
                "(none)" if value is None else format_value(value),
                is_finding_about(where, name),
            )
