"""Hypothesis is imported by whoever uses the strategies, and by nobody else."""

import subprocess
import sys

import pytest


@pytest.mark.parametrize("name", ["imagesearch_conformance", "imagesearch_conformance.pytest_plugin"])
def test_nothing_waits_for_hypothesis(name):
    program = f"import sys, {name}; print([one for one in ('hypothesis', 'schemathesis') if one in sys.modules])"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


def test_strategies_do_without_schemathesis():
    program = "import sys, imagesearch_conformance.strategies; print('schemathesis' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"
