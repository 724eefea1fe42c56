"""Conforming clients have no findings, apart from those that are tolerated."""

from functools import partial

import pytest
from attrs import evolve

from .catalogue import RIGHT, ROUNDED
from .scenarios import LATER_REVISION
from .senders import Http10Connection, KeepAliveSender, send_plain


def change_client(client, changes):
    return evolve(client, **{name: value() if value is KeepAliveSender else value for name, value in changes.items()})


def check(result, tolerated):
    documented = {"decoding.endless"} if ROUNDED in tolerated else set()
    assert set(result.documented) == documented
    assert set(result.tolerated) == set(tolerated) - {ROUNDED}
    assert "errored" not in result.outcomes.values()
    assert result.verdict == "conformant"


#: The clients that run everywhere: each signature scheme, each kind of sender, each change of results and arguments.
CORE = (
    "plainest", "V2 in the form", "V3 with more than it needs", "signed headers in UTF-8", "a clock behind",
    "booleans of Python", "the whole address", "HTTP/1.0", "an upgrade", "a kept connection",
    "floats for integers", "nothing empty", "a model with defaults", "the body alone", "tries again", "typed",
)  # fmt: skip


@pytest.mark.parametrize("name", [pytest.param(name, marks=() if name in CORE else pytest.mark.long) for name in RIGHT])
def test_a_conforming_client_has_no_findings(run_client, contract, plain_client, name):
    changes, scenarios, tolerated = RIGHT[name]
    check(run_client(contract, change_client(plain_client, changes), scenarios), tolerated)


@pytest.mark.parametrize(
    "name", ["plainest", "V2 in the form", "V3 with more than it needs", "booleans of Python", "typed"]
)
def test_a_conforming_client_has_no_findings_in_the_later_revision(run_client, later, plain_client, name):
    changes, scenarios, tolerated = RIGHT[name]
    check(run_client(later, change_client(plain_client, changes), scenarios + LATER_REVISION), tolerated)


@pytest.mark.long
@pytest.mark.parametrize("revision", ["contract", "later"])
@pytest.mark.parametrize("name", RIGHT)
def test_a_conforming_client_has_no_findings_in_a_whole_run(run_client, request, plain_client, name, revision):
    changes, _, tolerated = RIGHT[name]
    result = run_client(request.getfixturevalue(revision), change_client(plain_client, changes))
    messages = {"error.unknown", *(name for name in result.tolerated if name.endswith(".message"))}
    check(result, {*tolerated, *(messages if "messages" in name else ())})


@pytest.mark.parametrize(
    ("changes", "case"),
    [
        ({}, "decoding.gzip/whole"),
        ({"headers": (("accept-encoding", "gzip;q=0"),)}, "decoding.gzip/whole"),
        ({"send": partial(send_plain, connection_class=Http10Connection)}, "decoding.chunked/small"),
    ],
)
def test_a_coding_that_the_client_does_not_accept_is_not_applicable(run_client, contract, plain_client, changes, case):
    result = run_client(contract, evolve(plain_client, **changes), (case,))
    assert result.outcomes == {case: "notApplicable"}
