"""From generated parameters to a case: what it is for, and which outcomes are acceptable."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator

from attrs import evolve, field, frozen

from imagesearch_conformance.cases.case_builder import CaseBuilder, any_documented_outcome
from imagesearch_conformance.cases.filter_conditions import filtered_page_probe, filtered_ranking_case
from imagesearch_conformance.cases.generated_placeholders import (
    EXAMPLE_PREFIX,
    GENERATED_FILTERS,
    GENERATED_UNSPECIFIED,
    GENERATED_VALID,
)
from imagesearch_conformance.contract.contract import IMAGE, WINDOW
from imagesearch_conformance.filters.ast import Condition, render
from imagesearch_conformance.generation.filter_status import (
    has_mixed_operators,
    is_canonical_filter,
    memberships,
    parse_filter,
)
from imagesearch_conformance.generation.form_encoding import WireParameters, is_encodable
from imagesearch_conformance.generation.oracle import Oracle, OracleResult
from imagesearch_conformance.model.case import Case, Request, Violation
from imagesearch_conformance.model.expectation import Acceptance, Expectation, Relation
from imagesearch_conformance.model.requirement import Level

#: What breaks several rules.
_COMBINED_REQUIREMENT = "request.combined"

#: A mixture of AND and OR means something by an interpretation only.
_PRECEDENCE_REQUIREMENT = "filter.precedence"

#: The most of one value that a title shows, in characters.
_MAX_SHOWN_LENGTH = 60


@frozen
class GeneratedCaseBuilder:
    """Makes cases of generated parameters."""

    builder: CaseBuilder
    oracle: Oracle = field(init=False)

    @oracle.default
    def _default_oracle(self) -> Oracle:
        return Oracle(self.builder.contract, self.builder.target, self.builder.missing_name)

    def build_case(self, parameters: WireParameters, source: str) -> Case | None:
        """The case of these parameters, or None when they cannot be sent or what they break is not certain."""
        told = self.oracle.evaluate(parameters) if is_encodable(parameters) else None
        if told is None or not all(map(self._is_registered, told.violations)):
            return None
        request = self._build_request(parameters)
        condition = self._sole_condition(request) if source == GENERATED_FILTERS and not told.violations else None
        judged = None if condition is None else self._filter_requirement(condition)
        if condition is not None and judged is not None:
            return filtered_ranking_case(
                self.builder,
                self._case_id(judged, filtered_page_probe(self.builder, render(condition)).request),
                condition,
            )
        requirement = self._case_requirement(told)
        case = self.builder.success_case(self._case_id(requirement, request), self.title(request), request)
        relation = (
            None if told.is_unspecified or _is_success_forbidden(self, told) else _success_relation(told.violations)
        )
        return evolve(case, expectation=self._expectation(told), violations=told.violations, relation=relation)

    def title(self, request: Request) -> str:
        """What a request says besides the plain one, in words."""
        changes = self.changes(request)
        said = [f"{name} is {_describe_value(value)}" for name, value in changes.items()]
        return ", ".join(said) or "the required parameters alone"

    def changes(self, request: Request) -> dict[str, str | None]:
        """What sets a request apart from the plain one; None where a parameter is left out."""
        plain, given = dict(self.builder.request().parameters), dict(request.parameters)
        names = dict.fromkeys((*plain, *given))
        return {name: given.get(name) for name in names if plain.get(name) != given.get(name)}

    def binding_violations(self, violations: Iterable[Violation]) -> list[Violation]:
        """Those that a MUST forbids whatever the target holds: neither names nor the window."""
        binding = [one for one in violations if one not in _MAY_SUCCEED]
        return sorted((one for one in binding if self._level(one) is Level.MUST), key=str)

    def _build_request(self, parameters: WireParameters) -> Request:
        known = [one.name for one in self.builder.contract.parameters]
        order = {name: (known.index(name) if name in known else len(known), name) for name in parameters}
        ordered = tuple((name, parameters[name]) for name in sorted(parameters, key=order.__getitem__))
        return evolve(self.builder.request(), parameters=ordered)

    def _sole_condition(self, request: Request) -> Condition | None:
        """The condition of a filter whose meaning is known, where it is all that the request says."""
        parameter = self.builder.contract.filter_parameter
        if parameter is None or set(self.changes(request)) != {parameter.name}:
            return None
        text = request.value(parameter.name)
        condition = None if text is None else parse_filter(self.builder.contract, text)
        if text is None or condition is None or not is_canonical_filter(self.builder.contract, text, condition):
            return None
        return condition

    def _filter_requirement(self, condition: Condition) -> str | None:
        """The requirement of a filter, where it has one.

        What lists mean is less certain than the rest, so one that departs is told of their operator.
        """
        lists = {(one.attribute, one.operator) for one in memberships(condition)}
        if not lists:
            return _PRECEDENCE_REQUIREMENT if has_mixed_operators(condition) else GENERATED_FILTERS
        return None if len(lists) > 1 or has_mixed_operators(condition) else self._operator_requirement(*lists.pop())

    def _operator_requirement(self, attribute: str, operator: str) -> str | None:
        operators = self.builder.contract.filter_rules.operators[attribute]
        found = (f"filter.{attribute}.{name}" for name, one in operators.items() if one == operator)
        return next((one for one in found if one in self.builder.contract.requirements), None)

    def _case_requirement(self, oracle_result: OracleResult) -> str:
        """What a case is for: a rule, several, every valid request, or what the page leaves open."""
        hard = self.binding_violations(self._certain_violations(oracle_result))
        if hard:
            alone = len(oracle_result.violations) == 1
            return self._violation_requirement(hard[0]) if alone else _COMBINED_REQUIREMENT
        if oracle_result.is_unspecified:
            return GENERATED_UNSPECIFIED
        if not oracle_result.violations:
            return GENERATED_VALID
        gravest = sorted(oracle_result.violations, key=lambda one: (one in _MAY_SUCCEED, str(one)))
        return self._violation_requirement(gravest[0])

    def _expectation(self, oracle_result: OracleResult) -> Expectation:
        refusals = [
            one for violation in sorted(oracle_result.violations, key=str) for one in self._error_acceptances(violation)
        ]
        if not oracle_result.violations and not oracle_result.is_unspecified:
            return Expectation.from_acceptances(self.builder.contract.success_acceptance())
        success = (
            []
            if _is_success_forbidden(self, oracle_result)
            else [self.builder.contract.success_acceptance(reason="nothing, or fewer, are found")]
        )
        open_ones = any_documented_outcome(self.builder.contract).acceptances if oracle_result.is_unspecified else ()
        kept = [one for one in open_ones if one.code is not None or success]
        return Expectation.from_acceptances(*success, *kept, *refusals)

    def _error_acceptances(self, violation: Violation) -> Iterator[Acceptance]:
        yield from self.builder.contract.error_acceptances(violation)

    def _certain_violations(self, oracle_result: OracleResult) -> frozenset[Violation]:
        """The violations that are some whatever the target holds: an unknown instance may be a generic one."""
        if any(one.parameter == self.builder.contract.instance_parameter for one in oracle_result.uncertain_violations):
            category = self.builder.contract.category.parameter
            return frozenset(
                one
                for one in oracle_result.violations - oracle_result.uncertain_violations
                if one.parameter != category
            )
        return oracle_result.violations - oracle_result.uncertain_violations

    def is_error_certain(self, oracle_result: OracleResult) -> bool:
        """Whether no reading of the page allows a success."""
        certain = self._certain_violations(oracle_result)
        if self.binding_violations(certain):
            return True
        return not oracle_result.is_unspecified and any(one not in _MAY_SUCCEED for one in certain)

    def _violation_requirement(self, violation: Violation) -> str:
        if violation in _MAY_SUCCEED:
            return f"{violation.parameter}.{violation.keyword}"
        return f"{self.builder.contract.parameter(violation.parameter).key}.{violation.keyword.lower()}"

    def _is_registered(self, violation: Violation) -> bool:
        return self._violation_requirement(violation) in self.builder.contract.requirements

    def _level(self, violation: Violation) -> Level:
        return self.builder.contract.requirements[self._violation_requirement(violation)].level

    def _case_id(self, requirement: str, request: Request) -> str:
        said = json.dumps(sorted(request.parameters))
        return f"{requirement}/{EXAMPLE_PREFIX}{hashlib.sha256(said.encode()).hexdigest()[:8]}"


#: What may be answered with success all the same: an absent image finds nothing, a window is cut.
_MAY_SUCCEED = frozenset({Violation(IMAGE, "known"), Violation(WINDOW, "maximum")})


def _is_success_forbidden(builder: GeneratedCaseBuilder, oracle_result: OracleResult) -> bool:
    return builder.is_error_certain(oracle_result)


def _success_relation(violations: frozenset[Violation]) -> Relation | None:
    """What a success has to show although a rule is broken."""
    if Violation(IMAGE, "known") in violations:
        return Relation.NO_ENTRIES
    return Relation.WITHIN_WINDOW if violations else None


def _describe_value(value: str | None) -> str:
    if value is None:
        return "left out"
    return ascii(value) if len(value) <= _MAX_SHOWN_LENGTH else f"{len(value)} characters long"
