"""What a host session may meet: markers of its own, ids that no case has, a target that is not there."""

from multiprocessing.connection import Client

import pytest

from imagesearch_conformance.emulator import Emulator, EmulatorSettings
from imagesearch_conformance.emulator.server import serve
from imagesearch_conformance.emulator.target import build_target as emulated
from imagesearch_conformance.emulator.target import format_profile
from imagesearch_conformance.pytest_plugin.case_service import SURVEY_CASE
from imagesearch_conformance.pytest_plugin.xdist import CaseServer, RemoteCaseService

#: Nothing listens here.
_NOWHERE = "--imagesearch-conformance=http://127.0.0.1:1"


class Nothing:
    """An office without cases."""

    def list_cases(self):
        return (SURVEY_CASE,)


@pytest.fixture
def marking(pytester):
    """Has the host mark cases."""

    def mark(where, marker):
        pytester.makeconftest(
            "import pytest\n"
            "def pytest_collection_modifyitems(items):\n"
            "    for item in items:\n"
            f"        if item.nodeid.startswith('imagesearch::{where}'):\n"
            f"            item.add_marker(pytest.mark.{marker})\n"
        )

    return mark


def test_a_failure_that_the_host_expects_fails_no_session(session, marking, contract, store, tmp_path):
    settings = EmulatorSettings(faults=("num-above-maximum-accepted",))
    marking("num.maximum/above", "xfail(strict=True)")
    profile = tmp_path / "target.toml"
    with serve(Emulator(contract, settings, store=store)) as address:
        profile.write_text(format_profile(emulated(contract, address, settings)))
        words = (f"--imagesearch-conformance={address}", f"--imagesearch-profile={profile}")
        result = session(*words, "-k", "num.maximum/above or num.maximum/at")
    assert result.parseoutcomes()["xfailed"] == 1
    assert result.ret == 0
    result.stdout.fnmatch_lines(["verdict: nonconformant*"])


@pytest.mark.parametrize("marker", ["skip(reason='ours')", "xfail(run=False)"])
def test_a_case_that_the_host_skips_is_not_missed(certified, marking, marker):
    marking("num.maximum/above", marker)
    result = certified("-k", "num.maximum")
    assert result.ret == 0
    result.stdout.fnmatch_lines(["verdict: conformant (selected cases only)"])


def test_an_id_that_no_case_has_is_not_found(certified):
    result = certified("imagesearch::num.maximum/abov")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["*not found: imagesearch::num.maximum/abov: *did you mean*num.maximum/above?)"])


@pytest.mark.parametrize(
    "words",
    [
        [],
        ["imagesearch::num.maximum/above"],
        ["-k", "num.maximum/above or test_own"],
        ["-k", "not num.maximum"],
        ["-m", "imagesearch(area='paging') or not imagesearch"],
    ],
)
def test_a_target_that_is_not_there_fails_whatever_is_selected(session, pytester, words):
    pytester.makepyfile("def test_own(): pass")
    result = session(_NOWHERE, *words)
    outcomes = result.parseoutcomes()
    assert outcomes["errors"] == 1
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    result.stdout.fnmatch_lines(["the target could not be reached: *", "verdict: inconclusive"])
    result.stdout.no_fnmatch_line("*items.py*")


def test_own_tests_alone_need_no_target(session, pytester):
    pytester.makepyfile("def test_own(): pass")
    result = session(_NOWHERE, "-k", "test_own")
    assert result.ret == 0


@pytest.mark.parametrize("word", ["--fixtures", "--fixtures-per-test", "--collect-only"])
def test_what_only_tells_has_no_verdict(certified, word):
    certified(word, "-q").stdout.no_fnmatch_line("verdict*")


def test_a_stranger_at_the_counter_keeps_no_worker_out():
    counter = CaseServer(Nothing())
    address = counter.address
    for _ in range(2):
        with pytest.raises(Exception, match="digest"):
            Client((address["host"], address["port"]), authkey=b"wrong")
    assert RemoteCaseService.from_address(address).list_cases() == (SURVEY_CASE,)
    counter.close()
