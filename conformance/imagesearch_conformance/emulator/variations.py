"""Named ways to answer otherwise than the reference and conform all the same."""

from __future__ import annotations

from collections.abc import Mapping

from imagesearch_conformance.contract import Contract
from imagesearch_conformance.emulator.behaviour import Behaviour, CounterMeaning, IntegerNotation, WindowOverflow
from imagesearch_conformance.model.expectation import Grade

#: Every variation changes one choice, so that a finding names the choice that we judge wrongly.
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

#: Variations that show only where a revision has the parameters that they are about.
LATER_VARIATIONS: Mapping[str, Behaviour] = {
    "distinct-by-page": Behaviour(distinct_per_page=True),
    "truth-in-lower-case": Behaviour(case_insensitive_booleans=False),
}


def variations(contract: Contract) -> Mapping[str, Behaviour]:
    """The variations that show in the revision of a contract."""
    if contract.result_filters.threshold_parameter is None and contract.result_filters.distinct_parameter is None:
        return VARIATIONS
    return {**{name: one for name, one in VARIATIONS.items() if not one.later_fields}, **LATER_VARIATIONS}
