"""Faults of features of later revisions: thresholds, distinct products, lists in filters."""

from __future__ import annotations

from attrs import evolve

from imagesearch_conformance.contract import Contract
from imagesearch_conformance.contract.parameters import to_wire_value
from imagesearch_conformance.emulator.fault import Fault, FaultContext
from imagesearch_conformance.emulator.faults.builders import violation_matcher
from imagesearch_conformance.emulator.faults.filters import swapped_operators_fault
from imagesearch_conformance.emulator.faults.unspecified_behaviour import fail_if
from imagesearch_conformance.emulator.search import Query, SearchResult, best_per_product, search
from imagesearch_conformance.filters.ast import LIST_OPERATORS, MembershipNode
from imagesearch_conformance.signing.encoding import Pairs, parse_form


def _has_threshold(contract: Contract) -> bool:
    return contract.result_filters.threshold_parameter is not None


def _has_distinct(contract: Contract) -> bool:
    return contract.result_filters.distinct_parameter is not None


def _has_lists(contract: Contract) -> bool:
    return any(
        operator in LIST_OPERATORS
        for operators in contract.filter_rules.operators.values()
        for operator in operators.values()
    )


def _exclude_threshold(result: SearchResult, _context: FaultContext) -> SearchResult:
    threshold = result.query.threshold
    entries = tuple((image, score) for image, score in result.entries if not threshold or score > threshold)
    return evolve(result, entries=entries)


def _ignore_threshold_in_query(pairs: Pairs, context: FaultContext) -> Pairs:
    in_query = dict(parse_form(context.request.query))
    return tuple(pair for pair in pairs if pair[0] != context.roles.threshold or pair[0] not in in_query)


def _add_distinct(pairs: Pairs, context: FaultContext) -> Pairs:
    name = context.roles.distinct or ""
    return pairs if any(key == name for key, _ in pairs) else (*pairs, (name, to_wire_value(value=True)))


def _has_threshold_in_query(_pairs: Pairs, context: FaultContext) -> bool:
    return any(name == context.roles.threshold and value for name, value in parse_form(context.request.query))


def _is_distinct_requested(pairs: Pairs, context: FaultContext) -> bool:
    return (context.roles.distinct, to_wire_value(value=True)) in pairs


def _keep_worst_per_product(result: SearchResult, context: FaultContext) -> SearchResult:
    if not result.query.distinct:
        return result
    all_entries = evolve(result.query, distinct=False, start=0, count=result.query.limit)
    ranking = search(context.store, all_entries, context.contract.category.generic_category).entries
    entries = best_per_product(ranking[::-1])[::-1]
    return evolve(result, entries=entries[result.query.start : result.query.start + result.query.count])


def _drop_every_second_product(result: SearchResult, _context: FaultContext) -> SearchResult:
    if not result.query.distinct:
        return result
    return evolve(result, entries=result.entries[::2])


def _keep_first_operand(query: Query, _context: FaultContext) -> Query:
    condition = query.condition
    if not isinstance(condition, MembershipNode):
        return query
    return evolve(query, condition=evolve(condition, operands=condition.operands[:1]))


FAULTS = (
    Fault(
        "threshold-ignored",
        "ScoreThreshold is ignored.",
        ("scorethreshold.floor", "scorethreshold.removes", "scorethreshold.inclusive"),
        applies=_has_threshold,
        query=lambda query, _: evolve(query, threshold=0.0),
    ),
    Fault(
        "threshold-exclusive",
        "Entries with a Score equal to ScoreThreshold are missing.",
        ("scorethreshold.inclusive",),
        applies=_has_threshold,
        result=_exclude_threshold,
    ),
    Fault(
        "threshold-only-in-form",
        "ScoreThreshold in the query is ignored.",
        ("scorethreshold.floor", "scorethreshold.removes", "scorethreshold.inclusive", "scorethreshold.pattern"),
        applies=_has_threshold,
        parameters=_ignore_threshold_in_query,
    ),
    Fault(
        "threshold-shape-unchecked",
        "ScoreThreshold in any format is accepted.",
        ("scorethreshold.pattern",),
        applies=_has_threshold,
        ignores_violation=violation_matcher("ScoreThreshold", "pattern"),
    ),
    Fault(
        "distinct-ignored",
        "DistinctProductId is ignored.",
        ("distinctproductid.unique", "distinctproductid.best"),
        applies=_has_distinct,
        query=lambda query, _: evolve(query, distinct=False),
    ),
    Fault(
        "distinct-by-default",
        "DistinctProductId is true by default.",
        ("filter.and", "filter.or", "distinctproductid.default"),
        applies=_has_distinct,
        parameters=_add_distinct,
    ),
    Fault(
        "distinct-keeps-worst",
        "DistinctProductId keeps the worst entry of each product.",
        ("distinctproductid.best",),
        applies=_has_distinct,
        result=_keep_worst_per_product,
    ),
    Fault(
        "distinct-loses-products",
        "DistinctProductId drops every second product.",
        ("distinctproductid.complete",),
        applies=_has_distinct,
        result=_drop_every_second_product,
    ),
    Fault(
        "distinct-text-accepted",
        "DistinctProductId accepts any text.",
        ("distinctproductid.type",),
        applies=_has_distinct,
        ignores_violation=violation_matcher("DistinctProductId", "type"),
    ),
    evolve(
        swapped_operators_fault(
            "filter-in-as-not-in", "The operator in is evaluated as not in.", ("filter.*.in",), in_="not_in"
        ),
        applies=_has_lists,
    ),
    Fault(
        "filter-list-cut",
        "Only the first value of a list in Filter is used.",
        ("filter.*.in", "filter.*.not-in"),
        applies=_has_lists,
        query=_keep_first_operand,
    ),
    Fault(
        "threshold-fails",
        "ScoreThreshold causes a server error.",
        (
            "scorethreshold.optional",
            "scorethreshold.default",
            "scorethreshold.pattern",
            "scorethreshold.removes",
            "scorethreshold.inclusive",
            "request.full",
        ),
        applies=_has_threshold,
        response=fail_if(_has_threshold_in_query),
    ),
    Fault(
        "distinct-fails",
        "DistinctProductId causes a server error.",
        ("distinctproductid.optional", "distinctproductid.complete", "distinctproductid.best", "request.full"),
        applies=_has_distinct,
        response=fail_if(_is_distinct_requested),
    ),
)
