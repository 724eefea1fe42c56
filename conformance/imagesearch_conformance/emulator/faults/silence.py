"""Defects of requests on which the page is silent: they may be accepted or refused, and the server fails."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator

from imagesearch_conformance.contract import Contract
from imagesearch_conformance.contract.parameters import Parameter, written
from imagesearch_conformance.emulator.failure import failure_document
from imagesearch_conformance.emulator.fault import Circumstances, Fault, Hook
from imagesearch_conformance.emulator.refusals import Refusal
from imagesearch_conformance.emulator.region import home
from imagesearch_conformance.model.wire import WireReply
from imagesearch_conformance.signing.encoding import Pairs, parameters, parse_form

#: Whether a request, of these parameters, makes the server fail.
_When = Callable[[Pairs, Circumstances], bool]


def failing(when: _When, *, refused: bool = False) -> Hook[WireReply]:
    """Some requests that succeed, or with `refused` all such, fail with the last row of the page's table."""

    def hook(reply: WireReply, about: Circumstances) -> WireReply:
        concerned = refused or reply.status == about.contract.protocol.success
        if not concerned or not when(parameters(about.request), about):
            return reply
        row = about.contract.errors.documented[-1]
        refusal = Refusal(row.status, row.code, row.message, "failed")
        document = failure_document(refusal, json.loads(reply.body)["RequestId"], home(about.contract).host)
        return WireReply(row.status, reply.headers, json.dumps(document).encode())

    return hook


def _fails(name: str, description: str, requirement: str, when: _When, *besides: str, refused: bool = True) -> Fault:
    """`requirement` may be several, with a space between them."""
    breaks, hook = tuple(f"silence.{one}" for one in requirement.split()), failing(when, refused=refused)
    return Fault(f"{name}-fails", f"{description} makes the server fail.", breaks, besides, reply=hook)


def _integer(pattern: str) -> _When:
    def when(pairs: Pairs, about: Circumstances) -> bool:
        integers = {one.name for one in about.contract.parameters if one.integer}
        return any(name in integers and re.fullmatch(pattern, value) for name, value in pairs)

    return when


def _filter(pattern: str) -> _When:
    return lambda pairs, about: any(name == about.roles.filter and re.search(pattern, value) for name, value in pairs)


def of_notations(contract: Contract) -> Iterator[Fault]:
    """A fault of each kind of notation that the contract leaves open: of values, of true and false, and of filters."""
    for one in contract.parameters:
        if one.open:
            text = f"{one.name} in a notation that the page leaves open"
            yield _fails(f"{one.key}-in-other-notation", text, f"notation.{one.key}", _left_open(one))
        if one.boolean:
            text = f"{one.name} with capitals"
            yield _fails(f"{one.key}-with-capitals", text, f"boolean.{one.key}", _capitals(one))
    if contract.filters.open:
        names = " ".join(f"filter.{name}" for name in contract.filters.open)
        texts = "|".join(re.escape(one.text) for one in contract.filters.open.values())
        yield _fails("filter-in-other-notation", "A filter in a doubtful notation", names, _filter(f"^({texts})$"))


def _left_open(parameter: Parameter) -> _When:
    return lambda pairs, _: any(name == parameter.name and parameter.leaves_open(value) for name, value in pairs)


def _capitals(parameter: Parameter) -> _When:
    truths = {written(value=True), written(value=False)}
    return lambda pairs, _: any(
        name == parameter.name and value.lower() in truths and value not in truths for name, value in pairs
    )


def _empty(pairs: Pairs, about: Circumstances) -> bool:
    optional = {one.name for one in about.contract.parameters if not one.required}
    return any(name in optional and not value for name, value in pairs)


def _unknown(pairs: Pairs, about: Circumstances) -> bool:
    return not {one.name for one in about.contract.parameters}.issuperset(name for name, _ in pairs)


def _repeated(pairs: Pairs, _about: Circumstances) -> bool:
    return len({name for name, _ in pairs}) < len(pairs)


def _queried(_pairs: Pairs, about: Circumstances) -> bool:
    queried = {name for name, _ in parse_form(about.request.query)}
    return about.request.method == "POST" and about.roles.product in queried


def _lower_case(_pairs: Pairs, about: Circumstances) -> bool:
    action = about.contract.protocol.action
    return any(value == action.lower() for _, value in about.request.headers)


def _versionless(_pairs: Pairs, about: Circumstances) -> bool:
    return all(value != about.contract.protocol.version for _, value in about.request.headers) and all(
        "version" not in name.lower() for name, _ in about.request.headers
    )


FAULTS = (
    _fails(
        "odd-integer",
        "An integer with a plus sign, a space around it, leading zeros or a fraction of zero",
        "integer.plus integer.space integer.zeros integer.fraction",
        _integer(r"\+[0-9]+| +-?[0-9]+ *|-?[0-9]+ +|0+[0-9]+|[0-9]+\.0"),
    ),
    _fails("empty-parameter", "An optional parameter that is empty", "empty", _empty),
    _fails("unknown-parameter", "A parameter that is not known", "unknown", _unknown, refused=False),
    _fails("repeated-parameter", "A parameter given twice", "repeated", _repeated),
    _fails("get", "The method GET", "method", lambda _, about: about.request.method == "GET"),
    _fails("query", "A request with its parameters in the query", "location", _queried),
    _fails("action-in-lower-case", "The operation in lower case", "case", _lower_case),
    _fails("absent-version", "A request without a version", "version", _versionless),
    # Whether both notations mean what they should is asked in these notations, too.
    _fails(
        "parenthesis",
        "A parenthesis in a filter",
        "filter.parentheses",
        _filter(r"^\(.*\)$"),
        "filter.parentheses",
    ),
    _fails(
        "keyword-in-lower-case",
        "A keyword of filters in lower case",
        "filter.keywords",
        _filter(r"[\d\"] (and|or) "),
        "filter.keywords",
    ),
)
