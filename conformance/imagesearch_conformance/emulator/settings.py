"""What an emulator is told when it is made."""

from __future__ import annotations

from typing import Literal

from attrs import field, frozen

from imagesearch_conformance.emulator.behaviour import Behaviour
from imagesearch_conformance.errors import InvalidInput

#: The request header that names the error code to answer with.
FAULT_HEADER = "X-Conformance-Fault"


@frozen
class EmulatorSettings:
    """`qps` is per instance and None for no limit; `faults` are names of the table of faults."""

    qps: float | None = field(default=100.0)
    signature: Literal["required", "optional"] = "required"
    faults: tuple[str, ...] = ()
    behaviour: Behaviour = field(factory=Behaviour)

    @qps.validator
    def _validate_qps(self, _: object, value: float | None) -> None:
        if value is not None and not value > 0:
            raise InvalidInput(f"a rate is greater than zero, not {value}", "qps", "leave it out for no limit")
