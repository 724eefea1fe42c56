"""Endpoints with one defect of behaviour each: which requirements catch it, exactly."""

import pytest

from imagesearch_conformance.emulator import EmulatorSettings
from imagesearch_conformance.model.outcome import Outcome

pytestmark = pytest.mark.matrix

INTEGERS = {f"filter.int_attr.{name}" for name in ("greater", "at-least", "less", "at-most", "equal")}
STRINGS = {f"filter.str_attr.{name}" for name in ("equal", "unequal")}
SEQUENCE = {"paging.prefix", "paging.concatenation"}

#: Defect -> (requirements that fail, requirements that warn).
PAGING = {
    "entries-above-num": ({"paging.concatenation", "response.auctions.limit"}, set()),
    "entries-one-short": ({"paging.full", *SEQUENCE}, {"paging.total"}),
    "entries-repeated": ({"paging.concatenation"}, set()),
    "start-ignored": ({"filter.everywhere", "paging.beyond", "paging.concatenation"}, set()),
    "pages-overlap": ({"filter.everywhere", "paging.concatenation"}, set()),
    "pages-skip": ({"filter.everywhere", "paging.concatenation"}, {"paging.total"}),
    "pages-rounded": ({"filter.everywhere", "paging.full", *SEQUENCE}, set()),
    "last-place-empty": ({"paging.concatenation", "paging.full"}, set()),
    "total-of-page": ({"paging.counters"}, set()),
    "filter-total-ignored": (set(), {"paging.total"}),
    "num-default-doubled": ({"num.default", "response.auctions.limit"}, set()),
    "start-default-ten": ({"start.default"}, {"ranking.found"}),
    "start-default-one": ({"paging.concatenation"}, {"paging.total", "ranking.found"}),
    "pages-capped": ({"paging.full"}, {"paging.total"}),
    "start-wraps": ({"paging.concatenation"}, set()),
    "entries-joined-twice": ({"paging.concatenation", "response.head.counters"}, set()),
    "scores-drift": (set(), {"ranking.steady", "response.repeatable"}),
}
RANKING = {
    "ranking-ascending": ({"ranking.score", "ranking.self", *SEQUENCE}, set()),
    "ranking-unstable": ({"paging.repeatable", "ranking.score", "ranking.self"}, {"response.repeatable"}),
    "image-itself-missing": ({"paging.full", *SEQUENCE}, {"paging.total", "ranking.found"}),
    "sortexprvalues-against-score": (set(), {"ranking.sortexprvalues"}),
    "category-predicted-reported": ({"ranking.category", "response.picinfo.categoryid.given"}, set()),
    "category-ignored": ({"response.picinfo.categoryid.given"}, set()),
    "category-zero-as-absent": ({"response.picinfo.categoryid.given"}, set()),
    "generic-category-wrong": ({"ranking.category", "response.picinfo.categoryid.generic"}, set()),
    "product-ignored": ({"image.identity", "image.known"}, set()),
    "names-in-any-case": (set(), {"image.exact"}),
    "category-start-ignored": (set(), {"categoryid.selected"}),
    "category-finds-nothing": ({"filter.everywhere"}, {"categoryid.selected"}),
    "instances-shared": (set(), {"instances.isolated"}),
}
FILTERS = {
    "filter-ignored": ({"filter.partition", *INTEGERS, *STRINGS}, {"filter.absent"}),
    "filter-after-paging": ({"filter.everywhere"}, {"paging.total"}),
    "filter-of-first-page": ({"filter.partition", *INTEGERS, *STRINGS}, set()),
    "filter-greater-inclusive": ({"filter.int_attr.greater", "filter.partition"}, set()),
    "filter-at-least-exclusive": ({"filter.int_attr.at-least", "filter.partition"}, set()),
    "filter-less-inclusive": ({"filter.int_attr.less", "filter.partition"}, set()),
    "filter-at-most-exclusive": ({"filter.int_attr.at-most", "filter.partition"}, set()),
    "filter-equal-as-unequal": ({"filter.int_attr.equal", "filter.str_attr.equal", "filter.partition"}, set()),
    "filter-unequal-as-equal": ({"filter.str_attr.unequal", "filter.partition"}, set()),
    "filter-sign-ignored": ({"filter.and", *INTEGERS}, set()),
    "filter-case-ignored": (STRINGS, set()),
    "filter-ascii-only": (STRINGS, set()),
    "filter-spaces-lost": (STRINGS, set()),
    "filter-absent-mixed": (set(), {"filter.absent"}),
    "filter-start-ignored": ({"filter.everywhere", "paging.beyond"}, set()),
    "filter-first-page-only": ({"filter.everywhere", "paging.beyond", "paging.counters"}, set()),
    "filter-category-only": ({"filter.everywhere"}, set()),
    "filter-total-of-page": ({"paging.counters"}, set()),
    "filter-last-of-attribute": ({"filter.and", "filter.or"}, set()),
    "filter-scores-anew": (set(), {"ranking.steady"}),
    "filter-and-as-or": ({"filter.and"}, set()),
    "filter-and-first-only": ({"filter.and"}, set()),
    "filter-or-as-and": ({"filter.or"}, set()),
    "filter-or-first-only": ({"filter.or"}, set()),
    "filter-left-to-right": (set(), {"filter.precedence"}),
    "filter-parentheses-ignored": (set(), {"filter.parentheses"}),
    "filter-lower-case-cut": (set(), {"filter.keywords"}),
    "filter-spaced-dropped": (set(), {"filter.spacing"}),
}
EVERYTHING = PAGING | RANKING | FILTERS


def names(record, outcome):
    return {one.requirement.id for one in record.requirements if one.outcome is outcome}


@pytest.mark.parametrize("defect", EVERYTHING)
def test_a_defect_of_behaviour_is_caught_by_these_requirements_and_no_others(certified, defect):
    record = certified(EmulatorSettings(qps=None, faults=(defect,)))
    assert (names(record, Outcome.FAILED), names(record, Outcome.WARNED)) == EVERYTHING[defect]
    assert names(record, Outcome.ERRORED) == set()


def test_no_relation_is_left_without_a_defect_that_trips_it(contract):
    tripped = set().union(*(failed | warned for failed, warned in EVERYTHING.values()))
    relations = {one.id for one in contract.requirements.values() if one.area in {"paging", "ranking", "filters"}}
    defaults = {name for name in contract.requirements if name.endswith(".default")}
    assert relations | defaults <= tripped


def test_a_finding_of_a_relation_names_the_entry_and_what_was_due(certified):
    record = certified(EmulatorSettings(qps=None, faults=("filter-greater-inclusive",)))
    result = next(one for one in record.cases if one.case.id == "filter.int_attr.greater/at")
    (finding,) = result.judgement.findings
    assert finding.message.startswith("int_attr>")
    assert finding.message.endswith("an entry does not satisfy the filter")
    assert "'int_attr':" in finding.actual
    assert result.rounds == 2
