"""Named behaviours that differ from the reference and conform as well."""

from __future__ import annotations

from collections.abc import Mapping

from imagesearch_conformance.contract import Contract
from imagesearch_conformance.emulator.behaviour import Behaviour, CounterMeaning, IntegerNotation, WindowOverflow
from imagesearch_conformance.model.expectation import Grade

#: Each variation changes one choice, so that a false alarm points to the choice that is judged wrongly.
VARIATIONS: Mapping[str, Behaviour] = {
    "counters-by-name": Behaviour(counters=CounterMeaning.AS_NAMED),
    "gateway-codes": Behaviour(error_code_grade=Grade.TOLERATED),
    "absent-image-refused": Behaviour(missing_image_grade=Grade.DOCUMENTED),
    "absent-image-refused-by-later-code": Behaviour(missing_image_grade=Grade.TOLERATED),
    "window-cut": Behaviour(window_overflow=WindowOverflow.TRUNCATE),
    "integers-lenient": Behaviour(integer_notation=IntegerNotation.LENIENT),
    "get-accepted": Behaviour(extra_methods=frozenset({"GET"})),
    "action-in-any-case": Behaviour(case_insensitive_action=True),
    "filter-keywords-in-any-case": Behaviour(case_insensitive_filter_keywords=True),
    "filter-parentheses-refused": Behaviour(filter_parentheses=False),
    "filter-absent-as-blank": Behaviour(missing_attributes_as_blank=True),
    "unknown-parameters-refused": Behaviour(reject_unknown_parameters=True),
    "optional-fields-absent": Behaviour(optional_fields=False, optional_error_fields=False),
    "error-details-absent": Behaviour(optional_error_fields=False),
    "extra-fields": Behaviour(extra_fields=True),
    "later-fields": Behaviour(later_fields=True),
    "picinfo-absent-when-empty": Behaviour(picture_details_when_empty=False),
    "categories-unlisted": Behaviour(categories_listed=False),
    "whole-scores-as-integers": Behaviour(whole_scores_as_integers=True),
    "media-type-spaced": Behaviour(media_type="application/json; charset=utf-8"),
    "media-type-bare": Behaviour(media_type="application/json"),
    "compressed": Behaviour(compressed=True),
    "chunked": Behaviour(chunked=True),
}

#: Variations of parameters that only later revisions have.
LATER_VARIATIONS: Mapping[str, Behaviour] = {
    "distinct-by-page": Behaviour(distinct_per_page=True),
    "truth-in-lower-case": Behaviour(case_insensitive_booleans=False),
}


def variations(contract: Contract) -> Mapping[str, Behaviour]:
    """Return the variations that apply to the revision of a contract."""
    if contract.result_filters.threshold_parameter is None and contract.result_filters.distinct_parameter is None:
        return VARIATIONS
    applicable = {name: behaviour for name, behaviour in VARIATIONS.items() if not behaviour.later_fields}
    return {**applicable, **LATER_VARIATIONS}
