"""The access keys that the emulator knows; they are public and protect nothing."""

from __future__ import annotations

from collections.abc import Mapping

from attrs import frozen

from imagesearch_conformance.model.target import Credentials


@frozen
class Key:
    """One access key, and whether it may use the operation."""

    credentials: Credentials
    permitted: bool = True


OWN = Credentials("emulator-own-key", "emulator-own-secret")

#: A temporary key: requests have to carry its token as well.
TEMPORARY = Credentials("STS.emulator-temporary-key", "emulator-temporary-secret", "emulator-security-token")

#: A valid key without the permission to search.
UNAUTHORIZED = Credentials("emulator-unauthorized-key", "emulator-unauthorized-secret")

#: Every key by its id.
KEYS: Mapping[str, Key] = {
    OWN.access_key_id: Key(OWN),
    TEMPORARY.access_key_id: Key(TEMPORARY),
    UNAUTHORIZED.access_key_id: Key(UNAUTHORIZED, permitted=False),
}
