"""The few requests that learn what a target holds, so that data nobody has seen can be judged."""

from __future__ import annotations

from collections.abc import Callable

from attrs import evolve, frozen

from imagesearch_conformance.cases.pages import page
from imagesearch_conformance.cases.workshop import Workshop
from imagesearch_conformance.checks.entries import entries_of
from imagesearch_conformance.checks.reading import Kind, Reading, read
from imagesearch_conformance.contract import Contract
from imagesearch_conformance.contract.contract import IMAGE
from imagesearch_conformance.contract.error_table import Provoked
from imagesearch_conformance.errors import Unreachable
from imagesearch_conformance.model.case import Probe, Violation
from imagesearch_conformance.model.survey import Entry, Survey
from imagesearch_conformance.model.target import Image, Target
from imagesearch_conformance.model.wire import WireReply
from imagesearch_conformance.runner.dispatch import BudgetSpent, Dispatcher
from imagesearch_conformance.runner.patience import Patience

#: So many images are looked for: cases need one, and those with awkward names have cases of their own.
_FEW = 5


#: A budget of fewer requests than this leaves none for learning a whole ranking.
_ENOUGH = 60


@frozen
class Unsurveyed:
    """Why nothing can be judged of a target."""

    reason: str


def survey_probes(contract: Contract, target: Target, budget: int | None = None) -> tuple[Probe, ...]:
    """The requests of a survey, all of them: searches by known images, the first once more, and its ranking."""
    searches = _searches(contract, target, budget)
    return (*searches, evolve(searches[0], fresh=True), *_ranking_probes(contract, target, budget))


def _searches(contract: Contract, target: Target, budget: int | None) -> tuple[Probe, ...]:
    shop = Workshop(contract, target, Survey.assumed(target))
    return tuple(Probe(shop.request(image=image)) for image in _surveyed(target, budget))


def _ranking_probes(contract: Contract, target: Target, budget: int | None) -> tuple[Probe, ...]:
    """The largest pages of the first image's ranking; of a small budget none are spent on it."""
    shop = Workshop(contract, target, Survey.assumed(target))
    reach = contract.window.maximum if budget is None or budget >= _ENOUGH else 0
    return tuple(page(shop, (start, shop.most)) for start in range(0, reach, shop.most))


def survey(
    dispatcher: Dispatcher, contract: Contract, target: Target, stopped: Callable[[], bool] = lambda: False
) -> Survey | Unsurveyed:
    """Learns what the target holds, or why it cannot be judged at all."""
    patience = Patience(contract, dispatcher)
    searches = _searches(contract, target, dispatcher.most)
    readings: list[Reading] = []
    entries: list[Entry] = []
    try:
        for probe in (*searches, evolve(searches[0], fresh=True)):
            if stopped():
                return Unsurveyed("the run was interrupted")
            readings.append(read(patience.exchange(probe).reply, contract.protocol.success))
            if len(readings) == 1 and (obstacle := _obstacle(contract, target, readings[0])):
                return Unsurveyed(obstacle)
        entries += _ranking(contract, target, dispatcher, patience, stopped)
    except Unreachable as problem:
        return Unsurveyed(f"the target could not be reached: {problem}")
    except BudgetSpent as problem:
        return Unsurveyed(f"{problem} before the target was known")
    *found, again = readings
    pairs = list(zip(_surveyed(target, dispatcher.most), found, strict=True))
    return _learned(contract, pairs, again, tuple(entries))


def _ranking(
    contract: Contract, target: Target, dispatcher: Dispatcher, patience: Patience, stopped: Callable[[], bool]
) -> list[Entry]:
    """The ranking for the first image, page by page until one is not full."""
    most = contract.parameter(contract.window.count).maximum
    found: list[Entry] = []
    for probe in _ranking_probes(contract, target, dispatcher.most):
        if stopped():
            break
        some = entries_of(contract, read(patience.exchange(probe).reply, contract.protocol.success))
        found += some
        if len(some) != most:
            break
    return found


def _surveyed(target: Target, budget: int | None) -> tuple[Image, ...]:
    """The images asked for: a few, of a budget half is left for the cases, but always one."""
    images = target.instance.images[:_FEW]
    return images if budget is None else images[: max(1, budget // 2 - 1)]


def _learned(
    contract: Contract, pairs: list[tuple[Image, Reading]], again: Reading, entries: tuple[Entry, ...]
) -> Survey | Unsurveyed:
    searches = [reading for _, reading in pairs]
    found = tuple(image for image, reading in pairs if reading.kind is Kind.SUCCESS and reading.entries)
    if all(reading.kind is Kind.SUCCESS and not reading.found_something for reading in searches):
        return Unsurveyed("none of the first images that the profile names was found; name one that is in the instance")
    first = next((reading for image, reading in pairs if image in found), searches[0])
    doubts = tuple(f"{image.product_id} / {image.pic_name} was not found" for image, _ in pairs if image not in found)
    return Survey(
        found,
        finds_itself=bool(found) and found[0] in _images(contract, first),
        repeatable=_images(contract, searches[0]) == _images(contract, again),
        entries=entries,
        doubts=doubts,
    )


def _images(contract: Contract, reading: Reading) -> list[Image]:
    product, picture = contract.image.parameters
    return [Image(str(entry.get(product)), str(entry.get(picture))) for entry in reading.entries]


def _obstacle(contract: Contract, target: Target, reading: Reading) -> str | None:
    """Why the reply to the first request says nothing about conformance, or None."""
    if reading.kind is Kind.UNREADABLE and not _meant_as_json(reading.reply):
        return (
            f"the reply is not JSON (status {reading.reply.status}, "
            f"{reading.reply.header('content-type') or 'no content type'}): this does not look like the API"
        )
    if reading.code is None or not _about_the_profile(contract, target, reading.code):
        return None
    said = f"{reading.reply.status} {reading.code}: {reading.document.get('Message')}"
    return f"the first search was refused with {said}; see to the instance, the images and the keys of the profile"


def _meant_as_json(reply: WireReply) -> bool:
    """Whether an unreadable reply is a bad one of this API rather than one of something else."""
    declared = "json" in (reply.header("content-type") or "")
    return declared or reply.body.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] == b"{"


def _about_the_profile(contract: Contract, target: Target, code: str) -> bool:
    """Whether a code blames what the profile claims rather than the request; without claims every code may."""
    row = contract.errors.find(code)
    if row is None or target.assumed:
        return row is not None
    blamed = {one.code for one in contract.refusals(Violation(contract.instance, "known"))}
    blamed |= {one.code for one in contract.refusals(Violation(IMAGE, "known"))}
    blamed -= {one.code for one in contract.errors.documented if one.general}
    signing = {code for codes in contract.protocol.authentication_refusals.values() for code in codes.all}
    return code in blamed | signing or row.provoked in {Provoked.PERMISSION, Provoked.RATE}
