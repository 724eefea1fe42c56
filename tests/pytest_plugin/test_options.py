"""The options of a session have the names of those of `run`."""

import pytest

from imagesearch_conformance.cli.options import _OPTIONS, DEFAULT_EXAMPLES
from imagesearch_conformance.pytest_plugin.options import _VALUE_OPTIONS

#: Options that pytest has itself: verbosity, early stop, number of workers.
_PYTEST_OPTIONS = {"quiet", "verbose", "fail_fast", "jobs"}


def test_options_are_those_of_run():
    assert {*_VALUE_OPTIONS, "strict"} == set(_OPTIONS) - _PYTEST_OPTIONS
    assert DEFAULT_EXAMPLES > 0, "the default of `run`; that of a session is 0"


@pytest.mark.parametrize(
    ("variable", "value"),
    [("SELECT", "num.* paging"), ("TIMEOUT", "3.5"), ("STRICT", "1"), ("DOCUMENT", "2026-06")],
)
def test_options_from_the_environment(monkeypatch, variable, value):
    from imagesearch_conformance.pytest_plugin.options import configured_options

    monkeypatch.setenv(f"IMAGESEARCH_CONFORMANCE_{variable}", value)
    option = configured_options(_Config())[variable.lower()]
    assert option == {"SELECT": ["num.*", "paging"], "TIMEOUT": 3.5, "STRICT": True, "DOCUMENT": "2026-06"}[variable]


def test_invalid_values_in_the_environment_are_usage_errors(monkeypatch):
    from imagesearch_conformance.pytest_plugin.options import configured_options

    monkeypatch.setenv("IMAGESEARCH_CONFORMANCE_TIMEOUT", "soon")
    with pytest.raises(pytest.UsageError, match=r"IMAGESEARCH_CONFORMANCE_TIMEOUT: .*'soon'"):
        configured_options(_Config())


class _Config:
    """A configuration without options."""

    def getoption(self, _):
        return None
