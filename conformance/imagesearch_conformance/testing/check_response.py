"""What is wrong with a reply of which the request is not known, by the checks that judge replies in a run."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import best_match

from imagesearch_conformance.checks.judge import judge_response
from imagesearch_conformance.checks.parsed_request import ParsedRequest
from imagesearch_conformance.checks.parsed_response import ParsedResponse, ResponseKind, parse_response
from imagesearch_conformance.contract import Contract
from imagesearch_conformance.contract.fields import ASPECT_KEYWORDS, Aspect
from imagesearch_conformance.model.expectation import Grade
from imagesearch_conformance.model.finding import Finding
from imagesearch_conformance.model.target import Target
from imagesearch_conformance.model.wire import WireRequest, WireResponse
from imagesearch_conformance.outcomes import Policy
from imagesearch_conformance.testing.message_problem import MessageProblem, load_contract

_JSON_HEADERS = (("Content-Type", "application/json"),)

#: Where nobody asked: no instance, so that nothing is expected of the data.
_UNKNOWN_TARGET = Target("", ())

#: A page so far behind and so long that a reply may have any number of entries.
_UNLIMITED = str(10**9)

Body = Mapping[str, Any] | str | bytes


def success_problems(document: str | None, body: Body) -> tuple[MessageProblem, ...]:
    """Everything that no success may have, the one that says most first; none where all is well."""
    contract = load_contract(document)
    reading = _parse_body(contract, contract.protocol.success_status, body)
    if reading.kind is ResponseKind.ERROR:
        return (
            MessageProblem(
                "/Code", f"this is an error reply, with the code {reading.error_code!r}", ("0",), reading.error_code
            ),
        )
    return _find_problems(contract, reading, "schemas/success.json")


def error_problems(document: str | None, status: int, body: Body) -> tuple[MessageProblem, ...]:
    """Everything that no error reply may have, the one that says most first."""
    contract = load_contract(document)
    reading = _parse_body(contract, status, body)
    if reading.kind is ResponseKind.SUCCESS:
        return (MessageProblem("", "this is a success", ("an error code",)), *_find_problems(contract, reading, ""))
    return (
        *_find_problems(contract, reading, "schemas/error.json"),
        *_code_problems(contract, status, reading.error_code),
    )


def _parse_body(contract: Contract, status: int, body: Body) -> ParsedResponse:
    octets = body if isinstance(body, bytes) else _body_text(body).encode("utf-8", "surrogatepass")
    return parse_response(WireResponse(status, _JSON_HEADERS, octets), contract.protocol.success_status)


def _body_text(body: Mapping[str, Any] | str) -> str:
    return body if isinstance(body, str) else json.dumps(body, ensure_ascii=False)


def _find_problems(contract: Contract, response: ParsedResponse, schema: str) -> tuple[MessageProblem, ...]:
    window = contract.window
    sent = ParsedRequest(
        WireRequest("", ""), None, None, ((window.start_parameter, _UNLIMITED), (window.count_parameter, _UNLIMITED))
    )
    judged = judge_response(contract, _UNKNOWN_TARGET, sent, response).findings
    policy = Policy()
    counting = [one for one in judged if one.requirement in contract.requirements and policy.is_failure(one)]
    best = _best_finding(contract, counting, response, schema) if schema and counting else None
    ordered = [best, *(one for one in counting if one is not best)] if best else counting
    return tuple(MessageProblem.from_finding(one, contract.requirements[one.requirement]) for one in ordered)


def _best_finding(contract: Contract, findings: list[Finding], response: ParsedResponse, schema: str) -> Finding | None:
    """The finding about what jsonschema takes for the best match, or the first where it sees nothing."""
    validator = Draft202012Validator(contract.spec_files.content(schema))
    error = best_match(validator.iter_errors(dict(response.document)))
    if error is None or response.kind is ResponseKind.UNREADABLE:
        return findings[0]
    pointer = "".join(f"/{part}" for part in error.absolute_path)
    aspect = _aspect(str(error.validator))
    alike = [one for one in findings if one.where == pointer]
    return next((one for one in alike if one.requirement.endswith(f".{aspect}")), next(iter(alike), findings[0]))


def _aspect(keyword: str) -> str:
    found = (aspect for aspect, keywords in ASPECT_KEYWORDS.items() if keyword in keywords)
    return Aspect.PRESENT.value if keyword == "required" else next((one.value for one in found), keyword)


def _code_problems(contract: Contract, status: int, code: str | None) -> Iterator[MessageProblem]:
    """What a run holds against a code: that no table has it, or another status than those known of a tolerated one."""
    if code is None:
        return
    row = contract.errors.find(code)
    if row is None:
        near = get_close_matches(code, [one.code for one in contract.errors.rows], n=3)
        yield MessageProblem("/Code", f"no error code is called {code!r}", tuple(near), code)
    elif row.grade is Grade.TOLERATED and status not in {row.status, *row.tolerated_statuses}:
        statuses = tuple(str(one) for one in dict.fromkeys((row.status, *row.tolerated_statuses)))
        yield MessageProblem("status", f"{code} does not come with status {status}", statuses, status)
