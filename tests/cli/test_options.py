"""Options from the command line, the environment and the profile, in that order."""

import json

import pytest


@pytest.fixture
def run_suite(command, emulating):
    """Run, and return the options in the report, with their origins."""

    def execute(*options, run="", **variables):
        with emulating() as profile:
            text = profile.read_text(encoding="utf-8")
            profile.write_text(f"{text}\n[run]\n{run}\n", encoding="utf-8")
            result = command("run", "--profile", profile, "--format", "json", *options, **variables)
        assert result.code == 0
        return json.loads(result.out)["suite"]

    return execute


def test_the_command_line_overrides_the_environment_and_the_profile(run_suite):
    suite = run_suite(
        "--seed", "1", "--select", "num.*",
        run='seed = 3\nlevel = "should"\nbudget = 400\nselect = ["start.*"]',
        IMAGESEARCH_CONFORMANCE_SEED="2", IMAGESEARCH_CONFORMANCE_LEVEL="must",
    )  # fmt: skip
    assert (suite["seed"], suite["origins"]["seed"]) == (1, "command line")
    assert (suite["level"], suite["origins"]["level"]) == ("must", "environment")
    assert (suite["budget"], suite["origins"]["budget"]) == (400, "profile")
    assert (suite["select"], suite["origins"]["select"]) == (["num.*"], "command line")
    assert (suite["strict"], suite["origins"]["strict"]) == (False, "default")


def test_every_option_from_the_environment(command, emulating, tmp_path):
    variables = {
        "REPORTS": str(tmp_path / "out"),
        "LEVEL": "should",
        "STRICT": "1",
        "SELECT": "num.* start.*",
        "DESELECT": "start.maximum/* start.minimum/*",
        "EXAMPLES": "0",
        "BUDGET": "100",
        "QPS": "500",
        "JOBS": "2",
        "TIMEOUT": "5",
        "SEED": "4",
        "QUIET": "1",
        "FAIL_FAST": "1",
    }
    with emulating() as profile:
        variables["PROFILE"] = str(profile)
        result = command("run", **{f"IMAGESEARCH_CONFORMANCE_{name}": value for name, value in variables.items()})
    assert (result.code, result.out) == (0, "verdict: conformant (selected cases only)\n")
    suite = json.loads((tmp_path / "out" / "report.json").read_text(encoding="utf-8"))["suite"]
    names = {name for name, origin in suite["origins"].items() if origin == "environment"}
    assert names == {name.lower() for name in variables}
    assert (suite["level"], suite["strict"], suite["budget"], suite["seed"]) == ("should", True, 100, 4)
    assert suite["select"] == ["num.*", "start.*"]


def test_the_environment_can_turn_a_flag_off(run_suite):
    suite = run_suite("--select", "num.*", run="strict = true", IMAGESEARCH_CONFORMANCE_STRICT="0")
    assert (suite["strict"], suite["origins"]["strict"]) == (False, "environment")


def test_an_invalid_value_in_the_environment_is_wrong_usage(command):
    result = command("run", IMAGESEARCH_CONFORMANCE_JOBS="many")
    assert result.code == 2
    assert "'many' is not a valid int" in result.err


def test_the_profile_may_name_another_contract(run_suite, tmp_path, contract):
    import shutil

    from imagesearch_conformance.contract import shipped_spec

    shutil.copytree(shipped_spec(), tmp_path / "spec")
    path = tmp_path / "spec" / "interpretations.yaml"
    path.write_text(f"# another one\n{path.read_text(encoding='utf-8')}", encoding="utf-8")
    suite = run_suite("--select", "num.*", run=f'spec = "{tmp_path / "spec"}"')
    assert suite["specDigest"] != contract.digest


def test_the_lower_rate_applies(command, emulating):
    def rate(*options):
        with emulating(qps=100.0) as profile:
            result = command("plan", "--profile", profile, "--format", "json", "--offline", *options)
        plan = json.loads(result.out)
        return plan["requests"] / plan["seconds"]

    assert rate() == pytest.approx(80)
    assert rate("--qps", "10") == pytest.approx(10)
    assert rate("--qps", "1000") == pytest.approx(80)
