"""Makes a plan and shows it."""

from __future__ import annotations

import json
from collections import Counter

import click
from rich.console import Console
from rich.table import Table

from imagesearch_conformance.bootstrap import RunInputs, build_dispatcher, request_rate
from imagesearch_conformance.cases.build import assumed_survey, build_cases
from imagesearch_conformance.cases.generated_placeholders import shrink_budget
from imagesearch_conformance.contract import Contract
from imagesearch_conformance.errors import Unreachable
from imagesearch_conformance.model.survey import Survey
from imagesearch_conformance.runner.case_priority import load_case_priority
from imagesearch_conformance.runner.plan import Plan, build_plan, case_area
from imagesearch_conformance.runner.survey import SurveyFailed, run_survey, survey_probes


def plan_run(inputs: RunInputs, *, offline: bool) -> Plan:
    """The plan of a run; raises Unreachable when the survey of the target fails."""
    learned = assumed_survey(inputs.contract, inputs.target) if offline else _run_survey(inputs)
    target = inputs.target.with_images(learned.discovered_images)
    cases = build_cases(inputs.contract, target, learned, inputs.options.seed, inputs.options.examples)
    spent = survey_probes(inputs.contract, inputs.target, inputs.options.budget)
    return build_plan(inputs.contract, cases, inputs.options, spent, load_case_priority())


def _run_survey(inputs: RunInputs) -> Survey:
    dispatcher = build_dispatcher(inputs)
    try:
        learned = run_survey(dispatcher, inputs.contract, inputs.target)
    finally:
        dispatcher.sender.close()
    if isinstance(learned, SurveyFailed):
        raise Unreachable(learned.reason, hint="--offline plans without asking")
    return learned


def print_plan(plan: Plan, inputs: RunInputs) -> None:
    """Prints a plan for people."""
    contract, qps = inputs.contract, request_rate(inputs)
    requests = _requests_by_area(plan, contract)
    table = Table("area", "cases", "requests", box=None, header_style="bold")
    for name, count in Counter(case_area(contract, case) for case in plan.cases).items():
        table.add_row(name, str(count), str(requests[name]))
    Console(soft_wrap=True).print(table)
    for case in plan.cases:
        reason = f"  not applicable: {case.not_applicable_reason}" if case.not_applicable_reason else ""
        click.echo(f"{case.id}{reason}")
    if plan.over_budget:
        click.echo(f"{len(plan.over_budget)} cases are beyond the budget")
    click.echo(f"{len(plan.cases)} cases, at most {plan.request_count} requests, survey included")
    click.echo(_detection_text(plan))
    if more := _shrink_request_limit(plan):
        click.echo(f"and at most {more} more to make examples smaller, if some fail")
    seconds = plan.seconds(qps)
    pace = "as fast as the target answers" if seconds is None else f"about {seconds:.0f} s at {qps:g} requests a second"
    click.echo(pace)
    for one in inputs.deviations:
        click.echo(f"a departure from {one.requirement} is known, and accepted until {one.expires}")


def print_plan_json(plan: Plan, inputs: RunInputs) -> None:
    """Prints a plan as JSON."""
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
    whole = {
        "requests": plan.request_count,
        "requestsIfExamplesFail": _shrink_request_limit(plan),
        "faultsNoticed": {"faults": load_case_priority().faults, "share": round(_detected_share(plan), 3)},
        "seconds": plan.seconds(request_rate(inputs)),
        "beyondBudget": [case.id for case in plan.over_budget],
        "deviations": [
            {"requirement": one.requirement, "expires": one.expires.isoformat()} for one in inputs.deviations
        ],
        "cases": cases,
    }
    click.echo(json.dumps(whole, indent=1))


def _requests_by_area(plan: Plan, contract: Contract) -> Counter[str]:
    """Requests by area; one that several cases share counts where it is first needed."""
    sent, found = set(), Counter[str]()
    for case in plan.cases:
        new = [probe for probe in case.probes if probe.fresh or probe not in sent]
        sent.update(new)
        found[case_area(contract, case)] += case.burst_size or len(new) + (case.examples or 0)
    return found


def _detection_text(plan: Plan) -> str:
    """What the cases are known to notice."""
    share = int(_detected_share(plan) * 100)
    return f"of {load_case_priority().faults} faults that the suite was tried on, these cases notice at least {share} %"


def _detected_share(plan: Plan) -> float:
    return load_case_priority().detected_share(case.id for case in plan.cases if not case.not_applicable_reason)


def _shrink_request_limit(plan: Plan) -> int:
    """How many requests beside those of the plan failing examples may lead to."""
    return shrink_budget(sum(case.examples or 0 for case in plan.cases))
