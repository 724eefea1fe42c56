"""How often a call was sent, and what followed a redirect."""

from __future__ import annotations

from collections.abc import Iterator

from imagesearch_conformance.checks.parsed_response import ResponseKind
from imagesearch_conformance.checks.result import CheckResult
from imagesearch_conformance.clients.checks.context import ScenarioCheckContext
from imagesearch_conformance.model.wire import WireRequest
from imagesearch_conformance.signing.encoding import parse_form

#: Statuses from here on blame the client, and from there on the server (RFC 9110 section 15).
_CLIENT_ERRORS, _SERVER_ERRORS = 400, 500


def check_retries(context: ScenarioCheckContext) -> Iterator[CheckResult]:
    """How many requests one call made, by what it was answered."""
    made = len(context.scenario_run.exchanges)
    if not made or context.scenario.follows_redirects:
        return
    requirement, most = _request_limit(context)
    if made <= most:
        yield context.pass_requirement(requirement)
    else:
        wanted = "one request" if most == 1 else f"at most {most} requests"
        yield context.fail_requirement(requirement, f"one call made {made} requests", (wanted,), made)


def _request_limit(context: ScenarioCheckContext) -> tuple[str, int]:
    """The requirement that limits the requests of a call, and how many it may make."""
    rules, reading = context.contract.protocol.client_rules, context.response
    tries = rules.max_attempts
    if reading is None or reading.kind is ResponseKind.UNREADABLE:
        return "retry.failure", tries
    if reading.kind is ResponseKind.SUCCESS:
        return "request.once", 1
    if context.contract.errors.is_rate_limit(reading.error_code):
        return "retry.throttled", tries
    if reading.error_code in rules.transient_codes:
        return "retry.failure", tries
    if reading.wire.status >= _SERVER_ERRORS or reading.wire.status < _CLIENT_ERRORS:
        return "retry.failure", tries
    return "retry.refusal", 1


def check_redirect(context: ScenarioCheckContext) -> Iterator[CheckResult]:
    """What came to the other host."""
    for index, one in enumerate(context.scenario_run.other_exchanges, len(context.scenario_run.exchanges)):
        carried = sorted(_credential_names(context, one.request))
        if carried:
            told = ScenarioCheckContext(context.contract, context.target, context.scenario_run, index=index)
            yield from told.fail_all("credentials followed to another host", ("none",), carried)
            return


def _credential_names(context: ScenarioCheckContext, request: WireRequest) -> Iterator[str]:
    rules = context.contract.protocol.client_rules
    yield from (name for name, _ in request.headers if name.lower() in rules.credential_headers)
    for raw in (request.query, request.body):
        yield from (name for name, value in parse_form(raw) if name in rules.credential_parameters and value)
