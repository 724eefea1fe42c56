"""Clients that are right, each in a way of its own, are accused of nothing."""

from functools import partial

import pytest
from attrs import evolve

from .catalogue import RIGHT, ROUNDED
from .scenarios import LATER
from .wires import Keeping, Old, raw


def client_of(plain, changes):
    made = {name: value() if value is Keeping else value for name, value in changes.items()}
    return evolve(plain, **made)


def check_right(told, tolerated):
    warned = {"decoding.endless"} if ROUNDED in tolerated else set()
    assert set(told.accused) == warned
    assert set(told.tolerated) == set(tolerated) - {ROUNDED}
    assert "errored" not in told.outcomes.values()
    assert told.verdict == "conformant"


#: Every third one in every run, the others where there is more time.
SOME = [pytest.param(name, marks=pytest.mark.long if at % 3 else ()) for at, name in enumerate(RIGHT)]


@pytest.mark.parametrize("name", SOME)
def test_a_client_that_is_right_is_not_accused(gated, contract, plain, name):
    changes, shown, tolerated = RIGHT[name]
    check_right(gated(contract, client_of(plain, changes), shown), tolerated)


@pytest.mark.parametrize(
    "name", ["plainest", "V2 in the form", "V3 with more than it needs", "booleans of Python", "typed"]
)
def test_nor_is_one_of_the_later_revision(gated, later, plain, name):
    changes, shown, tolerated = RIGHT[name]
    check_right(gated(later, client_of(plain, changes), shown + LATER), tolerated)


@pytest.mark.long
@pytest.mark.parametrize("revision", ["contract", "later"])
@pytest.mark.parametrize("name", RIGHT)
def test_nor_is_any_in_a_whole_run(gated, request, plain, name, revision):
    changes, _, tolerated = RIGHT[name]
    told = gated(request.getfixturevalue(revision), client_of(plain, changes))
    more = (
        {"error.unknown", *(one for one in told.tolerated if one.endswith(".message"))} if "messages" in name else set()
    )
    check_right(told, {*tolerated, *more})


@pytest.mark.parametrize(
    ("changes", "case"),
    [
        ({}, "decoding.gzip/whole"),
        ({"also": (("accept-encoding", "gzip;q=0"),)}, "decoding.gzip/whole"),
        ({"send": partial(raw, kind=Old)}, "decoding.chunked/small"),
    ],
)
def test_what_a_client_did_not_ask_for_is_not_judged(gated, contract, plain, changes, case):
    told = gated(contract, evolve(plain, **changes), (case,))
    assert told.outcomes == {case: "notApplicable"}
