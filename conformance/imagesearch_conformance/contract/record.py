"""Typed access to mappings of a contract; errors name the file and the pointer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from attrs import frozen

from imagesearch_conformance.errors import InvalidSpec

_MISSING = object()


@frozen
class SpecRecord:
    """A mapping of a contract, with its location (`file#/pointer`)."""

    value: Mapping[str, Any]
    where: str

    @classmethod
    def from_value(cls, value: Any, where: str) -> SpecRecord:
        """Create a record; raises InvalidSpec if the value is not a mapping."""
        if not isinstance(value, Mapping):
            raise InvalidSpec(f"expected a mapping, got {type(value).__name__}", where)
        return cls(value, where)

    def get(self, key: str, kind: type, default: Any = _MISSING) -> Any:
        """Return the value of a key; raises InvalidSpec if it is missing and has no default, or has another type."""
        value = self.value.get(key, default)
        if value is _MISSING:
            raise InvalidSpec(f"missing key {key!r}", self.where)
        if value is not default and not isinstance(value, kind):
            raise InvalidSpec(f"expected {kind.__name__}, got {value!r}", f"{self.where}/{key}")
        return value

    def strings(self, key: str) -> tuple[str, ...]:
        """Return a list of strings, empty if the key is missing."""
        return tuple(self.get(key, list, []))

    def child(self, key: str) -> SpecRecord:
        """Return the mapping under a key; raises InvalidSpec if it is missing."""
        return SpecRecord.from_value(self.get(key, object), f"{self.where}/{key}")

    def optional_child(self, key: str) -> SpecRecord:
        """Return the mapping under a key, an empty one if the key is missing."""
        return self.child(key) if key in self.value else SpecRecord({}, f"{self.where}/{key}")

    def children(self, key: str) -> Iterator[SpecRecord]:
        """Yield the mappings in the list under a key, none if the key is missing."""
        for index, value in enumerate(self.get(key, list, [])):
            yield SpecRecord.from_value(value, f"{self.where}/{key}/{index}")

    def check_keys(self, *allowed: str) -> SpecRecord:
        """Return the record itself; raises InvalidSpec for a key that is not allowed."""
        unknown = sorted(set(self.value) - set(allowed))
        if unknown:
            raise InvalidSpec(f"unknown key {unknown[0]!r}", self.where, f"expected one of {', '.join(allowed)}")
        return self
