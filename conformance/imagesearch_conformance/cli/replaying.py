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

from imagesearch_conformance.bootstrap import RunInputs, build_dispatcher, load_deviations, open_target, start_emulator
from imagesearch_conformance.cli.exit_codes import ExitCode
from imagesearch_conformance.contract import Contract, load
from imagesearch_conformance.errors import InvalidInput
from imagesearch_conformance.model.case import Case, Identity
from imagesearch_conformance.model.outcome import Outcome
from imagesearch_conformance.model.target import SignatureScheme, Target
from imagesearch_conformance.outcomes import CaseResult, Policy
from imagesearch_conformance.redaction import Redactor
from imagesearch_conformance.reports.document import serialize_finding
from imagesearch_conformance.reports.load import load_report, restore_policy, restore_target
from imagesearch_conformance.reports.serialization import deserialize_case
from imagesearch_conformance.reports.subject import build_subject
from imagesearch_conformance.reports.text import clip_text, escape_unprintable, finding_text
from imagesearch_conformance.runner.case_executor import CaseExecutor
from imagesearch_conformance.runner.deviations import accepted_requirements
from imagesearch_conformance.settings.endpoint_url import normalize_endpoint
from imagesearch_conformance.settings.options import Options, Origin
from imagesearch_conformance.settings.target import KEY_ID, KEY_SECRET, credentials_from_environment

_EXIT_CODES = {
    Outcome.PASSED: ExitCode.CONFORMANT,
    Outcome.WARNED: ExitCode.CONFORMANT,
    Outcome.FAILED: ExitCode.NONCONFORMANT,
}


def replay_case(report_path: Path, case_id: str, endpoint: str | None, options: Options) -> ExitCode:
    """Makes the case once more and gives the exit code of that."""
    own = load(options.spec)
    document = load_report(report_path, own)
    _check_replayable(document, case_id, str(report_path))
    options = _with_revision(document["suite"]["document"], options, own)
    contract = load(options.spec, options.document)
    case = _find_case(document, case_id, str(report_path))
    if document["suite"]["specDigest"] != contract.digest:
        click.echo("note: the report was made with another contract; this one judges", err=True)
    with _open_target(document, endpoint, options, case, contract) as opening:
        policy = _effective_policy(document, opening)
        dispatcher = build_dispatcher(opening)
        try:
            result = CaseExecutor(opening.contract, opening.target, dispatcher, policy).execute(case)
        finally:
            dispatcher.sender.close()
        _print_result(result, opening.target, policy)
    return _EXIT_CODES.get(result.outcome, ExitCode.INCONCLUSIVE)


def _check_replayable(report: dict[str, Any], case_id: str, where: str) -> None:
    """Raises BadInput for a report of a client or of a recording: there is nothing that we could send again."""
    subject = build_subject(report)
    if subject.is_recorded:
        hint = "certify the endpoint with `run`, or send the request with the curl command in the report"
        raise InvalidInput("the report judges recorded traffic, which others have sent", where, hint)
    if subject.is_client:
        again = subject.rerun_command(clip_text(case_id))
        hint = f"let it ask once more: {again}" if again else "make it again with the tests that made the report"
        raise InvalidInput(f"the report judges the {subject.title}, which sent the requests itself", where, hint)


def _with_revision(revision: str, options: Options, shipped: Contract) -> Options:
    """The options with the revision of the report, where the contract has it; raises BadInput for another."""
    if options.document not in {None, revision}:
        raise InvalidInput(f"the report follows the document {revision!r}", "--document", "leave it out")
    known = revision == shipped.revision or revision in shipped.spec_files.revisions
    return evolve(options, document=revision if known else None)


def _find_case(report: dict[str, Any], case_id: str, where: str) -> Case:
    found = next((one for one in report["cases"] if one["id"] == case_id), None)
    if found is None:
        raise InvalidInput(f"the report has no case {case_id!r}", where)
    if "definition" not in found:
        raise InvalidInput(f"the report does not say what the case {case_id!r} sends", where)
    return deserialize_case(found["definition"], f"{where}: {case_id}")


@contextmanager
def _open_target(
    report: dict[str, Any], endpoint: str | None, options: Options, case: Case, contract: Contract
) -> Iterator[RunInputs]:
    described = report["target"]
    if options.profile is not None:
        with open_target(endpoint or described["endpoint"], options) as opening:
            _check_credentials(opening.target, case)
            yield opening
    elif described.get("embedded") and endpoint is None:
        with start_emulator(contract) as target:
            yield RunInputs(contract, target, options, load_deviations(options, contract))
    else:
        target = restore_target(
            described, normalize_endpoint(endpoint or described["endpoint"]), credentials_from_environment(os.environ)
        )
        _check_credentials(target, case)
        yield RunInputs(contract, target, options, load_deviations(options, contract))


def _check_credentials(target: Target, case: Case) -> None:
    """Raises BadInput when the case needs a key that nobody gave."""
    if target.signature is SignatureScheme.NONE:
        return
    if target.credentials is None and case.not_applicable_reason is None:
        raise InvalidInput(
            "there are no keys to sign with", "replay", f"give --profile, or set {KEY_ID} and {KEY_SECRET}"
        )
    if target.unauthorized_credentials is None and any(
        probe.authentication.identity is Identity.UNAUTHORIZED for probe in case.probes
    ):
        raise InvalidInput(
            "there is no key without permission", "replay", "give --profile with one in [credentials.unauthorized]"
        )


def _effective_policy(report: dict[str, Any], inputs: RunInputs) -> Policy:
    """What decides: as in the report, unless the user says otherwise now."""
    recorded, options = restore_policy(report), inputs.options
    level = recorded.level if options.origin("level") is Origin.DEFAULT else options.level
    strict = recorded.strict if options.origin("strict") is Origin.DEFAULT else options.strict
    if options.deviations is None:
        return evolve(recorded, level=level, strict=strict)
    return Policy(level, strict, accepted_requirements(inputs.deviations, datetime.now(UTC).date()))


def _print_result(result: CaseResult, target: Target, policy: Policy) -> None:
    redactor = Redactor.for_target(target).with_own_signatures(result.exchanges)
    for one in result.exchanges:
        stored = redactor.serialize_exchange(one, target.endpoint)
        request, response = stored["request"], stored["response"]
        click.echo(f"> {request['method']} {request['url']}")
        for name, value in request["headers"]:
            click.echo(f"> {escape_unprintable(name)}: {escape_unprintable(value)}")
        _print_body(">", request["body"])
        click.echo(f"< {response['status']}")
        for name, value in response["headers"]:
            click.echo(f"< {escape_unprintable(name)}: {escape_unprintable(value)}")
        _print_body("<", response.get("body", response.get("bodyBase64", "")))
    for acceptance in result.case.expectation.to_strings():
        click.echo(f"accepted: {acceptance}")
    for finding in result.judgement.findings:
        click.echo(finding_text(serialize_finding(finding, redactor)))
        if finding.requirement in policy.accepted_requirements:
            click.echo("a known departure, which is accepted")
    click.echo(f"{result.case.id}: {result.outcome}" + (f" ({clip_text(result.reason)})" if result.reason else ""))


def _print_body(prefix: str, body: str) -> None:
    """Every line of a body with the sign of its direction, so that none looks like ours."""
    for line in body.splitlines() or [""]:
        click.echo(f"{prefix} {escape_unprintable(line)}")
