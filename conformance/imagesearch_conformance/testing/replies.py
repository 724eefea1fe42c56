"""What is wrong with a reply of which the request is not known, by the checks that judge replies in a run."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import best_match

from imagesearch_conformance.checks.judging import judge_reply
from imagesearch_conformance.checks.reading import Kind, Reading, read
from imagesearch_conformance.checks.sent import Sent
from imagesearch_conformance.contract import Contract
from imagesearch_conformance.contract.fields import ASPECTS, Aspect
from imagesearch_conformance.model.expectation import Grade
from imagesearch_conformance.model.finding import Finding
from imagesearch_conformance.model.target import Target
from imagesearch_conformance.model.wire import WireReply, WireRequest
from imagesearch_conformance.testing.problem import Problem, contract_of
from imagesearch_conformance.verdicts import Policy

_JSON = (("Content-Type", "application/json"),)

#: Where nobody asked: no instance, so that nothing is expected of the data.
_NOBODY = Target("", ())

#: A page so far behind and so long that a reply may have any number of entries.
_ANYTHING = str(10**9)

Body = Mapping[str, Any] | str | bytes


def success_problems(document: str | None, body: Body) -> tuple[Problem, ...]:
    """Everything that no success may have, the one that says most first; none where all is well."""
    contract = contract_of(document)
    reading = _read(contract, contract.protocol.success, body)
    if reading.kind is Kind.REFUSAL:
        return (Problem("/Code", f"this is an error reply, with the code {reading.code!r}", ("0",), reading.code),)
    return _problems(contract, reading, "schemas/success.json")


def error_problems(document: str | None, status: int, body: Body) -> tuple[Problem, ...]:
    """Everything that no error reply may have, the one that says most first."""
    contract = contract_of(document)
    reading = _read(contract, status, body)
    if reading.kind is Kind.SUCCESS:
        return (Problem("", "this is a success", ("an error code",)), *_problems(contract, reading, ""))
    return (*_problems(contract, reading, "schemas/error.json"), *_of_code(contract, status, reading.code))


def _read(contract: Contract, status: int, body: Body) -> Reading:
    octets = body if isinstance(body, bytes) else _text(body).encode("utf-8", "surrogatepass")
    return read(WireReply(status, _JSON, octets), contract.protocol.success)


def _text(body: Mapping[str, Any] | str) -> str:
    return body if isinstance(body, str) else json.dumps(body, ensure_ascii=False)


def _problems(contract: Contract, reading: Reading, schema: str) -> tuple[Problem, ...]:
    window = contract.window
    sent = Sent(WireRequest("", ""), None, None, ((window.start, _ANYTHING), (window.count, _ANYTHING)))
    judged = judge_reply(contract, _NOBODY, sent, reading).findings
    policy = Policy()
    counting = [one for one in judged if one.requirement in contract.requirements and policy.fails(one)]
    best = _best(contract, counting, reading, schema) if schema and counting else None
    ordered = [best, *(one for one in counting if one is not best)] if best else counting
    return tuple(Problem.of(one, contract.requirements[one.requirement]) for one in ordered)


def _best(contract: Contract, findings: list[Finding], reading: Reading, schema: str) -> Finding | None:
    """The finding about what jsonschema takes for the best match, or the first where it sees nothing."""
    validator = Draft202012Validator(contract.documents.document(schema))
    error = best_match(validator.iter_errors(dict(reading.document)))
    if error is None or reading.kind is Kind.UNREADABLE:
        return findings[0]
    pointer = "".join(f"/{part}" for part in error.absolute_path)
    aspect = _aspect(str(error.validator))
    alike = [one for one in findings if one.where == pointer]
    return next((one for one in alike if one.requirement.endswith(f".{aspect}")), next(iter(alike), findings[0]))


def _aspect(keyword: str) -> str:
    found = (aspect for aspect, keywords in ASPECTS.items() if keyword in keywords)
    return Aspect.PRESENT.value if keyword == "required" else next((one.value for one in found), keyword)


def _of_code(contract: Contract, status: int, code: str | None) -> Iterator[Problem]:
    """What a run holds against a code: that no table has it, or another status than those known of a tolerated one."""
    if code is None:
        return
    row = contract.errors.find(code)
    if row is None:
        near = get_close_matches(code, [one.code for one in contract.errors.rows], n=3)
        yield Problem("/Code", f"no error code is called {code!r}", tuple(near), code)
    elif row.grade is Grade.TOLERATED and status not in {row.status, *row.statuses}:
        statuses = tuple(str(one) for one in dict.fromkeys((row.status, *row.statuses)))
        yield Problem("status", f"{code} does not come with status {status}", statuses, status)
