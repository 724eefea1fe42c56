"""Sessions that test an endpoint, with one test for each case."""

import json

import pytest

from imagesearch_conformance.emulator import Emulator, EmulatorSettings
from imagesearch_conformance.emulator.server import serve
from imagesearch_conformance.emulator.target import build_target, format_profile


@pytest.fixture
def faulty_emulator(contract, store, tmp_path):
    """Serve an emulator with faults; return its endpoint and the option for its profile."""
    from contextlib import ExitStack

    with ExitStack() as stack:

        def start(*faults, **changes):
            settings = EmulatorSettings(faults=faults, **changes)
            endpoint = stack.enter_context(serve(Emulator(contract, settings, store=store)))
            path = tmp_path / "target.toml"
            path.write_text(format_profile(build_target(contract, endpoint, settings)))
            return endpoint, f"--imagesearch-profile={path}"

        yield start


def output(result):
    return "\n".join(result.outlines)


def test_every_case_is_an_item_with_the_case_id(emulator_session, contract):
    from imagesearch_conformance.cases.build import assumed_survey, build_cases

    text = output(emulator_session("--collect-only", "-q"))
    target = build_target(contract, "http://emulator.example", EmulatorSettings())
    case_ids = [
        case.id
        for case in build_cases(contract, target, assumed_survey(contract, target))
        if not case.not_applicable_reason
    ]
    assert f"imagesearch::{case_ids[0]}" in text
    assert "imagesearch::num.maximum/above" in text
    assert "verdict" not in text


def test_without_the_option_a_session_has_no_cases(session, pytester):
    pytester.makepyfile("def test_own(): pass")
    result = session()
    result.assert_outcomes(passed=1)
    assert "verdict" not in output(result)


def test_cases_beside_other_tests(emulator_session, pytester):
    pytester.makepyfile("def test_own(): pass")
    result = emulator_session("-k", "num.minimum or test_own")
    result.assert_outcomes(passed=7, deselected=result.parseoutcomes()["deselected"])
    assert "verdict: conformant (selected cases only)" in output(result)
    assert result.ret == 0


@pytest.mark.parametrize(
    ("arguments", "collected_id", "deselected_id"),
    [
        (["-m", "imagesearch(area='paging')"], "paging.", "num.maximum/"),
        (["-m", "imagesearch(kind='negative') and imagesearch_must"], "num.maximum/above", "num.maximum/at"),
        (["-m", "imagesearch_should"], "productid.minlength/empty", "num.maximum/above"),
        (["--imagesearch-select", "num.*"], "num.maximum/above", "paging."),
        (["--imagesearch-deselect", "paging"], "num.maximum/above", "paging."),
        (["imagesearch::num.maximum/above"], "num.maximum/above", "num.maximum/at"),
    ],
)
def test_selection(emulator_session, arguments, collected_id, deselected_id):
    collected = [
        line
        for line in emulator_session("--collect-only", "-q", *arguments).outlines
        if line.startswith("imagesearch::")
    ]
    assert any(line.startswith(f"imagesearch::{collected_id}") for line in collected)
    assert not any(line.startswith(f"imagesearch::{deselected_id}") for line in collected)


def test_case_ids_run_without_other_tests(emulator_session, pytester):
    pytester.makepyfile("def test_own(): assert False")
    emulator_session("imagesearch::num.maximum/above").assert_outcomes(passed=1)


def test_a_failed_case_explains_itself(session, faulty_emulator):
    endpoint, profile = faulty_emulator("num-above-maximum-accepted")
    result = session(f"--imagesearch-conformance={endpoint}", profile, "-k", "num.maximum", "-v")
    assert result.ret == 1
    text = output(result)
    for part in (
        "imagesearch::num.maximum/above",
        "Accepts Num up to 100 and responds with an error when it is larger. (Request parameters / Num)",
        "num.maximum (must): got success",
        "expected: 400 OverflowMaxReturnNum (documented)",
        "sent: POST http://127.0.0.1",
        "Num=101",
        "failed: num.maximum (must)",
        "verdict: nonconformant",
    ):
        assert part in text, part
    assert "Traceback" not in text
    assert "session.py" not in text


def test_the_endpoint_of_the_ini_file(session, faulty_emulator, pytester):
    endpoint, profile = faulty_emulator()
    pytester.makeini(f"[pytest]\nimagesearch_conformance = {endpoint}")
    session(profile, "imagesearch::num.maximum/at").assert_outcomes(passed=1)


def test_a_case_that_does_not_apply_is_skipped_with_the_reason(session, faulty_emulator):
    endpoint, _ = faulty_emulator(signature="optional")
    result = session(f"--imagesearch-conformance={endpoint}", "-rs", "-k", "authentication.unsigned")
    assert result.parseoutcomes().keys() >= {"skipped"}
    assert "the profile does not claim authentication" in output(result)


