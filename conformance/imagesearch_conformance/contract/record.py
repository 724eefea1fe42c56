"""Reading records out of decoded documents, with the file and pointer in every complaint."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from attrs import frozen

from imagesearch_conformance.errors import InvalidSpec

_MISSING = object()


@frozen
class SpecRecord:
    """One mapping of a document and where it stands (`file#/pointer`)."""

    value: Mapping[str, Any]
    where: str

    @classmethod
    def from_value(cls, value: Any, where: str) -> SpecRecord:
        """The value as a record; raises BadSpec when it is no mapping."""
        if not isinstance(value, Mapping):
            raise InvalidSpec(f"a mapping is needed here, not {type(value).__name__}", where)
        return cls(value, where)

    def get(self, key: str, kind: type | tuple[type, ...], default: Any = _MISSING) -> Any:
        """The value of a key of the kind given; raises BadSpec when absent without default, or of another kind."""
        found = self.value.get(key, default)
        if found is _MISSING:
            raise InvalidSpec(f"the key {key!r} is missing", self.where)
        if found is not default and not isinstance(found, kind):
            raise InvalidSpec(f"{key!r} has a value of the wrong type: {found!r}", f"{self.where}/{key}")
        return found

    def strings(self, key: str) -> tuple[str, ...]:
        """A list of strings, empty when the key is absent."""
        return tuple(self.get(key, list, []))

    def child(self, key: str) -> SpecRecord:
        """The mapping under a key, which has to be there."""
        return SpecRecord.from_value(self.get(key, object), f"{self.where}/{key}")

    def children(self, key: str) -> Iterator[SpecRecord]:
        """The mappings in the list under a key; none when the key is absent."""
        for index, value in enumerate(self.get(key, list, [])):
            yield SpecRecord.from_value(value, f"{self.where}/{key}/{index}")

    def check_keys(self, *allowed: str) -> SpecRecord:
        """The record itself; raises BadSpec when it has a key that is not allowed."""
        unknown = sorted(set(self.value) - set(allowed))
        if unknown:
            raise InvalidSpec(
                f"the key {unknown[0]!r} is not known here", self.where, f"known are {', '.join(allowed)}"
            )
        return self
