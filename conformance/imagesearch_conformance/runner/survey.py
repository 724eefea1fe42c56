"""The few requests that learn what a target holds, so that data nobody has seen can be judged."""

from __future__ import annotations

from collections.abc import Callable

from attrs import evolve, frozen

from imagesearch_conformance.cases.workshop import Workshop
from imagesearch_conformance.checks.entries import entries_of
from imagesearch_conformance.checks.reading import Kind, Reading, whole
from imagesearch_conformance.contract import Contract
from imagesearch_conformance.contract.contract import IMAGE
from imagesearch_conformance.contract.error_table import Provoked
from imagesearch_conformance.errors import BadInput, BadSpec, Unreachable
from imagesearch_conformance.model.case import Probe, Violation
from imagesearch_conformance.model.survey import Survey
from imagesearch_conformance.model.target import Image, Target
from imagesearch_conformance.model.wire import WireReply
from imagesearch_conformance.runner.asking import Asking
from imagesearch_conformance.runner.dispatch import BudgetSpent, Dispatcher
from imagesearch_conformance.runner.exploring import exploration, explore
from imagesearch_conformance.runner.ourselves import our_fault

#: So many images are looked for: cases need one, and those with awkward names have cases of their own.
_FEW = 5

#: The part of a budget that looking for images may take: one in so many requests.
_SHARE = 20


@frozen
class Unsurveyed:
    """Why nothing can be judged of a target."""

    reason: str


def survey_probes(contract: Contract, target: Target, budget: int | None = None) -> tuple[Probe, ...]:
    """The requests of a survey, all of them: searches by known images, the first once more, and its ranking."""
    searches = _searches(contract, target, budget)
    return (*searches, evolve(searches[0], fresh=True), *exploration(_shop(contract, target), budget))


def _shop(contract: Contract, target: Target) -> Workshop:
    return Workshop(contract, target, Survey.assumed(target))


def _searches(contract: Contract, target: Target, budget: int | None) -> tuple[Probe, ...]:
    shop = _shop(contract, target)
    return tuple(Probe(shop.request(image=image)) for image in _surveyed(target, budget))


def survey(
    dispatcher: Dispatcher,
    contract: Contract,
    target: Target,
    stopped: Callable[[], bool] = lambda: False,
    jobs: int = 1,
) -> Survey | Unsurveyed:
    """Learns what the target holds, or why it cannot be judged at all; asks `jobs` things at once where it can."""
    asking = Asking(contract, dispatcher, stopped, jobs)
    try:
        readings = _readings(contract, target, dispatcher.most, asking)
        if isinstance(readings, Unsurveyed):
            return readings
        found = _found(_pairs(target, dispatcher.most, readings))
        shop = Workshop(contract, target, evolve(Survey.assumed(target), images=found))
        explored = explore(shop, dispatcher.most, asking)
    except Unreachable as problem:
        return Unsurveyed(f"the target could not be reached: {problem}")
    except BudgetSpent as problem:
        return Unsurveyed(f"{problem} before the target was known")
    except (BadInput, BadSpec):
        raise
    except Exception as problem:  # noqa: BLE001 a survey that breaks must not cost the reports
        return Unsurveyed(our_fault(problem))
    return _learned(contract, _pairs(target, dispatcher.most, readings), readings[-1], explored)


def _readings(contract: Contract, target: Target, budget: int | None, asking: Asking) -> list[Reading] | Unsurveyed:
    """What the searches by known images give; the first reply tells whether to go on."""
    first, *others = _searches(contract, target, budget)
    reading = asking.one(first)
    if reading is not None and (obstacle := _obstacle(contract, target, reading)):
        return Unsurveyed(obstacle)
    readings = [reading, *asking.all([*others, evolve(first, fresh=True)])]
    learned = [one for one in readings if one is not None]
    return learned if len(learned) == len(readings) else Unsurveyed("the run was interrupted")


def _pairs(target: Target, budget: int | None, readings: list[Reading]) -> list[tuple[Image, Reading]]:
    """Each image asked for with its reading; the last reading is that of the request sent again."""
    return list(zip(_surveyed(target, budget), readings[:-1], strict=True))


def _found(pairs: list[tuple[Image, Reading]]) -> tuple[Image, ...]:
    return tuple(image for image, reading in pairs if reading.kind is Kind.SUCCESS and reading.entries)


def _surveyed(target: Target, budget: int | None) -> tuple[Image, ...]:
    """The images asked for: a few, for a twentieth of a budget at the most, but always one."""
    images = target.instance.images[:_FEW]
    return images if budget is None else images[: max(1, budget // _SHARE)]


def _learned(
    contract: Contract, pairs: list[tuple[Image, Reading]], again: Reading, explored: Survey
) -> Survey | Unsurveyed:
    searches = [reading for _, reading in pairs]
    found = explored.images
    if all(reading.found_nothing for reading in searches):
        return Unsurveyed("none of the first images that the profile names was found; name one that is in the instance")
    first = next((reading for image, reading in pairs if image in found), searches[0])
    doubts = tuple(f"{image.product_id} / {image.pic_name} was not found" for image, _ in pairs if image not in found)
    return evolve(
        explored,
        finds_itself=bool(found) and found[0] in _images(contract, first),
        repeatable=_images(contract, searches[0]) == _images(contract, again),
        category=whole(first.at("PicInfo", "CategoryId")),
        doubts=doubts,
    )


def _images(contract: Contract, reading: Reading) -> list[Image]:
    return [entry.image for entry in entries_of(contract, reading)]


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
