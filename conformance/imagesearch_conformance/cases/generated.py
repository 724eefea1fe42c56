"""What stands in a plan and a report for requests that are generated while a run goes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from attrs import evolve

from imagesearch_conformance.cases.conditions import reference
from imagesearch_conformance.cases.pages import unrepeatable
from imagesearch_conformance.cases.workshop import Workshop
from imagesearch_conformance.model.case import Case

#: The requirements that generated requests exercise together, and the one of what the page leaves open.
VALID, INVALID, FILTERS, OPEN = "generated.valid", "generated.invalid", "generated.filters", "generated.open"

#: The area of those requirements: what selects generated requests.
AREA = "generated"

#: How the variant of a case begins that is one generated example: it is in a report only because it departs.
EXAMPLE = "generated-"

#: How the reason begins why nothing is said of a source whose examples depart from what is reported elsewhere.
REPORTED_ELSEWHERE = "some examples depart from what other cases are reported for"

_TITLES = {
    VALID: "generated requests that keep the rules",
    INVALID: "generated requests that break rules",
    FILTERS: "generated filters, beside the whole ranking",
}

#: The case of each source that says what became of its examples.
SUMMARIES: Mapping[str, str] = {requirement: f"{requirement}/examples" for requirement in _TITLES}


def generated(shop: Workshop, examples: int) -> Iterator[Case]:
    """One case for each source of generated requests, with its share of the examples."""
    for requirement, share in shares(examples).items():
        case_id, title = SUMMARIES[requirement], _TITLES[requirement]
        if obstacle := _obstacle(shop, requirement, examples, share):
            yield shop.inapplicable(case_id, title, obstacle)
            continue
        case = evolve(shop.accepted(case_id, f"{share} {title}", shop.request()), probes=(), examples=share)
        yield evolve(case, probes=reference(shop)) if requirement == FILTERS else case


def shares(examples: int) -> Mapping[str, int]:
    """How many examples each source gets; what cannot be shared evenly goes to the first."""
    third = examples // len(_TITLES)
    return {**dict.fromkeys(_TITLES, third), VALID: examples - third * (len(_TITLES) - 1)}


def shrinking(examples: int) -> int:
    """How many further requests may be spent on making failing examples smaller, in all."""
    return max(examples, _FEWEST) if examples else 0


#: Fewer requests than this make no example small.
_FEWEST = 20


def attributes_shown(shop: Workshop) -> Mapping[str, list[int | str]]:
    """The values of each attribute that filters know, as the survey found them; those without any left out."""
    names = shop.contract.filters.attributes
    found = {name: [entry.attribute(name) for entry in shop.survey.entries] for name in names}
    kept = {name: [one for one in values if one is not None and '"' not in str(one)] for name, values in found.items()}
    return {name: values for name, values in kept.items() if values}


def _obstacle(shop: Workshop, requirement: str, examples: int, share: int) -> str | None:
    if not examples:
        return "no examples are generated (--examples 0)"
    if not share:
        return f"{examples} examples are too few for this"
    if requirement != FILTERS:
        return None
    if not attributes_shown(shop):
        return "no entry shows a value of an attribute"
    return unrepeatable(shop)
