"""Finished runs for the commands that read several reports: each is made once, through the command line."""

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

#: How the ids begin of the requirements that those runs are about.
ABOUT = ("num.m", "error.Overflow", "response.msg", "scorethreshold.pattern")

#: Text that would run in a browser, drive a terminal, turn the direction of writing, or forge a line or a cell.
HOSTILE = (
    "</code></script><script>alert(1)</script> ]]> &lt; `|` | a | [a](javascript:b) ![c](http://d.example/e) # **f** "
    "\x1b[2J\x1b]0;title\x07 \x00\x08 \u202e\u2066drow \ud800 \n\nresult: no regression\n"
)

#: Name -> faults of the emulator (None: the embedded one), and the words of the command.
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
def runs(contract, store, tmp_path_factory):
    """The directory of the reports of a run."""
    root = tmp_path_factory.mktemp("runs")

    def served(name, faults, words):
        given = EmulatorSettings(qps=None, faults=faults)
        with serve(Emulator(contract, given, store=store)) as endpoint:
            profile = root / f"{name}.toml"
            profile.write_text(format_profile(emulated(contract, endpoint, given)), encoding="utf-8")
            _run("--profile", profile, "--reports", root / name, *words)

    def of(name):
        if not (root / name).exists():
            if name == "again":
                of("clean")  # which is compared with it as the older one
            if name == "gone":
                with socket.create_server(("127.0.0.1", 0)) as taken:
                    port = taken.getsockname()[1]
                _run(f"http://127.0.0.1:{port}", "--reports", root / name, *FEW)
            else:
                faults, words = RUNS[name]
                if faults is None:
                    _run("--reports", root / name, *words)
                else:
                    served(name, faults, words)
        return root / name

    return of


@pytest.fixture
def report(runs):
    """The document of a run, free to be changed; of its requirements those that it was about, to be read quickly."""

    def made(name):
        document = json.loads((runs(name) / "report.json").read_text(encoding="utf-8"))
        document["requirements"] = [one for one in document["requirements"] if one["id"].startswith(ABOUT)]
        return document

    return made


@pytest.fixture
def stored(tmp_path):
    """Writes a document as the report of a directory, and gives the directory."""

    def write(name, document):
        (tmp_path / name).mkdir(exist_ok=True)
        (tmp_path / name / "report.json").write_text(json.dumps(document), encoding="utf-8")
        return tmp_path / name

    return write


@pytest.fixture
def small(report, stored):
    """The directory of a report that is quickly read."""
    return lambda name: stored(f"small-{name}", report(name))


@pytest.fixture
def bare(report, contract):
    """The report of a run with nothing but what the schema demands."""
    schema = contract.spec_files.content("schemas/report.json")

    def kept(value, shape):
        shape = {**shape, **schema["$defs"].get(shape.get("$ref", "").rpartition("/")[2], {})}
        if isinstance(value, list):
            return [kept(one, shape.get("items", {})) for one in value]
        if not isinstance(value, dict) or "required" not in shape:
            return value
        names = {*shape["required"], *(("body", "bodyOf") if "oneOf" in shape else ())}
        return {name: kept(one, shape["properties"].get(name, {})) for name, one in value.items() if name in names}

    return lambda name: kept(report(name), schema)


@pytest.fixture
def hostile(report):
    """The report of a faulty run in which everything that a report may say is hostile."""

    def made(text=HOSTILE):
        document = report("faulty")
        document["trouble"] = text
        document["target"] |= {"endpoint": text, "instanceName": text}
        document["target"]["capabilities"]["document"] = text
        document["suite"] |= {"version": text, "select": [text]}
        for one in (*document["requirements"], *document["cases"]):
            one["reason"] = one["reason"] and text
            for finding in one["findings"]:
                finding |= {"message": text, "expected": [text], "actual": text, "where": text}
        for one in document["requirements"]:
            one |= {"statement": text, "source": text}
            one["area"] = text if one["area"] == "errors" else one["area"]
        # A body may be as long as it likes; a comparison reads all of them.
        for case in document["cases"]:
            for exchange in case["exchanges"]:
                exchange["response"] |= {"body": json.dumps({"Code": text[:10_000]})}
                exchange["response"].pop("bodyOf", None)
        return document

    return made


@pytest.fixture
def copied_run(runs, tmp_path):
    """A copy of the directory of a run, under another name."""
    return lambda run, name: shutil.copytree(runs(run), tmp_path / name)


@pytest.fixture
def chromium():
    """A browser of the system, driven by playwright; without either the test is skipped."""
    api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    path = shutil.which("chromium") or shutil.which("chromium-browser")
    if path is None:
        pytest.skip("there is no chromium")
    arguments = ["--no-sandbox"] if os.getuid() == 0 else []
    with api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=arguments)
        yield browser
        browser.close()
