"""The target: the endpoint under test with its credentials, images and claimed capabilities."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from urllib.parse import urlsplit

from attrs import evolve, field, frozen


class InstanceType(StrEnum):
    """The service type of an instance, as far as the documentation distinguishes them."""

    PRODUCT = "product"
    GENERIC = "generic"


class SignatureScheme(StrEnum):
    """The version of the signature of requests."""

    V3 = "v3"
    V2 = "v2"
    NONE = "none"


@frozen
class Credentials:
    """An access key; its `repr` omits the secret parts."""

    access_key_id: str
    access_key_secret: str = field(repr=False)
    security_token: str | None = field(default=None, repr=False)


@frozen(cache_hash=True)
class Image:
    """An image that an instance holds, according to the profile or a response of the target."""

    product_id: str
    pic_name: str

    @property
    def is_printable_ascii(self) -> bool:
        """Return whether both parts are non-empty printable ASCII, so that no encoding error can alter them."""
        return all(part and part.isascii() and part.isprintable() for part in (self.product_id, self.pic_name))


@frozen(cache_hash=True)
class Instance:
    """An Image Search instance of a target, with the images known to be in it."""

    name: str
    type: InstanceType = InstanceType.PRODUCT
    images: tuple[Image, ...] = ()


@frozen
class Capabilities:
    """The capabilities that a target claims, on which the suite relies; by default none."""

    authentication: bool = False
    throttling_qps: float | None = None
    fault_header: str | None = None
    approximate: bool = False
    document: str | None = None


@frozen(cache_hash=True)
class Target:
    """An endpoint with its profile; most cases use the first instance.

    `without_profile` means that the instances are assumed, since no profile describes them.
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
        """The first instance."""
        return self.instances[0]

    def with_images(self, images: Iterable[Image]) -> Target:
        """Return the target with further images known to be in its first instance."""
        first, *others = self.instances
        known = tuple(dict.fromkeys((*first.images, *images)))
        if known == first.images:
            return self
        return evolve(self, instances=(evolve(first, images=known), *others))

    def find_instance(self, name: str | None) -> Instance | None:
        return next((instance for instance in self.instances if instance.name == name), None)

    @property
    def authority(self) -> str:
        """The value of the Host header: the host, and the port if the endpoint has one."""
        return urlsplit(self.endpoint).netloc.rpartition("@")[2]
