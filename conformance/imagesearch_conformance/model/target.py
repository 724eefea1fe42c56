"""The endpoint under judgement: where it is, how to sign for it, and what it claims."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from urllib.parse import urlsplit

from attrs import evolve, field, frozen


class InstanceType(StrEnum):
    """The service type of an instance, as far as the page tells them apart."""

    PRODUCT = "product"
    GENERIC = "generic"


class SignatureScheme(StrEnum):
    """How requests to a target are signed."""

    V3 = "v3"
    V2 = "v2"
    NONE = "none"


@frozen
class Credentials:
    """One access key; its secret parts never show in a representation."""

    access_key_id: str
    access_key_secret: str = field(repr=False)
    security_token: str | None = field(default=None, repr=False)


@frozen(cache_hash=True)
class Image:
    """An image that is in an instance, as the profile or a reply of the target says."""

    product_id: str
    pic_name: str

    @property
    def is_printable_ascii(self) -> bool:
        """Whether both parts of the name are there and in ASCII, so that no encoding can be at fault for them."""
        return all(part and part.isascii() and part.isprintable() for part in (self.product_id, self.pic_name))


@frozen(cache_hash=True)
class Instance:
    """One Image Search instance of a target, with the images known to be in it."""

    name: str
    type: InstanceType = InstanceType.PRODUCT
    images: tuple[Image, ...] = ()


@frozen
class Capabilities:
    """What a target claims, and the suite may therefore rely on; the default claims nothing."""

    authentication: bool = False
    throttling_qps: float | None = None
    fault_header: str | None = None
    approximate: bool = False
    document: str | None = None


@frozen(cache_hash=True)
class Target:
    """An endpoint with its profile: the first instance is the one most cases use.

    `embedded` marks our own emulator, `assumed` a target of which no profile says what it holds.
    """

    endpoint: str
    instances: tuple[Instance, ...]
    signature: SignatureScheme = SignatureScheme.NONE
    region_id: str | None = None
    qps: float | None = None
    credentials: Credentials | None = None
    unauthorized_credentials: Credentials | None = None
    capabilities: Capabilities = Capabilities()
    is_emulator: bool = False
    without_profile: bool = False

    @property
    def instance(self) -> Instance:
        """The instance that cases use unless they need another."""
        return self.instances[0]

    def with_images(self, images: Iterable[Image]) -> Target:
        """The target with further images known to be in its first instance."""
        first, *others = self.instances
        known = tuple(dict.fromkeys((*first.images, *images)))
        if known == first.images:
            return self
        return evolve(self, instances=(evolve(first, images=known), *others))

    def find_instance(self, name: str | None) -> Instance | None:
        """The instance of that name, or None."""
        return next((one for one in self.instances if one.name == name), None)

    @property
    def authority(self) -> str:
        """Host and, when it is not the scheme's own, port: the value of the Host header."""
        return urlsplit(self.endpoint).netloc.rpartition("@")[2]
