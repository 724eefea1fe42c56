"""Wrong usage: exit code 2, one message on standard error, no output, no request."""

import shutil

import pytest

from imagesearch_conformance.contract import shipped_spec

PROFILE = """
[target]
endpoint = "{endpoint}"
instance_name = "demo"
images = [{{product_id = "p", pic_name = "p.jpg"}}]
"""


def usage_error(result):
    assert result.code == 2
    assert result.out == ""
    return result.err


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["certify"], "No such command 'certify'"),
        (["certify", "a", "b"], "No such command 'certify'"),
        (["run", "--no-such"], "No such option"),
        (["run", "--level", "may"], "'may' is not one of 'must', 'should'"),
        (["run", "--budget", "0"], "'--budget'"),
        (["run", "--qps", "0"], "'--qps'"),
        (["run", "--qps", "fast"], "'fast' is not a valid float"),
        (["run", "--qps", "nan"], "invalid rate nan"),
        (["run", "--jobs", "-1"], "'--jobs'"),
        (["run", "--timeout", "0"], "'--timeout'"),
        (["run", "--timeout", "inf"], "invalid timeout inf"),
        (["run", "--seed", "-1"], "'--seed'"),
        (["run", "--quiet", "--verbose"], "quiet and verbose exclude each other"),
        (["run", "--select", "num.*", "--deselect", "num.*"], "'num.*' is both selected and deselected"),
        (["run", "--format", "xml"], "'xml' is not one of 'text', 'json'"),
        (["run", "a", "b"], "unexpected extra argument"),
        (["run", "localhost:8080"], "invalid endpoint 'localhost:8080' (like http://127.0.0.1:8080)"),
        (["run", "http://127.0.0.1/path"], "more than a host and a port"),
        (["run", "--profile", "absent.toml"], "absent.toml: the profile cannot be read"),
        (["run", "--spec", "absent"], "absent"),
        (["plan", "--select", "num.maximun"], "did you mean 'num.maximum'?"),
        (["explain"], "Missing argument 'ID'"),
        (["requirements", "--format", "yaml"], "'yaml' is not one of"),
        (["replay", "absent.json", "num.maximum/above"], "absent.json: cannot read the report"),
        (["emulate", "--fault", "num-above-maximum-acepted"], "did you mean 'num-above-maximum-accepted'?"),
        (["emulate", "--port", "70000"], "'--port'"),
        (["emulate", "--qps", "0"], "'--qps'"),
    ],
)
def test_wrong_usage_is_one_message(command, arguments, message):
    assert message in " ".join(usage_error(command(*arguments)).split())


def test_an_unknown_command_is_a_usage_error(command):
    assert usage_error(command("certify")).startswith("Usage: ")


@pytest.mark.parametrize(
    ("add", "message"),
    [
        ("qsp = 5", "target.toml: target: unknown key 'qsp' (did you mean 'qps'?)"),
        ('qps = "5"', "target.toml: target.qps: '5' is not of type 'number'"),
        ('signature = "v3"', "the signature v3 needs credentials"),
        ('[credentials]\naccess_key_id = "${NOT_SET}"\naccess_key_secret = "x"', "variable NOT_SET is not set"),
        ("[run]\nquiet = true\nverbose = true", "target.toml: run: quiet and verbose exclude each other"),
        (
            '[capabilities]\ndocument = "1999-01"',
            "target.toml: capabilities.document: unknown revision '1999-01' (expected one of 2023-09, 2026-06)",
        ),
        ("[target", "the profile is not TOML"),
    ],
)
def test_an_invalid_profile_is_one_message(command, tmp_path, dead_port, add, message):
    path = tmp_path / "target.toml"
    path.write_text(PROFILE.format(endpoint=dead_port) + add, encoding="utf-8")
    error = usage_error(command("run", "--profile", path))
    assert message in error
    assert len(error.splitlines()) == 1


def test_a_profile_without_an_image_shows_the_missing_key(command, tmp_path):
    path = tmp_path / "target.toml"
    path.write_text('[target]\ninstance_name = "demo"\n', encoding="utf-8")
    assert "target: missing key 'images' (write a list that is not empty)" in usage_error(
        command("run", "--profile", path)
    )


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("errors/page.yaml", "errors: [", "errors/page.yaml"),
        ("errors/page.yaml", "errors: []\n", ""),
        ("schemas/request.json", "{}", "schemas/request.json"),
        ("protocol.yaml", None, "protocol.yaml"),
    ],
)
@pytest.mark.parametrize("arguments", [["run"], ["plan", "--offline"], ["requirements"], ["explain", "num.maximum"]])
def test_an_invalid_contract_is_one_message(command, tmp_path, arguments, name, text, message):
    spec = tmp_path / "spec"
    shutil.copytree(shipped_spec(), spec)
    if text is None:
        (spec / name).unlink()
    else:
        (spec / name).write_text(text, encoding="utf-8")
    error = usage_error(command(*arguments, "--spec", spec))
    assert error.startswith("Error: ")
    assert len(error.splitlines()) == 1
    assert message in error


def test_a_key_with_a_line_break_is_rejected_and_not_printed(command):
    result = command(
        "run", "http://127.0.0.1:1",
        ALIBABA_CLOUD_ACCESS_KEY_ID="some-id", ALIBABA_CLOUD_ACCESS_KEY_SECRET="hidden-part\n",
    )  # fmt: skip
    assert "ALIBABA_CLOUD_ACCESS_KEY_SECRET" in usage_error(result)
    assert "hidden-part" not in result.err


def test_help_explains_the_exit_codes(command):
    result = command("--help")
    assert result.code == 0
    assert "0 conformant, 1 nonconformant, 2 wrong usage, 3 inconclusive, 130 interrupted" in " ".join(
        result.out.split()
    )
    assert command("-h").out == result.out


@pytest.mark.parametrize("name", ["run", "plan", "emulate", "explain", "requirements", "replay"])
def test_every_command_has_help(command, name):
    result = command(name, "--help")
    assert result.code == 0
    assert result.out.startswith("Usage: ")
    assert name in command("--help").out


def test_the_version_is_that_of_the_distribution(command):
    from importlib.metadata import version

    assert version("imagesearch-conformance") in command("--version").out
