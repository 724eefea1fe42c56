"""What is looked at before anything else: the method, the path, and which operation is meant."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from attrs import frozen

from imagesearch_conformance.contract import Contract
from imagesearch_conformance.contract.contract import ACTION, VERSION
from imagesearch_conformance.contract.protocol import CallStyle
from imagesearch_conformance.emulator.behaviour import Behaviour
from imagesearch_conformance.model.case import Violation
from imagesearch_conformance.model.wire import WireRequest
from imagesearch_conformance.signing.encoding import Pairs

_PATH = "/"


@frozen
class Gateway:
    """The contract's method, action and version, and how strictly they are compared."""

    methods: frozenset[str]
    action: str
    version: str
    styles: tuple[CallStyle, ...]
    case_insensitive_action: bool

    @classmethod
    def from_contract(cls, contract: Contract, behaviour: Behaviour) -> Gateway:
        """The gateway in front of the contract's operation."""
        operations = contract.spec_files.resolve("openapi.yaml#/paths/~1")
        return cls(
            methods=frozenset(method.upper() for method in operations) | behaviour.extra_methods,
            action=contract.protocol.action,
            version=contract.protocol.version,
            styles=tuple(contract.protocol.call_styles.values()),
            case_insensitive_action=behaviour.case_insensitive_action,
        )

    def violations(self, request: WireRequest, pairs: Pairs) -> Iterator[Violation]:
        """What is wrong with how the request names the operation; every place that names it has to agree."""
        if request.method not in self.methods:
            yield Violation(ACTION, "method")
        first = dict(reversed(pairs))
        actions = self._find_values(request, first, lambda style: style.action)
        if not actions:
            yield Violation(ACTION, "missing")
        if request.path != _PATH or not all(map(self._is_action, actions)):
            yield Violation(ACTION, "unknown")
        if any(version != self.version for version in self._find_values(request, first, lambda style: style.version)):
            yield Violation(VERSION, "unknown")

    def _is_action(self, name: str) -> bool:
        if self.case_insensitive_action:
            return name.lower() == self.action.lower()
        return name == self.action

    def _find_values(
        self, request: WireRequest, parameters: Mapping[str, str], get_name: Callable[[CallStyle], str]
    ) -> tuple[str, ...]:
        named = ((style, get_name(style)) for style in self.styles)
        places = (request.header(name) if style.in_header else parameters.get(name) for style, name in named)
        return tuple(value for value in places if value)
