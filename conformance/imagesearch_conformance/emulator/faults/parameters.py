"""Defects of reading and validating parameters."""

from __future__ import annotations

from attrs import evolve

from imagesearch_conformance.contract.contract import WINDOW
from imagesearch_conformance.emulator.fault import Circumstances, Fault
from imagesearch_conformance.emulator.faults.edits import breaking, rewriting
from imagesearch_conformance.emulator.search import Query
from imagesearch_conformance.model.case import Violation
from imagesearch_conformance.signing.encoding import Pairs

_TWO_DIGITS = 2


def _accepting(name: str, description: str, parameter: str, keyword: str, *also: str) -> Fault:
    breaks = (_rule(parameter, keyword), *also)
    return Fault(name, description, breaks, overlooks=breaking(parameter, keyword))


def _rule(parameter: str, keyword: str) -> str:
    """The id of the requirement of one rule of a parameter."""
    return f"{parameter.lower()}.{keyword.lower()}"


def _limit_refused(
    parameter: str, keyword: str, step: int, also: tuple[str, ...] = (), besides: tuple[str, ...] = ()
) -> Fault:
    """The value at a limit is taken for the one beyond it."""

    def beyond(text: str, about: Circumstances) -> str:
        limit = getattr(about.contract.parameter(parameter), keyword)
        return str(limit + step) if text == str(limit) else text

    name = f"{parameter.lower()}-at-{keyword}-refused"
    breaks = (_rule(parameter, keyword), *also)
    return Fault(name, f"{parameter} at its {keyword} is refused.", breaks, besides, given=rewriting(parameter, beyond))


def _longest_refused(parameter: str, also: tuple[str, ...] = (), besides: tuple[str, ...] = ()) -> Fault:
    def longer(text: str, about: Circumstances) -> str:
        return f"{text} " if len(text) == about.contract.parameter(parameter).max_length else text

    name = f"{parameter.lower()}-longest-refused"
    breaks = (_rule(parameter, "maxLength"), *also)
    return Fault(
        name, f"{parameter} at its greatest length is refused.", breaks, besides, given=rewriting(parameter, longer)
    )


def _counted_in_bytes(text: str, about: Circumstances) -> str:
    """A Filter of too many bytes is taken for one of too many characters."""
    limit = about.contract.parameter(about.roles.filter or "").max_length or len(text)
    return text.ljust(limit + 1) if len(text.encode()) > limit else text


def _cut_to_known(text: str, about: Circumstances) -> str:
    limit = about.contract.parameter(about.roles.instance).max_length or len(text)
    return next(iter(about.store.dataset.instances)) if len(text) > limit else text


def _capped(text: str, about: Circumstances) -> str:
    limit = about.contract.parameter(about.roles.count).maximum
    return str(limit) if limit is not None and text.isdecimal() and int(text[:9]) > limit else text


def _double_default(pairs: Pairs, about: Circumstances) -> Pairs:
    name = about.roles.count
    default = about.contract.parameter(name).default or 1
    return pairs if any(key == name and value for key, value in pairs) else (*pairs, (name, str(int(default) * 2)))


def _tenth(given: Pairs, about: Circumstances) -> Pairs:
    return given if about.roles.start in dict(given) else (*given, (about.roles.start, "10"))


def _without_limit(query: Query, _about: Circumstances) -> Query:
    return evolve(query, limit=query.start + query.count)


def _unless_zero(query: Query, _about: Circumstances) -> Query:
    return evolve(query, category=query.category or None)


def _of_required(violation: Violation) -> bool:
    return violation.keyword == "required"


def _one_longer(parameter: str) -> Fault:
    """A value one character too long is read without its last character but one."""

    def shorter(text: str, about: Circumstances) -> str:
        limit = about.contract.parameter(parameter).max_length or 0
        return text[:-2] + text[-1] if len(text) == limit + 1 else text

    name = f"{parameter.lower()}-one-longer-accepted"
    breaks = (_rule(parameter, "maxLength"),)
    return Fault(name, f"{parameter} may be one character longer.", breaks, given=rewriting(parameter, shorter))


def _between(text: str, about: Circumstances) -> str:
    """Categories are checked against the least and the greatest of one digit and two."""
    known = {str(one) for one in about.contract.parameter(about.roles.category).enum}
    return "" if text.isascii() and text.isdecimal() and len(text) <= _TWO_DIGITS and text not in known else text


def _general_refused(text: str, about: Circumstances) -> str:
    return "?" if text == str(about.contract.category.generic) else text


def _default_refused(text: str, about: Circumstances) -> str:
    return "?" if text == str(about.contract.parameter(about.roles.count).default) else text


