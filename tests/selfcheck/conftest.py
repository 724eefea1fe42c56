"""Trials made by hand, and a matrix of them."""

import pytest

from imagesearch_conformance.model.outcome import Verdict
from imagesearch_conformance.selfcheck.kill_matrix import KillMatrix
from imagesearch_conformance.selfcheck.trial import Kill, Trial
from imagesearch_conformance.selfcheck.variant import Variant, VariantKind

DOCUMENT = "2023-09"


def trial(  # noqa: PLR0913 each test gives what it is about
    name, kind=VariantKind.FAULT, *, failed=(), warned=(), untold=(), kills=(), idle=None, verdict=None, budget=None
):
    """A trial in which `kills` are pairs of a case and the requests sent until it was over."""
    found = failed or untold
    return Trial(
        Variant(kind, name, DOCUMENT),
        verdict or (Verdict.NONCONFORMANT if found else Verdict.CONFORMANT),
        frozenset(failed),
        frozenset(warned),
        frozenset(untold),
        tuple(Kill(case, tuple(failed), requests) for case, requests in kills),
        request_count=300,
        seconds=0.1,
        not_exercised=idle or {},
        budget=budget,
    )


@pytest.fixture
def tried():
    return trial


@pytest.fixture
def matrix(contract):
    """A matrix of trials over the cases given."""

    def made(*trials, cases=None, whole=True):
        return KillMatrix({DOCUMENT: contract}, cases or {}, trials, whole)

    return made
