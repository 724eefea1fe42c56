"""Strategies for requests that break exactly one rule."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from difflib import get_close_matches
from typing import Any

from hypothesis import strategies as st

from imagesearch_conformance.cases.fuzz.notations import left_open
from imagesearch_conformance.cases.fuzz.operands import Standing, standing
from imagesearch_conformance.cases.fuzz.oracle import Oracle
from imagesearch_conformance.contract import Contract
from imagesearch_conformance.contract.contract import WINDOW
from imagesearch_conformance.contract.parameters import Parameter, written
from imagesearch_conformance.errors import BadInput
from imagesearch_conformance.model.case import Violation
from imagesearch_conformance.model.target import Image, Instance, InstanceType, Target
from imagesearch_conformance.strategies.conditions import Conditions, filter_texts
from imagesearch_conformance.strategies.parameters import Request, valid_requests
from imagesearch_conformance.strategies.texts import filling, texts

#: How much longer than allowed a text is, at the most.
_BEYOND = 20

#: What gets into texts by mistake.
_STRAY = ("", "0", ".", ",", "-", " ", "(", '"', "=")


def broken_requests(
    contract: Contract, given: Mapping[str, Any], rules: tuple[str, ...] | None
) -> st.SearchStrategy[tuple[Request, str]]:
    """Requests with one violation of these rules, and the rule; what is `given` is not broken."""
    found = {_rule(contract, violation): (violation, changes) for violation, changes in _mistakes(contract, given)}
    known = {rule: one for rule, one in found.items() if rule in contract.requirements}
    for rule in known if rules is None else rules:
        _expected(rule, known)
    return st.one_of(
        *(_breaking(contract, given, rule, *known[rule]) for rule in known if rules is None or rule in rules)
    )


def _expected(rule: str, known: Iterable[str]) -> None:
    if rule not in known:
        close = get_close_matches(rule, known, 1)
        hint = f"did you mean {close[0]}?" if close else f"there are {', '.join(known)}"
        raise BadInput(f"no request breaks {rule!r} alone", "invalid_requests", hint)


def _rule(contract: Contract, violation: Violation) -> str:
    name = violation.parameter if violation.parameter == WINDOW else contract.parameter(violation.parameter).key
    return f"{name}.{violation.keyword.lower()}"


def _mistakes(contract: Contract, given: Mapping[str, Any]) -> Iterator[tuple[Violation, st.SearchStrategy[Request]]]:
    """Each violation with what brings it about: values of one or two parameters, None for one that is left out."""
    for parameter in contract.parameters:
        for keyword in parameter.constraints():
            values = _WRONG[keyword](contract, parameter) if keyword in _WRONG else None
            if parameter.name not in given and values is not None:
                yield Violation(parameter.name, keyword), st.fixed_dictionaries({parameter.name: values})
    window = contract.window
    if not {window.start, window.count} & set(given):
        yield Violation(WINDOW, "maximum"), _too_far(contract)


def _breaking(
    contract: Contract,
    given: Mapping[str, Any],
    rule: str,
    violation: Violation,
    changes: st.SearchStrategy[Request],
) -> st.SearchStrategy[tuple[Request, str]]:
    made = changes.flatmap(lambda one: valid_requests(contract, (), {**given, **one}))
    return st.tuples(made.filter(lambda request: _breaks(contract, request, violation)), st.just(rule))


def _breaks(contract: Contract, request: Request, violation: Violation) -> bool:
    """Whether a request breaks this rule in every reading of the page, and no other."""
    wire = {name: written(value) for name, value in request.items()}
    image = Image(*(wire.get(name, "") for name in contract.image.parameters))
    known = Instance(wire.get(contract.instance, ""), InstanceType.PRODUCT, (image,))
    told = Oracle(contract, Target("", (known,)), "").tell(wire)
    return told is not None and not told.silent and told.violations == {violation}


def _too_far(contract: Contract) -> st.SearchStrategy[Request]:
    """Values of both ends of the window that are fine by themselves and reach too far together."""
    window = contract.window
    start, count = contract.parameter(window.start), contract.parameter(window.count)
    furthest = window.maximum if start.maximum is None else start.maximum
    least = max(count.minimum or 0, window.maximum + 1 - furthest)
    counts = st.integers(least, max(least, window.maximum if count.maximum is None else count.maximum))
    return counts.flatmap(
        lambda number: st.fixed_dictionaries(
            {count.name: st.just(number), start.name: st.integers(window.maximum + 1 - number, furthest)}
        )
    )


def _other_type(_contract: Contract, parameter: Parameter) -> st.SearchStrategy[str]:
    words = st.one_of(st.sampled_from(("abc", "1.5", "0x1F", "1e1", "null", "maybe")), texts(1, _BEYOND))
    return words.filter(lambda text: not left_open(parameter, text))


def _too_short(_contract: Contract, parameter: Parameter) -> st.SearchStrategy[str] | None:
    # An optional parameter without any text counts as left out.
    least, below = 0 if parameter.required else 1, (parameter.min_length or 0) - 1
    return texts(least, below) if least <= below else None


def _too_long(contract: Contract, parameter: Parameter) -> st.SearchStrategy[str] | None:
    most = parameter.max_length or 0
    lengths = st.integers(most + 1, most + _BEYOND)
    if parameter.filter:
        conditions = Conditions(contract)
        return lengths.flatmap(conditions.full) if conditions.fillable else None
    return st.one_of(lengths.flatmap(filling), texts(most + 1, most + _BEYOND))


def _not_listed(_contract: Contract, parameter: Parameter) -> st.SearchStrategy[Any]:
    known = parameter.enum
    near = [one + step for one in known if isinstance(one, int) for step in (1, -1)]
    others: st.SearchStrategy[Any] = texts(1, parameter.max_length)
    if parameter.integer:
        others = st.one_of(st.sampled_from(near), st.integers())
    return others.filter(lambda value: value not in known)


def _no_filter(contract: Contract, _parameter: Parameter) -> st.SearchStrategy[str]:
    known = [text for text, _ in contract.filters.refused.values()]
    named = [st.sampled_from(known)] if known else []
    damaged = _misspelt(filter_texts(contract))
    return st.one_of(*named, damaged).filter(lambda text: bool(text) and standing(contract, text) is Standing.WRONG)


def _misshapen(_contract: Contract, parameter: Parameter) -> st.SearchStrategy[str]:
    named = [st.sampled_from(tuple(parameter.broken.values()))] if parameter.broken else []
    damaged = _misspelt(st.from_regex(parameter.pattern or "", fullmatch=True))
    found = st.one_of(*named, damaged)
    return found.filter(lambda text: bool(text) and not parameter.allows(text) and not parameter.leaves_open(text))


def _misspelt(sound: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """Texts with one character lost or changed, or with one put in."""

    def misspelt(text: str, place: int, other: str, kept: int) -> str:
        place %= len(text) + 1
        return text[:place] + other + text[place + kept :]

    return st.builds(misspelt, sound, st.integers(0, 100), st.sampled_from(_STRAY), st.integers(0, 1))


#: What breaks each keyword.
_WRONG: Mapping[str, Callable[[Contract, Parameter], st.SearchStrategy[Any] | None]] = {
    "required": lambda _, __: st.none(),
    "type": _other_type,
    "minimum": lambda _, parameter: st.integers(max_value=(parameter.minimum or 0) - 1),
    "maximum": lambda _, parameter: st.integers(min_value=(parameter.maximum or 0) + 1),
    "enum": _not_listed,
    "minLength": _too_short,
    "maxLength": _too_long,
    "format": _no_filter,
    "pattern": _misshapen,
}
