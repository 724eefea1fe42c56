"""`verify` with reports of clients, unchanged and forged."""

import json
import sys

import pytest

from imagesearch_conformance.adapters import plain
from imagesearch_conformance.reports.write import RENDERERS

ADAPTER = (sys.executable, plain.__file__)
CASE = "num.maximum/at"

#: An adapter whose client drops a parameter.
FAULTY_ADAPTER = f"""
import runpy, sys
sys.argv = ["plain"]
module = runpy.run_path({plain.__file__!r})
search = module["Client"].search

def search_without_num(self, parameters):
    return search(self, {{name: value for name, value in parameters.items() if name != "Num"}})

module["Client"].search = search_without_num
module["main"]()
"""


@pytest.fixture
def run_client(command, tmp_path):
    """Run `client` and return the directory of its reports."""

    def execute(*options, adapter=ADAPTER, code=0, select="num.maximum"):
        result = command(
            "client", "--reports", tmp_path / "out", "--quiet", "--select", select, *options, "--", *adapter
        )
        assert result.code == code, result
        return tmp_path / "out"

    return execute


def rewrite(directory, change):
    """Change the report and render all files again, so that only the evidence contradicts it."""
    document = json.loads((directory / "report.json").read_text("utf-8"))
    change(document, next(case for case in document["cases"] if case["id"] == CASE))
    for name, render in RENDERERS.items():
        (directory / name).write_text(render(document), encoding="utf-8")


def test_a_conforming_client_verifies(command, run_client):
    result = command("verify", run_client("--select", "redirect.credentials"))
    assert (result.code, result.err) == (0, "")
    assert result.out.splitlines()[-1].endswith("says conformant")


def test_a_nonconforming_client_verifies_until_its_report_is_forged(command, run_client):
    directory = run_client(adapter=(sys.executable, "-c", FAULTY_ADAPTER), code=1)
    result = command("verify", directory)
    assert result.code == 0
    assert result.out.splitlines()[-1].endswith("says nonconformant")

    def forge(document, _):
        for case in document["cases"]:
            case.update(findings=[], outcome="passed")
        for requirement in document["requirements"]:
            if requirement["outcome"] == "failed":
                requirement["outcome"] = "passed"
        document["counts"].update(passed=len(document["cases"]), failed=0)
        document["verdict"] = "conformant"

    rewrite(directory, forge)
    result = command("verify", directory)
    assert (result.code, result.err) == (1, "")
    assert f"differs: report.json: case {CASE}: outcome: expected failed, got passed" in result.out.splitlines()


def test_a_changed_result_and_a_changed_html_report_are_detected(command, run_client):
    directory = run_client()
    rewrite(directory, lambda _, case: case["answer"]["body"]["Auctions"].clear())
    assert command("verify", directory).code == 1
    path = directory / "report.html"
    path.write_bytes(path.read_bytes().replace(b"Num", b"Mun", 1))
    assert "report.html" in command("verify", directory).out


def test_a_report_of_an_older_version_is_rejected(command, run_client):
    directory = run_client()
    rewrite(directory, lambda document, _: document["target"].pop("otherEndpoint"))
    result = command("verify", directory)
    assert result.code == 2
    assert "older version" in result.err


def test_another_contract_must_be_given(command, run_client, copied):
    copied.edit("protocol.yaml", "tries: 10", "tries: 5")
    directory = run_client("--spec", copied.root)
    result = command("verify", directory)
    assert result.code == 3
    assert "--spec" in result.out
    assert command("verify", directory, "--spec", copied.root).code == 0
