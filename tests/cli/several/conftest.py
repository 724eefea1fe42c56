"""Finished runs for the commands that read several reports; each runs once, through the command line."""

import json
import os
import shutil
import socket

import pytest
from click.testing import CliRunner

from imagesearch_conformance.cli.main import main
from imagesearch_conformance.emulator import Emulator, EmulatorSettings
from imagesearch_conformance.emulator.server import serve
from imagesearch_conformance.emulator.target import build_target as emulated
from imagesearch_conformance.emulator.target import format_profile

FEW = tuple(word for chosen in ("num.maximum", "num.minimum", "error.OverflowMax*") for word in ("--select", chosen))

FAULT = "num-above-maximum-accepted"

#: Prefixes of the ids of requirements that those runs exercise.
ABOUT = ("num.m", "error.Overflow", "response.msg", "scorethreshold.pattern")

#: Text with scripts, terminal control sequences, bidirectional overrides, and forged lines and cells.
HOSTILE = (
    "</code></script><script>alert(1)</script> ]]> &lt; `|` | a | [a](javascript:b) ![c](http://d.example/e) # **f** "
    "\x1b[2J\x1b]0;title\x07 \x00\x08 \u202e\u2066drow \ud800 \n\nresult: no regression\n"
)

#: Name -> faults of the emulator (None: the embedded one), and arguments of the command.
RUNS = {
    "clean": (None, FEW),
    "again": (None, FEW),
    "seeded": (None, (*FEW, "--seed", "7")),
    "later": (None, (*FEW, "--document", "2026-06")),
    "narrow": (None, ("--select", "num.maximum")),
    "served": ((), FEW),
    "faulty": ((FAULT,), FEW),
    "stopped": ((FAULT,), (*FEW, "--fail-fast", "--jobs", "1")),
}


def _run(*words):
    result = CliRunner().invoke(main, ["run", *map(str, words), "--quiet"])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exc_info


@pytest.fixture(scope="session")
def run_directory(contract, store, tmp_path_factory):
    """Return the directory of the reports of a run."""
    root = tmp_path_factory.mktemp("runs")

    def run_against_emulator(name, faults, arguments):
        settings = EmulatorSettings(qps=None, faults=faults)
        with serve(Emulator(contract, settings, store=store)) as endpoint:
            profile = root / f"{name}.toml"
            profile.write_text(format_profile(emulated(contract, endpoint, settings)), encoding="utf-8")
            _run("--profile", profile, "--reports", root / name, *arguments)

    def get_directory(name):
        if not (root / name).exists():
            if name == "again":
                get_directory("clean")  # the older one of the two
            if name == "gone":
                with socket.create_server(("127.0.0.1", 0)) as listener:
                    port = listener.getsockname()[1]
                _run(f"http://127.0.0.1:{port}", "--reports", root / name, *FEW)
            else:
                faults, arguments = RUNS[name]
                if faults is None:
                    _run("--reports", root / name, *arguments)
                else:
                    run_against_emulator(name, faults, arguments)
        return root / name

    return get_directory


@pytest.fixture
def get_report(run_directory):
    """Return a copy of the report of a run, reduced to the requirements that it exercised, so that it loads fast."""

    def load(name):
        document = json.loads((run_directory(name) / "report.json").read_text(encoding="utf-8"))
        document["requirements"] = [
            requirement for requirement in document["requirements"] if requirement["id"].startswith(ABOUT)
        ]
        return document

    return load


@pytest.fixture
def store_report(tmp_path):
    """Write a report into a directory and return the directory."""

    def write(name, document):
        (tmp_path / name).mkdir(exist_ok=True)
        (tmp_path / name / "report.json").write_text(json.dumps(document), encoding="utf-8")
        return tmp_path / name

    return write


@pytest.fixture
def small_directory(get_report, store_report):
    """Return the directory of the reduced report of a run."""
    return lambda name: store_report(f"small-{name}", get_report(name))


@pytest.fixture
def minimal_report(get_report, contract):
    """Return the report of a run without the optional members of its schema."""
    schema = contract.spec_files.content("schemas/report.json")

    def require(value, shape):
        shape = {**shape, **schema["$defs"].get(shape.get("$ref", "").rpartition("/")[2], {})}
        if isinstance(value, list):
            return [require(item, shape.get("items", {})) for item in value]
        if not isinstance(value, dict) or "required" not in shape:
            return value
        names = {*shape["required"], *(("body", "bodyRef") if "oneOf" in shape else ())}
        return {
            name: require(member, shape["properties"].get(name, {})) for name, member in value.items() if name in names
        }

    return lambda name: require(get_report(name), schema)


@pytest.fixture
def hostile_report(get_report):
    """Return the report of a faulty run with hostile text in every member."""

    def build(text=HOSTILE):
        document = get_report("faulty")
        document["stopReason"] = text
        document["target"] |= {"endpoint": text, "instanceName": text}
        document["target"]["capabilities"]["document"] = text
        document["suite"] |= {"version": text, "select": [text]}
        for result in (*document["requirements"], *document["cases"]):
            result["reason"] = result["reason"] and text
            for finding in result["findings"]:
                finding |= {"message": text, "expected": [text], "actual": text, "where": text}
        for requirement in document["requirements"]:
            requirement |= {"statement": text, "source": text}
            requirement["area"] = text if requirement["area"] == "errors" else requirement["area"]
        # A body may have any length, and a comparison reads all of them.
        for case in document["cases"]:
            for exchange in case["exchanges"]:
                exchange["response"] |= {"body": json.dumps({"Code": text[:10_000]})}
                exchange["response"].pop("bodyRef", None)
        return document

    return build


@pytest.fixture
def copy_run(run_directory, tmp_path):
    """Copy the directory of a run under another name."""
    return lambda run, name: shutil.copytree(run_directory(run), tmp_path / name)


@pytest.fixture
def chromium():
    """The Chromium of the system, driven by playwright; the test is skipped without either."""
    api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    path = shutil.which("chromium") or shutil.which("chromium-browser")
    if path is None:
        pytest.skip("Chromium is not installed")
    arguments = ["--no-sandbox"] if os.getuid() == 0 else []
    with api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=arguments)
        yield browser
        browser.close()
