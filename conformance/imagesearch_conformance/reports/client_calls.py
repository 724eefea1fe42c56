"""The call of a client and its answer, as text and as the HTML report shows them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from attrs import frozen

from imagesearch_conformance.reports.body_excerpt import ExcerptLine, value_excerpt
from imagesearch_conformance.reports.text import clip_text, format_value

_ANSWER_KIND_TEXTS: Mapping[str, str] = {
    "result": "a response",
    "error": "an API error",
    "argumentsRefused": "arguments refused, no request sent",
    "unreadable": "response could not be read",
    "noAnswer": "no valid answer",
}

_ADAPTER_FAILURE_TEXTS: Mapping[str, str] = {
    "crash": "the process exited",
    "hang": "timeout",
    "flood": "too much output",
    "wrong-id": "the id is that of another call",
    "message": "the message violates the adapter protocol",
}

#: Parts that are shown for a kind of answer even if they are missing.
_EXPECTED_PARTS: Mapping[str, tuple[str, ...]] = {
    "result": ("status",),
    "error": ("status", "code", "message", "requestId"),
}

#: Parts of an answer besides its body.
_PART_NAMES = ("status", "code", "message", "requestId", "text")

_PART_LABELS: Mapping[str, str] = {"requestId": "request id", "text": "details"}

_MAX_PARAMETERS = 40


@frozen
class DisplayedValue:
    """A named value of a request, a call or an answer; `marked` if a finding is about it."""

    name: str
    value: str
    marked: bool


@frozen
class ClientAnswer:
    """The answer of a client to a call: its kind, its parts, and the body of a response."""

    description: str
    parts: tuple[DisplayedValue, ...]
    body: tuple[ExcerptLine, ...]


def call_parameters(case: dict[str, Any], where: str = "") -> tuple[DisplayedValue, ...]:
    """Return the parameters of the call of a case; those that a finding at `where` is about are marked."""
    arguments = list((case.get("call") or {}).items())
    values = [
        DisplayedValue(clip_text(name), format_value(value), is_finding_about(where, name))
        for name, value in arguments[:_MAX_PARAMETERS]
    ]
    omitted = len(arguments) - len(values)
    return (*values, *([DisplayedValue("...", f"{omitted} more", marked=False)] if omitted else []))


def client_answer(case: dict[str, Any], where: str = "") -> ClientAnswer | None:
    """Return the answer to the call of a case, or None if none is stored."""
    answer = case.get("answer")
    if answer is None:
        return None
    body = answer.get("body")
    has_body = body is not None or answer["kind"] == "result"
    return ClientAnswer(
        _describe_answer(answer), tuple(_answer_parts(answer, where)), value_excerpt(body, where) if has_body else ()
    )


def call_text(case: dict[str, Any]) -> str:
    """Return the call of a case in one line; empty if there was none."""
    if case.get("call") is None:
        return ""
    parameters = (f"{parameter.name}={parameter.value}" for parameter in call_parameters(case))
    return ", ".join(parameters) or "no parameters"


def answer_text(case: dict[str, Any]) -> str:
    """Return the answer of a client in one line; empty if there was none."""
    answer = case.get("answer")
    if answer is None:
        return ""
    parts = (f"{part.name} {part.value}" for part in _answer_parts(answer, ""))
    text = ", ".join([_describe_answer(answer), *parts])
    body = answer.get("body")
    return text if body is None else f"{text}: {format_value(body)}"


def call_lines(case: dict[str, Any]) -> list[str]:
    """Return the call of a client and its answer as lines of text; empty if no client was called."""
    texts = {"called with": call_text(case), "returned": answer_text(case)}
    return [clip_text(f"{label}: {text}") for label, text in texts.items() if text]


def answer_labels(case: dict[str, Any]) -> tuple[str, ...]:
    """Return a short label of the answer to compare it by: kind, status, code, failure of the adapter."""
    answer = case.get("answer")
    if answer is None:
        return ()
    values = (answer["kind"], answer.get("status"), answer.get("code"), answer.get("adapterFailure"))
    return (" ".join(format_value(value) for value in values if value is not None),)


def is_finding_about(where: str, name: str) -> bool:
    """Return True if a finding at `where` is about a named value: Num, /Num, query:Num."""
    return bool(where) and (where in {name, f"/{name}"} or where.endswith(f":{name}"))


def _describe_answer(answer: dict[str, Any]) -> str:
    failure = answer.get("adapterFailure")
    return _ANSWER_KIND_TEXTS[answer["kind"]] + ("" if failure is None else f": {_ADAPTER_FAILURE_TEXTS[failure]}")


def _answer_parts(answer: dict[str, Any], where: str) -> Iterator[DisplayedValue]:
    expected = _EXPECTED_PARTS.get(answer["kind"], ())
    for name in _PART_NAMES:
        value = answer.get(name)
        if value is not None or name in expected:
            yield DisplayedValue(
                _PART_LABELS.get(name, name),
                "(none)" if value is None else format_value(value),
                is_finding_about(where, name),
            )