FAULTS = (
    _accepting("num-above-maximum-accepted", "A Num above its maximum is accepted.", "Num", "maximum"),
    Fault(
        "num-above-maximum-capped",
        "A Num above its maximum counts as the maximum.",
        ("num.maximum",),
        given=rewriting("Num", _capped),
    ),
    _accepting("num-zero-accepted", "A Num below its minimum is accepted.", "Num", "minimum"),
    _accepting("num-text-as-default", "A Num that is no integer counts as left out.", "Num", "type"),
    Fault(
        "num-default-doubled",
        "A Num that is left out counts as twice its default.",
        ("response.auctions.limit", "num.default"),
        given=_double_default,
    ),
    # Other cases ask for the longest page as well.
    _limit_refused(
        "Num",
        "maximum",
        1,
        ("window.within",),
        ("wire.nonascii", "wire.reserved", "wire.spaces", "wire.quotes", "categoryid.selected"),
    ),
    # The cases of the first and the last Start ask for one entry. The last one cannot be had otherwise.
    _limit_refused(
        "Num",
        "minimum",
        -1,
        ("paging.full", "paging.prefix", "paging.concatenation", "paging.beyond", "start.maximum"),
        ("start.minimum",),
    ),
    Fault(
        "start-above-maximum-accepted",
        "A Start above its maximum is accepted.",
        ("start.maximum", "window.maximum"),
        overlooks=lambda one: one in {Violation("Start", "maximum"), Violation(WINDOW, "maximum")},
        query=_without_limit,
    ),
    _accepting("start-negative-accepted", "A Start below its minimum is accepted.", "Start", "minimum"),
    _accepting("start-text-as-default", "A Start that is no integer counts as left out.", "Start", "type"),
    Fault(
        "start-default-ten", "A Start that is left out counts as ten.", ("start.default", "ranking.found"), given=_tenth
    ),
    _limit_refused("Start", "maximum", 1, ("paging.full", "paging.concatenation", "paging.beyond")),
    _limit_refused("Start", "minimum", -1, ("request.full", "start.optional", "start.default")),
    Fault(
        "window-overflow-accepted",
        "Entries beyond the window are returned.",
        ("window.maximum",),
        overlooks=breaking(WINDOW, "maximum"),
        query=_without_limit,
    ),
    _accepting(
        "category-invalid-accepted",
        "A CategoryId outside the reference is accepted.",
        "CategoryId",
        "enum",
        "response.picinfo.categoryid.listed",
        # One that 64 bits do not hold is reported as the largest known.
        "response.picinfo.categoryid.given",
    ),
    Fault(
        "category-zero-as-absent",
        "CategoryId 0 counts as left out.",
        ("response.picinfo.categoryid.given",),
        query=_unless_zero,
    ),
    _accepting("filter-too-long-accepted", "A Filter of any length is accepted.", "Filter", "maxLength"),
    _accepting(
        "filter-syntax-accepted",
        "A Filter that is no condition counts as left out.",
        "Filter",
        "format",
        "filter.keywords",
    ),
    _longest_refused("Filter"),
    Fault(
        "filter-length-in-bytes",
        "The length of a Filter is counted in bytes.",
        ("filter.maxlength",),
        given=rewriting("Filter", _counted_in_bytes),
    ),
    _accepting("instance-unknown-accepted", "An unknown instance has no images.", "InstanceName", "known"),
    _accepting("instance-missing-accepted", "A missing InstanceName means the first.", "InstanceName", "required"),
    Fault(
        "instance-too-long-accepted",
        "An InstanceName that is too long means the first.",
        ("instancename.maxlength",),
        given=rewriting("InstanceName", _cut_to_known),
    ),
    # One more case asks the instance with the longest name, for a category.
    _longest_refused("InstanceName", ("request.minimal",), ("categoryid.optional", "instances.isolated")),
    Fault(
        "empty-names-accepted",
        "Empty names are like any others.",
        ("instancename.minlength", "productid.minlength", "picname.minlength"),
        overlooks=lambda one: one.keyword == "minLength",
    ),
    Fault("required-never-checked", "No parameter is required.", ("*.required",), overlooks=_of_required),
    _one_longer("Filter"),
    Fault(
        "category-range-accepted",
        "CategoryId is checked against a range.",
        ("response.picinfo.categoryid.given", "categoryid.enum"),
        given=rewriting("CategoryId", _between),
    ),
    # The category that filters are asked beside happens to be this one.
    Fault(
        "category-zero-refused",
        "CategoryId 0 is refused.",
        ("categoryid.enum", "categoryid.optional"),
        ("filter.everywhere",),
        given=rewriting("CategoryId", lambda text, _about: "?" if text == "0" else text),
    ),
    Fault(
        "category-general-refused",
        "The general CategoryId is refused.",
        ("request.full", "categoryid.enum", "categoryid.optional"),
        given=rewriting("CategoryId", _general_refused),
    ),
    # Pages of that length are asked for to be put together.
    Fault(
        "num-default-refused",
        "Num at its default is refused.",
        ("request.full", "num.optional", "num.default"),
        ("paging.concatenation",),
        given=rewriting("Num", _default_refused),
    ),
)
