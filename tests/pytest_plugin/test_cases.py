"""An endpoint certified by the tests of a session: one item a case."""

import json

import pytest

from imagesearch_conformance.emulator import Emulator, EmulatorSettings
from imagesearch_conformance.emulator.server import serve
from imagesearch_conformance.emulator.target import build_target as emulated
from imagesearch_conformance.emulator.target import format_profile


@pytest.fixture
def faulty(contract, store, tmp_path):
    """The profile of an emulator with faults, served while a test lasts."""
    from contextlib import ExitStack

    with ExitStack() as open_ones:

        def make(*faults, **changes):
            settings = EmulatorSettings(faults=faults, **changes)
            address = open_ones.enter_context(serve(Emulator(contract, settings, store=store)))
            path = tmp_path / "target.toml"
            path.write_text(format_profile(emulated(contract, address, settings)))
            return address, f"--imagesearch-profile={path}"

        yield make


def lines(result):
    return "\n".join(result.outlines)


def test_every_case_is_an_item_with_the_id_of_the_command(certified, contract):
    from imagesearch_conformance.cases.build import assumed_survey, build_cases

    said = lines(certified("--collect-only", "-q"))
    target = emulated(contract, "http://emulator.example", EmulatorSettings())
    plain = [
        case.id
        for case in build_cases(contract, target, assumed_survey(contract, target))
        if not case.not_applicable_reason
    ]
    assert f"imagesearch::{plain[0]}" in said
    assert "imagesearch::num.maximum/above" in said
    assert "verdict" not in said


def test_a_host_session_is_what_it_was_without_the_option(session, pytester):
    pytester.makepyfile("def test_own(): pass")
    result = session()
    result.assert_outcomes(passed=1)
    assert "verdict" not in lines(result)


def test_cases_beside_own_tests(certified, pytester):
    pytester.makepyfile("def test_own(): pass")
    result = certified("-k", "num.minimum or test_own")
    result.assert_outcomes(passed=7, deselected=result.parseoutcomes()["deselected"])
    assert "verdict: conformant (of what was selected)" in lines(result)
    assert result.ret == 0


@pytest.mark.parametrize(
    ("words", "among", "not_among"),
    [
        (["-m", "imagesearch(area='paging')"], "paging.", "num.maximum/"),
        (["-m", "imagesearch(kind='negative') and imagesearch_must"], "num.maximum/above", "num.maximum/at"),
        (["-m", "imagesearch_should"], "productid.minlength/empty", "num.maximum/above"),
        (["--imagesearch-select", "num.*"], "num.maximum/above", "paging."),
        (["--imagesearch-deselect", "paging"], "num.maximum/above", "paging."),
        (["imagesearch::num.maximum/above"], "num.maximum/above", "num.maximum/at"),
    ],
)
def test_selecting(certified, words, among, not_among):
    collected = [
        line for line in certified("--collect-only", "-q", *words).outlines if line.startswith("imagesearch::")
    ]
    assert any(line.startswith(f"imagesearch::{among}") for line in collected)
    assert not any(line.startswith(f"imagesearch::{not_among}") for line in collected)


def test_named_cases_run_alone(certified, pytester):
    pytester.makepyfile("def test_own(): assert False")
    certified("imagesearch::num.maximum/above").assert_outcomes(passed=1)


def test_a_case_that_departs_fails_and_explains_itself(session, faulty):
    address, profile = faulty("num-above-maximum-accepted")
    result = session(f"--imagesearch-conformance={address}", profile, "-k", "num.maximum", "-v")
    assert result.ret == 1
    said = lines(result)
    for part in (
        "imagesearch::num.maximum/above",
        "Accepts Num up to 100 and responds with an error when it is larger. (Request parameters / Num)",
        "num.maximum (must): the reply is success",
        "accepted: 400 OverflowMaxReturnNum (documented)",
        "sent: POST http://127.0.0.1",
        "Num=101",
        "failed: num.maximum (must)",
        "verdict: nonconformant",
    ):
        assert part in said, part
    assert "Traceback" not in said
    assert "activation.py" not in said


def test_the_endpoint_of_the_ini_file(session, faulty, pytester):
    address, profile = faulty()
    pytester.makeini(f"[pytest]\nimagesearch_conformance = {address}")
    session(profile, "imagesearch::num.maximum/at").assert_outcomes(passed=1)


def test_what_cannot_be_asked_is_skipped_with_the_reason(session, faulty):
    address, _ = faulty(signature="optional")
    result = session(f"--imagesearch-conformance={address}", "-rs", "-k", "authentication.unsigned")
    assert result.parseoutcomes().keys() >= {"skipped"}
    assert "the profile does not claim authentication" in lines(result)


