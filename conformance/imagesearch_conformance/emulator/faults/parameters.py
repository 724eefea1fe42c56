"""Faults of parsing and validating parameters."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable

from attrs import evolve

from imagesearch_conformance.contract.contract import WINDOW
from imagesearch_conformance.emulator.fault import Fault, FaultContext, Hook
from imagesearch_conformance.emulator.faults.builders import rewrite_parameter, violation_matcher
from imagesearch_conformance.emulator.search import Query
from imagesearch_conformance.model.case import Violation
from imagesearch_conformance.signing.encoding import Pairs

#: CategoryId is checked against a range of this many digits.
_MAX_CATEGORY_DIGITS = 2


def _unchecked_rule_fault(name: str, description: str, parameter: str, keyword: str, *also_violates: str) -> Fault:
    violates = (_requirement_id(parameter, keyword), *also_violates)
    return Fault(name, description, violates, ignores_violation=violation_matcher(parameter, keyword))


def _requirement_id(parameter: str, keyword: str) -> str:
    return f"{parameter.lower()}.{keyword.lower()}"


def _rejected_limit_fault(
    parameter: str, keyword: str, step: int, also_violates: tuple[str, ...] = (), side_effects: tuple[str, ...] = ()
) -> Fault:
    """A fault that treats the value at a limit as the one outside it."""
    return Fault(
        f"{parameter.lower()}-at-{keyword}-refused",
        f"{parameter} at its {keyword} is rejected.",
        (_requirement_id(parameter, keyword), *also_violates),
        side_effects,
        parameters=_shift_at_limit(parameter, keyword, 0, step),
    )


def _off_by_one_fault(parameter: str, keyword: str, step: int, *also_violates: str) -> Fault:
    """A fault that treats the value just outside a limit as the limit."""
    return Fault(
        f"{parameter.lower()}-one-beyond-{keyword}-accepted",
        f"{parameter} one {'above' if step > 0 else 'below'} its {keyword} is accepted.",
        (_requirement_id(parameter, keyword), *also_violates),
        parameters=_shift_at_limit(parameter, keyword, step, 0),
    )


def _shift_at_limit(parameter: str, keyword: str, offset: int, new_offset: int) -> Hook[Pairs]:
    """Return a hook that replaces the value at an offset from a limit with that at another offset."""

    def shift(text: str, context: FaultContext) -> str:
        limit = getattr(context.contract.parameter(parameter), keyword)
        return str(limit + new_offset) if text == str(limit + offset) else text

    return rewrite_parameter(parameter, shift)


def _rejected_longest_fault(
    parameter: str, also_violates: tuple[str, ...] = (), side_effects: tuple[str, ...] = ()
) -> Fault:
    def lengthen(text: str, context: FaultContext) -> str:
        return f"{text} " if len(text) == context.contract.parameter(parameter).max_length else text

    return Fault(
        f"{parameter.lower()}-longest-refused",
        f"{parameter} at its maximum length is rejected.",
        (_requirement_id(parameter, "maxLength"), *also_violates),
        side_effects,
        parameters=rewrite_parameter(parameter, lengthen),
    )


def _measure_in_bytes(text: str, context: FaultContext) -> str:
    """Pad a filter of too many bytes to too many characters."""
    limit = context.contract.parameter(context.roles.filter or "").max_length or len(text)
    return text.ljust(limit + 1) if len(text.encode()) > limit else text


def _replace_long_instance(text: str, context: FaultContext) -> str:
    limit = context.contract.parameter(context.roles.instance).max_length or len(text)
    return next(iter(context.store.dataset.instances)) if len(text) > limit else text


def _cap_num(text: str, context: FaultContext) -> str:
    limit = context.contract.parameter(context.roles.count).maximum
    return str(limit) if limit is not None and text.isdecimal() and int(text[:9]) > limit else text


def _double_default(pairs: Pairs, context: FaultContext) -> Pairs:
    name = context.roles.count
    default = context.contract.parameter(name).default or 1
    return pairs if any(key == name and value for key, value in pairs) else (*pairs, (name, str(int(default) * 2)))


def _start_at_ten(pairs: Pairs, context: FaultContext) -> Pairs:
    return pairs if context.roles.start in dict(pairs) else (*pairs, (context.roles.start, "10"))


def _ignore_window(query: Query, _context: FaultContext) -> Query:
    return evolve(query, limit=query.start + query.count)


def _ignore_zero_category(query: Query, _context: FaultContext) -> Query:
    return evolve(query, category=query.category or None)


def _check_category_range(text: str, context: FaultContext) -> str:
    """Treat unknown categories of one or two digits as missing, as if a range were checked."""
    known = {str(category) for category in context.contract.parameter(context.roles.category).enum}
    return (
        "" if text.isascii() and text.isdecimal() and len(text) <= _MAX_CATEGORY_DIGITS and text not in known else text
    )


def _reject_general_category(text: str, context: FaultContext) -> str:
    return "?" if text == str(context.contract.category.generic_category) else text


def _reject_default_num(text: str, context: FaultContext) -> str:
    return "?" if text == str(context.contract.parameter(context.roles.count).default) else text


def _drop_extra_character(text: str, context: FaultContext) -> str:
    """Drop the last but one character of a filter that is one character too long."""
    limit = context.contract.parameter(context.roles.filter or "").max_length or 0
    return text[:-2] + text[-1] if len(text) == limit + 1 else text


def _integer_conversion_fault(
    name: str, description: str, violates: tuple[str, ...], convert: Callable[[str], str]
) -> Fault:
    """A fault that converts the values of all integer parameters."""

    def hook(pairs: Pairs, context: FaultContext) -> Pairs:
        integers = {parameter.name for parameter in context.contract.parameters if parameter.is_integer}
        return tuple((key, convert(value) if key in integers else value) for key, value in pairs)

    return Fault(name, description, violates, parameters=hook)


def _parse_hexadecimal(text: str) -> str:
    return str(int(text, 16)) if re.fullmatch(r"0[xX][0-9a-fA-F]+", text) else text


def _wrap_fault(bits: int) -> Fault:
    """A fault that wraps integers in two's complement."""
    half = 2 ** (bits - 1)

    def wrap(text: str) -> str:
        return str((int(text) + half) % (2 * half) - half) if re.fullmatch(r"-?[0-9]+", text) else text

    return _integer_conversion_fault(
        f"integers-wrap-at-{bits}",
        f"Integers wrap around at {bits} bits.",
        (
            "num.minimum", "num.maximum", "start.minimum", "start.maximum", "categoryid.enum",
            "response.picinfo.categoryid.given",
        ),
        wrap,
    )  # fmt: skip


