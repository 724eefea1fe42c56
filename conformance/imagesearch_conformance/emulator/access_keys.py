"""The access keys of the emulator; they are public and protect nothing."""

from __future__ import annotations

from collections.abc import Mapping

from attrs import frozen

from imagesearch_conformance.model.target import Credentials


@frozen
class AccessKey:
    """An access key with its permission."""

    credentials: Credentials
    can_search: bool = True


DEFAULT_CREDENTIALS = Credentials("emulator-own-key", "emulator-own-secret")

#: A temporary key: requests have to carry its security token.
TEMPORARY_CREDENTIALS = Credentials(
    "STS.emulator-temporary-key", "emulator-temporary-secret", "emulator-security-token"
)

#: A valid key without the permission to search.
UNAUTHORIZED_CREDENTIALS = Credentials("emulator-unauthorized-key", "emulator-unauthorized-secret")

#: All keys by id.
ACCESS_KEYS: Mapping[str, AccessKey] = {
    DEFAULT_CREDENTIALS.access_key_id: AccessKey(DEFAULT_CREDENTIALS),
    TEMPORARY_CREDENTIALS.access_key_id: AccessKey(TEMPORARY_CREDENTIALS),
    UNAUTHORIZED_CREDENTIALS.access_key_id: AccessKey(UNAUTHORIZED_CREDENTIALS, can_search=False),
}
