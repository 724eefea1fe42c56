"""Only the strategies import Hypothesis."""

import subprocess
import sys

import pytest


def imported(module, *names):
    program = f"import sys, {module}; print([name for name in {names} if name in sys.modules])"
    command = [sys.executable, "-c", program]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()


@pytest.mark.parametrize(
    "module",
    [
        "imagesearch_conformance",
        "imagesearch_conformance.pytest_plugin",
        "imagesearch_conformance.cli.main",
        "imagesearch_conformance.recordings.recorded_cases",
        "imagesearch_conformance.runner.endpoint_run",
    ],
)
def test_no_other_module_imports_hypothesis(module):
    assert imported(module, "hypothesis", "schemathesis", "imagesearch_conformance.generation") == "[]"


def test_strategies_do_not_import_schemathesis():
    assert imported("imagesearch_conformance.strategies", "schemathesis") == "[]"
