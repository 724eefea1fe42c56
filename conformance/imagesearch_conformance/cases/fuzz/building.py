"""From generated parameters to a case: what it is for, and which outcomes are acceptable."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator

from attrs import evolve, field, frozen

from imagesearch_conformance.cases.conditions import filtered, narrowed
from imagesearch_conformance.cases.fuzz.operands import memberships, mixed, parsed, written_plainly
from imagesearch_conformance.cases.fuzz.oracle import Oracle, Told
from imagesearch_conformance.cases.fuzz.wire import Wire, sendable
from imagesearch_conformance.cases.generated import EXAMPLE, FILTERS, OPEN, VALID
from imagesearch_conformance.cases.workshop import Workshop, anything_known
from imagesearch_conformance.contract.contract import IMAGE, WINDOW
from imagesearch_conformance.filters.conditions import Condition
from imagesearch_conformance.filters.rendering import render
from imagesearch_conformance.model.case import Case, Request, Violation
from imagesearch_conformance.model.expectation import Acceptance, Expectation
from imagesearch_conformance.model.relation import Relation
from imagesearch_conformance.model.requirement import Level

#: What breaks several rules.
_COMBINED = "request.combined"

#: A mixture of AND and OR means something by an interpretation only.
_PRECEDENCE = "filter.precedence"

#: The most of one value that a title shows, in characters.
_SHOWN = 60


@frozen
class Builder:
    """Makes cases of generated parameters."""

    shop: Workshop
    oracle: Oracle = field(init=False)

    @oracle.default
    def _own_oracle(self) -> Oracle:
        return Oracle(self.shop.contract, self.shop.target, self.shop.absent)

    def case(self, given: Wire, source: str) -> Case | None:
        """The case of these parameters, or None when they cannot be sent or what they break is not certain."""
        told = self.oracle.tell(given) if sendable(given) else None
        if told is None or not all(map(self._registered, told.violations)):
            return None
        request = self._request(given)
        condition = self._filtering_alone(request) if source == FILTERS and not told.violations else None
        judged = None if condition is None else self._filter_judged_by(condition)
        if condition is not None and judged is not None:
            return filtered(self.shop, self._id(judged, narrowed(self.shop, render(condition)).request), condition)
        requirement = self._requirement(told)
        case = self.shop.accepted(self._id(requirement, request), self.title(request), request)
        relation = None if told.silent or _forbidden(self, told) else _relation(told.violations)
        return evolve(case, expectation=self._expectation(told), violations=told.violations, relation=relation)

    def title(self, request: Request) -> str:
        """What a request says besides the plain one, in words."""
        changes = self.changes(request)
        said = [f"{name} is {_shown(value)}" for name, value in changes.items()]
        return ", ".join(said) or "the required parameters alone"

    def changes(self, request: Request) -> dict[str, str | None]:
        """What sets a request apart from the plain one; None where a parameter is left out."""
        plain, given = dict(self.shop.request().parameters), dict(request.parameters)
        names = dict.fromkeys((*plain, *given))
        return {name: given.get(name) for name in names if plain.get(name) != given.get(name)}

    def hard(self, violations: Iterable[Violation]) -> list[Violation]:
        """Those that a MUST forbids whatever the target holds: neither names nor the window."""
        binding = [one for one in violations if one not in _YIELDING]
        return sorted((one for one in binding if self._level(one) is Level.MUST), key=str)

    def _request(self, given: Wire) -> Request:
        known = [one.name for one in self.shop.contract.parameters]
        order = {name: (known.index(name) if name in known else len(known), name) for name in given}
        ordered = tuple((name, given[name]) for name in sorted(given, key=order.__getitem__))
        return evolve(self.shop.request(), parameters=ordered)

    def _filtering_alone(self, request: Request) -> Condition | None:
        """The condition of a filter whose meaning is known, where it is all that the request says."""
        parameter = self.shop.contract.filter
        if parameter is None or set(self.changes(request)) != {parameter.name}:
            return None
        text = request.value(parameter.name)
        condition = None if text is None else parsed(self.shop.contract, text)
        if text is None or condition is None or not written_plainly(self.shop.contract, text, condition):
            return None
        return condition

    def _filter_judged_by(self, condition: Condition) -> str | None:
        """The requirement of a filter, where it has one.

        What lists mean is less certain than the rest, so one that departs is told of their operator.
        """
        lists = {(one.attribute, one.operator) for one in memberships(condition)}
        if not lists:
            return _PRECEDENCE if mixed(condition) else FILTERS
        return None if len(lists) > 1 or mixed(condition) else self._of_operator(*lists.pop())

    def _of_operator(self, attribute: str, sign: str) -> str | None:
        operators = self.shop.contract.filters.operators[attribute]
        found = (f"filter.{attribute}.{name}" for name, one in operators.items() if one == sign)
        return next((one for one in found if one in self.shop.contract.requirements), None)

    def _requirement(self, told: Told) -> str:
        """What a case is for: a rule, several, every valid request, or what the page leaves open."""
        hard = self.hard(self._certain(told))
        if hard:
            alone = len(told.violations) == 1
            return self._rule(hard[0]) if alone else _COMBINED
        if told.silent:
            return OPEN
        if not told.violations:
            return VALID
        gravest = sorted(told.violations, key=lambda one: (one in _YIELDING, str(one)))
        return self._rule(gravest[0])

    def _expectation(self, told: Told) -> Expectation:
        refusals = [one for violation in sorted(told.violations, key=str) for one in self._refusals(violation)]
        if not told.violations and not told.silent:
            return Expectation.of(self.shop.contract.accepted())
        success = [] if _forbidden(self, told) else [self.shop.contract.accepted(why="nothing, or fewer, are found")]
        open_ones = anything_known(self.shop.contract).acceptances if told.silent else ()
        kept = [one for one in open_ones if one.code is not None or success]
        return Expectation.of(*success, *kept, *refusals)

    def _refusals(self, violation: Violation) -> Iterator[Acceptance]:
        yield from self.shop.contract.refusals(violation)

    def _certain(self, told: Told) -> frozenset[Violation]:
        """The violations that are some whatever the target holds: an unknown instance may be a generic one."""
        if any(one.parameter == self.shop.contract.instance for one in told.unsure):
            category = self.shop.contract.category.parameter
            return frozenset(one for one in told.violations - told.unsure if one.parameter != category)
        return told.violations - told.unsure

    def certainly_refused(self, told: Told) -> bool:
        """Whether no reading of the page allows a success."""
        certain = self._certain(told)
        if self.hard(certain):
            return True
        return not told.silent and any(one not in _YIELDING for one in certain)

    def _rule(self, violation: Violation) -> str:
        if violation in _YIELDING:
            return f"{violation.parameter}.{violation.keyword}"
        return f"{self.shop.contract.parameter(violation.parameter).key}.{violation.keyword.lower()}"

    def _registered(self, violation: Violation) -> bool:
        return self._rule(violation) in self.shop.contract.requirements

    def _level(self, violation: Violation) -> Level:
        return self.shop.contract.requirements[self._rule(violation)].level

    def _id(self, requirement: str, request: Request) -> str:
        said = json.dumps(sorted(request.parameters))
        return f"{requirement}/{EXAMPLE}{hashlib.sha256(said.encode()).hexdigest()[:8]}"


#: What may be answered with success all the same: an absent image finds nothing, a window is cut.
_YIELDING = frozenset({Violation(IMAGE, "known"), Violation(WINDOW, "maximum")})


def _forbidden(builder: Builder, told: Told) -> bool:
    return builder.certainly_refused(told)


def _relation(violations: frozenset[Violation]) -> Relation | None:
    """What a success has to show although a rule is broken."""
    if Violation(IMAGE, "known") in violations:
        return Relation.NO_ENTRIES
    return Relation.WITHIN_WINDOW if violations else None


def _shown(value: str | None) -> str:
    if value is None:
        return "left out"
    return ascii(value) if len(value) <= _SHOWN else f"{len(value)} characters long"
