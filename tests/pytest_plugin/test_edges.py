"""Unusual sessions: markers of the host, unknown case ids, an unreachable target."""

from multiprocessing.connection import Client

import pytest

from imagesearch_conformance.emulator import Emulator, EmulatorSettings
from imagesearch_conformance.emulator.server import serve
from imagesearch_conformance.emulator.target import build_target, format_profile
from imagesearch_conformance.pytest_plugin.case_service import SURVEY_CASE
from imagesearch_conformance.pytest_plugin.xdist import CaseServer, RemoteCaseService

#: A port without a listener.
_UNREACHABLE = "--imagesearch-conformance=http://127.0.0.1:1"


class EmptyService:
    """A case service without cases."""

    def list_cases(self):
        return (SURVEY_CASE,)


@pytest.fixture
def mark_cases(pytester):
    """Write a conftest.py that adds a marker to cases."""

    def write(case_id, marker):
        pytester.makeconftest(
            "import pytest\n"
            "def pytest_collection_modifyitems(items):\n"
            "    for item in items:\n"
            f"        if item.nodeid.startswith('imagesearch::{case_id}'):\n"
            f"            item.add_marker(pytest.mark.{marker})\n"
        )

    return write


def test_an_expected_failure_does_not_fail_the_session(session, mark_cases, contract, store, tmp_path):
    settings = EmulatorSettings(faults=("num-above-maximum-accepted",))
    mark_cases("num.maximum/above", "xfail(strict=True)")
    profile = tmp_path / "target.toml"
    with serve(Emulator(contract, settings, store=store)) as endpoint:
        profile.write_text(format_profile(build_target(contract, endpoint, settings)))
        options = (f"--imagesearch-conformance={endpoint}", f"--imagesearch-profile={profile}")
        result = session(*options, "-k", "num.maximum/above or num.maximum/at")
    assert result.parseoutcomes()["xfailed"] == 1
    assert result.ret == 0
    result.stdout.fnmatch_lines(["verdict: nonconformant*"])


@pytest.mark.parametrize("marker", ["skip(reason='ours')", "xfail(run=False)"])
def test_a_case_skipped_by_the_host_does_not_make_the_run_incomplete(emulator_session, mark_cases, marker):
    mark_cases("num.maximum/above", marker)
    result = emulator_session("-k", "num.maximum")
    assert result.ret == 0
    result.stdout.fnmatch_lines(["verdict: conformant (selected cases only)"])


def test_an_unknown_case_id_is_a_usage_error(emulator_session):
    result = emulator_session("imagesearch::num.maximum/abov")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["*not found: imagesearch::num.maximum/abov: *did you mean*num.maximum/above?)"])


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["imagesearch::num.maximum/above"],
        ["-k", "num.maximum/above or test_own"],
        ["-k", "not num.maximum"],
        ["-m", "imagesearch(area='paging') or not imagesearch"],
    ],
)
def test_an_unreachable_target_is_an_error_with_any_selection(session, pytester, arguments):
    pytester.makepyfile("def test_own(): pass")
    result = session(_UNREACHABLE, *arguments)
    outcomes = result.parseoutcomes()
    assert outcomes["errors"] == 1
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    result.stdout.fnmatch_lines(["the target could not be reached: *", "verdict: inconclusive"])
    result.stdout.no_fnmatch_line("*items.py*")


def test_other_tests_need_no_target(session, pytester):
    pytester.makepyfile("def test_own(): pass")
    result = session(_UNREACHABLE, "-k", "test_own")
    assert result.ret == 0


@pytest.mark.parametrize("option", ["--fixtures", "--fixtures-per-test", "--collect-only"])
def test_listing_options_print_no_verdict(emulator_session, option):
    emulator_session(option, "-q").stdout.no_fnmatch_line("verdict*")


def test_connections_with_a_wrong_key_do_not_block_workers():
    server = CaseServer(EmptyService())
    address = server.address
    for _ in range(2):
        with pytest.raises(Exception, match="digest"):
            Client((address["host"], address["port"]), authkey=b"wrong")
    assert RemoteCaseService.from_address(address).list_cases() == (SURVEY_CASE,)
    server.close()
