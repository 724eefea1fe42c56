"""The options of a session are those of `run`, under the same names."""

import pytest

from imagesearch_conformance.cli.options import _OPTIONS, DEFAULT_EXAMPLES
from imagesearch_conformance.pytest_plugin.options import _VALUE_OPTIONS

#: What a session has no use for: pytest says how much it prints, when it stops, and how many workers there are.
_PYTEST_OWNS = {"quiet", "verbose", "fail_fast", "jobs"}


def test_none_is_missing_and_none_is_made_up():
    assert {*_VALUE_OPTIONS, "strict"} == set(_OPTIONS) - _PYTEST_OWNS
    assert DEFAULT_EXAMPLES > 0, "the default of the command; sessions make none unless asked"


@pytest.mark.parametrize(
    ("variable", "value"),
    [("SELECT", "num.* paging"), ("TIMEOUT", "3.5"), ("STRICT", "1"), ("DOCUMENT", "2026-06")],
)
def test_the_environment(monkeypatch, variable, value):
    from imagesearch_conformance.pytest_plugin.options import configured_options

    monkeypatch.setenv(f"IMAGESEARCH_CONFORMANCE_{variable}", value)
    found = configured_options(_Config())[variable.lower()]
    assert found == {"SELECT": ["num.*", "paging"], "TIMEOUT": 3.5, "STRICT": True, "DOCUMENT": "2026-06"}[variable]


def test_an_environment_that_says_nonsense(monkeypatch):
    from imagesearch_conformance.pytest_plugin.options import configured_options

    monkeypatch.setenv("IMAGESEARCH_CONFORMANCE_TIMEOUT", "soon")
    with pytest.raises(pytest.UsageError, match=r"IMAGESEARCH_CONFORMANCE_TIMEOUT: .*'soon'"):
        configured_options(_Config())


class _Config:
    """A session without options."""

    def getoption(self, _):
        return None
