"""What stands in a plan and a report for requests that are generated while a run goes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from attrs import evolve

from imagesearch_conformance.cases.case_builder import CaseBuilder
from imagesearch_conformance.cases.filter_conditions import reference_probes
from imagesearch_conformance.cases.paging import unrepeatable_reason
from imagesearch_conformance.model.case import Case

#: The requirements that generated requests exercise together, and the one of what the page leaves open.
GENERATED_VALID, GENERATED_INVALID, GENERATED_FILTERS, GENERATED_UNSPECIFIED = (
    "generated.valid",
    "generated.invalid",
    "generated.filters",
    "generated.open",
)

#: The area of those requirements: what selects generated requests.
GENERATED_AREA = "generated"

#: How the variant of a case begins that is one generated example: it is in a report only because it departs.
EXAMPLE_PREFIX = "generated-"

#: How the reason begins why nothing is said of a source whose examples depart from what is reported elsewhere.
REPORTED_ELSEWHERE_PREFIX = "some examples depart from what other cases are reported for"

_TITLES = {
    GENERATED_VALID: "generated requests that keep the rules",
    GENERATED_INVALID: "generated requests that break rules",
    GENERATED_FILTERS: "generated filters, beside the whole ranking",
}

#: The case of each source that says what became of its examples.
SUMMARY_CASE_IDS: Mapping[str, str] = {requirement: f"{requirement}/examples" for requirement in _TITLES}


def generated_placeholder_cases(builder: CaseBuilder, examples: int) -> Iterator[Case]:
    """One case for each source of generated requests, with its share of the examples."""
    for requirement, share in examples_per_source(examples).items():
        case_id, title = SUMMARY_CASE_IDS[requirement], _TITLES[requirement]
        if obstacle := _not_applicable_reason(builder, requirement, examples, share):
            yield builder.not_applicable_case(case_id, title, obstacle)
            continue
        case = evolve(builder.success_case(case_id, f"{share} {title}", builder.request()), probes=(), examples=share)
        yield evolve(case, probes=reference_probes(builder)) if requirement == GENERATED_FILTERS else case


def examples_per_source(examples: int) -> Mapping[str, int]:
    """How many examples each source gets; what cannot be shared evenly goes to the first."""
    third = examples // len(_TITLES)
    return {**dict.fromkeys(_TITLES, third), GENERATED_VALID: examples - third * (len(_TITLES) - 1)}


def shrink_budget(examples: int) -> int:
    """How many further requests may be spent on making failing examples smaller, in all."""
    return max(examples, _MIN_SHRINK_REQUESTS) if examples else 0


#: Fewer requests than this make no example small.
_MIN_SHRINK_REQUESTS = 20


def attribute_values(builder: CaseBuilder) -> Mapping[str, list[int | str]]:
    """The values of each attribute that filters know, as the survey found them; those without any left out."""
    names = builder.contract.filter_rules.attributes
    found = {name: [entry.attribute(name) for entry in builder.survey.entries] for name in names}
    kept = {name: [one for one in values if one is not None and '"' not in str(one)] for name, values in found.items()}
    return {name: values for name, values in kept.items() if values}


def _not_applicable_reason(builder: CaseBuilder, requirement: str, examples: int, share: int) -> str | None:
    if not examples:
        return "no examples are generated (--examples 0)"
    if not share:
        return f"{examples} examples are too few for this"
    if requirement != GENERATED_FILTERS:
        return None
    if not attribute_values(builder):
        return "no entry shows a value of an attribute"
    return unrepeatable_reason(builder)
