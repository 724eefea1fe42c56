"""What all emulators of a session share: the contract, the data, and the settings."""

from __future__ import annotations

from attrs import evolve, frozen

from imagesearch_conformance.contract import Contract, load
from imagesearch_conformance.emulator.access_keys import ACCESS_KEYS
from imagesearch_conformance.emulator.gateway import default_region
from imagesearch_conformance.emulator.settings import EmulatorSettings
from imagesearch_conformance.emulator.store import Store
from imagesearch_conformance.emulator.target import build_target
from imagesearch_conformance.model.target import Credentials, Target


@frozen(eq=False)
class EmulatorContext:
    """The contract of one revision with the data that its emulators hold; nothing limits the rate."""

    contract: Contract
    store: Store
    settings: EmulatorSettings

    @classmethod
    def from_document(cls, document: str | None = None) -> EmulatorContext:
        """The world of a revision, of the page's own without one; raises BadInput."""
        contract = load(None, document)
        return cls(contract, Store.from_contract(contract), EmulatorSettings(qps=None))

    def target(self, endpoint: str) -> Target:
        """The emulator as its clients see it."""
        return build_target(self.contract, endpoint, self.settings, self.store.dataset)

    @property
    def region_endpoint(self) -> str:
        """The endpoint of the region that the emulator says it is in."""
        return f"https://{default_region(self.contract).host}"

    @property
    def error_codes(self) -> frozenset[str]:
        """Every error code, those of the page and those that gateways are known to give."""
        return frozenset(row.code for row in self.contract.errors.rows)


def with_access_key(target: Target, access_key_id: str | None) -> Target:
    """The target for whoever signs with this key of the emulator; with any other it stays as it is.

    A security token is left out: unlike the secret it has to be sent.
    """
    key = ACCESS_KEYS.get(access_key_id or "")
    given = target.credentials if key is None else key.credentials
    if given is None:
        return target
    return evolve(
        target, credentials=Credentials(given.access_key_id, given.access_key_secret), unauthorized_credentials=None
    )
