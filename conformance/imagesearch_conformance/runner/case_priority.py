"""Order of cases by the faults that they detect, as the self-check measured it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from attrs import field, frozen

from imagesearch_conformance.errors import InternalError, InvalidInput

#: The order that ships; `selfcheck --write-order` writes it.
_FILE = Path(__file__).with_name("case_priority.json")


@frozen
class CasePriority:
    """Cases, most useful first, each with the number of faults that no case before it detects.

    `faults` is the size of the catalogue, `source_digest` a digest of the faults and cases it was computed from.
    """

    faults: int
    kills: Mapping[str, int]
    source_digest: str = ""
    _ranks: Mapping[str, int] = field(init=False, eq=False, repr=False)

    @_ranks.default
    def _default_ranks(self) -> Mapping[str, int]:
        return {case_id: rank for rank, case_id in enumerate(self.kills)}

    @classmethod
    def from_json(cls, text: str) -> CasePriority:
        """Read what `to_json` wrote; raise InternalError if it was edited by hand."""
        document = json.loads(text)
        priority = cls(document["faults"], dict(document["cases"]), document["sourceDigest"])
        if document["digest"] != priority.digest:
            raise InternalError(
                f"{_FILE.name} was changed by hand; `imagesearch-conformance selfcheck --write-order` writes it"
            )
        return priority

    @property
    def digest(self) -> str:
        return json_digest([self.faults, list(self.kills.items()), self.source_digest])

    def to_json(self) -> str:
        """Return the order as JSON, one line per case."""
        cases = ",\n".join(f"  {json.dumps(pair)}" for pair in self.kills.items())
        head = f' "digest": "{self.digest}",\n "sourceDigest": "{self.source_digest}",\n "faults": {self.faults},'
        return f'{{\n{head}\n "cases": [\n{cases}\n ]\n}}\n'

    def rank(self, case_id: str) -> float:
        """Return the rank of a case; unranked cases come last."""
        return self._ranks.get(case_id, float("inf"))

    def detected_share(self, case_ids: Iterable[str]) -> float:
        """Return a lower bound of the share of faults (0 to 1) that these cases detect."""
        return sum(self.kills.get(case_id, 0) for case_id in case_ids) / self.faults if self.faults else 0.0


def json_digest(value: Any) -> str:
    """Return the SHA-256 digest of a JSON value."""
    return f"sha256:{hashlib.sha256(json.dumps(value).encode()).hexdigest()}"


def load_case_priority() -> CasePriority:
    """Load the order that ships."""
    return CasePriority.from_json(_FILE.read_text(encoding="utf-8"))


def save_case_priority(priority: CasePriority) -> Path:
    """Store an order as the one that ships; raise InvalidInput if the package is not writable."""
    try:
        _FILE.write_text(priority.to_json(), encoding="utf-8")
    except OSError as error:
        raise InvalidInput(f"cannot write the order: {error}", str(_FILE), "run this in a checkout") from None
    return _FILE