def test_an_unreachable_target_is_an_error(session):
    result = session("--imagesearch-conformance=http://127.0.0.1:1")
    assert result.ret == 1
    result.assert_outcomes(errors=1)
    text = output(result)
    assert "imagesearch::survey" in text
    assert "verdict: inconclusive" in text


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--imagesearch-select", "num.maximun"], "did you mean 'num.maximum'"),
        (["--imagesearch-document", "2031-01"], "unknown revision '2031-01'"),
        (["--imagesearch-level", "may"], "level"),
        (["--imagesearch-timeout", "-1"], "invalid timeout"),
    ],
)
def test_wrong_usage(emulator_session, arguments, message):
    result = emulator_session(*arguments)
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    assert message in "\n".join([*result.errlines, *result.outlines])
    assert "Traceback" not in "\n".join([*result.errlines, *result.outlines])


def test_a_missing_profile_is_wrong_usage(session):
    result = session("--imagesearch-conformance=http://127.0.0.1:1", "--imagesearch-profile=nowhere.toml")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    assert "nowhere.toml" in "\n".join(result.errlines)


def test_reports_are_written(emulator_session, pytester):
    emulator_session("--imagesearch-reports=out", "-k", "num.maximum").assert_outcomes(passed=7, deselected=337)
    report = json.loads((pytester.path / "out/report.json").read_text())
    assert report["verdict"] == "conformant"
    assert {case["id"].partition("/")[0] for case in report["cases"]} == {"num.maximum"}
    assert (pytester.path / "out/report.html").is_file()


def test_a_known_deviation_is_an_expected_failure(session, faulty_emulator, pytester):
    endpoint, profile = faulty_emulator("num-above-maximum-accepted")
    pytester.makefile(
        ".toml",
        known='[[deviation]]\nrequirement = "num.maximum"\nreason = "It is allowed here."\n'
        'link = "https://example.com/17"\nexpires = 2999-01-01\n',
    )
    options = (f"--imagesearch-conformance={endpoint}", profile, "--imagesearch-deviations=known.toml", "-rx")
    result = session(*options, "-k", "num.maximum/above")
    result.assert_outcomes(xfailed=1, deselected=result.parseoutcomes()["deselected"])
    assert "known deviation: It is allowed here." in output(result)
    assert result.ret == 0


def test_a_host_may_mark_cases_as_xfail(session, faulty_emulator, pytester):
    endpoint, profile = faulty_emulator("num-above-maximum-accepted")
    pytester.makeconftest(
        "import pytest\n"
        "def pytest_collection_modifyitems(items):\n"
        "    for item in items:\n"
        "        if item.nodeid.startswith('imagesearch::num.maximum/'):\n"
        "            item.add_marker(pytest.mark.xfail(reason='known to the host'))\n"
    )
    result = session(f"--imagesearch-conformance={endpoint}", profile, "-k", "num.maximum/above or num.maximum/at")
    outcomes = result.parseoutcomes()
    assert (outcomes["xfailed"], outcomes["xpassed"]) == (1, 1)


def test_a_session_that_stops_early_is_reported_as_incomplete(session, faulty_emulator, pytester):
    endpoint, profile = faulty_emulator("num-above-maximum-accepted")
    options = (f"--imagesearch-conformance={endpoint}", profile, "--imagesearch-reports=out", "-x", "-k", "num.")
    result = session(*options)
    assert result.parseoutcomes()["failed"] == 1
    report = json.loads((pytester.path / "out/report.json").read_text())
    assert report["complete"] is False
    assert report["counts"]["skipped"] > 0
    assert report["verdict"] == "nonconformant"


def test_a_resolved_deviation_fails_the_session(emulator_session, pytester):
    """It fails no single test."""
    pytester.makefile(
        ".toml",
        known='[[deviation]]\nrequirement = "num.maximum"\nreason = "It was allowed here."\n'
        'link = "https://example.com/17"\nexpires = 2999-01-01\n',
    )
    result = emulator_session("--imagesearch-deviations=known.toml", "-k", "num.maximum")
    assert result.parseoutcomes().keys() - {"warnings"} == {"passed", "deselected"}
    assert "known deviation from num.maximum: resolved" in output(result)
    assert "verdict: nonconformant" in output(result)
    assert result.ret == 1


def test_no_secret_is_printed(session, faulty_emulator):
    from imagesearch_conformance.emulator.access_keys import DEFAULT_CREDENTIALS

    endpoint, profile = faulty_emulator("num-above-maximum-accepted")
    result = session(f"--imagesearch-conformance={endpoint}", profile, "-k", "num.maximum", "-vv", "--showlocals")
    assert DEFAULT_CREDENTIALS.access_key_secret not in output(result)


def test_markers_and_options_have_help(session):
    markers = output(session("--markers"))
    for name in ("imagesearch(level, area, kind)", "imagesearch_must", "imagesearch_fault(code)"):
        assert f"@pytest.mark.{name}: " in markers
    text = output(session("--help"))
    for option in ("--imagesearch-conformance=URL", "--imagesearch-reports", "--imagesearch-deviations"):
        assert option in text
