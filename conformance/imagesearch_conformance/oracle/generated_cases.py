"""Cases of arbitrary parameters, generated or recorded: the requirement and the acceptable outcomes."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable

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
from imagesearch_conformance.model.case import Case, Request, Violation
from imagesearch_conformance.model.expectation import Expectation, Relation
from imagesearch_conformance.model.requirement import Level
from imagesearch_conformance.oracle.filter_status import (
    has_mixed_operators,
    is_canonical_filter,
    memberships,
    parse_filter,
)
from imagesearch_conformance.oracle.oracle import Oracle, OracleResult, WireParameters

#: The requirement of requests that break several rules.
_COMBINED_REQUIREMENT = "request.combined"

#: The requirement of filters with both AND and OR, whose meaning is an interpretation.
_PRECEDENCE_REQUIREMENT = "filter.precedence"

#: The length up to which a title shows a value.
_MAX_SHOWN_LENGTH = 60


@frozen
class GeneratedCaseBuilder:
    """Builds cases of arbitrary parameters."""

    builder: CaseBuilder
    oracle: Oracle = field(init=False)

    @oracle.default
    def _default_oracle(self) -> Oracle:
        return Oracle(self.builder.contract, self.builder.target, self.builder.missing_name)

    def build_case(self, parameters: WireParameters, source: str) -> Case | None:
        """Return the case of these parameters, or None if they cannot be sent or their violations are uncertain."""
        result = self.oracle.evaluate(parameters) if is_encodable(parameters) else None
        if result is None or not all(map(self._is_registered, result.violations)):
            return None
        request = self._build_request(parameters)
        condition = self._sole_condition(request) if source == GENERATED_FILTERS and not result.violations else None
        filter_requirement = None if condition is None else self._filter_requirement(condition)
        if condition is not None and filter_requirement is not None:
            filtered = filtered_page_probe(self.builder, render(condition)).request
            return filtered_ranking_case(self.builder, self._case_id(filter_requirement, filtered), condition)
        case_id = self._case_id(self._case_requirement(result), request)
        case = self.builder.success_case(case_id, self.title(request), request)
        may_succeed = not result.is_unspecified and not self.is_error_certain(result)
        relation = _success_relation(result.violations) if may_succeed else None
        return evolve(case, expectation=self._expectation(result), violations=result.violations, relation=relation)

    def title(self, request: Request) -> str:
        """Return the difference from the minimal request, in words."""
        changes = [f"{name} is {_describe_value(value)}" for name, value in self.changes(request).items()]
        return ", ".join(changes) or "the required parameters alone"

    def changes(self, request: Request) -> dict[str, str | None]:
        """Return the parameters that differ from the minimal request; None where one is left out."""
        minimal, parameters = dict(self.builder.request().parameters), dict(request.parameters)
        names = dict.fromkeys((*minimal, *parameters))
        return {name: parameters.get(name) for name in names if minimal.get(name) != parameters.get(name)}

    def binding_violations(self, violations: Iterable[Violation]) -> list[Violation]:
        """Return the violations of a MUST that do not depend on the data of the target."""
        certain = (violation for violation in violations if violation not in _MAY_SUCCEED)
        return sorted((violation for violation in certain if self._level(violation) is Level.MUST), key=str)

    def _build_request(self, parameters: WireParameters) -> Request:
        known = [parameter.name for parameter in self.builder.contract.parameters]
        order = {name: (known.index(name) if name in known else len(known), name) for name in parameters}
        ordered = tuple((name, parameters[name]) for name in sorted(parameters, key=order.__getitem__))
        return evolve(self.builder.request(), parameters=ordered)

    def _sole_condition(self, request: Request) -> Condition | None:
        """Return the condition of a filter of known meaning, if the request is minimal otherwise."""
        parameter = self.builder.contract.filter_parameter
        if parameter is None or set(self.changes(request)) != {parameter.name}:
            return None
        text = request.value(parameter.name)
        condition = None if text is None else parse_filter(self.builder.contract, text)
        if text is None or condition is None or not is_canonical_filter(self.builder.contract, text, condition):
            return None
        return condition

    def _filter_requirement(self, condition: Condition) -> str | None:
        """Return the requirement of a filter, or None.

        The meaning of lists is less certain, so a filter with a list belongs to the requirement of its operator.
        """
        lists = {(membership.attribute, membership.operator) for membership in memberships(condition)}
        if not lists:
            return _PRECEDENCE_REQUIREMENT if has_mixed_operators(condition) else GENERATED_FILTERS
        return None if len(lists) > 1 or has_mixed_operators(condition) else self._operator_requirement(*lists.pop())

    def _operator_requirement(self, attribute: str, operator: str) -> str | None:
        operators = self.builder.contract.filter_rules.operators[attribute]
        candidates = (f"filter.{attribute}.{name}" for name, sign in operators.items() if sign == operator)
        return next((name for name in candidates if name in self.builder.contract.requirements), None)

    def _case_requirement(self, oracle_result: OracleResult) -> str:
        """Return the requirement of a case: a rule, several rules, valid requests, or unspecified behaviour."""
        binding = self.binding_violations(self._certain_violations(oracle_result))
        if binding:
            alone = len(oracle_result.violations) == 1
            return self._violation_requirement(binding[0]) if alone else _COMBINED_REQUIREMENT
        if oracle_result.is_unspecified:
            return GENERATED_UNSPECIFIED
        if not oracle_result.violations:
            return GENERATED_VALID
        most_severe = min(oracle_result.violations, key=lambda violation: (violation in _MAY_SUCCEED, str(violation)))
        return self._violation_requirement(most_severe)

    def _expectation(self, oracle_result: OracleResult) -> Expectation:
        contract = self.builder.contract
        if not oracle_result.violations and not oracle_result.is_unspecified:
            return Expectation.from_acceptances(contract.success_acceptance())
        errors = [
            acceptance
            for violation in sorted(oracle_result.violations, key=str)
            for acceptance in contract.error_acceptances(violation)
        ]
        unspecified = any_documented_outcome(contract).acceptances if oracle_result.is_unspecified else ()
        if self.is_error_certain(oracle_result):
            unspecified = tuple(acceptance for acceptance in unspecified if acceptance.code is not None)
            return Expectation.from_acceptances(*unspecified, *errors)
        success = contract.success_acceptance(reason="the search finds fewer entries, or none")
        return Expectation.from_acceptances(success, *unspecified, *errors)

    def _certain_violations(self, oracle_result: OracleResult) -> frozenset[Violation]:
        """Return the violations that do not depend on the data of the target."""
        certain = oracle_result.violations - oracle_result.uncertain_violations
        uncertain_parameters = {violation.parameter for violation in oracle_result.uncertain_violations}
        if self.builder.contract.instance_parameter not in uncertain_parameters:
            return certain
        # An unknown instance may be generic, and a generic instance ignores the category.
        category = self.builder.contract.category.parameter
        return frozenset(violation for violation in certain if violation.parameter != category)

    def is_error_certain(self, oracle_result: OracleResult) -> bool:
        """Return whether no interpretation of the documentation allows a success."""
        certain = self._certain_violations(oracle_result)
        if self.binding_violations(certain):
            return True
        return not oracle_result.is_unspecified and any(violation not in _MAY_SUCCEED for violation in certain)

    def _violation_requirement(self, violation: Violation) -> str:
        if violation in _MAY_SUCCEED:
            return f"{violation.parameter}.{violation.keyword}"
        return f"{self.builder.contract.parameter(violation.parameter).key}.{violation.keyword.lower()}"

    def _is_registered(self, violation: Violation) -> bool:
        return self._violation_requirement(violation) in self.builder.contract.requirements

    def _level(self, violation: Violation) -> Level:
        return self.builder.contract.requirements[self._violation_requirement(violation)].level

    def _case_id(self, requirement: str, request: Request) -> str:
        parameters = json.dumps(sorted(request.parameters))
        return f"{requirement}/{EXAMPLE_PREFIX}{hashlib.sha256(parameters.encode()).hexdigest()[:8]}"


#: Violations that a target may answer with success: a missing image finds nothing, a window is truncated.
_MAY_SUCCEED = frozenset({Violation(IMAGE, "known"), Violation(WINDOW, "maximum")})


def is_encodable(parameters: WireParameters) -> bool:
    """Return whether UTF-8 can encode all names and values: it cannot encode lone surrogates."""
    try:
        "".join((*parameters, *parameters.values())).encode()
    except UnicodeEncodeError:
        return False
    return True


def _success_relation(violations: frozenset[Violation]) -> Relation | None:
    """Return the relation that a success has to satisfy although a rule is broken."""
    if Violation(IMAGE, "known") in violations:
        return Relation.NO_ENTRIES
    return Relation.WITHIN_WINDOW if violations else None


def _describe_value(value: str | None) -> str:
    if value is None:
        return "left out"
    return ascii(value) if len(value) <= _MAX_SHOWN_LENGTH else f"{len(value)} characters long"
