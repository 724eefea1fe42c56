"""What may answer a recorded call: a case as a run would make it, and what nobody can tell from a recording."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from attrs import evolve, frozen

from imagesearch_conformance.cases.fuzz.building import Builder
from imagesearch_conformance.cases.generated import OPEN, VALID
from imagesearch_conformance.cases.workshop import Workshop, anything_known
from imagesearch_conformance.checks.reading import Kind, Reading
from imagesearch_conformance.checks.rules import broken_rules
from imagesearch_conformance.checks.sent import read_sent
from imagesearch_conformance.contract import Contract
from imagesearch_conformance.contract.contract import ACTION, AUTHENTICATION, IMAGE, VERSION, acceptances_of
from imagesearch_conformance.contract.error_table import Provoked
from imagesearch_conformance.model.case import Case, Violation
from imagesearch_conformance.model.expectation import Acceptance, Expectation, Grade
from imagesearch_conformance.model.survey import Survey
from imagesearch_conformance.model.target import Image, Instance, InstanceType, Target
from imagesearch_conformance.recordings.calls import Call
from imagesearch_conformance.recordings.signatures import Signature
from imagesearch_conformance.recordings.silences import FAULT_HEADER, silences


@frozen(eq=False)
class Asked:
    """A recorded call as a case; `own` is what may answer it if everything holds that the recording does not tell.

    `plain` says that it is a valid call in every reading of the page.
    """

    call: Call
    case: Case
    own: Expectation
    plain: bool = False

    def beside(self, reading: Reading) -> bool:
        """Whether a reply is one that only what nobody can tell makes acceptable: it shows nothing of the case."""
        if reading.kind is Kind.SUCCESS:
            return self.own.success is None and self.case.expectation.success is not None
        known = self.case.expectation.refusals(reading.code or "")
        return bool(known) and not self.own.refusals(reading.code or "")


@frozen
class Asking:
    """Makes cases of recorded calls to one target, of which a profile may say what it holds."""

    contract: Contract
    target: Target

    def asked(self, number: int, call: Call, signature: Signature, replayed: bool) -> Asked:  # noqa: FBT001 a fact
        """The case of a call; `replayed` says that its nonce was used before, and accepted."""
        requirements, own, violations = self._own(call)
        plain = own.success is not None and not own.acceptances[1:] and not violations
        accused = self._accused(signature, replayed)
        if self.target.capabilities.authentication and accused:
            requirements = self._registered(f"authentication.{one}" for one in sorted(accused))[:1] or requirements
            own = Expectation(tuple(one for one in own.acceptances if one.code is not None))
            own = Expectation.of(*own.acceptances, *self._authentication(accused))
        beside = tuple(self._untold(call, signature, accused, violations))
        case = Case(
            f"recorded/{number:04}-{requirements[0]}", self._title(call), requirements, (),
            Expectation.of(*own.acceptances, *beside), self.shown(call),
        )  # fmt: skip
        return Asked(call, case, own, plain and not accused)

    def shown(self, call: Call) -> frozenset[Violation]:
        """What the bytes show to the checks; that an unknown instance is named is no rule broken."""
        return broken_rules(self.contract, self.target, read_sent(self.contract, call.request))

    def known(self, call: Call) -> bool:
        """Whether the profile names the instance and the image."""
        instance = self.target.instance_named(call.sent.value(self.contract.instance))
        return instance is not None and self._image(call) in instance.images

    def _own(self, call: Call) -> tuple[tuple[str, ...], Expectation, frozenset[Violation]]:
        """What the case is for, what may answer it, and the rules that it breaks."""
        operation = frozenset(self._operation(call))
        if fault := self._fault(call):
            return fault
        if operation:
            refusals = [one for violation in operation for one in self.contract.refusals(violation)]
            return self._of_operation(operation), Expectation.of(*refusals), operation
        open_ones = tuple(silences(self.contract, call))
        built = self._built(call)
        if open_ones or built is None:
            return self._open(call, open_ones, built)
        return self._requirements(call, built), built.expectation, built.violations

    def _operation(self, call: Call) -> Iterator[Violation]:
        if call.sent.action is None:
            yield Violation(ACTION, "missing")
        if call.sent.version is not None and call.sent.version != self.contract.protocol.version:
            yield Violation(VERSION, "unknown")

    def _of_operation(self, broken: Iterable[Violation]) -> tuple[str, ...]:
        return self._registered(f"{one.parameter}.{one.keyword}" for one in broken) or self._any()

    def _fault(self, call: Call) -> tuple[tuple[str, ...], Expectation, frozenset[Violation]] | None:
        """The header that asks for an error code, where the profile says that it does."""
        header = self.target.capabilities.fault_header
        code = call.request.header(header) if header else None
        row = self.contract.errors.find(code) if code else None
        if row is None:
            return None
        about = self._registered((f"error.{row.code}.status", f"error.{row.code}.message"))
        only = Acceptance(row.status, row.code, row.grade, "the fault header asks for it")
        return (about, Expectation.of(only), frozenset()) if about else None

    def _built(self, call: Call) -> Case | None:
        """The case that the generator makes of these parameters; None where nothing is certain.

        Whatever instance and image are named are taken to exist, and two judges have to agree.
        """
        name = call.sent.value(self.contract.instance) or "unknown"
        known = self.target.instance_named(name)
        kind = InstanceType.PRODUCT if known is None else known.type
        target = evolve(self.target, instances=(Instance(name, kind, (self._image(call),)),))
        case = Builder(Workshop(self.contract, target, Survey.assumed(target))).case(call.given, VALID)
        if case is None or case.violations != broken_rules(self.contract, target, call.sent):
            return None
        return case

    def _open(
        self, call: Call, found: tuple[str, ...], built: Case | None
    ) -> tuple[tuple[str, ...], Expectation, frozenset[Violation]]:
        """Where the page is silent both readings are right, and so are the refusals of what may be broken."""
        shown = broken_rules(self.contract, self.target, call.sent)
        violations = shown if built is None else built.violations
        if call.request.method.upper() not in {"GET", "POST"}:
            violations |= {Violation(ACTION, "method")}
        if call.sent.version is None:
            violations |= {Violation(VERSION, "unknown")}
        if call.sent.action != self.contract.protocol.action:
            violations |= {Violation(ACTION, "unknown")}
        refusals = [one for violation in sorted(violations, key=str) for one in self.contract.refusals(violation)]
        asked_for = self.contract.errors.find(call.request.header(FAULT_HEADER) or "")
        if asked_for is not None:
            refusals += acceptances_of(asked_for, None, "a header asks for it")
        expectation = Expectation.of(*anything_known(self.contract).acceptances, *refusals)
        return self._registered((*found, OPEN))[:1] or self._any(), expectation, violations

    def _requirements(self, call: Call, built: Case) -> tuple[str, ...]:
        """What a case is for: of a valid call, the parameters that it gives."""
        if built.requirements != (VALID,):
            return built.requirements
        optional = [one for one in self.contract.parameters if not one.required]
        given = [one for one in optional if one.name in call.given]
        if not given:
            names = ["request.minimal"]
        elif len(given) == 1:
            names = [f"{given[0].key}.optional"]
        else:
            names = ["request.full"] if len(given) == len(optional) else []
        return self._registered((*names, VALID))[:1] or self._any()

    def _accused(self, signature: Signature, replayed: bool) -> frozenset[str]:  # noqa: FBT001 a fact
        """What the signature is accused of for certain."""
        return signature.defects | ({"replay"} if replayed else frozenset())

    def _untold(
        self, call: Call, signature: Signature, accused: frozenset[str], violations: frozenset[Violation]
    ) -> Iterator[Acceptance]:
        """What may answer as well, for all that the recording tells."""
        yield from self._of_names(call, violations)
        yield from self._of_service()
        if not (self.target.capabilities.authentication and signature.checked):
            keywords = frozenset(self.contract.protocol.authentication_refusals)
        else:
            keywords = accused | signature.possible | (frozenset({"token"}) if signature.keyed else frozenset())
        yield from self._authentication(keywords)
        if VERSION in {one.parameter for one in violations} and call.sent.version is not None:
            yield self.contract.accepted(why="another version of the API answers with success of its own")

    def _of_names(self, call: Call, violations: frozenset[Violation]) -> Iterator[Acceptance]:
        instance = self.target.instance_named(call.sent.value(self.contract.instance))
        if instance is None:
            yield from self.contract.refusals(Violation(self.contract.instance, "known"))
            if {one.parameter for one in violations} == {self.contract.category.parameter}:
                yield self.contract.accepted(why="a generic instance may take any category")
        if not self.known(call):
            yield from self.contract.refusals(Violation(IMAGE, "known"))

    def _of_service(self) -> Iterator[Acceptance]:
        """Refusals that say nothing of a call: too many of them, or a moment later it may succeed."""
        passing = self.contract.protocol.client.passing
        for row in self.contract.errors.rows:
            if row.provoked is Provoked.RATE:
                yield from acceptances_of(row, None, "what else was sent is not known")
            elif row.code in passing:
                yield from acceptances_of(row, Grade.TOLERATED, "a moment later the same call may succeed")

    def _authentication(self, keywords: Iterable[str]) -> Iterator[Acceptance]:
        known = self.contract.protocol.authentication_refusals
        for one in sorted(set(keywords) & set(known)):
            yield from self.contract.refusals(Violation(AUTHENTICATION, one))

    def _image(self, call: Call) -> Image:
        product, picture = self.contract.image.parameters
        return Image(call.sent.value(product) or "", call.sent.value(picture) or "")

    def _title(self, call: Call) -> str:
        required = {one.name for one in self.contract.parameters if one.required}
        known = [one.name for one in self.contract.parameters if one.name in call.given]
        said = [f"{name} is {_shown(call.given[name])}" for name in known if name not in required]
        left_out = [f"{name} is left out" for name in sorted(required - set(known))]
        what = ", ".join([*said, *left_out]) or "the required parameters alone"
        return f"entry {call.recorded.number} of the recording: {what}"

    def _registered(self, names: Iterable[str]) -> tuple[str, ...]:
        return tuple(one for one in names if one in self.contract.requirements)

    def _any(self) -> tuple[str, ...]:
        """Where a contract has none of ours: its first requirement."""
        return tuple(self.contract.requirements)[:1]


def _shown(value: str, most: int = 60) -> str:
    return ascii(value) if len(value) <= most else f"{len(value)} characters long"
