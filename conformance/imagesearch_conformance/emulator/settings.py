"""The settings of an emulator."""

from __future__ import annotations

from typing import Literal

from attrs import field, frozen

from imagesearch_conformance.emulator.behaviour import Behaviour
from imagesearch_conformance.errors import InvalidInput

#: The request header with the error code to return.
FAULT_HEADER = "X-Conformance-Fault"


@frozen
class EmulatorSettings:
    """Settings of an emulator; `qps` applies to each instance, None is unlimited.

    Raises InvalidInput unless `qps` is positive.
    """

    qps: float | None = field(default=100.0)
    signature: Literal["required", "optional"] = "required"
    faults: tuple[str, ...] = ()
    behaviour: Behaviour = field(factory=Behaviour)

    @qps.validator
    def _validate_qps(self, _: object, value: float | None) -> None:
        if value is not None and not value > 0:
            raise InvalidInput(f"expected a rate above 0, got {value}", "qps", "omit it for no limit")
