"""Named ways to answer otherwise than the reference and conform all the same."""

from __future__ import annotations

from collections.abc import Mapping

from imagesearch_conformance.contract import Contract
from imagesearch_conformance.emulator.behaviour import Behaviour, Counters, Integers, Overflow
from imagesearch_conformance.model.expectation import Grade

#: Every variation changes one choice, so that a finding names the choice that we judge wrongly.
VARIATIONS: Mapping[str, Behaviour] = {
    "counters-by-name": Behaviour(counters=Counters.NAMES),
    "gateway-codes": Behaviour(codes=Grade.TOLERATED),
    "absent-image-refused": Behaviour(absent_image=Grade.DOCUMENTED),
    "absent-image-refused-by-later-code": Behaviour(absent_image=Grade.TOLERATED),
    "window-cut": Behaviour(overflow=Overflow.CUT),
    "integers-lenient": Behaviour(integers=Integers.LENIENT),
    "get-accepted": Behaviour(methods=frozenset({"GET"})),
    "action-in-any-case": Behaviour(action_in_any_case=True),
    "filter-keywords-in-any-case": Behaviour(keywords_in_any_case=True),
    "filter-parentheses-refused": Behaviour(parentheses=False),
    "filter-absent-as-blank": Behaviour(absent_as_blank=True),
    "unknown-parameters-refused": Behaviour(unknown_parameters_refused=True),
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
    "distinct-by-page": Behaviour(distinct_by_page=True),
    "truth-in-lower-case": Behaviour(truth_in_any_case=False),
}


def variations(contract: Contract) -> Mapping[str, Behaviour]:
    """The variations that show in the revision of a contract."""
    if contract.narrowing.threshold is None and contract.narrowing.distinct is None:
        return VARIATIONS
    return {**{name: one for name, one in VARIATIONS.items() if not one.later_fields}, **LATER_VARIATIONS}
