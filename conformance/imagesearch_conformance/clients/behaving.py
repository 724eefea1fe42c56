"""How often a call was sent, and what followed a redirect."""

from __future__ import annotations

from collections.abc import Iterator

from imagesearch_conformance.checks.reading import Kind
from imagesearch_conformance.checks.remark import Remark
from imagesearch_conformance.clients.look import Look
from imagesearch_conformance.model.wire import WireRequest
from imagesearch_conformance.signing.encoding import parse_form

#: Statuses from here on blame the client, and from there on the server (RFC 9110 section 15).
_CLIENT_ERRORS, _SERVER_ERRORS = 400, 500


def check_tries(look: Look) -> Iterator[Remark]:
    """How many requests one call made, by what it was answered."""
    made = len(look.performance.exchanges)
    if not made or look.scenario.wanders:
        return
    requirement, most = _bound(look)
    if made <= most:
        yield look.held(requirement)
    else:
        wanted = "one request" if most == 1 else f"at most {most} requests"
        yield look.departed(requirement, f"one call made {made} requests", (wanted,), made)


def _bound(look: Look) -> tuple[str, int]:
    """The requirement that limits the requests of a call, and how many it may make."""
    rules, reading = look.contract.protocol.client, look.reading
    tries = rules.tries
    if reading is None or reading.kind is Kind.UNREADABLE:
        return "retry.failure", tries
    if reading.kind is Kind.SUCCESS:
        return "request.once", 1
    if look.contract.errors.denies(reading.code):
        return "retry.throttled", tries
    if reading.code in rules.passing:
        return "retry.failure", tries
    if reading.reply.status >= _SERVER_ERRORS or reading.reply.status < _CLIENT_ERRORS:
        return "retry.failure", tries
    return "retry.refusal", 1


def check_redirect(look: Look) -> Iterator[Remark]:
    """What came to the other host."""
    for index, one in enumerate(look.performance.elsewhere, len(look.performance.exchanges)):
        carried = sorted(_credentials(look, one.request))
        if carried:
            told = Look(look.contract, look.target, look.performance, index=index)
            yield from told.own_departed("credentials followed to another host", ("none",), carried)
            return


def _credentials(look: Look, request: WireRequest) -> Iterator[str]:
    rules = look.contract.protocol.client
    yield from (name for name, _ in request.headers if name.lower() in rules.credential_headers)
    for raw in (request.query, request.body):
        yield from (name for name, value in parse_form(raw) if name in rules.credentials and value)
