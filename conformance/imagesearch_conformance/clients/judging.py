"""From a performance to a judgement."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from attrs import evolve

from imagesearch_conformance.checks.reading import Kind, Reading
from imagesearch_conformance.checks.remark import Remark
from imagesearch_conformance.checks.signature import signature_defects
from imagesearch_conformance.clients.behaving import check_redirect, check_tries
from imagesearch_conformance.clients.look import Defects, Look
from imagesearch_conformance.clients.parameters import check_parameters
from imagesearch_conformance.clients.raising import check_error
from imagesearch_conformance.clients.requesting import check_nonces, check_request, check_secret, check_token
from imagesearch_conformance.clients.returning import check_inner, check_result
from imagesearch_conformance.clients.scenario import ERROR, Performance, Scenario
from imagesearch_conformance.contract import Contract
from imagesearch_conformance.model.client import Answered, Breakdown
from imagesearch_conformance.model.expectation import Grade
from imagesearch_conformance.model.finding import Finding, Judgement
from imagesearch_conformance.model.target import Target

#: What may be handed back, in words; the names of the protocol beside them.
HANDED = {
    Answered.RESULT: "a result",
    Answered.ERROR: "an error of the API (-32000)",
    Answered.REFUSED: "a refusal before anything is sent (-32602)",
    Answered.UNREADABLE: "that nothing sensible came (-32001)",
    Answered.BROKEN: "nothing",
}

#: What an adapter does wrong, whatever the client in it does.
_OF_ADAPTERS = {
    Breakdown.FLOOD: "adapter.flood",
    Breakdown.WRONG_ID: "adapter.answers",
    Breakdown.MESSAGE: "adapter.answers",
}

#: What a call is judged by that is not made, though the page needs no more for it.
_PLAIN = "request.minimal"

#: What every answer shows.
OUTPUT = "adapter.output"


def judge_performance(
    contract: Contract, target: Target, performance: Performance, defects: Defects = signature_defects
) -> Judgement:
    """What a client did in a scenario: each requirement once, by its first departure."""
    exercised: set[str] = set()
    findings: dict[str, Finding] = {}
    for remark in _remarks(Look(contract, target, performance, defects=defects)):
        if remark.requirement in contract.client_requirements:
            exercised.add(remark.requirement)
            if remark.finding is not None:
                findings.setdefault(remark.requirement, remark.finding)
    return Judgement(frozenset(exercised), tuple(findings.values()))


def judge_output(contract: Contract, noise: Sequence[str]) -> dict[str, Judgement]:
    """What was printed where messages belong, judged once for a whole run."""
    entry = contract.client_requirements.get(OUTPUT)
    if entry is None:
        return {}
    message = f"{len(noise)} or more lines are no messages" if len(noise) > 1 else "a line is no message"
    found = (Finding(OUTPUT, entry.level, message, ("one JSON object a line",), noise[0]),) if noise else ()
    return {OUTPUT: Judgement(frozenset({OUTPUT}), found)}


def _remarks(look: Look) -> Iterator[Remark]:
    for index, exchange in enumerate(look.exchanges):
        told = evolve(look, index=index)
        yield from check_request(told, exchange)
        yield from check_token(told, exchange.request)
        if exchange.request.method:
            yield from check_parameters(told, exchange.request)
    yield from check_nonces(look)
    yield from check_secret(look)
    yield from check_redirect(look)
    if look.answer.kind is Answered.BROKEN:
        yield from _broken(look)
        return
    yield look.held("process.robust" if look.scenario.robust else "process.survives")
    yield from map(look.held, dict.fromkeys(_OF_ADAPTERS.values()))
    made = look.performance.exchanges
    if made and not made[-1].request.method:
        # What was answered is what the stage makes of no HTTP: nothing of the scenario was played.
        return
    yield from check_tries(look)
    yield from _handed(evolve(look, index=max(0, len(made) - 1)))


def _broken(look: Look) -> Iterator[Remark]:
    breakdown, robust, made = look.answer.breakdown, look.scenario.robust, len(look.performance.exchanges)
    text = look.answer.text or "there is no answer"
    if breakdown is Breakdown.HANG and made > 1:
        text = f"{text}; it made {made} requests meanwhile: if it gives up later, --timeout gives it longer"
    expected = hopes(look.scenario)
    if breakdown in _OF_ADAPTERS:
        yield look.departed(_OF_ADAPTERS[breakdown], text, expected, None, "text")
    elif robust and breakdown is Breakdown.HANG:
        yield from look.own_departed(text, expected, None, "text")
    else:
        yield look.departed("process.robust" if robust else "process.survives", text, expected, None, "text")


def _handed(look: Look) -> Iterator[Remark]:
    """What the answer says of the requirements that the scenario is for."""
    kind, made = look.answer.kind, look.performance.exchanges
    if kind is Answered.REFUSED or not made:
        yield from _unsent(look)
    elif look.reading is None or look.scenario.wanders or look.reading.kind is Kind.UNREADABLE:
        yield from _by_kind(look)
    elif look.reading.kind is Kind.REFUSAL:
        yield from _refusal(look, look.reading)
    elif kind is not Answered.RESULT:
        yield from _kept_back(look)
    elif check_inner(look, look.reading.document):
        yield from _success(look, look.reading)
    else:
        yield from look.own_departed("the reply says that it failed, the result that it did not", hopes(look.scenario))


def _unsent(look: Look) -> Iterator[Remark]:
    kind, made = look.answer.kind, look.performance.exchanges
    if kind is Answered.REFUSED and not made and kind in look.scenario.hoped:
        yield from look.own_held()
        return
    message = "no request came" if not made else "the arguments were said to be refused, and a request was sent"
    if kind is Answered.REFUSED and not made:
        message = f"arguments that are allowed were refused: {look.answer.text or 'without a reason'}"
    for name in (_PLAIN,) if _is_plain(look) else look.scenario.case.requirements:
        yield look.departed(name, message, hopes(look.scenario), _answered(look), "text")


def _is_plain(look: Look) -> bool:
    """Whether a scenario is about a reply to the plainest call: of one that is not made it says nothing."""
    needed = {one.name for one in look.contract.parameters if one.required}
    return not look.scenario.about and look.asked.keys() == needed


def _by_kind(look: Look) -> Iterator[Remark]:
    if look.answer.kind in look.scenario.hoped:
        yield from look.own_held()
        return
    message = f"what is handed back is {HANDED[look.answer.kind]}"
    grade = Grade.TOLERATED if look.answer.kind in look.scenario.tolerated else Grade.DOCUMENTED
    yield from look.own_departed(message, hopes(look.scenario), _answered(look), "text", grade)


def _refusal(look: Look, reading: Reading) -> Iterator[Remark]:
    if look.answer.kind is Answered.ERROR:
        yield from check_error(look, reading.reply.status, reading.document)
        yield from look.own_held()
    elif look.answer.kind is Answered.UNREADABLE and look.scenario.hoped == ERROR:
        yield from _by_kind(look)
    else:
        message = f"an error reply is handed back as {HANDED[look.answer.kind]}"
        yield look.departed("outcome.error", message, hopes(look.scenario), _answered(look), "text")


def _kept_back(look: Look) -> Iterator[Remark]:
    """A success that is handed back as something else."""
    if not look.scenario.asking:
        yield from _by_kind(look)
        return
    message = f"a success is handed back as {HANDED[look.answer.kind]}"
    yield look.departed("outcome.success", message, hopes(look.scenario), _answered(look), "text")


def _success(look: Look, reading: Reading) -> Iterator[Remark]:
    status = reading.reply.status
    handed = look.answer.status
    if handed == status:
        yield look.held("outcome.success")
    else:
        grade = Grade.TOLERATED if handed is None else Grade.DOCUMENTED
        message = "no status is handed back" if handed is None else f"the status handed back is {handed}"
        yield look.departed("outcome.success", message, (str(status),), handed, "status", grade)
    yield from check_result(look, reading.document)
    yield from _by_kind(look)


def hopes(scenario: Scenario) -> tuple[str, ...]:
    """What may be handed back, for people."""
    return tuple(words for kind, words in HANDED.items() if kind in scenario.hoped)


def _answered(look: Look) -> str | None:
    return look.answer.text
