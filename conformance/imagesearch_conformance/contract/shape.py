"""Reading records out of decoded documents, with the file and pointer in every complaint."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from attrs import frozen

from imagesearch_conformance.errors import BadSpec

_MISSING = object()


@frozen
class Record:
    """One mapping of a document and where it stands (`file#/pointer`)."""

    value: Mapping[str, Any]
    where: str

    @classmethod
    def of(cls, value: Any, where: str) -> Record:
        """The value as a record; raises BadSpec when it is no mapping."""
        if not isinstance(value, Mapping):
            raise BadSpec(f"a mapping is needed here, not {type(value).__name__}", where)
        return cls(value, where)

    def get(self, key: str, kind: type | tuple[type, ...], default: Any = _MISSING) -> Any:
        """The value of a key of the kind given; raises BadSpec when absent without default, or of another kind."""
        found = self.value.get(key, default)
        if found is _MISSING:
            raise BadSpec(f"the key {key!r} is missing", self.where)
        if found is not default and not isinstance(found, kind):
            raise BadSpec(f"{key!r} has a value of the wrong type: {found!r}", f"{self.where}/{key}")
        return found

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of strings, empty when the key is absent."""
        return tuple(self.get(key, list, []))

    def child(self, key: str) -> Record:
        """The mapping under a key, which has to be there."""
        return Record.of(self.get(key, object), f"{self.where}/{key}")

    def children(self, key: str) -> Iterator[Record]:
        """The mappings in the list under a key; none when the key is absent."""
        for index, value in enumerate(self.get(key, list, [])):
            yield Record.of(value, f"{self.where}/{key}/{index}")

    def only(self, *allowed: str) -> Record:
        """The record itself; raises BadSpec when it has a key that is not allowed."""
        unknown = sorted(set(self.value) - set(allowed))
        if unknown:
            raise BadSpec(f"the key {unknown[0]!r} is not known here", self.where, f"known are {', '.join(allowed)}")
        return self
