"""The reference endpoint, written from the documentation and independent of the checks."""

from imagesearch_conformance.emulator.core import Emulator
from imagesearch_conformance.emulator.faults import FAULTS, contract_faults
from imagesearch_conformance.emulator.settings import LATER_VARIATIONS, VARIATIONS, Behaviour, EmulatorSettings

__all__ = ["FAULTS", "LATER_VARIATIONS", "VARIATIONS", "Behaviour", "Emulator", "EmulatorSettings", "contract_faults"]
