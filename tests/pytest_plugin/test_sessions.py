"""Sessions with workers, with --lf, without other plugins, and in another order."""

import json

import pytest


def read_outcomes(pytester, name):
    report = json.loads((pytester.path / name / "report.json").read_text())
    return {case["id"]: case["outcome"] for case in report["cases"]}, report


def test_workers_share_one_survey_and_one_report(subprocess_session, pytester):
    pytester.makepyfile("def test_own(): pass")
    selection = ("-k", "num or paging or test_own")
    alone = subprocess_session("--imagesearch-reports=alone", *selection)
    together = subprocess_session("--imagesearch-reports=together", "-n", "2", *selection)
    assert alone.parseoutcomes()["passed"] == together.parseoutcomes()["passed"]
    (first, first_report), (second, second_report) = (
        read_outcomes(pytester, "alone"),
        read_outcomes(pytester, "together"),
    )
    assert first == second
    assert set(first.values()) == {"passed"}
    assert (first_report["verdict"], second_report["verdict"]) == ("conformant", "conformant")
    assert first_report["requests"] == second_report["requests"], "all workers share the exchanges of the cases"
    assert "verdict: conformant" in "\n".join(together.outlines)


def test_a_case_id_with_workers(subprocess_session):
    subprocess_session("-n", "1", "imagesearch::num.maximum/above").assert_outcomes(passed=1)


def test_last_failed_runs_the_failed_case_again(subprocess_session, pytester):
    pytester.makeconftest(
        "import pathlib\n"
        "def pytest_runtest_setup(item):\n"
        "    if item.name == 'num.maximum/at' and not pathlib.Path('mended').exists():\n"
        "        raise RuntimeError('failure of the host')\n"
    )
    subprocess_session("-k", "num.maximum").assert_outcomes(passed=6, errors=1, deselected=337)
    (pytester.path / "mended").touch()
    subprocess_session("--lf").assert_outcomes(passed=1)


@pytest.mark.parametrize("arguments", [[], pytest.param(["-n", "2"], marks=pytest.mark.long)])
def test_a_case_whose_test_ends_early_is_errored(subprocess_session, pytester, arguments):
    """A hook of the host fails or kills the worker: only this case is errored."""
    pytester.makeconftest(
        "import os\n"
        "def pytest_runtest_setup(item):\n"
        "    if item.name == 'num.maximum/at':\n"
        f"        {'os._exit(9)' if arguments else 'raise RuntimeError'}\n"
    )
    result = subprocess_session(*arguments, "--imagesearch-reports=out", "-k", "num.maximum")
    outcomes, report = read_outcomes(pytester, "out")
    assert outcomes.pop("num.maximum/at") == "errored"
    assert set(outcomes.values()) == {"passed"}
    assert (result.ret, report["verdict"], report["stopReason"]) == (1, "inconclusive", None)
    [case] = [case for case in report["cases"] if case["outcome"] == "errored"]
    assert case["reason"] == "the test ended before the case ran, for a reason outside the target"


PLUGINS = ("terminal", "xdist", "skipping", "logging")


@pytest.mark.parametrize(
    "missing", [PLUGINS, *(pytest.param([plugin], marks=pytest.mark.long) for plugin in PLUGINS)], ids="+".join
)
def test_without_other_plugins(subprocess_session, missing):
    arguments = [argument for plugin in missing for argument in ("-p", f"no:{plugin}")]
    assert subprocess_session(*arguments, "imagesearch::num.maximum/above").ret == 0


def test_bursts_come_last_after_shuffling(subprocess_session, pytester):
    pytester.makeconftest("def pytest_collection_modifyitems(items):\n    items.reverse()\n")
    output = subprocess_session("--collect-only", "-q", "-k", "throttling or num.maximum").outlines
    node_ids = [line for line in output if line.startswith("imagesearch::")]
    assert node_ids[-1].startswith("imagesearch::throttling.above/")
    assert node_ids[0] != "imagesearch::num.maximum/inside"
