"""`plan`: show what a run would send."""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING, Any

import click

from imagesearch_conformance.cli.exit_codes import ExitCode, exit_with_code
from imagesearch_conformance.cli.options import collect_options, format_option, run_options

if TYPE_CHECKING:
    from imagesearch_conformance.bootstrap import RunInputs
    from imagesearch_conformance.contract import Contract
    from imagesearch_conformance.model.survey import Survey
    from imagesearch_conformance.runner.case_priority import CasePriority
    from imagesearch_conformance.runner.plan import Plan


@click.command("plan")
@click.argument("endpoint", required=False)
@run_options
@click.option("--offline", is_flag=True, help="Send nothing, not even the survey; assume its results.")
@format_option
@click.pass_context
@exit_with_code
def command(
    context: click.Context, /, endpoint: str | None, output: str, *, offline: bool, **option_values: Any
) -> ExitCode:
    """Show the cases that `run` would make of ENDPOINT, the number of requests, and the time they take.

    Only the survey is sent (a few requests); with --offline, nothing.
    """
    from imagesearch_conformance.bootstrap import open_target
    from imagesearch_conformance.runner.case_priority import load_case_priority

    options, priority = collect_options(context, option_values), load_case_priority()
    with open_target(endpoint, options) as inputs:
        plan = _plan_run(inputs, priority, offline=offline)
        (_print_json if output == "json" else _print_text)(plan, inputs, priority)
    return ExitCode.CONFORMANT


def _plan_run(inputs: RunInputs, priority: CasePriority, *, offline: bool) -> Plan:
    """Return the plan of a run; raises Unreachable if the survey of the target fails."""
    from imagesearch_conformance.cases.build import assumed_survey, build_cases
    from imagesearch_conformance.runner.plan import build_plan
    from imagesearch_conformance.runner.survey import survey_probes

    survey = assumed_survey(inputs.contract, inputs.target) if offline else _run_survey(inputs)
    target = inputs.target.with_images(survey.discovered_images)
    cases = build_cases(inputs.contract, target, survey, inputs.options.seed, inputs.options.examples)
    probes = survey_probes(inputs.contract, inputs.target, inputs.options.budget)
    return build_plan(inputs.contract, cases, inputs.options, probes, priority)


def _run_survey(inputs: RunInputs) -> Survey:
    from imagesearch_conformance.bootstrap import build_dispatcher
    from imagesearch_conformance.errors import Unreachable
    from imagesearch_conformance.runner.survey import SurveyFailed, run_survey

    dispatcher = build_dispatcher(inputs)
    try:
        survey = run_survey(dispatcher, inputs.contract, inputs.target)
    finally:
        dispatcher.sender.close()
    if isinstance(survey, SurveyFailed):
        raise Unreachable(survey.reason, hint="use --offline to plan without sending requests")
    return survey


def _print_text(plan: Plan, inputs: RunInputs, priority: CasePriority) -> None:
    from rich.console import Console
    from rich.table import Table

    from imagesearch_conformance.bootstrap import request_rate
    from imagesearch_conformance.runner.plan import case_area

    contract, rate = inputs.contract, request_rate(inputs)
    requests = _requests_by_area(plan, contract)
    table = Table("area", "cases", "requests", box=None, header_style="bold")
    for area, count in Counter(case_area(contract, case) for case in plan.cases).items():
        table.add_row(area, str(count), str(requests[area]))
    Console(soft_wrap=True).print(table)
    for case in plan.cases:
        reason = f"  not applicable: {case.not_applicable_reason}" if case.not_applicable_reason else ""
        click.echo(f"{case.id}{reason}")
    if plan.over_budget:
        click.echo(f"{len(plan.over_budget)} cases are over the budget")
    click.echo(f"{len(plan.cases)} cases, at most {plan.request_count} requests, survey included")
    click.echo(_detection_text(plan, priority))
    if more := _max_shrink_requests(plan):
        click.echo(f"plus at most {more} requests to shrink failing examples, if there are any")
    seconds = plan.seconds(rate)
    if seconds is None:
        click.echo("no rate limit: as fast as the target responds")
    else:
        click.echo(f"about {seconds:.0f} s at {rate:g} requests per second")
    for deviation in inputs.deviations:
        click.echo(f"known deviation from {deviation.requirement}: accepted until {deviation.expires}")


def _print_json(plan: Plan, inputs: RunInputs, priority: CasePriority) -> None:
    from imagesearch_conformance.bootstrap import request_rate
    from imagesearch_conformance.runner.plan import case_area

    contract = inputs.contract
    cases = [
        {
            "id": case.id,
            "title": case.title,
            "area": case_area(contract, case),
            "requirements": list(case.requirements),
            "requests": case.max_requests,
            "accepted": case.expectation.to_strings(),
            "notApplicable": case.not_applicable_reason,
        }
        for case in plan.cases
    ]
    document = {
        "requests": plan.request_count,
        "requestsIfExamplesFail": _max_shrink_requests(plan),
        "faultsDetected": {"faults": priority.faults, "share": round(_detected_share(plan, priority), 3)},
        "seconds": plan.seconds(request_rate(inputs)),
        "overBudget": [case.id for case in plan.over_budget],
        "deviations": [
            {"requirement": deviation.requirement, "expires": deviation.expires.isoformat()}
            for deviation in inputs.deviations
        ],
        "cases": cases,
    }
    click.echo(json.dumps(document, indent=1))


def _requests_by_area(plan: Plan, contract: Contract) -> Counter[str]:
    """Count requests by area; a request that several cases share counts where it is first needed."""
    from imagesearch_conformance.runner.plan import case_area

    sent, counts = set(), Counter[str]()
    for case in plan.cases:
        new = [probe for probe in case.probes if probe.fresh or probe not in sent]
        sent.update(new)
        counts[case_area(contract, case)] += case.burst_size or len(new) + (case.examples or 0)
    return counts


def _detection_text(plan: Plan, priority: CasePriority) -> str:
    share = int(_detected_share(plan, priority) * 100)
    return f"these cases detect at least {share} % of the {priority.faults} known faults of the emulator"


def _detected_share(plan: Plan, priority: CasePriority) -> float:
    return priority.detected_share(case.id for case in plan.cases if not case.not_applicable_reason)


def _max_shrink_requests(plan: Plan) -> int:
    from imagesearch_conformance.cases.generated_placeholders import shrink_budget

    return shrink_budget(sum(case.examples or 0 for case in plan.cases))
