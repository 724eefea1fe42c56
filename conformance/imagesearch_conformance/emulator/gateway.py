"""What is looked at before anything else: the method, the path, and which operation is meant."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from attrs import frozen

from imagesearch_conformance.contract import Contract
from imagesearch_conformance.contract.contract import ACTION, VERSION
from imagesearch_conformance.contract.protocol import Style
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
    styles: tuple[Style, ...]
    action_in_any_case: bool

    @classmethod
    def of(cls, contract: Contract, behaviour: Behaviour) -> Gateway:
        """The gateway in front of the contract's operation."""
        operations = contract.documents.at("openapi.yaml#/paths/~1")
        return cls(
            methods=frozenset(method.upper() for method in operations) | behaviour.methods,
            action=contract.protocol.action,
            version=contract.protocol.version,
            styles=tuple(contract.protocol.styles.values()),
            action_in_any_case=behaviour.action_in_any_case,
        )

    def violations(self, request: WireRequest, given: Pairs) -> Iterator[Violation]:
        """What is wrong with how the request names the operation; every place that names it has to agree."""
        if request.method not in self.methods:
            yield Violation(ACTION, "method")
        first = dict(reversed(given))
        actions = self._named(request, first, lambda style: style.action)
        if not actions:
            yield Violation(ACTION, "missing")
        if request.path != _PATH or not all(map(self._is_action, actions)):
            yield Violation(ACTION, "unknown")
        if any(version != self.version for version in self._named(request, first, lambda style: style.version)):
            yield Violation(VERSION, "unknown")

    def _is_action(self, name: str) -> bool:
        if self.action_in_any_case:
            return name.lower() == self.action.lower()
        return name == self.action

    def _named(self, request: WireRequest, given: Mapping[str, str], part: Callable[[Style], str]) -> tuple[str, ...]:
        named = ((style, part(style)) for style in self.styles)
        places = (request.header(name) if style.in_header else given.get(name) for style, name in named)
        return tuple(value for value in places if value)
