"""Build cases of recorded calls: as a run builds them, and with what a recording leaves undetermined."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from attrs import evolve, frozen

from imagesearch_conformance.cases.case_builder import CaseBuilder, any_documented_outcome
from imagesearch_conformance.cases.generated_placeholders import GENERATED_UNSPECIFIED, GENERATED_VALID
from imagesearch_conformance.checks.parsed_request import parse_request
from imagesearch_conformance.checks.parsed_response import ParsedResponse, ResponseKind
from imagesearch_conformance.checks.violations import find_violations
from imagesearch_conformance.contract import Contract
from imagesearch_conformance.contract.contract import ACTION, AUTHENTICATION, IMAGE, VERSION, row_acceptances
from imagesearch_conformance.contract.error_table import ErrorTrigger
from imagesearch_conformance.model.case import Case, Location, Violation
from imagesearch_conformance.model.expectation import Acceptance, Expectation, Grade
from imagesearch_conformance.model.survey import Survey
from imagesearch_conformance.model.target import Image, Instance, InstanceType, Target
from imagesearch_conformance.model.wire import WireRequest
from imagesearch_conformance.oracle.generated_cases import GeneratedCaseBuilder
from imagesearch_conformance.recordings.calls import RecordedCall, SignatureEvidence
from imagesearch_conformance.signing.encoding import parse_form

#: Characters that show a value encoded once or twice, if a recording has parameters without their body.
_ENCODING_CHARACTERS = frozenset("%+")

#: Our header that requests an error code: a target may support it although no profile declares that.
FAULT_HEADER = "x-conformance-fault"


def unspecified_requirements(contract: Contract, call: RecordedCall) -> Iterator[str]:
    """The requirements about unspecified behaviour, the most specific first."""
    if call.request.method.upper() != "POST":
        yield "silence.method"
    if call.parsed_request.version is None:
        yield "silence.version"
    if call.parsed_request.action != contract.protocol.action:
        yield "silence.case"
    if call.has_repeated_parameter:
        yield "silence.repeated"
    if set(call.parameters) - {parameter.name for parameter in contract.parameters}:
        yield "silence.unknown"
    if _has_misplaced_parameter(contract, call.request):
        yield "silence.location"
    if (
        _has_undeclared_body(contract, call.request)
        or _is_possibly_reencoded(call)
        or call.request.header(FAULT_HEADER)
    ):
        yield GENERATED_UNSPECIFIED
    if call.request.path != "/":
        yield GENERATED_UNSPECIFIED


def _has_misplaced_parameter(contract: Contract, request: WireRequest) -> bool:
    """Return whether a parameter is in the query instead of the form, or the other way round."""
    locations = {parameter.name: parameter.location for parameter in contract.parameters}
    in_query, in_form = (
        {name for name, _ in parse_form(request.query)},
        {name for name, _ in parse_form(request.body)},
    )
    return any(locations.get(name, Location.QUERY) is not Location.QUERY for name in in_query) or any(
        locations.get(name) is Location.QUERY for name in in_form
    )


def _has_undeclared_body(contract: Contract, request: WireRequest) -> bool:
    """Return whether there is a body that is not declared as form data."""
    media_type = (request.header("content-type") or "").partition(";")[0].strip().lower()
    return bool(request.body) and media_type != contract.protocol.media_type


def _is_possibly_reencoded(call: RecordedCall) -> bool:
    """Return whether the recording has parameters one by one, possibly still encoded."""
    return not call.entry.has_exact_request and any(
        _ENCODING_CHARACTERS & set(value) for value in call.parameters.values()
    )


@frozen(eq=False)
class RecordedCase:
    """A recorded call as a case; the strict expectation assumes that all the recording leaves undetermined is right.

    `is_certainly_valid`: the call is valid under every interpretation of the documentation.
    """

    call: RecordedCall
    case: Case
    strict_expectation: Expectation
    is_certainly_valid: bool = False

    def is_inconclusive(self, response: ParsedResponse) -> bool:
        """Return whether a response is acceptable only because of what is undetermined: it shows nothing then."""
        if response.kind is ResponseKind.SUCCESS:
            return self.strict_expectation.success is None and self.case.expectation.success is not None
        code = response.error_code or ""
        return bool(self.case.expectation.errors_with_code(code)) and not self.strict_expectation.errors_with_code(code)


@frozen
class RecordedCaseBuilder:
    """Builds cases of recorded calls to one target, which a profile may describe."""

    contract: Contract
    target: Target

    def build(self, number: int, call: RecordedCall, evidence: SignatureEvidence, *, is_replay: bool) -> RecordedCase:
        """Build the case of a call; `is_replay`: an accepted call used its nonce before."""
        requirements, strict, violations = self._strict_outcome(call)
        is_valid = strict.success is not None and not strict.acceptances[1:] and not violations
        defects = evidence.defects | ({"replay"} if is_replay else frozenset())
        if self.target.capabilities.authentication and defects:
            requirements = (
                self._known_requirements(f"authentication.{defect}" for defect in sorted(defects))[:1] or requirements
            )
            errors = (acceptance for acceptance in strict.acceptances if acceptance.code is not None)
            strict = Expectation.from_acceptances(*errors, *self._authentication_acceptances(defects))
        possible = self._possible_acceptances(call, evidence, defects, violations)
        # The checks parse the bytes as sent, without the names that a form has.
        shown = find_violations(self.contract, self.target, parse_request(self.contract, call.request))
        case = Case(
            f"recorded/{number:04}-{requirements[0]}", self._title(call), requirements, (),
            Expectation.from_acceptances(*strict.acceptances, *possible), shown,
        )  # fmt: skip
        return RecordedCase(call, case, strict, is_valid and not defects)

    def _is_in_profile(self, call: RecordedCall) -> bool:
        instance = self.target.find_instance(call.parsed_request.value(self.contract.instance_parameter))
        return instance is not None and self._image(call) in instance.images

    def _strict_outcome(self, call: RecordedCall) -> tuple[tuple[str, ...], Expectation, frozenset[Violation]]:
        """The requirements of the case, its expectation, and the rules that the call violates."""
        operation = frozenset(self._operation_violations(call))
        if requested_error := self._requested_error_outcome(call):
            return requested_error
        if operation:
            errors = (error for violation in operation for error in self.contract.error_acceptances(violation))
            return self._operation_requirements(operation), Expectation.from_acceptances(*errors), operation
        unspecified = tuple(unspecified_requirements(self.contract, call))
        generated_case = self._build_generated_case(call)
        if unspecified or generated_case is None:
            return self._unspecified_outcome(call, unspecified, generated_case)
        return self._requirements(call, generated_case), generated_case.expectation, generated_case.violations

    def _operation_violations(self, call: RecordedCall) -> Iterator[Violation]:
        if call.parsed_request.action is None:
            yield Violation(ACTION, "missing")
        if call.parsed_request.version is not None and call.parsed_request.version != self.contract.protocol.version:
            yield Violation(VERSION, "unknown")

    def _operation_requirements(self, violations: Iterable[Violation]) -> tuple[str, ...]:
        return (
            self._known_requirements(f"{violation.parameter}.{violation.keyword}" for violation in violations)
            or self._fallback_requirement()
        )

    def _requested_error_outcome(
        self, call: RecordedCall
    ) -> tuple[tuple[str, ...], Expectation, frozenset[Violation]] | None:
        """The outcome that the fault header requests, if the profile declares such a header."""
        header = self.target.capabilities.fault_header
        code = call.request.header(header) if header else None
        row = self.contract.errors.find(code) if code else None
        if row is None:
            return None
        requirements = self._known_requirements((f"error.{row.code}.status", f"error.{row.code}.message"))
        acceptance = Acceptance(row.status, row.code, row.grade, "the fault header requests it")
        return (requirements, Expectation.from_acceptances(acceptance), frozenset()) if requirements else None

    def _build_generated_case(self, call: RecordedCall) -> Case | None:
        """The case that the generator builds of these parameters; None where nothing is certain.

        The instance and the image are assumed to exist. The generator and the checks have to agree on the violations.
        """
        name = call.parsed_request.value(self.contract.instance_parameter) or "unknown"
        known = self.target.find_instance(name)
        instance_type = InstanceType.PRODUCT if known is None else known.type
        target = evolve(self.target, instances=(Instance(name, instance_type, (self._image(call),)),))
        builder = GeneratedCaseBuilder(CaseBuilder(self.contract, target, Survey.from_target(target)))
        case = builder.build_case(call.parameters, GENERATED_VALID)
        if case is None or case.violations != find_violations(self.contract, target, call.parsed_request):
            return None
        return case

    def _unspecified_outcome(
        self, call: RecordedCall, requirements: tuple[str, ...], generated_case: Case | None
    ) -> tuple[tuple[str, ...], Expectation, frozenset[Violation]]:
        """The outcome of unspecified behaviour: any documented one, and the errors of each possible violation."""
        violations = (
            find_violations(self.contract, self.target, call.parsed_request)
            if generated_case is None
            else generated_case.violations
        )
        if call.request.method.upper() not in {"GET", "POST"}:
            violations |= {Violation(ACTION, "method")}
        if call.parsed_request.version is None:
            violations |= {Violation(VERSION, "unknown")}
        if call.parsed_request.action != self.contract.protocol.action:
            violations |= {Violation(ACTION, "unknown")}
        errors = [
            error for violation in sorted(violations, key=str) for error in self.contract.error_acceptances(violation)
        ]
        requested = self.contract.errors.find(call.request.header(FAULT_HEADER) or "")
        if requested is not None:
            errors += row_acceptances(requested, None, "a header requests it")
        expectation = Expectation.from_acceptances(*any_documented_outcome(self.contract).acceptances, *errors)
        return (
            self._known_requirements((*requirements, GENERATED_UNSPECIFIED))[:1] or self._fallback_requirement(),
            expectation,
            violations,
        )

    def _requirements(self, call: RecordedCall, generated_case: Case) -> tuple[str, ...]:
        """The requirements of a case; those of a valid call depend on its optional parameters."""
        if generated_case.requirements != (GENERATED_VALID,):
            return generated_case.requirements
        optional = [parameter for parameter in self.contract.parameters if not parameter.required]
        present = [parameter for parameter in optional if parameter.name in call.parameters]
        if not present:
            names = ["request.minimal"]
        elif len(present) == 1:
            names = [f"{present[0].key}.optional"]
        else:
            names = ["request.full"] if len(present) == len(optional) else []
        return self._known_requirements((*names, GENERATED_VALID))[:1] or self._fallback_requirement()

    def _possible_acceptances(
        self, call: RecordedCall, evidence: SignatureEvidence, defects: frozenset[str], violations: frozenset[Violation]
    ) -> Iterator[Acceptance]:
        """The outcomes that are acceptable because of what the recording leaves undetermined."""
        yield from self._name_acceptances(call, violations)
        yield from self._service_acceptances()
        if not (self.target.capabilities.authentication and evidence.is_checkable):
            keywords = frozenset(self.contract.protocol.authentication_error_codes)
        else:
            keywords = defects | evidence.possible_defects
            if evidence.is_key_known:
                keywords |= {"token"}
        yield from self._authentication_acceptances(keywords)
        if VERSION in {violation.parameter for violation in violations} and call.parsed_request.version is not None:
            yield self.contract.success_acceptance(reason="another version of the API has success responses of its own")

    def _name_acceptances(self, call: RecordedCall, violations: frozenset[Violation]) -> Iterator[Acceptance]:
        instance = self.target.find_instance(call.parsed_request.value(self.contract.instance_parameter))
        if instance is None:
            yield from self.contract.error_acceptances(Violation(self.contract.instance_parameter, "known"))
            if {violation.parameter for violation in violations} == {self.contract.category.parameter}:
                yield self.contract.success_acceptance(reason="a generic instance may take any category")
        if not self._is_in_profile(call):
            yield from self.contract.error_acceptances(Violation(IMAGE, "known"))

    def _service_acceptances(self) -> Iterator[Acceptance]:
        """Errors that do not depend on the call: rate limiting, and transient errors."""
        transient_codes = self.contract.protocol.client_rules.transient_codes
        for row in self.contract.errors.rows:
            if row.trigger is ErrorTrigger.RATE_LIMIT:
                yield from row_acceptances(row, None, "the recording may lack other requests")
            elif row.code in transient_codes:
                yield from row_acceptances(row, Grade.TOLERATED, "the same call may succeed later")

    def _authentication_acceptances(self, keywords: Iterable[str]) -> Iterator[Acceptance]:
        for keyword in sorted(set(keywords) & set(self.contract.protocol.authentication_error_codes)):
            yield from self.contract.error_acceptances(Violation(AUTHENTICATION, keyword))

    def _image(self, call: RecordedCall) -> Image:
        product, picture = self.contract.image.parameters
        return Image(call.parsed_request.value(product) or "", call.parsed_request.value(picture) or "")

    def _title(self, call: RecordedCall) -> str:
        required = {parameter.name for parameter in self.contract.parameters if parameter.required}
        present = [parameter.name for parameter in self.contract.parameters if parameter.name in call.parameters]
        values = [f"{name} is {_format_value(call.parameters[name])}" for name in present if name not in required]
        missing = [f"{name} is left out" for name in sorted(required - set(present))]
        description = ", ".join([*values, *missing]) or "the required parameters alone"
        return f"entry {call.entry.number} of the recording: {description}"

    def _known_requirements(self, names: Iterable[str]) -> tuple[str, ...]:
        return tuple(name for name in names if name in self.contract.requirements)

    def _fallback_requirement(self) -> tuple[str, ...]:
        """The first requirement, for a contract without those of our names."""
        return tuple(self.contract.requirements)[:1]


def _format_value(value: str, max_length: int = 60) -> str:
    return ascii(value) if len(value) <= max_length else f"{len(value)} characters long"
