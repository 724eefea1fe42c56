"""How a case or a requirement stands in one report."""

from __future__ import annotations

import base64
from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from attrs import frozen

from imagesearch_conformance.checks.reading import Kind, read
from imagesearch_conformance.model.outcome import Outcome
from imagesearch_conformance.model.wire import WireReply
from imagesearch_conformance.reports.calls import answer_code
from imagesearch_conformance.reports.shared_bodies import Bodies
from imagesearch_conformance.reports.subject import is_client
from imagesearch_conformance.reports.wording import gravest, shown

#: Outcomes that are no judgement.
UNTOLD = frozenset({Outcome.SKIPPED, Outcome.ERRORED, Outcome.NOT_APPLICABLE})

#: Stands after the status of a reply that nobody could read.
_UNREADABLE = "(no JSON object)"


@frozen
class Standing:
    """What one report says of one case or requirement.

    `said` is its gravest finding, or the reason why there is no judgement. `requirements` are those
    that a case is for, `departed` those that it departs from, `cases` those that exercise a
    requirement; `replies` are the statuses and codes that came, each once (of a client: what it handed
    back); `pace` is the time of one
    exchange, in seconds.
    """

    id: str
    outcome: Outcome
    said: str | None = None
    level: str | None = None
    area: str | None = None
    requirements: tuple[str, ...] = ()
    cases: tuple[str, ...] = ()
    departed: frozenset[str] = frozenset()
    replies: tuple[str, ...] = ()
    pace: float | None = None

    @property
    def judged(self) -> bool:
        """Whether the report could tell."""
        return self.outcome not in UNTOLD


def of_requirements(document: dict[str, Any]) -> tuple[Standing, ...]:
    """How each requirement stands."""
    found: defaultdict[str, list[dict[str, Any]]] = defaultdict(list)
    for one in (*document["requirements"], *document["cases"]):
        for finding in one.get("findings", ()):
            found[finding["requirement"]].append(finding)
    return tuple(
        Standing(
            one["id"],
            Outcome(one["outcome"]),
            _said(one, found[one["id"]]),
            one["level"],
            one["area"],
            cases=tuple(one["cases"]),
        )
        for one in document["requirements"]
    )


def of_cases(document: dict[str, Any], success: int) -> tuple[Standing, ...]:
    """How each case stands; `success` is the status of a success."""
    bodies, client = Bodies.of(document), is_client(document)
    return tuple(
        Standing(
            case["id"],
            Outcome(case["outcome"]),
            _said(case, _own(case) or case["findings"]),
            requirements=tuple(case["requirements"]),
            departed=frozenset(one["requirement"] for one in case["findings"]),
            # What comes to a client is the same every time; what it makes of that is what may change.
            replies=answer_code(case) if client else _replies(case["exchanges"], bodies, success),
            pace=case["seconds"] / len(case["exchanges"]) if case["exchanges"] else None,
        )
        for case in document["cases"]
    )


def _own(case: dict[str, Any]) -> list[dict[str, Any]]:
    """The findings about what a case was made for; it may have met other departures as well."""
    return [one for one in case["findings"] if one["requirement"] in case["requirements"]]


def _said(one: dict[str, Any], findings: list[dict[str, Any]]) -> str | None:
    reason: str | None = one["reason"]
    return reason or (str(gravest(findings)["message"]) if findings else None)


def _replies(exchanges: Iterable[dict[str, Any]], bodies: Bodies, success: int) -> tuple[str, ...]:
    return tuple(sorted({_reply(one, bodies, success) for one in exchanges}))


def _reply(exchange: dict[str, Any], bodies: Bodies, success: int) -> str:
    """The status of a reply, with its code where it is a refusal."""
    status = exchange["response"]["status"]
    if exchange["response"]["truncated"]:
        return str(status)
    reading = read(WireReply(status, (), _body(exchange, bodies)), success)
    if reading.kind is Kind.UNREADABLE:
        return f"{status} {_UNREADABLE}"
    return f"{status} {shown(reading.code)}" if reading.kind is Kind.REFUSAL and reading.code else str(status)


def _body(exchange: dict[str, Any], bodies: Bodies) -> bytes:
    body, encoded = bodies.of_exchange(exchange)
    try:
        return base64.b64decode(body) if encoded else body.encode("utf-8", "surrogatepass")
    except ValueError:
        return b""
