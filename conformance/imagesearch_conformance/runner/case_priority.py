"""What every case is worth: how many faults of the catalogue it notices that those before it do not."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from attrs import field, frozen

from imagesearch_conformance.errors import InternalError, InvalidInput

#: The order that ships, made by `selfcheck --write-order`.
_FILE = Path(__file__).with_name("case_priority.json")


@frozen
class CasePriority:
    """Cases in the order of their worth, each with how many more of so many `faults` it notices.

    `made_from` is a digest of the faults and the cases that there were.
    """

    faults: int
    kills: Mapping[str, int]
    inputs_digest: str = ""
    _ranks: Mapping[str, int] = field(init=False, eq=False, repr=False)

    @_ranks.default
    def _default_ranks(self) -> Mapping[str, int]:
        return {name: place for place, name in enumerate(self.kills)}

    @classmethod
    def from_json(cls, text: str) -> CasePriority:
        """What `as_json` wrote; raises BrokenSuite when somebody changed it by hand."""
        document = json.loads(text)
        worth = cls(document["faults"], dict(document["cases"]), document["madeFrom"])
        if document["digest"] != worth.digest:
            raise InternalError(
                f"{_FILE.name} is not as it was made; `imagesearch-conformance selfcheck --write-order` makes it"
            )
        return worth

    @property
    def digest(self) -> str:
        """Tells one order from another."""
        return json_digest([self.faults, list(self.kills.items()), self.inputs_digest])

    def to_json(self) -> str:
        """The order as text, a line for every case."""
        cases = ",\n".join(f"  {json.dumps(one)}" for one in self.kills.items())
        head = f' "digest": "{self.digest}",\n "madeFrom": "{self.inputs_digest}",\n "faults": {self.faults},'
        return f'{{\n{head}\n "cases": [\n{cases}\n ]\n}}\n'

    def rank(self, case: str) -> float:
        """The place of a case; those of no known worth come last."""
        return self._ranks.get(case, float("inf"))

    def detected_share(self, cases: Iterable[str]) -> float:
        """The share of the faults that these cases notice at the least, from 0 to 1."""
        return sum(self.kills.get(name, 0) for name in cases) / self.faults if self.faults else 0.0


def json_digest(value: Any) -> str:
    """The digest of what JSON can say."""
    return f"sha256:{hashlib.sha256(json.dumps(value).encode()).hexdigest()}"


@cache
def load_case_priority() -> CasePriority:
    """The order that ships with the suite."""
    return CasePriority.from_json(_FILE.read_text(encoding="utf-8"))


def save_case_priority(priority: CasePriority) -> Path:
    """Makes an order the one that ships; raises BadInput where the suite cannot be written to."""
    try:
        _FILE.write_text(priority.to_json(), encoding="utf-8")
    except OSError as problem:
        raise InvalidInput(f"the order cannot be stored: {problem}", str(_FILE), "do it in a checkout") from None
    return _FILE
