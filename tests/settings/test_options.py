"""Options: precedence of their sources, and invalid values."""

from pathlib import Path

import pytest

from imagesearch_conformance.errors import InvalidInput
from imagesearch_conformance.model.requirement import Level
from imagesearch_conformance.settings.options import OPTION_NAMES, Options, Origin


def test_defaults():
    options = Options()
    assert (options.level, options.strict, options.budget, options.qps) == (Level.MUST, False, None, None)
    assert {options.origin(name) for name in OPTION_NAMES} == {Origin.DEFAULT}


def test_a_profile_overrides_defaults_only():
    options = Options(jobs=7, qps=2.0, origins={"jobs": Origin.COMMAND_LINE, "qps": Origin.ENVIRONMENT})
    values = {
        "jobs": 1,
        "qps": 1,
        "timeout": 3,
        "level": "should",
        "reports": "out",
        "select": ["num.*"],
        "strict": True,
    }
    merged = options.with_profile(values, "profile")
    assert (merged.jobs, merged.origin("jobs")) == (7, Origin.COMMAND_LINE)
    assert (merged.qps, merged.origin("qps")) == (2.0, Origin.ENVIRONMENT)
    assert (merged.timeout, merged.origin("timeout")) == (3, Origin.PROFILE)
    assert (merged.level, merged.reports, merged.select, merged.strict) == (Level.SHOULD, Path("out"), ("num.*",), True)
    assert (merged.seed, merged.origin("seed")) == (0, Origin.DEFAULT)


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"quiet": True, "verbose": True}, "quiet and verbose exclude each other"),
        ({"select": ["num.*", "start"], "deselect": ["start"]}, "'start' is both selected and deselected"),
        ({"qps": float("nan")}, "qps: invalid rate nan"),
        ({"qps": float("inf")}, "qps: invalid rate inf"),
        ({"timeout": float("nan")}, "timeout: invalid timeout nan"),
        ({"timeout": float("inf")}, "timeout: invalid timeout inf"),
        ({"timeout": 1e12}, "invalid timeout"),
    ],
)
def test_invalid_options_are_rejected(values, message):
    with pytest.raises(InvalidInput, match=message):
        Options(**values).validate()


def test_a_conflict_between_profile_and_command_line_names_the_profile():
    options = Options(verbose=True, origins={"verbose": Origin.COMMAND_LINE})
    with pytest.raises(InvalidInput, match=r"target\.toml: run"):
        options.with_profile({"quiet": True}, "target.toml: run")
