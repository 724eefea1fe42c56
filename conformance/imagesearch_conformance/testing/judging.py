"""What was wrong with the requests of a test, in the words of the contract."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from fnmatch import fnmatchcase

from attrs import evolve

from imagesearch_conformance.clients.requesting import nonce_of
from imagesearch_conformance.clients.unasked import judge_unasked, requirement_named
from imagesearch_conformance.contract import Contract
from imagesearch_conformance.emulator.keys import KEYS
from imagesearch_conformance.errors import BadInput
from imagesearch_conformance.exchanges import Redactor
from imagesearch_conformance.model.finding import Finding
from imagesearch_conformance.reports.document import finding_document
from imagesearch_conformance.signing.presented import present
from imagesearch_conformance.testing.received import Received
from imagesearch_conformance.testing.request_finding import RequestFinding
from imagesearch_conformance.testing.world import World, holding
from imagesearch_conformance.verdicts import Policy


def findings_of(world: World, received: Sequence[Received]) -> tuple[RequestFinding, ...]:
    """Everything that was wrong with requests, in their order."""
    return tuple(_all(world, received))


def _all(world: World, received: Sequence[Received]) -> Iterator[RequestFinding]:
    used: set[str] = set()
    known = world.target("")
    for index, one in enumerate(received):
        request = one.request
        key = getattr(present(request), "access_key_id", None)
        target = holding(evolve(known, endpoint=one.endpoint), key)
        for finding in judge_unasked(world.contract, target, one.exchange, frozenset(used), index):
            yield request_finding(world.contract, finding, redactor_of(one))
        used.add(nonce_of(request) or "")


def redactor_of(received: Received) -> Redactor:
    """What takes the secrets of the emulator's keys, and the signature of a request, out of texts."""
    secrets = {key.credentials.access_key_secret for key in KEYS.values()}
    tokens = {key.credentials.security_token for key in KEYS.values()} - {None}
    known = Redactor(tuple(sorted({*secrets, *filter(None, tokens)})))
    return known.knowing([received.exchange])


def request_finding(contract: Contract, finding: Finding, redactor: Redactor) -> RequestFinding:
    """A finding with the words of its requirement."""
    said = finding_document(finding, redactor)
    entry = requirement_named(contract, finding.requirement)
    return RequestFinding(
        requirement=finding.requirement,
        level=finding.level.value,
        statement=entry.statement if entry else "",
        source=entry.source if entry else "",
        message=said["message"],
        sent=said["actual"],
        right=tuple(said["expected"]),
        where=said["where"],
        request=finding.exchange,
        binding=Policy().fails(finding),
    )


def refused(findings: Iterable[RequestFinding], allowed: Iterable[str]) -> tuple[RequestFinding, ...]:
    """The findings that fail a test; ids and patterns of ids are allowed."""
    patterns = tuple(allowed)
    return tuple(
        one for one in findings if one.binding and not any(fnmatchcase(one.requirement, each) for each in patterns)
    )


def check_ids(contract: Contract, patterns: Iterable[str]) -> None:
    """Raises BadInput where a pattern names no requirement."""
    known = [*contract.client_requirements, *contract.requirements]
    for pattern in patterns:
        if not any(fnmatchcase(one, pattern) for one in known):
            raise BadInput(f"no requirement is called {pattern!r}", "imagesearch_allow_findings")
