"""Where the page leaves a choice: one value for each choice, the reference reading by default."""

from __future__ import annotations

from enum import StrEnum

from attrs import frozen

from imagesearch_conformance.model.expectation import Grade


class CounterMeaning(StrEnum):
    """Which of the two counters of a reply counts what."""

    AS_DOCUMENTED = "page"  #: DocsFound is what is returned, DocsReturn what matches
    AS_NAMED = "names"  #: the other way round, as the names suggest


class WindowOverflow(StrEnum):
    """What becomes of a request that reaches beyond the window."""

    REJECT = "refused"
    TRUNCATE = "cut"


class IntegerNotation(StrEnum):
    """Which notations of an integer are read."""

    STRICT = "strict"  #: digits with an optional minus sign
    LENIENT = "lenient"  #: also a plus sign, and white space around


@frozen
class Behaviour:
    """How a conforming endpoint may answer; every default is the reference reading.

    `codes` is the grade of refusal preferred, `absent_image` the grade of the refusal when no image
    has the name given (None: a success without entries). `methods` are accepted besides those of
    the contract. `absent_as_blank` lets filters take absent attributes for zero and the empty text,
    `later_fields` are those that a later revision adds to entries. Without `categories_listed` the list of
    categories is empty.
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
