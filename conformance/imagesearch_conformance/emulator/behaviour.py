"""The choices that the documentation leaves open."""

from __future__ import annotations

from enum import StrEnum

from attrs import frozen

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
