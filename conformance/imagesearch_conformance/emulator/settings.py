"""The settings of an emulator and its behaviour where the documentation leaves a choice."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Literal

from attrs import field, frozen

from imagesearch_conformance.contract import Contract
from imagesearch_conformance.errors import InvalidInput
from imagesearch_conformance.model.expectation import Grade


class CounterMeaning(StrEnum):
    """The meaning of the two counters of a response."""

    AS_DOCUMENTED = "documented"  #: DocsFound counts returned entries, DocsReturn matches
    AS_NAMED = "named"  #: the reverse, as the names suggest


class WindowOverflow(StrEnum):
    """The treatment of a page that reaches beyond the result window."""

    REJECT = "reject"
    TRUNCATE = "truncate"


class IntegerNotation(StrEnum):
    """The accepted notations of integers."""

    STRICT = "strict"  #: digits with an optional minus sign
    LENIENT = "lenient"  #: also a plus sign and surrounding white space


@frozen
class Behaviour:
    """One choice for each open question; every default is the reference reading.

    - `error_code_grade`: the preferred grade of error codes.
    - `missing_image_grade`: the grade of the error for an image that does not exist; None returns a success
      response without entries.
    - `extra_methods`: accepted besides the methods of the contract.
    - `missing_attributes_as_blank`: filters treat missing attributes as zero or the empty string.
    - `later_fields`: entries have the fields that a later revision adds.
    - `categories_listed`: AllCategories is filled; otherwise it is empty.
    """

    counters: CounterMeaning = CounterMeaning.AS_DOCUMENTED
    error_code_grade: Grade = Grade.DOCUMENTED
    missing_image_grade: Grade | None = None
    window_overflow: WindowOverflow = WindowOverflow.REJECT
    integer_notation: IntegerNotation = IntegerNotation.STRICT
    extra_methods: frozenset[str] = frozenset()
    case_insensitive_action: bool = False
    case_insensitive_filter_keywords: bool = False
    filter_parentheses: bool = True
    missing_attributes_as_blank: bool = False
    reject_unknown_parameters: bool = False
    optional_fields: bool = True
    optional_error_fields: bool = True
    extra_fields: bool = False
    later_fields: bool = False
    distinct_per_page: bool = False
    case_insensitive_booleans: bool = True
    picture_details_when_empty: bool = True
    categories_listed: bool = True
    whole_scores_as_integers: bool = False
    media_type: str = "application/json;charset=utf-8"
    compressed: bool = False
    chunked: bool = False


#: The request header with the error code to return.
FAULT_HEADER = "X-Conformance-Fault"


@frozen
class EmulatorSettings:
    """Settings of an emulator; `qps` applies to each instance, None is unlimited.

    Raises InvalidInput unless `qps` is positive.
    """

    qps: float | None = field(default=100.0)
    signature: Literal["required", "optional"] = "required"
    faults: tuple[str, ...] = ()
    behaviour: Behaviour = field(factory=Behaviour)

    @qps.validator
    def _validate_qps(self, _: object, value: float | None) -> None:
        if value is not None and not value > 0:
            raise InvalidInput(f"expected a rate above 0, got {value}", "qps", "omit it for no limit")


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
