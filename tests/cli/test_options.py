"""Where options come from: the command line, the environment, the profile, in that order."""

import json

import pytest


@pytest.fixture
def suite_of(command, emulating):
    """What a run says it was set to, with the origin of each value."""

    def suite(*words, run="", **variables):
        with emulating() as profile:
            text = profile.read_text(encoding="utf-8")
            profile.write_text(f"{text}\n[run]\n{run}\n", encoding="utf-8")
            said = command("run", "--profile", profile, "--format", "json", *words, **variables)
        assert said.code == 0
        return json.loads(said.out)["suite"]

    return suite


def test_the_nearest_to_the_user_wins(suite_of):
    suite = suite_of(
        "--seed", "1", "--select", "num.*",
        run='seed = 3\nlevel = "should"\nbudget = 400\nselect = ["start.*"]',
        IMAGESEARCH_CONFORMANCE_SEED="2", IMAGESEARCH_CONFORMANCE_LEVEL="must",
    )  # fmt: skip
    assert (suite["seed"], suite["origins"]["seed"]) == (1, "command line")
    assert (suite["level"], suite["origins"]["level"]) == ("must", "environment")
    assert (suite["budget"], suite["origins"]["budget"]) == (400, "profile")
    assert (suite["select"], suite["origins"]["select"]) == (["num.*"], "command line")
    assert (suite["strict"], suite["origins"]["strict"]) == (False, "default")


def test_every_option_may_stand_in_the_environment(command, emulating, tmp_path):
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
        said = command("run", **{f"IMAGESEARCH_CONFORMANCE_{name}": value for name, value in variables.items()})
    assert (said.code, said.out) == (0, "verdict: conformant (selected cases only)\n")
    suite = json.loads((tmp_path / "out" / "report.json").read_text(encoding="utf-8"))["suite"]
    names = {name for name, origin in suite["origins"].items() if origin == "environment"}
    assert names == {name.lower() for name in variables}
    assert (suite["level"], suite["strict"], suite["budget"], suite["seed"]) == ("should", True, 100, 4)
    assert suite["select"] == ["num.*", "start.*"]


def test_a_flag_that_the_environment_turns_off_stays_off(suite_of):
    suite = suite_of("--select", "num.*", run="strict = true", IMAGESEARCH_CONFORMANCE_STRICT="0")
    assert (suite["strict"], suite["origins"]["strict"]) == (False, "environment")


def test_a_wrong_value_in_the_environment_is_wrong_usage(command):
    said = command("run", IMAGESEARCH_CONFORMANCE_JOBS="many")
    assert said.code == 2
    assert "'many' is not a valid int" in said.err


def test_another_contract_may_stand_in_the_profile(suite_of, tmp_path, contract):
    import shutil

    from imagesearch_conformance.contract import shipped_spec

    shutil.copytree(shipped_spec(), tmp_path / "spec")
    path = tmp_path / "spec" / "interpretations.yaml"
    path.write_text(f"# another one\n{path.read_text(encoding='utf-8')}", encoding="utf-8")
    suite = suite_of("--select", "num.*", run=f'spec = "{tmp_path / "spec"}"')
    assert suite["specDigest"] != contract.digest


def test_the_slower_rate_holds(command, emulating):
    def seconds(*words):
        with emulating(qps=100.0) as profile:
            said = command("plan", "--profile", profile, "--format", "json", "--offline", *words)
        plan = json.loads(said.out)
        return plan["requests"] / plan["seconds"]

    assert seconds() == pytest.approx(80)
    assert seconds("--qps", "10") == pytest.approx(10)
    assert seconds("--qps", "1000") == pytest.approx(80)
