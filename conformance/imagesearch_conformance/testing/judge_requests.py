"""What was wrong with the requests of a test, in the words of the contract."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from fnmatch import fnmatchcase

from attrs import evolve

from imagesearch_conformance.clients.checks.context import RequestCheckContext
from imagesearch_conformance.clients.checks.parameters import find_request_requirement
from imagesearch_conformance.clients.checks.request import signature_nonce
from imagesearch_conformance.clients.judge import judge_request
from imagesearch_conformance.contract import Contract
from imagesearch_conformance.emulator.access_keys import ACCESS_KEYS
from imagesearch_conformance.errors import InvalidInput
from imagesearch_conformance.model.finding import Finding
from imagesearch_conformance.outcomes import Policy
from imagesearch_conformance.redaction import Redactor
from imagesearch_conformance.reports.document import serialize_finding
from imagesearch_conformance.signing.parse import parse_signature
from imagesearch_conformance.testing.emulator_context import EmulatorContext, with_access_key
from imagesearch_conformance.testing.received_exchange import ReceivedExchange
from imagesearch_conformance.testing.request_finding import RequestFinding


def judge_requests(context: EmulatorContext, exchanges: Sequence[ReceivedExchange]) -> tuple[RequestFinding, ...]:
    """Everything that was wrong with requests, in their order."""
    return tuple(_iter_findings(context, exchanges))


def _iter_findings(context: EmulatorContext, exchanges: Sequence[ReceivedExchange]) -> Iterator[RequestFinding]:
    used: set[str] = set()
    known = context.target("")
    for index, one in enumerate(exchanges):
        request = one.request
        key = getattr(parse_signature(request), "access_key_id", None)
        target = with_access_key(evolve(known, endpoint=one.endpoint), key)
        request_context = RequestCheckContext(context.contract, target, index=index)
        judgement = judge_request(request_context, one.exchange, used_nonces=frozenset(used), with_values=True)
        for finding in judgement.findings:
            yield build_request_finding(context.contract, finding, create_redactor(one))
        used.add(signature_nonce(request) or "")


def create_redactor(exchange: ReceivedExchange) -> Redactor:
    """What takes the secrets of the emulator's keys, and the signature of a request, out of texts."""
    secrets = {key.credentials.access_key_secret for key in ACCESS_KEYS.values()}
    tokens = {key.credentials.security_token for key in ACCESS_KEYS.values()} - {None}
    known = Redactor(tuple(sorted({*secrets, *filter(None, tokens)})))
    return known.with_own_signatures([exchange.exchange])


def build_request_finding(contract: Contract, finding: Finding, redactor: Redactor) -> RequestFinding:
    """A finding with the words of its requirement."""
    said = serialize_finding(finding, redactor)
    entry = find_request_requirement(contract, finding.requirement)
    return RequestFinding(
        requirement=finding.requirement,
        level=finding.level.value,
        statement=entry.statement if entry else "",
        source=entry.source if entry else "",
        message=said["message"],
        actual=said["actual"],
        expected=tuple(said["expected"]),
        where=said["where"],
        request=finding.exchange_index,
        binding=Policy().is_failure(finding),
    )


def disallowed_findings(findings: Iterable[RequestFinding], allowed: Iterable[str]) -> tuple[RequestFinding, ...]:
    """The findings that fail a test; ids and patterns of ids are allowed."""
    patterns = tuple(allowed)
    return tuple(
        one for one in findings if one.binding and not any(fnmatchcase(one.requirement, each) for each in patterns)
    )


def check_requirement_patterns(contract: Contract, patterns: Iterable[str]) -> None:
    """Raises BadInput where a pattern names no requirement."""
    known = [*contract.client_requirements, *contract.requirements]
    for pattern in patterns:
        if not any(fnmatchcase(one, pattern) for one in known):
            raise InvalidInput(f"no requirement is called {pattern!r}", "imagesearch_allow_findings")
