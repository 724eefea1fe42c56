"""A target that claims all capabilities, so that each case applies."""

import pytest

from imagesearch_conformance.cases.build import assumed_survey, build_cases
from imagesearch_conformance.contract import load
from imagesearch_conformance.emulator.target import build_target


@pytest.fixture(scope="session", params=["2023-09", "2026-06"])
def contract(request):
    """The contract in each revision."""
    return load(None, request.param)


@pytest.fixture(scope="session")
def target(contract):
    return build_target(contract, "http://127.0.0.1:8080")


@pytest.fixture(scope="session")
def cases(contract, target):
    return build_cases(contract, target, assumed_survey(contract, target))
