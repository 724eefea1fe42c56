"""Trials built by hand, and a kill matrix of them."""

import pytest

from imagesearch_conformance.model.finding import Verdict
from imagesearch_conformance.selfcheck.kill_matrix import KillMatrix
from imagesearch_conformance.selfcheck.trial import Kill, Trial, Variant, VariantKind

DOCUMENT = "2023-09"


def trial(  # noqa: PLR0913 each test passes what it is about
    name,
    kind=VariantKind.FAULT,
    *,
    failed=(),
    warned=(),
    undetermined=(),
    kills=(),
    not_exercised=None,
    verdict=None,
    budget=None,
):
    """A trial; `kills` are pairs of a case id and the requests sent until the case was done."""
    return Trial(
        Variant(kind, name, DOCUMENT),
        verdict or (Verdict.NONCONFORMANT if failed or undetermined else Verdict.CONFORMANT),
        frozenset(failed),
        frozenset(warned),
        frozenset(undetermined),
        tuple(Kill(case_id, tuple(failed), requests) for case_id, requests in kills),
        request_count=300,
        seconds=0.1,
        not_exercised=not_exercised or {},
        budget=budget,
    )


@pytest.fixture
def build_trial():
    return trial


@pytest.fixture
def build_matrix(contract):
    """Builds a kill matrix of trials and cases."""

    def build(*trials, cases=None, is_complete=True):
        return KillMatrix({DOCUMENT: contract}, cases or {}, trials, is_complete)

    return build