FAULTS = (
    _unchecked_rule_fault("num-above-maximum-accepted", "Num above its maximum is accepted.", "Num", "maximum"),
    Fault(
        "num-above-maximum-capped",
        "Num above its maximum is treated as the maximum.",
        ("num.maximum",),
        parameters=rewrite_parameter("Num", _cap_num),
    ),
    _unchecked_rule_fault("num-zero-accepted", "Num below its minimum is accepted.", "Num", "minimum"),
    _unchecked_rule_fault("num-text-as-default", "A Num that is not an integer is treated as missing.", "Num", "type"),
    Fault(
        "num-default-doubled",
        "A missing Num is treated as twice its default.",
        ("response.auctions.limit", "num.default"),
        parameters=_double_default,
    ),
    # Cases of other requirements request the longest page as well.
    _rejected_limit_fault(
        "Num",
        "maximum",
        1,
        ("window.within",),
        ("wire.nonascii", "wire.reserved", "wire.spaces", "wire.quotes", "categoryid.selected"),
    ),
    # The cases of the minimum and maximum of Start request one entry; at the maximum nothing else is possible.
    _rejected_limit_fault(
        "Num",
        "minimum",
        -1,
        ("paging.full", "paging.prefix", "paging.concatenation", "paging.beyond", "start.maximum"),
        ("start.minimum",),
    ),
    Fault(
        "start-above-maximum-accepted",
        "Start above its maximum is accepted.",
        ("start.maximum", "window.maximum"),
        ignores_violation=lambda violation: violation in {Violation("Start", "maximum"), Violation(WINDOW, "maximum")},
        query=_ignore_window,
    ),
    _unchecked_rule_fault("start-negative-accepted", "Start below its minimum is accepted.", "Start", "minimum"),
    _unchecked_rule_fault(
        "start-text-as-default", "A Start that is not an integer is treated as missing.", "Start", "type"
    ),
    Fault(
        "start-default-ten",
        "A missing Start is treated as 10.",
        ("start.default", "ranking.found"),
        parameters=_start_at_ten,
    ),
    _rejected_limit_fault("Start", "maximum", 1, ("paging.full", "paging.concatenation", "paging.beyond")),
    _rejected_limit_fault("Start", "minimum", -1, ("request.full", "start.optional", "start.default")),
    Fault(
        "window-overflow-accepted",
        "Entries beyond the result window are returned.",
        ("window.maximum",),
        ignores_violation=violation_matcher(WINDOW, "maximum"),
        query=_ignore_window,
    ),
    _unchecked_rule_fault(
        "category-invalid-accepted",
        "CategoryId outside the documented list is accepted.",
        "CategoryId",
        "enum",
        "response.picinfo.categoryid.listed",
        # An integer of more than 64 bits is reported as the largest that the emulator parses.
        "response.picinfo.categoryid.given",
    ),
    Fault(
        "category-zero-as-absent",
        "CategoryId 0 is treated as missing.",
        ("response.picinfo.categoryid.given",),
        query=_ignore_zero_category,
    ),
    _unchecked_rule_fault("filter-too-long-accepted", "Filter of any length is accepted.", "Filter", "maxLength"),
    _unchecked_rule_fault(
        "filter-syntax-accepted",
        "Filter with invalid syntax is ignored.",
        "Filter",
        "format",
        "filter.keywords",
    ),
    _rejected_longest_fault("Filter"),
    Fault(
        "filter-length-in-bytes",
        "The length of Filter is measured in bytes instead of characters.",
        ("filter.maxlength",),
        parameters=rewrite_parameter("Filter", _measure_in_bytes),
    ),
    _unchecked_rule_fault(
        "instance-unknown-accepted", "An unknown InstanceName is treated as an empty instance.", "InstanceName", "known"
    ),
    _unchecked_rule_fault(
        "instance-missing-accepted", "A missing InstanceName selects the first instance.", "InstanceName", "required"
    ),
    Fault(
        "instance-too-long-accepted",
        "An InstanceName that is too long selects the first instance.",
        ("instancename.maxlength",),
        parameters=rewrite_parameter("InstanceName", _replace_long_instance),
    ),
    # Other cases send requests to the instance with the longest name as well.
    _rejected_longest_fault("InstanceName", ("request.minimal",), ("categoryid.optional", "instances.isolated")),
    Fault(
        "empty-names-accepted",
        "An empty InstanceName, ProductId or PicName is accepted.",
        ("instancename.minlength", "productid.minlength", "picname.minlength"),
        ignores_violation=lambda violation: violation.keyword == "minLength",
    ),
    Fault(
        "required-never-checked",
        "Missing required parameters are accepted.",
        ("*.required",),
        ignores_violation=lambda violation: violation.keyword == "required",
    ),
    Fault(
        "filter-one-longer-accepted",
        "Filter one character longer than its maximum is accepted.",
        ("filter.maxlength",),
        parameters=rewrite_parameter("Filter", _drop_extra_character),
    ),
    Fault(
        "category-range-accepted",
        "CategoryId is checked against a range instead of the documented list.",
        ("response.picinfo.categoryid.given", "categoryid.enum"),
        parameters=rewrite_parameter("CategoryId", _check_category_range),
    ),
    # The cases that combine Filter and CategoryId happen to use this category.
    Fault(
        "category-zero-refused",
        "CategoryId 0 is rejected.",
        ("categoryid.enum", "categoryid.optional"),
        ("filter.everywhere",),
        parameters=rewrite_parameter("CategoryId", lambda text, _context: "?" if text == "0" else text),
    ),
    Fault(
        "category-general-refused",
        "The general CategoryId is rejected.",
        ("request.full", "categoryid.enum", "categoryid.optional"),
        parameters=rewrite_parameter("CategoryId", _reject_general_category),
    ),
    # The cases that concatenate pages use this page length.
    Fault(
        "num-default-refused",
        "Num equal to its default is rejected.",
        ("request.full", "num.optional", "num.default"),
        ("paging.concatenation",),
        parameters=rewrite_parameter("Num", _reject_default_num),
    ),
    _integer_conversion_fault(
        "integers-hexadecimal",
        "Integers in hexadecimal notation are accepted.",
        ("num.type", "start.type", "categoryid.type"),
        _parse_hexadecimal,
    ),
    # In the digits of another script CategoryId is 10, which is not a category and is rejected in any notation.
    _integer_conversion_fault(
        "integers-of-any-script",
        "Integers with digits of any script are accepted.",
        ("num.type", "start.type"),
        lambda text: unicodedata.normalize("NFKC", text),
    ),
    _wrap_fault(32),
    _wrap_fault(64),
    _off_by_one_fault("Num", "maximum", 1),
    _off_by_one_fault("Num", "minimum", -1, "response.auctions.limit"),
    _off_by_one_fault("Start", "maximum", 1),
    Fault(
        "num-zero-as-absent",
        "Num 0 is treated as missing.",
        ("response.auctions.limit", "num.minimum"),
        parameters=rewrite_parameter("Num", lambda text, _context: "" if text == "0" else text),
    ),
)
