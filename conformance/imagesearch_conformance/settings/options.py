"""The options of a run, whoever sets them: the command line, the environment or a profile."""

from __future__ import annotations

import math
from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from typing import Any

from attrs import evolve, field, fields, frozen

from imagesearch_conformance.errors import InvalidInput
from imagesearch_conformance.model.requirement import Level

#: A day: no exchange takes longer, and no clock of the system is asked for more.
_MAX_TIMEOUT = 86_400


class Origin(StrEnum):
    """Where the value of an option came from."""

    DEFAULT = "default"
    PROFILE = "profile"
    ENVIRONMENT = "environment"
    COMMAND_LINE = "command line"


@frozen
class Options:
    """How a run goes; `timeout` is in seconds for a whole exchange, `qps` in requests a second.

    `examples` is how many requests are generated at random, besides the cases.
    """

    profile: Path | None = None
    reports: Path | None = None
    level: Level = field(default=Level.MUST, converter=Level)
    strict: bool = False
    select: tuple[str, ...] = field(default=(), converter=tuple)
    deselect: tuple[str, ...] = field(default=(), converter=tuple)
    examples: int = 0
    budget: int | None = None
    qps: float | None = None
    jobs: int = 4
    timeout: float = 10.0
    seed: int = 0
    spec: Path | None = None
    document: str | None = None
    deviations: Path | None = None
    quiet: bool = False
    verbose: bool = False
    fail_fast: bool = False
    origins: Mapping[str, Origin] = field(factory=dict, eq=False)

    def with_profile(self, values: Mapping[str, Any], where: str) -> Options:
        """A copy with the profile's values wherever the user set none; raises BadInput on a contradiction."""
        open_names = {name for name in values if self.origin(name) is Origin.DEFAULT}
        paths = {"reports", "spec", "deviations"}
        changes: dict[str, Any] = {name: Path(values[name]) if name in paths else values[name] for name in open_names}
        merged = evolve(self, **changes, origins={**self.origins, **dict.fromkeys(open_names, Origin.PROFILE)})
        return merged.validate(where)

    def origin(self, name: str) -> Origin:
        """Where the value of an option came from."""
        return self.origins.get(name, Origin.DEFAULT)

    def validate(self, where: str = "options") -> Options:
        """The options themselves; raises BadInput when two of them contradict each other."""
        if self.quiet and self.verbose:
            raise InvalidInput("quiet and verbose contradict each other", where, "give one of them")
        if self.qps is not None and not math.isfinite(self.qps):
            raise InvalidInput(f"{self.qps} is no rate", f"{where}: qps", "leave it out for no limit")
        if not 0 < self.timeout <= _MAX_TIMEOUT:
            raise InvalidInput(
                f"{self.timeout} is no deadline",
                f"{where}: timeout",
                f"more than 0 and at most {_MAX_TIMEOUT} seconds",
            )
        if both := sorted(set(self.select) & set(self.deselect)):
            raise InvalidInput(f"{both[0]!r} is both selected and deselected", where, "give it once")
        return self


#: The names of all options, as the profile's `[run]` table and the command line know them.
OPTION_NAMES = tuple(one.name for one in fields(Options) if one.name != "origins")
