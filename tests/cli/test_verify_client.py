"""`verify` for a report that judges a client: through the commands, from the gate to what somebody changed."""

import json
import sys

import pytest

from imagesearch_conformance.adapters import plain
from imagesearch_conformance.reports.write import RENDERERS

ADAPTER = (sys.executable, plain.__file__)
CASE = "num.maximum/at"

#: An adapter whose client forgets a parameter.
FORGETFUL = f"""
import runpy, sys
sys.argv = ["plain"]
found = runpy.run_path({plain.__file__!r})
search = found["Client"].search
found["Client"].search = lambda self, given: search(self, {{name: one for name, one in given.items() if name != "Num"}})
found["main"]()
"""


@pytest.fixture
def gated(command, tmp_path):
    """The directory of a run against an adapter."""

    def run(*words, adapter=ADAPTER, code=0, select="num.maximum"):
        said = command("client", "--reports", tmp_path / "out", "--quiet", "--select", select, *words, "--", *adapter)
        assert said.code == code, said
        return tmp_path / "out"

    return run


def changed(directory, change):
    """Changes the report and writes every file anew, so that nothing but the evidence contradicts it."""
    document = json.loads((directory / "report.json").read_text("utf-8"))
    change(document, next(one for one in document["cases"] if one["id"] == CASE))
    for name, make in RENDERERS.items():
        (directory / name).write_text(make(document), encoding="utf-8")


def test_a_conforming_client_verifies(command, gated):
    said = command("verify", gated("--select", "redirect.credentials"))
    assert (said.code, said.err) == (0, "")
    assert said.out.splitlines()[-1].endswith("says conformant")


def test_a_client_with_a_fault_verifies_as_what_it_is_until_somebody_mends_its_report(command, gated):
    directory = gated(adapter=(sys.executable, "-c", FORGETFUL), code=1)
    said = command("verify", directory)
    assert said.code == 0
    assert said.out.splitlines()[-1].endswith("says nonconformant")

    def mended(document, _):
        for case in document["cases"]:
            case.update(findings=[], outcome="passed")
        for one in document["requirements"]:
            one["outcome"] = "passed" if one["outcome"] == "failed" else one["outcome"]
        document["counts"].update(passed=len(document["cases"]), failed=0)
        document["verdict"] = "conformant"

    changed(directory, mended)
    said = command("verify", directory)
    assert (said.code, said.err) == (1, "")
    assert f"differs: report.json: case {CASE}: outcome: expected failed, got passed" in said.out.splitlines()


def test_an_answer_and_a_page_that_were_changed_are_found(command, gated):
    directory = gated()
    changed(directory, lambda _, case: case["answer"]["body"]["Auctions"].clear())
    assert command("verify", directory).code == 1
    path = directory / "report.html"
    path.write_bytes(path.read_bytes().replace(b"Num", b"Mun", 1))
    assert "report.html" in command("verify", directory).out


def test_what_is_no_report_of_this_suite_is_refused(command, gated):
    directory = gated()
    changed(directory, lambda document, _: document["target"].pop("otherEndpoint"))
    said = command("verify", directory)
    assert said.code == 2
    assert "older version" in said.err


def test_another_contract_has_to_be_given(command, gated, copied):
    copied.edit("protocol.yaml", "tries: 10", "tries: 5")
    directory = gated("--spec", copied.root)
    said = command("verify", directory)
    assert said.code == 3
    assert "--spec" in said.out
    assert command("verify", directory, "--spec", copied.root).code == 0
