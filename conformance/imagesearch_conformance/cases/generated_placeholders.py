"""Cases that stand for generated requests in plans and reports; the requests are generated during the run."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from attrs import evolve

from imagesearch_conformance.cases.case_builder import CaseBuilder
from imagesearch_conformance.cases.filter_conditions import reference_probes
from imagesearch_conformance.cases.paging import unrepeatable_reason
from imagesearch_conformance.model.case import Case

#: The requirements of valid, invalid and filtered generated requests, and of requests that are not specified.
GENERATED_VALID, GENERATED_INVALID, GENERATED_FILTERS, GENERATED_UNSPECIFIED = (
    "generated.valid",
    "generated.invalid",
    "generated.filters",
    "generated.open",
)

#: The area of those requirements; it selects generated requests.
GENERATED_AREA = "generated"

#: Prefix of the variant of a case that is one generated example; a report has only the failing examples.
EXAMPLE_PREFIX = "generated-"

#: Prefix of the reason of a source whose examples violate only requirements that are reported elsewhere.
REPORTED_ELSEWHERE_PREFIX = "some examples violate requirements that are reported by other cases"

_TITLES = {
    GENERATED_VALID: "generated valid requests",
    GENERATED_INVALID: "generated invalid requests",
    GENERATED_FILTERS: "generated filters, compared with the whole ranking",
}

#: The case of each source that summarizes its examples.
SUMMARY_CASE_IDS: Mapping[str, str] = {requirement: f"{requirement}/examples" for requirement in _TITLES}


def generated_placeholder_cases(builder: CaseBuilder, examples: int) -> Iterator[Case]:
    """Yield a case for each source of generated requests, with its share of the examples."""
    for requirement, share in examples_per_source(examples).items():
        case_id, title = SUMMARY_CASE_IDS[requirement], _TITLES[requirement]
        if reason := _not_applicable_reason(builder, requirement, examples, share):
            yield builder.not_applicable_case(case_id, title, reason)
            continue
        case = evolve(builder.success_case(case_id, f"{share} {title}", builder.request()), probes=(), examples=share)
        yield evolve(case, probes=reference_probes(builder)) if requirement == GENERATED_FILTERS else case


def examples_per_source(examples: int) -> Mapping[str, int]:
    """Return the number of examples of each source; the remainder of an uneven split goes to the first."""
    third = examples // len(_TITLES)
    return {**dict.fromkeys(_TITLES, third), GENERATED_VALID: examples - third * (len(_TITLES) - 1)}


def shrink_budget(examples: int) -> int:
    """Return the number of additional requests that a run may send to shrink failing examples."""
    return max(examples, _MIN_SHRINK_REQUESTS) if examples else 0


#: Fewer requests than this shrink nothing.
_MIN_SHRINK_REQUESTS = 20


def attribute_values(builder: CaseBuilder) -> Mapping[str, list[int | str]]:
    """Return the values of each attribute of filters that the survey saw, without attributes that have none."""
    values_by_name = {}
    for name in builder.contract.filter_rules.attributes:
        seen = (entry.attribute(name) for entry in builder.survey.entries)
        if values := [value for value in seen if value is not None and '"' not in str(value)]:
            values_by_name[name] = values
    return values_by_name


def _not_applicable_reason(builder: CaseBuilder, requirement: str, examples: int, share: int) -> str | None:
    if not examples:
        return "no examples are generated (--examples 0)"
    if not share:
        return f"{examples} examples are too few for this"
    if requirement != GENERATED_FILTERS:
        return None
    if not attribute_values(builder):
        return "no entry has a value of an attribute"
    return unrepeatable_reason(builder)
