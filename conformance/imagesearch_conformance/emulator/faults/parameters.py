"""Defects of reading and validating parameters."""

from __future__ import annotations

from attrs import evolve

from imagesearch_conformance.contract.contract import WINDOW
from imagesearch_conformance.emulator.fault import Circumstances, Fault
from imagesearch_conformance.emulator.faults.edits import breaking, rewriting
from imagesearch_conformance.emulator.search import Query
from imagesearch_conformance.model.case import Violation
from imagesearch_conformance.signing.encoding import Pairs, parse_form

_TWO_DIGITS = 2


def _accepting(name: str, description: str, parameter: str, *keywords: str) -> Fault:
    return Fault(name, description, overlooks=breaking(parameter, *keywords))


def _limit_refused(parameter: str, keyword: str, step: int) -> Fault:
    """The value at a limit is taken for the one beyond it."""

    def beyond(text: str, about: Circumstances) -> str:
        limit = getattr(about.contract.parameter(parameter), keyword)
        return str(limit + step) if text == str(limit) else text

    name = f"{parameter.lower()}-at-{keyword}-refused"
    return Fault(name, f"{parameter} at its {keyword} is refused.", given=rewriting(parameter, beyond))


def _longest_refused(parameter: str) -> Fault:
    def longer(text: str, about: Circumstances) -> str:
        return f"{text} " if len(text) == about.contract.parameter(parameter).max_length else text

    name = f"{parameter.lower()}-longest-refused"
    return Fault(name, f"{parameter} at its greatest length is refused.", given=rewriting(parameter, longer))


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


def _late_default(query: Query, _about: Circumstances) -> Query:
    return evolve(query, start=1) if not query.start else query


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
    return Fault(name, f"{parameter} may be one character longer.", given=rewriting(parameter, shorter))


def _demanded(parameter: str) -> Fault:
    """Leaving the parameter out is taken for a value that is none."""

    def hook(pairs: Pairs, _about: Circumstances) -> Pairs:
        return pairs if any(key == parameter and value for key, value in pairs) else (*pairs, (parameter, "?"))

    return Fault(f"{parameter.lower()}-demanded", f"A request without {parameter} is refused.", given=hook)


def _between(text: str, about: Circumstances) -> str:
    """Categories are checked against the least and the greatest of one digit and two."""
    known = {str(one) for one in about.contract.parameter(about.roles.category).enum}
    return "" if text.isdecimal() and len(text) <= _TWO_DIGITS and text not in known else text


def _refused_value(name: str, description: str, parameter: str, value: str) -> Fault:
    """One valid value is taken for one that is not."""
    return Fault(name, description, given=rewriting(parameter, lambda text, _about: "?" if text == value else text))


def _from_query(pairs: Pairs, about: Circumstances) -> Pairs:
    del pairs
    return parse_form(about.request.query)


def _twice_default(query: Query, about: Circumstances) -> Query:
    """The default of Num is added to what is given."""
    default = about.contract.parameter(about.roles.count).default or 0
    return evolve(query, count=query.count + int(default))


FAULTS = (
    _accepting("num-above-maximum-accepted", "A Num above its maximum is accepted.", "Num", "maximum"),
    Fault(
        "num-above-maximum-capped", "A Num above its maximum counts as the maximum.", given=rewriting("Num", _capped)
    ),
    _accepting("num-zero-accepted", "A Num below its minimum is accepted.", "Num", "minimum"),
    _accepting("num-text-as-default", "A Num that is no integer counts as left out.", "Num", "type"),
    Fault("num-default-doubled", "A Num that is left out counts as twice its default.", given=_double_default),
    _limit_refused("Num", "maximum", 1),
    _limit_refused("Num", "minimum", -1),
    Fault(
        "start-above-maximum-accepted",
        "A Start above its maximum is accepted.",
        overlooks=lambda one: one in {Violation("Start", "maximum"), Violation(WINDOW, "maximum")},
        query=_without_limit,
    ),
    _accepting("start-negative-accepted", "A Start below its minimum is accepted.", "Start", "minimum"),
    _accepting("start-text-as-default", "A Start that is no integer counts as left out.", "Start", "type"),
    Fault("start-default-ten", "A Start that is left out counts as ten.", given=_tenth),
    Fault("start-default-one", "Searches begin with the second entry unless told otherwise.", query=_late_default),
    _limit_refused("Start", "maximum", 1),
    _limit_refused("Start", "minimum", -1),
    Fault(
        "window-overflow-accepted",
        "Entries beyond the window are returned.",
        overlooks=breaking(WINDOW, "maximum"),
        query=_without_limit,
    ),
    _accepting("category-invalid-accepted", "A CategoryId outside the reference is accepted.", "CategoryId", "enum"),
    _accepting("category-text-accepted", "A CategoryId that is no integer counts as left out.", "CategoryId", "type"),
    Fault("category-zero-as-absent", "CategoryId 0 counts as left out.", query=_unless_zero),
    _accepting("filter-too-long-accepted", "A Filter of any length is accepted.", "Filter", "maxLength"),
    _accepting("filter-syntax-accepted", "A Filter that is no condition counts as left out.", "Filter", "format"),
    _longest_refused("Filter"),
    _accepting("instance-unknown-accepted", "An unknown instance has no images.", "InstanceName", "known"),
    _accepting("instance-missing-accepted", "A missing InstanceName means the first.", "InstanceName", "required"),
    _accepting("instance-empty-accepted", "An empty InstanceName means the first.", "InstanceName", "minLength"),
    Fault(
        "instance-too-long-accepted",
        "An InstanceName that is too long means the first.",
        given=rewriting("InstanceName", _cut_to_known),
    ),
    _longest_refused("InstanceName"),
    _accepting("productid-missing-accepted", "A missing ProductId finds nothing.", "ProductId", "required"),
    _accepting("productid-empty-accepted", "An empty ProductId finds nothing.", "ProductId", "minLength"),
    _accepting("picname-missing-accepted", "A missing PicName finds nothing.", "PicName", "required"),
    _accepting("picname-empty-accepted", "An empty PicName finds nothing.", "PicName", "minLength"),
    Fault("required-never-checked", "No parameter is required.", overlooks=_of_required),
    Fault("num-default-added", "The default of Num is added to what is given.", query=_twice_default),
    _one_longer("Filter"),
    _demanded("Num"),
    _demanded("Start"),
    _demanded("CategoryId"),
    Fault("category-range-accepted", "CategoryId is checked against a range.", given=rewriting("CategoryId", _between)),
    Fault(
        "category-negative-accepted",
        "A CategoryId below zero counts as left out.",
        given=rewriting("CategoryId", lambda text, _about: "" if text.startswith("-") else text),
    ),
    _refused_value("category-zero-refused", "CategoryId 0 is refused.", "CategoryId", "0"),
    _refused_value("category-general-refused", "The general CategoryId is refused.", "CategoryId", "88888888"),
    _refused_value("num-ten-refused", "Num at its default is refused.", "Num", "10"),
    Fault("body-unread", "Parameters in the body are not read.", given=_from_query),
)
