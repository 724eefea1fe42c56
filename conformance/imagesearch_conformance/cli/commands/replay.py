"""`replay`: send one case of an earlier run again."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from attrs import evolve

from imagesearch_conformance.cli.exit_codes import ExitCode, exit_with_code
from imagesearch_conformance.cli.options import collect_options, run_options
from imagesearch_conformance.errors import InvalidInput
from imagesearch_conformance.model.finding import Outcome
from imagesearch_conformance.settings.options import Options, Origin

if TYPE_CHECKING:
    from imagesearch_conformance.bootstrap import RunInputs
    from imagesearch_conformance.contract import Contract
    from imagesearch_conformance.model.case import Case
    from imagesearch_conformance.model.target import Target
    from imagesearch_conformance.outcomes import CaseResult, Policy

_EXIT_CODES = {
    Outcome.PASSED: ExitCode.CONFORMANT,
    Outcome.WARNED: ExitCode.CONFORMANT,
    Outcome.FAILED: ExitCode.NONCONFORMANT,
}


@click.command("replay")
@click.argument("report", type=click.Path(path_type=Path))
@click.argument("case_id")
@run_options
@click.option("--endpoint", metavar="URL", help="Send to this endpoint instead of that of the report.")
@click.pass_context
@exit_with_code
def command(
    context: click.Context, /, report: Path, case_id: str, endpoint: str | None, **option_values: Any
) -> ExitCode:
    """Send the case CASE_ID of REPORT (a report.json) again, with the same data and a new signature.

    Reports contain no keys: they come from --profile or from the environment. A case of the embedded
    emulator is replayed on a new one.
    """
    return _replay_case(report, case_id, endpoint, collect_options(context, option_values))


def _replay_case(report_path: Path, case_id: str, endpoint: str | None, options: Options) -> ExitCode:
    from imagesearch_conformance.bootstrap import build_dispatcher
    from imagesearch_conformance.contract import load
    from imagesearch_conformance.reports.load import load_report
    from imagesearch_conformance.runner.case_executor import CaseExecutor

    base_contract = load(options.spec)
    report = load_report(report_path, base_contract)
    _check_replayable(report, case_id, str(report_path))
    options = _with_revision(report["suite"]["document"], options, base_contract)
    contract = load(options.spec, options.document)
    case = _find_case(report, case_id, str(report_path))
    if report["suite"]["specDigest"] != contract.digest:
        click.echo("note: the report was made with another contract; this one is used now", err=True)
    with _open_target(report, endpoint, options, case, contract) as inputs:
        policy = _effective_policy(report, inputs)
        dispatcher = build_dispatcher(inputs)
        try:
            result = CaseExecutor(inputs.contract, inputs.target, dispatcher, policy).execute(case)
        finally:
            dispatcher.sender.close()
        _print_result(result, inputs.target, policy)
    return _EXIT_CODES.get(result.outcome, ExitCode.INCONCLUSIVE)


def _check_replayable(report: dict[str, Any], case_id: str, where: str) -> None:
    """Raise InvalidInput for the report of a client or a recording: others sent its requests."""
    from imagesearch_conformance.reports.subject import build_subject
    from imagesearch_conformance.reports.text import clip_text

    subject = build_subject(report)
    if subject.is_recorded:
        hint = "certify the endpoint with `run`, or send the request with the curl command in the report"
        raise InvalidInput("the report judges recorded traffic, which others have sent", where, hint)
    if subject.is_client:
        rerun = subject.rerun_command(clip_text(case_id))
        hint = f"run the scenario again: {rerun}" if rerun else "run the tests that made the report again"
        raise InvalidInput(f"the report judges the {subject.title}, which sent the requests itself", where, hint)


def _with_revision(revision: str, options: Options, contract: Contract) -> Options:
    """Return the options with the revision of the report, if the contract has it; raises InvalidInput for another."""
    if options.document not in {None, revision}:
        raise InvalidInput(f"the report follows revision {revision!r}", "--document", "leave it out")
    is_available = revision == contract.revision or revision in contract.spec_files.revisions
    return evolve(options, document=revision if is_available else None)


def _find_case(report: dict[str, Any], case_id: str, where: str) -> Case:
    from imagesearch_conformance.reports.serialization import deserialize_case

    entry = next((case for case in report["cases"] if case["id"] == case_id), None)
    if entry is None:
        raise InvalidInput(f"the report has no case {case_id!r}", where)
    if "definition" not in entry:
        raise InvalidInput(f"the report does not contain what the case {case_id!r} sends", where)
    return deserialize_case(entry["definition"], f"{where}: {case_id}")


@contextmanager
def _open_target(
    report: dict[str, Any], endpoint: str | None, options: Options, case: Case, contract: Contract
) -> Iterator[RunInputs]:
    from imagesearch_conformance.bootstrap import RunInputs, load_deviations, open_target, start_emulator
    from imagesearch_conformance.reports.load import restore_target
    from imagesearch_conformance.settings.target import credentials_from_environment, normalize_endpoint

    reported_target = report["target"]
    if options.profile is not None:
        with open_target(endpoint or reported_target["endpoint"], options) as inputs:
            _check_credentials(inputs.target, case)
            yield inputs
    elif reported_target.get("embedded") and endpoint is None:
        with start_emulator(contract) as target:
            yield RunInputs(contract, target, options, load_deviations(options, contract))
    else:
        address = normalize_endpoint(endpoint or reported_target["endpoint"])
        target = restore_target(reported_target, address, credentials_from_environment(os.environ))
        _check_credentials(target, case)
        yield RunInputs(contract, target, options, load_deviations(options, contract))


def _check_credentials(target: Target, case: Case) -> None:
    """Raise InvalidInput if the case needs a key that was not given."""
    from imagesearch_conformance.model.case import Identity
    from imagesearch_conformance.model.target import SignatureScheme
    from imagesearch_conformance.settings.target import KEY_ID, KEY_SECRET

    if target.signature is SignatureScheme.NONE:
        return
    if target.credentials is None and case.not_applicable_reason is None:
        raise InvalidInput("no keys to sign with", "replay", f"give --profile, or set {KEY_ID} and {KEY_SECRET}")
    if target.unauthorized_credentials is None and any(
        probe.authentication.identity is Identity.UNAUTHORIZED for probe in case.probes
    ):
        raise InvalidInput(
            "no key without permission", "replay", "give --profile with one in [credentials.unauthorized]"
        )


def _effective_policy(report: dict[str, Any], inputs: RunInputs) -> Policy:
    """Return the policy of the report, with the options that the user gives now."""
    from imagesearch_conformance.outcomes import Policy
    from imagesearch_conformance.reports.load import restore_policy
    from imagesearch_conformance.runner.aggregate import accepted_requirements

    reported, options = restore_policy(report), inputs.options
    level = reported.level if options.origin("level") is Origin.DEFAULT else options.level
    strict = reported.strict if options.origin("strict") is Origin.DEFAULT else options.strict
    if options.deviations is None:
        return evolve(reported, level=level, strict=strict)
    return Policy(level, strict, accepted_requirements(inputs.deviations, datetime.now(UTC).date()))


def _print_result(result: CaseResult, target: Target, policy: Policy) -> None:
    from imagesearch_conformance.redaction import Redactor
    from imagesearch_conformance.reports.document import serialize_finding
    from imagesearch_conformance.reports.text import clip_text, finding_text

    redactor = Redactor.for_target(target).with_own_signatures(result.exchanges)
    for exchange in result.exchanges:
        _print_exchange(redactor.serialize_exchange(exchange, target.endpoint))
    for acceptance in result.case.expectation.to_strings():
        click.echo(f"accepted: {acceptance}")
    for finding in result.judgement.findings:
        click.echo(finding_text(serialize_finding(finding, redactor)))
        if finding.requirement in policy.accepted_requirements:
            click.echo("this is a known deviation, which is accepted")
    click.echo(f"{result.case.id}: {result.outcome}" + (f" ({clip_text(result.reason)})" if result.reason else ""))


def _print_exchange(exchange: dict[str, Any]) -> None:
    from imagesearch_conformance.reports.text import escape_unprintable

    request, response = exchange["request"], exchange["response"]
    click.echo(f"> {request['method']} {request['url']}")
    for name, value in request["headers"]:
        click.echo(f"> {escape_unprintable(name)}: {escape_unprintable(value)}")
    _print_body(">", request["body"])
    click.echo(f"< {response['status']}")
    for name, value in response["headers"]:
        click.echo(f"< {escape_unprintable(name)}: {escape_unprintable(value)}")
    _print_body("<", response.get("body", response.get("bodyBase64", "")))


def _print_body(prefix: str, body: str) -> None:
    """Print a body with the prefix on each line, so that no line looks like one of ours."""
    from imagesearch_conformance.reports.text import escape_unprintable

    for line in body.splitlines() or [""]:
        click.echo(f"{prefix} {escape_unprintable(line)}")
