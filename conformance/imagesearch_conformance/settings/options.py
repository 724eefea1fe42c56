"""The options of a run, from the command line, the environment or a profile."""

from __future__ import annotations

import math
from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from typing import Any

from attrs import evolve, field, fields, frozen

from imagesearch_conformance.errors import InvalidInput
from imagesearch_conformance.model.requirement import Level

#: A day, in seconds: no exchange takes longer, and no timer of the system has to support more.
_MAX_TIMEOUT = 86_400


class Origin(StrEnum):
    """The source of the value of an option."""

    DEFAULT = "default"
    PROFILE = "profile"
    ENVIRONMENT = "environment"
    COMMAND_LINE = "command line"


@frozen
class Options:
    """The options of a run.

    `timeout` is the maximum duration of an exchange in seconds, `qps` the maximum number of requests per second,
    `examples` the number of generated requests besides the cases.
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
        """Return a copy with the values of a profile for all options with defaults; raises InvalidInput."""
        names = {name for name in values if self.origin(name) is Origin.DEFAULT}
        paths = {"reports", "spec", "deviations"}
        changes: dict[str, Any] = {name: Path(values[name]) if name in paths else values[name] for name in names}
        merged = evolve(self, **changes, origins={**self.origins, **dict.fromkeys(names, Origin.PROFILE)})
        return merged.validate(where)

    def origin(self, name: str) -> Origin:
        """Return the source of the value of an option."""
        return self.origins.get(name, Origin.DEFAULT)

    def validate(self, where: str = "options") -> Options:
        """Return the options; raises InvalidInput for an invalid value or a contradiction."""
        if self.quiet and self.verbose:
            raise InvalidInput("quiet and verbose exclude each other", where, "give one of them")
        if self.qps is not None and not math.isfinite(self.qps):
            raise InvalidInput(f"invalid rate {self.qps}", f"{where}: qps", "omit it for no limit")
        if not 0 < self.timeout <= _MAX_TIMEOUT:
            hint = f"expected more than 0 and at most {_MAX_TIMEOUT} seconds"
            raise InvalidInput(f"invalid timeout {self.timeout}", f"{where}: timeout", hint)
        if both := sorted(set(self.select) & set(self.deselect)):
            raise InvalidInput(f"{both[0]!r} is both selected and deselected", where, "give it once")
        return self


#: The names of all options, as in the `[run]` table of a profile and on the command line.
OPTION_NAMES = tuple(attribute.name for attribute in fields(Options) if attribute.name != "origins")
