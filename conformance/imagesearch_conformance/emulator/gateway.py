"""The region of the emulator, and the checks before authentication: method, path, action and version."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from attrs import frozen

from imagesearch_conformance.contract import Contract
from imagesearch_conformance.contract.contract import ACTION, VERSION
from imagesearch_conformance.contract.protocol import CallStyle
from imagesearch_conformance.emulator.settings import Behaviour
from imagesearch_conformance.model.case import Violation
from imagesearch_conformance.model.wire import WireRequest
from imagesearch_conformance.signing.encoding import Pairs

_PATH = "/"


@frozen
class Region:
    """A region with the host of its endpoint."""

    id: str
    host: str


def default_region(contract: Contract) -> Region:
    """Return the default region of the contract."""
    region = contract.spec_files.resolve("openapi.yaml#/servers/0/variables/region/default")
    hosts = contract.protocol.hosts
    return Region(region, next((host for host in hosts if region in host.split(".")), hosts[0]))


@frozen
class Gateway:
    """Checks that a request names the operation of the contract."""

    methods: frozenset[str]
    action: str
    version: str
    styles: tuple[CallStyle, ...]
    case_insensitive_action: bool

    @classmethod
    def from_contract(cls, contract: Contract, behaviour: Behaviour) -> Gateway:
        operations = contract.spec_files.resolve("openapi.yaml#/paths/~1")
        return cls(
            methods=frozenset(method.upper() for method in operations) | behaviour.extra_methods,
            action=contract.protocol.action,
            version=contract.protocol.version,
            styles=tuple(contract.protocol.call_styles.values()),
            case_insensitive_action=behaviour.case_insensitive_action,
        )

    def violations(self, request: WireRequest, pairs: Pairs) -> Iterator[Violation]:
        """Yield the violations of method, path, action and version; all places that name them have to agree."""
        if request.method not in self.methods:
            yield Violation(ACTION, "method")
        first_values = dict(reversed(pairs))
        actions = self._find_values(request, first_values, lambda style: style.action)
        if not actions:
            yield Violation(ACTION, "missing")
        if request.path != _PATH or not all(map(self._is_action, actions)):
            yield Violation(ACTION, "unknown")
        versions = self._find_values(request, first_values, lambda style: style.version)
        if any(version != self.version for version in versions):
            yield Violation(VERSION, "unknown")

    def _is_action(self, name: str) -> bool:
        if self.case_insensitive_action:
            return name.lower() == self.action.lower()
        return name == self.action

    def _find_values(
        self, request: WireRequest, parameters: Mapping[str, str], get_name: Callable[[CallStyle], str]
    ) -> tuple[str, ...]:
        names = ((style, get_name(style)) for style in self.styles)
        values = (request.header(name) if style.in_header else parameters.get(name) for style, name in names)
        return tuple(value for value in values if value)
