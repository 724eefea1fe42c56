"""Sessions in several processes, again, and in another order: the same outcomes, one survey, one report."""

import json

import pytest


def outcomes(pytester, name):
    report = json.loads((pytester.path / name / "report.json").read_text())
    return {case["id"]: case["outcome"] for case in report["cases"]}, report


def test_workers_share_one_survey_and_one_report(process, pytester):
    pytester.makepyfile("def test_own(): pass")
    some = ("-k", "num or paging or test_own")
    alone = process("--imagesearch-reports=alone", *some)
    together = process("--imagesearch-reports=together", "-n", "2", *some)
    assert alone.parseoutcomes()["passed"] == together.parseoutcomes()["passed"]
    (first, one), (second, other) = outcomes(pytester, "alone"), outcomes(pytester, "together")
    assert first == second
    assert set(first.values()) == {"passed"}
    assert (one["verdict"], other["verdict"]) == ("conformant", "conformant")
    assert one["requests"] == other["requests"], "what cases share is asked for once, whichever worker asks first"
    assert "verdict: conformant" in "\n".join(together.outlines)


def test_a_named_case_in_workers(process):
    process("-n", "1", "imagesearch::num.maximum/above").assert_outcomes(passed=1)


def test_what_failed_last_runs_again(process, pytester):
    pytester.makeconftest(
        "import pathlib\n"
        "def pytest_runtest_setup(item):\n"
        "    if item.name == 'num.maximum/at' and not pathlib.Path('mended').exists():\n"
        "        raise RuntimeError('our own trouble')\n"
    )
    process("-k", "num.maximum").assert_outcomes(passed=6, errors=1, deselected=337)
    (pytester.path / "mended").touch()
    process("--lf").assert_outcomes(passed=1)


@pytest.mark.parametrize("words", [[], pytest.param(["-n", "2"], marks=pytest.mark.long)])
def test_a_test_that_breaks_off_before_its_case_is_made_leaves_an_error(process, pytester, words):
    """Something of the host fails, or takes a whole worker with it: the report says so of this case alone."""
    pytester.makeconftest(
        "import os\n"
        "def pytest_runtest_setup(item):\n"
        "    if item.name == 'num.maximum/at':\n"
        f"        {'os._exit(9)' if words else 'raise RuntimeError'}\n"
    )
    said = process(*words, "--imagesearch-reports=out", "-k", "num.maximum")
    found, report = outcomes(pytester, "out")
    assert found.pop("num.maximum/at") == "errored"
    assert set(found.values()) == {"passed"}
    assert (said.ret, report["verdict"], report["stopReason"]) == (1, "inconclusive", None)
    [case] = [one for one in report["cases"] if one["outcome"] == "errored"]
    assert case["reason"] == "the test ended before the case ran, for a reason outside the target"


OTHERS = ("terminal", "xdist", "skipping", "logging")


@pytest.mark.parametrize(
    "missing", [OTHERS, *(pytest.param([one], marks=pytest.mark.long) for one in OTHERS)], ids="+".join
)
def test_without_other_plugins(process, missing):
    words = [word for one in missing for word in ("-p", f"no:{one}")]
    assert process(*words, "imagesearch::num.maximum/above").ret == 0


def test_bursts_come_last_whoever_shuffles(process, pytester):
    pytester.makeconftest("def pytest_collection_modifyitems(items):\n    items.reverse()\n")
    said = process("--collect-only", "-q", "-k", "throttling or num.maximum").outlines
    names = [line for line in said if line.startswith("imagesearch::")]
    assert names[-1].startswith("imagesearch::throttling.above/")
    assert names[0] != "imagesearch::num.maximum/inside"
