"""What may answer a recorded call: a case as a run would make it, and what nobody can tell from a recording."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from attrs import evolve, frozen

from imagesearch_conformance.cases.case_builder import CaseBuilder, any_documented_outcome
from imagesearch_conformance.cases.generated_placeholders import GENERATED_UNSPECIFIED, GENERATED_VALID
from imagesearch_conformance.checks.parsed_request import parse_request
from imagesearch_conformance.checks.parsed_response import ParsedResponse, ResponseKind
from imagesearch_conformance.checks.rules import find_violations
from imagesearch_conformance.contract import Contract
from imagesearch_conformance.contract.contract import ACTION, AUTHENTICATION, IMAGE, VERSION, row_acceptances
from imagesearch_conformance.contract.error_table import ErrorTrigger
from imagesearch_conformance.generation.generated_cases import GeneratedCaseBuilder
from imagesearch_conformance.model.case import Case, Violation
from imagesearch_conformance.model.expectation import Acceptance, Expectation, Grade
from imagesearch_conformance.model.survey import Survey
from imagesearch_conformance.model.target import Image, Instance, InstanceType, Target
from imagesearch_conformance.recordings.select_calls import RecordedCall
from imagesearch_conformance.recordings.signatures import SignatureEvidence
from imagesearch_conformance.recordings.unspecified import FAULT_HEADER, unspecified_requirements


@frozen(eq=False)
class RecordedCase:
    """A recorded call as a case; `own` is what may answer it if everything holds that the recording does not tell.

    `plain` says that it is a valid call in every reading of the page.
    """

    call: RecordedCall
    case: Case
    strict_expectation: Expectation
    is_certainly_valid: bool = False

    def is_inconclusive(self, response: ParsedResponse) -> bool:
        """Whether a reply is one that only what nobody can tell makes acceptable: it shows nothing of the case."""
        if response.kind is ResponseKind.SUCCESS:
            return self.strict_expectation.success is None and self.case.expectation.success is not None
        known = self.case.expectation.errors_with_code(response.error_code or "")
        return bool(known) and not self.strict_expectation.errors_with_code(response.error_code or "")


@frozen
class RecordedCaseBuilder:
    """Makes cases of recorded calls to one target, of which a profile may say what it holds."""

    contract: Contract
    target: Target

    def build(self, number: int, call: RecordedCall, evidence: SignatureEvidence, nonce_reused: bool) -> RecordedCase:  # noqa: FBT001 a fact
        """The case of a call; `replayed` says that its nonce was used before, and accepted."""
        requirements, own, violations = self._strict_outcome(call)
        plain = own.success is not None and not own.acceptances[1:] and not violations
        accused = self._certain_defects(evidence, nonce_reused)
        if self.target.capabilities.authentication and accused:
            requirements = (
                self._known_requirements(f"authentication.{one}" for one in sorted(accused))[:1] or requirements
            )
            own = Expectation(tuple(one for one in own.acceptances if one.code is not None))
            own = Expectation.from_acceptances(*own.acceptances, *self._authentication_acceptances(accused))
        beside = tuple(self._possible_acceptances(call, evidence, accused, violations))
        case = Case(
            f"recorded/{number:04}-{requirements[0]}", self._title(call), requirements, (),
            Expectation.from_acceptances(*own.acceptances, *beside), self.find_violations(call),
        )  # fmt: skip
        return RecordedCase(call, case, own, plain and not accused)

    def find_violations(self, call: RecordedCall) -> frozenset[Violation]:
        """What the bytes show to the checks; that an unknown instance is named is no rule broken."""
        return find_violations(self.contract, self.target, parse_request(self.contract, call.request))

    def is_in_profile(self, call: RecordedCall) -> bool:
        """Whether the profile names the instance and the image."""
        instance = self.target.find_instance(call.parsed_request.value(self.contract.instance_parameter))
        return instance is not None and self._image(call) in instance.images

    def _strict_outcome(self, call: RecordedCall) -> tuple[tuple[str, ...], Expectation, frozenset[Violation]]:
        """What the case is for, what may answer it, and the rules that it breaks."""
        operation = frozenset(self._operation_violations(call))
        if fault := self._requested_error_outcome(call):
            return fault
        if operation:
            refusals = [one for violation in operation for one in self.contract.error_acceptances(violation)]
            return self._operation_requirements(operation), Expectation.from_acceptances(*refusals), operation
        open_ones = tuple(unspecified_requirements(self.contract, call))
        built = self._build_generated_case(call)
        if open_ones or built is None:
            return self._unspecified_outcome(call, open_ones, built)
        return self._requirements(call, built), built.expectation, built.violations

    def _operation_violations(self, call: RecordedCall) -> Iterator[Violation]:
        if call.parsed_request.action is None:
            yield Violation(ACTION, "missing")
        if call.parsed_request.version is not None and call.parsed_request.version != self.contract.protocol.version:
            yield Violation(VERSION, "unknown")

    def _operation_requirements(self, violations: Iterable[Violation]) -> tuple[str, ...]:
        return (
            self._known_requirements(f"{one.parameter}.{one.keyword}" for one in violations)
            or self._fallback_requirement()
        )

    def _requested_error_outcome(
        self, call: RecordedCall
    ) -> tuple[tuple[str, ...], Expectation, frozenset[Violation]] | None:
        """The header that asks for an error code, where the profile says that it does."""
        header = self.target.capabilities.fault_header
        code = call.request.header(header) if header else None
        row = self.contract.errors.find(code) if code else None
        if row is None:
            return None
        about = self._known_requirements((f"error.{row.code}.status", f"error.{row.code}.message"))
        only = Acceptance(row.status, row.code, row.grade, "the fault header asks for it")
        return (about, Expectation.from_acceptances(only), frozenset()) if about else None

    def _build_generated_case(self, call: RecordedCall) -> Case | None:
        """The case that the generator makes of these parameters; None where nothing is certain.

        Whatever instance and image are named are taken to exist, and two judges have to agree.
        """
        name = call.parsed_request.value(self.contract.instance_parameter) or "unknown"
        known = self.target.find_instance(name)
        kind = InstanceType.PRODUCT if known is None else known.type
        target = evolve(self.target, instances=(Instance(name, kind, (self._image(call),)),))
        case = GeneratedCaseBuilder(CaseBuilder(self.contract, target, Survey.from_target(target))).build_case(
            call.parameters, GENERATED_VALID
        )
        if case is None or case.violations != find_violations(self.contract, target, call.parsed_request):
            return None
        return case

    def _unspecified_outcome(
        self, call: RecordedCall, requirements: tuple[str, ...], generated_case: Case | None
    ) -> tuple[tuple[str, ...], Expectation, frozenset[Violation]]:
        """Where the page is silent both readings are right, and so are the refusals of what may be broken."""
        shown = find_violations(self.contract, self.target, call.parsed_request)
        violations = shown if generated_case is None else generated_case.violations
        if call.request.method.upper() not in {"GET", "POST"}:
            violations |= {Violation(ACTION, "method")}
        if call.parsed_request.version is None:
            violations |= {Violation(VERSION, "unknown")}
        if call.parsed_request.action != self.contract.protocol.action:
            violations |= {Violation(ACTION, "unknown")}
        refusals = [
            one for violation in sorted(violations, key=str) for one in self.contract.error_acceptances(violation)
        ]
        asked_for = self.contract.errors.find(call.request.header(FAULT_HEADER) or "")
        if asked_for is not None:
            refusals += row_acceptances(asked_for, None, "a header asks for it")
        expectation = Expectation.from_acceptances(*any_documented_outcome(self.contract).acceptances, *refusals)
        return (
            self._known_requirements((*requirements, GENERATED_UNSPECIFIED))[:1] or self._fallback_requirement(),
            expectation,
            violations,
        )

    def _requirements(self, call: RecordedCall, generated_case: Case) -> tuple[str, ...]:
        """What a case is for: of a valid call, the parameters that it gives."""
        if generated_case.requirements != (GENERATED_VALID,):
            return generated_case.requirements
        optional = [one for one in self.contract.parameters if not one.required]
        given = [one for one in optional if one.name in call.parameters]
        if not given:
            names = ["request.minimal"]
        elif len(given) == 1:
            names = [f"{given[0].key}.optional"]
        else:
            names = ["request.full"] if len(given) == len(optional) else []
        return self._known_requirements((*names, GENERATED_VALID))[:1] or self._fallback_requirement()

    def _certain_defects(self, evidence: SignatureEvidence, nonce_reused: bool) -> frozenset[str]:  # noqa: FBT001 a fact
        """What the signature is accused of for certain."""
        return evidence.defects | ({"replay"} if nonce_reused else frozenset())

    def _possible_acceptances(
        self, call: RecordedCall, evidence: SignatureEvidence, defects: frozenset[str], violations: frozenset[Violation]
    ) -> Iterator[Acceptance]:
        """What may answer as well, for all that the recording tells."""
        yield from self._name_acceptances(call, violations)
        yield from self._service_acceptances()
        if not (self.target.capabilities.authentication and evidence.is_checkable):
            keywords = frozenset(self.contract.protocol.authentication_error_codes)
        else:
            keywords = (
                defects | evidence.possible_defects | (frozenset({"token"}) if evidence.is_key_known else frozenset())
            )
        yield from self._authentication_acceptances(keywords)
        if VERSION in {one.parameter for one in violations} and call.parsed_request.version is not None:
            yield self.contract.success_acceptance(reason="another version of the API answers with success of its own")

    def _name_acceptances(self, call: RecordedCall, violations: frozenset[Violation]) -> Iterator[Acceptance]:
        instance = self.target.find_instance(call.parsed_request.value(self.contract.instance_parameter))
        if instance is None:
            yield from self.contract.error_acceptances(Violation(self.contract.instance_parameter, "known"))
            if {one.parameter for one in violations} == {self.contract.category.parameter}:
                yield self.contract.success_acceptance(reason="a generic instance may take any category")
        if not self.is_in_profile(call):
            yield from self.contract.error_acceptances(Violation(IMAGE, "known"))

    def _service_acceptances(self) -> Iterator[Acceptance]:
        """Refusals that say nothing of a call: too many of them, or a moment later it may succeed."""
        passing = self.contract.protocol.client_rules.transient_codes
        for row in self.contract.errors.rows:
            if row.trigger is ErrorTrigger.RATE_LIMIT:
                yield from row_acceptances(row, None, "what else was sent is not known")
            elif row.code in passing:
                yield from row_acceptances(row, Grade.TOLERATED, "a moment later the same call may succeed")

    def _authentication_acceptances(self, keywords: Iterable[str]) -> Iterator[Acceptance]:
        known = self.contract.protocol.authentication_error_codes
        for one in sorted(set(keywords) & set(known)):
            yield from self.contract.error_acceptances(Violation(AUTHENTICATION, one))

    def _image(self, call: RecordedCall) -> Image:
        product, picture = self.contract.image.parameters
        return Image(call.parsed_request.value(product) or "", call.parsed_request.value(picture) or "")

    def _title(self, call: RecordedCall) -> str:
        required = {one.name for one in self.contract.parameters if one.required}
        known = [one.name for one in self.contract.parameters if one.name in call.parameters]
        said = [f"{name} is {_format_value(call.parameters[name])}" for name in known if name not in required]
        left_out = [f"{name} is left out" for name in sorted(required - set(known))]
        what = ", ".join([*said, *left_out]) or "the required parameters alone"
        return f"entry {call.entry.number} of the recording: {what}"

    def _known_requirements(self, names: Iterable[str]) -> tuple[str, ...]:
        return tuple(one for one in names if one in self.contract.requirements)

    def _fallback_requirement(self) -> tuple[str, ...]:
        """Where a contract has none of ours: its first requirement."""
        return tuple(self.contract.requirements)[:1]


def _format_value(value: str, max_length: int = 60) -> str:
    return ascii(value) if len(value) <= max_length else f"{len(value)} characters long"
