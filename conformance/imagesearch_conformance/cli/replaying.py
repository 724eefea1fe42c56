"""Rebuilds a case and its target from a report, sends it, and shows both sides."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click
from attrs import evolve

from imagesearch_conformance.cli.exits import Exit
from imagesearch_conformance.cli.opening import Opened, dispatcher_of, embedded, known_departures, opened
from imagesearch_conformance.contract import Contract, load
from imagesearch_conformance.errors import BadInput
from imagesearch_conformance.exchanges import Redactor
from imagesearch_conformance.model.case import Case, Identity
from imagesearch_conformance.model.outcome import Outcome
from imagesearch_conformance.model.target import SignatureScheme, Target
from imagesearch_conformance.reports.definition import case_of
from imagesearch_conformance.reports.document import finding_document
from imagesearch_conformance.reports.reading import read_report
from imagesearch_conformance.reports.recorded import policy_of, target_of
from imagesearch_conformance.reports.subject import subject_of
from imagesearch_conformance.reports.wording import finding_text, printable, told
from imagesearch_conformance.runner.deviations import accepted
from imagesearch_conformance.runner.execution import Executor
from imagesearch_conformance.settings.endpoint import checked_endpoint
from imagesearch_conformance.settings.options import Options, Origin
from imagesearch_conformance.settings.targeting import KEY_ID, KEY_SECRET, credentials_of_environment
from imagesearch_conformance.verdicts import CaseResult, Policy

_EXITS = {
    Outcome.PASSED: Exit.CONFORMANT,
    Outcome.WARNED: Exit.CONFORMANT,
    Outcome.FAILED: Exit.NONCONFORMANT,
}


def replay(path: Path, case_id: str, endpoint: str | None, options: Options) -> Exit:
    """Makes the case once more and gives the exit code of that."""
    own = load(options.spec)
    document = read_report(path, own)
    _check_endpoint(document, case_id, str(path))
    options = _of_revision(document["suite"]["document"], options, own)
    contract = load(options.spec, options.document)
    case = _case(document, case_id, str(path))
    if document["suite"]["specDigest"] != contract.digest:
        click.echo("note: the report was made with another contract; this one judges", err=True)
    with _target(document, endpoint, options, case, contract) as opening:
        policy = _policy(document, opening)
        dispatcher = dispatcher_of(opening)
        try:
            result = Executor(opening.contract, opening.target, dispatcher, policy).result(case)
        finally:
            dispatcher.sender.close()
        _show(result, opening.target, policy)
    return _EXITS.get(result.outcome, Exit.INCONCLUSIVE)


def _check_endpoint(document: dict[str, Any], case_id: str, where: str) -> None:
    """Raises BadInput for a report of a client or of a recording: there is nothing that we could send again."""
    subject = subject_of(document)
    if subject.recorded:
        hint = "certify the endpoint with `run`, or send the request with the curl command in the report"
        raise BadInput("the report judges recorded traffic, which others have sent", where, hint)
    if subject.client:
        again = subject.again(told(case_id))
        hint = f"let it ask once more: {again}" if again else "make it again with the tests that made the report"
        raise BadInput(f"the report judges the {subject.title}, which sent the requests itself", where, hint)


def _of_revision(made: str, options: Options, own: Contract) -> Options:
    """The options with the revision of the report, where the contract has it; raises BadInput for another."""
    if options.document not in {None, made}:
        raise BadInput(f"the report follows the document {made!r}", "--document", "leave it out")
    known = made == own.document or made in own.documents.revisions
    return evolve(options, document=made if known else None)


def _case(document: dict[str, Any], case_id: str, where: str) -> Case:
    found = next((one for one in document["cases"] if one["id"] == case_id), None)
    if found is None:
        raise BadInput(f"the report has no case {case_id!r}", where)
    if "definition" not in found:
        raise BadInput(f"the report does not say what the case {case_id!r} sends", where)
    return case_of(found["definition"], f"{where}: {case_id}")


@contextmanager
def _target(
    document: dict[str, Any], endpoint: str | None, options: Options, case: Case, contract: Contract
) -> Iterator[Opened]:
    described = document["target"]
    if options.profile is not None:
        with opened(endpoint or described["endpoint"], options) as opening:
            _check_keys(opening.target, case)
            yield opening
    elif described.get("embedded") and endpoint is None:
        with embedded(contract) as target:
            yield Opened(contract, target, options, known_departures(options, contract))
    else:
        target = target_of(
            described, checked_endpoint(endpoint or described["endpoint"]), credentials_of_environment(os.environ)
        )
        _check_keys(target, case)
        yield Opened(contract, target, options, known_departures(options, contract))


def _check_keys(target: Target, case: Case) -> None:
    """Raises BadInput when the case needs a key that nobody gave."""
    if target.signature is SignatureScheme.NONE:
        return
    if target.credentials is None and case.inapplicable is None:
        raise BadInput("there are no keys to sign with", "replay", f"give --profile, or set {KEY_ID} and {KEY_SECRET}")
    if target.unauthorized is None and any(
        probe.authentication.identity is Identity.UNAUTHORIZED for probe in case.probes
    ):
        raise BadInput(
            "there is no key without permission", "replay", "give --profile with one in [credentials.unauthorized]"
        )


def _policy(document: dict[str, Any], opening: Opened) -> Policy:
    """What decides: as in the report, unless the user says otherwise now."""
    recorded, options = policy_of(document), opening.options
    level = recorded.level if options.origin("level") is Origin.DEFAULT else options.level
    strict = recorded.strict if options.origin("strict") is Origin.DEFAULT else options.strict
    if options.deviations is None:
        return evolve(recorded, level=level, strict=strict)
    return Policy(level, strict, accepted(opening.deviations, datetime.now(UTC).date()))


def _show(result: CaseResult, target: Target, policy: Policy) -> None:
    redactor = Redactor.of(target).knowing(result.exchanges)
    for one in result.exchanges:
        stored = redactor.exchange(one, target.endpoint)
        request, response = stored["request"], stored["response"]
        click.echo(f"> {request['method']} {request['url']}")
        for name, value in request["headers"]:
            click.echo(f"> {printable(name)}: {printable(value)}")
        _echo(">", request["body"])
        click.echo(f"< {response['status']}")
        for name, value in response["headers"]:
            click.echo(f"< {printable(name)}: {printable(value)}")
        _echo("<", response.get("body", response.get("bodyBase64", "")))
    for acceptance in result.case.expectation.serializable():
        click.echo(f"accepted: {acceptance}")
    for finding in result.judgement.findings:
        click.echo(finding_text(finding_document(finding, redactor)))
        if finding.requirement in policy.accepted:
            click.echo("a known departure, which is accepted")
    click.echo(f"{result.case.id}: {result.outcome}" + (f" ({told(result.reason)})" if result.reason else ""))


def _echo(sign: str, body: str) -> None:
    """Every line of a body with the sign of its direction, so that none looks like ours."""
    for line in body.splitlines() or [""]:
        click.echo(f"{sign} {printable(line)}")