def test_a_target_that_is_not_there_is_an_error(session):
    result = session("--imagesearch-conformance=http://127.0.0.1:1")
    assert result.ret == 1
    result.assert_outcomes(errors=1)
    said = lines(result)
    assert "imagesearch::survey" in said
    assert "verdict: inconclusive" in said


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (["--imagesearch-select", "num.maximun"], "did you mean 'num.maximum'"),
        (["--imagesearch-document", "2031-01"], "no revision '2031-01'"),
        (["--imagesearch-level", "may"], "level"),
        (["--imagesearch-timeout", "-1"], "invalid timeout"),
    ],
)
def test_wrong_usage(certified, words, complaint):
    result = certified(*words)
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    assert complaint in "\n".join([*result.errlines, *result.outlines])
    assert "Traceback" not in "\n".join([*result.errlines, *result.outlines])


def test_a_profile_that_is_not_there(session):
    result = session("--imagesearch-conformance=http://127.0.0.1:1", "--imagesearch-profile=nowhere.toml")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    assert "nowhere.toml" in "\n".join(result.errlines)


def test_reports(certified, pytester):
    certified("--imagesearch-reports=out", "-k", "num.maximum").assert_outcomes(passed=7, deselected=337)
    report = json.loads((pytester.path / "out/report.json").read_text())
    assert report["verdict"] == "conformant"
    assert {case["id"].partition("/")[0] for case in report["cases"]} == {"num.maximum"}
    assert (pytester.path / "out/report.html").is_file()


def test_a_known_departure_is_an_expected_failure(session, faulty, pytester):
    address, profile = faulty("num-above-maximum-accepted")
    pytester.makefile(
        ".toml",
        known='[[deviation]]\nrequirement = "num.maximum"\nreason = "It is allowed here."\n'
        'link = "https://example.com/17"\nexpires = 2999-01-01\n',
    )
    words = (f"--imagesearch-conformance={address}", profile, "--imagesearch-deviations=known.toml", "-rx")
    result = session(*words, "-k", "num.maximum/above")
    result.assert_outcomes(xfailed=1, deselected=result.parseoutcomes()["deselected"])
    assert "known deviation: It is allowed here." in lines(result)
    assert result.ret == 0


def test_a_host_may_expect_failures(session, faulty, pytester):
    address, profile = faulty("num-above-maximum-accepted")
    pytester.makeconftest(
        "import pytest\n"
        "def pytest_collection_modifyitems(items):\n"
        "    for item in items:\n"
        "        if item.nodeid.startswith('imagesearch::num.maximum/'):\n"
        "            item.add_marker(pytest.mark.xfail(reason='our own business'))\n"
    )
    result = session(f"--imagesearch-conformance={address}", profile, "-k", "num.maximum/above or num.maximum/at")
    outcomes = result.parseoutcomes()
    assert (outcomes["xfailed"], outcomes["xpassed"]) == (1, 1)


def test_a_session_that_stops_early_is_reported_as_incomplete(session, faulty, pytester):
    address, profile = faulty("num-above-maximum-accepted")
    words = (f"--imagesearch-conformance={address}", profile, "--imagesearch-reports=out", "-x", "-k", "num.")
    result = session(*words)
    assert result.parseoutcomes()["failed"] == 1
    report = json.loads((pytester.path / "out/report.json").read_text())
    assert report["complete"] is False
    assert report["counts"]["skipped"] > 0
    assert report["verdict"] == "nonconformant"


def test_what_only_a_whole_session_shows_fails_it(certified, pytester):
    """A departure that is gone fails no test in particular."""
    pytester.makefile(
        ".toml",
        known='[[deviation]]\nrequirement = "num.maximum"\nreason = "It was allowed here."\n'
        'link = "https://example.com/17"\nexpires = 2999-01-01\n',
    )
    result = certified("--imagesearch-deviations=known.toml", "-k", "num.maximum")
    assert result.parseoutcomes().keys() - {"warnings"} == {"passed", "deselected"}
    assert "known deviation from num.maximum: no longer met" in lines(result)
    assert "verdict: nonconformant" in lines(result)
    assert result.ret == 1


def test_no_secret_is_printed(session, faulty):
    from imagesearch_conformance.emulator.access_keys import DEFAULT_CREDENTIALS

    address, profile = faulty("num-above-maximum-accepted")
    result = session(f"--imagesearch-conformance={address}", profile, "-k", "num.maximum", "-vv", "--showlocals")
    assert DEFAULT_CREDENTIALS.access_key_secret not in lines(result)


def test_markers_and_options_are_explained(session):
    markers = lines(session("--markers"))
    for name in ("imagesearch(level, area, kind)", "imagesearch_must", "imagesearch_fault(code)"):
        assert f"@pytest.mark.{name}: " in markers
    said = lines(session("--help"))
    for option in ("--imagesearch-conformance=URL", "--imagesearch-reports", "--imagesearch-deviations"):
        assert option in said
