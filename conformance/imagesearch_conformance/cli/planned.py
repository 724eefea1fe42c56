"""Makes a plan and shows it."""

from __future__ import annotations

import json
from collections import Counter

import click
from rich.console import Console
from rich.table import Table

from imagesearch_conformance.cases.assumption import assumed_survey
from imagesearch_conformance.cases.catalogue import build
from imagesearch_conformance.cases.generated import shrinking
from imagesearch_conformance.cli.opening import Opened, dispatcher_of, rate_of
from imagesearch_conformance.contract import Contract
from imagesearch_conformance.errors import Unreachable
from imagesearch_conformance.model.survey import Survey
from imagesearch_conformance.runner.planning import Plan, area, plan
from imagesearch_conformance.runner.survey import Unsurveyed, survey, survey_probes
from imagesearch_conformance.runner.worth import shipped


def planned(opening: Opened, *, offline: bool) -> Plan:
    """The plan of a run; raises Unreachable when the survey of the target fails."""
    learned = assumed_survey(opening.contract, opening.target) if offline else _surveyed(opening)
    target = opening.target.knowing(learned.relatives)
    cases = build(opening.contract, target, learned, opening.options.seed, opening.options.examples)
    spent = survey_probes(opening.contract, opening.target, opening.options.budget)
    return plan(opening.contract, cases, opening.options, spent, shipped())


def _surveyed(opening: Opened) -> Survey:
    dispatcher = dispatcher_of(opening)
    try:
        learned = survey(dispatcher, opening.contract, opening.target)
    finally:
        dispatcher.sender.close()
    if isinstance(learned, Unsurveyed):
        raise Unreachable(learned.reason, hint="--offline plans without asking")
    return learned


def show(made: Plan, opening: Opened) -> None:
    """Prints a plan for people."""
    contract, qps = opening.contract, rate_of(opening)
    requests = _requests_by_area(made, contract)
    table = Table("area", "cases", "requests", box=None, header_style="bold")
    for name, count in Counter(area(contract, case) for case in made.cases).items():
        table.add_row(name, str(count), str(requests[name]))
    Console(soft_wrap=True).print(table)
    for case in made.cases:
        reason = f"  not applicable: {case.inapplicable}" if case.inapplicable else ""
        click.echo(f"{case.id}{reason}")
    if made.beyond:
        click.echo(f"{len(made.beyond)} cases are beyond the budget")
    click.echo(f"{len(made.cases)} cases, at most {made.requests} requests, survey included")
    click.echo(_telling(made))
    if more := _further(made):
        click.echo(f"and at most {more} more to make examples smaller, if some fail")
    seconds = made.seconds(qps)
    pace = "as fast as the target answers" if seconds is None else f"about {seconds:.0f} s at {qps:g} requests a second"
    click.echo(pace)
    for one in opening.deviations:
        click.echo(f"a departure from {one.requirement} is known, and accepted until {one.expires}")


def show_json(made: Plan, opening: Opened) -> None:
    """Prints a plan as JSON."""
    contract = opening.contract
    cases = [
        {
            "id": case.id,
            "title": case.title,
            "area": area(contract, case),
            "requirements": list(case.requirements),
            "requests": case.cost,
            "accepted": case.expectation.serializable(),
            "notApplicable": case.inapplicable,
        }
        for case in made.cases
    ]
    whole = {
        "requests": made.requests,
        "requestsIfExamplesFail": _further(made),
        "faultsNoticed": {"faults": shipped().faults, "share": round(_noticed(made), 3)},
        "seconds": made.seconds(rate_of(opening)),
        "beyondBudget": [case.id for case in made.beyond],
        "deviations": [
            {"requirement": one.requirement, "expires": one.expires.isoformat()} for one in opening.deviations
        ],
        "cases": cases,
    }
    click.echo(json.dumps(whole, indent=1))


def _requests_by_area(made: Plan, contract: Contract) -> Counter[str]:
    """Requests by area; one that several cases share counts where it is first needed."""
    sent, found = set(), Counter[str]()
    for case in made.cases:
        new = [probe for probe in case.probes if probe.fresh or probe not in sent]
        sent.update(new)
        found[area(contract, case)] += case.burst or len(new) + (case.examples or 0)
    return found


def _telling(made: Plan) -> str:
    """What the cases are known to notice."""
    share = int(_noticed(made) * 100)
    return f"of {shipped().faults} faults that the suite was tried on, these cases notice at least {share} %"


def _noticed(made: Plan) -> float:
    return shipped().share(case.id for case in made.cases if not case.inapplicable)


def _further(made: Plan) -> int:
    """How many requests beside those of the plan failing examples may lead to."""
    return shrinking(sum(case.examples or 0 for case in made.cases))
