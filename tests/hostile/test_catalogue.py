"""Whatever an endpoint does, a run ends in time, in bounded memory, with reports, and never says that all is well."""

import pytest

from .endpoints import ENDPOINTS
from .holding import sound

#: Cases that share nothing with the survey.
SELECTED = ["--select", "num.m*", "--jobs", "2"]

#: The others take the same way through the survey; `tox -e long` has them all.
FIRST = {"never-answers", "negative-chunk", "integers-of-4000-digits"}


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=() if name in FIRST else pytest.mark.long) for name in ENDPOINTS]
)
def test_from_the_first_request(name, playing, run, contract):
    with playing(ENDPOINTS[name].play) as asked:
        ran = run(asked.endpoint, "--select", "num.maximum")
    sound(ran, contract)
    assert ran.code in {1, 3}
    assert "passed" not in ran.outcomes
    if ENDPOINTS[name].unreachable:
        assert (ran.code, ran.report["cases"], ran.report["complete"]) == (3, [], False)
        assert ran.report["stopReason"].startswith("the target could not be reached: ")
        assert len(asked.received) <= 1


#: Of these something very much alike is looked at in any case.
ALIKE = {
    "body-byte-by-byte", "chunk-extension-without-end", "body-until-closed", "huge-status-line", "length-in-words",
    "redirect-to-itself-kept", "redirect-to-a-file", "resets-in-the-body", "closes-in-a-chunk", "negative-length",
    "status-of-four-digits", "two-lengths", "chunk-beyond-measure", "objects-100-000-deep", "no-utf-8",
    "integers-of-100-000-digits", "a-million-lists", "brotli-bomb", "zstandard-bomb", "empty-gzip-without-end",
}  # fmt: skip


#: Every third one of the others in every run; `tox -e long` has them all.
OFTEN = [name for name in ENDPOINTS if name not in ALIKE][::3]


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=() if name in OFTEN else pytest.mark.long) for name in ENDPOINTS]
)
def test_once_it_is_known(name, playing, run, contract, surveyed):
    with playing(ENDPOINTS[name].play, lambda number: number >= surveyed) as asked:
        ran = run(asked.endpoint, *SELECTED)
    sound(ran, contract)
    asked_for = [one for one in ran.report["cases"] if one["outcome"] not in {"notApplicable", "skipped"}]
    assert asked_for
    assert {one["outcome"] for one in asked_for} <= {"errored", "failed"}
    if ENDPOINTS[name].unreachable:
        # A few in a row, what was under way beside them, and one more look: not one finding for each case.
        assert (ran.code, {one["outcome"] for one in asked_for}) == (3, {"errored"})
        assert 3 <= len(asked_for) <= 9
        assert ran.report["stopReason"].startswith("the target stopped answering: ")
        assert len(asked.received) <= surveyed + 12
    else:
        assert ran.code in {1, 3}
        assert ran.report["complete"]
