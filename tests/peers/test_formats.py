"""SARIF and HAR match the schemas of npm packages, and a browser replays the recorded traffic."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft4Validator, Draft6Validator
from jsonschema.protocols import Validator
from referencing import Registry
from referencing.jsonschema import DRAFT6

from imagesearch_conformance.reports.document import build_report
from imagesearch_conformance.reports.har import render_har
from imagesearch_conformance.reports.sarif import render_sarif

#: The npm packages with the schemas of SARIF 2.1.0 (Microsoft's SDK) and HAR 1.2.
SARIF, HAR = "@microsoft/jest-sarif", "har-schema"


@pytest.fixture(scope="session")
def modules(node_packages: Path) -> Path:
    """The directory of the installed npm packages."""
    return node_packages / "tests" / "node_modules"


@pytest.fixture(scope="session")
def sarif_schema(modules: Path) -> Validator:
    (path,) = (modules / SARIF / "lib" / "schemas").glob("sarif-2.1.0*.json")
    return Draft4Validator(json.loads(path.read_text("utf-8")), format_checker=Draft4Validator.FORMAT_CHECKER)


@pytest.fixture(scope="session")
def har_schema(modules: Path) -> Validator:
    parts = [(path.name, json.loads(path.read_text("utf-8"))) for path in (modules / HAR / "lib").glob("*.json")]
    registry = Registry().with_resources([(name, DRAFT6.create_resource(part)) for name, part in parts])
    checker = Draft6Validator.FORMAT_CHECKER
    return Draft6Validator({"$ref": "har.json"}, registry=registry, format_checker=checker)


def _stop_after_twenty_checks() -> Callable[[], bool]:
    checks = iter(range(20))
    return lambda: next(checks, None) is None


RUNS: dict[str, Callable[..., Any]] = {
    "conformant": lambda bench, _: bench().record(select=["num.*"]),
    "failing": lambda bench, _: bench("msg-missing", "num-above-maximum-accepted").record(select=["num.*", "wire.*"]),
    "interrupted": lambda bench, _: bench("msg-missing").record(_stop_after_twenty_checks()),
    "budget": lambda bench, _: bench().record(budget=20),
    "hostile": lambda bench, around: bench(around=around).record(select=["num.*"]),
}


@pytest.fixture(scope="session", params=RUNS)
def report(request: pytest.FixtureRequest, bench: Any, hostile_bodies: dict[str, bytes]) -> dict[str, Any]:
    from attrs import evolve

    def around(request: Any, answer: Any) -> Any:
        return evolve(answer(request), body=hostile_bodies["fields"])

    return build_report(RUNS[request.param](bench, around))


def problems(schema: Validator, text: str) -> list[str]:
    return [f"{error.json_path}: {error.message[:200]}" for error in schema.iter_errors(json.loads(text))]


def test_sarif_matches_its_schema(report: dict[str, Any], sarif_schema: Validator) -> None:
    assert problems(sarif_schema, render_sarif(report)) == []


def test_har_matches_its_schema(report: dict[str, Any], har_schema: Validator) -> None:
    assert problems(har_schema, render_har(report)) == []


def test_the_schemas_reject_invalid_documents(bench: Any, sarif_schema: Validator, har_schema: Validator) -> None:
    report = build_report(bench("msg-missing").record(select=["num.maximum"]))
    assert problems(sarif_schema, render_sarif(report).replace('"ruleId"', '"rule"', 1))
    assert problems(har_schema, render_har(report).replace('"postData": {"mimeType"', '"postData": {"kind"', 1))


def test_a_browser_replays_the_archive(bench: Any, tmp_path: Path) -> None:
    """Playwright serves the responses of the archive to Chromium."""
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    chromium = shutil.which("chromium")
    if chromium is None:
        pytest.skip("chromium is not installed")
    report = build_report(bench().record(select=["num.maximum"]))
    path = tmp_path / "traffic.har"
    path.write_text(render_har(report), encoding="utf-8")
    entry = json.loads(path.read_text("utf-8"))["log"]["entries"][0]
    with playwright.sync_playwright() as running:
        browser = running.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        page = browser.new_page()
        page.route_from_har(path, not_found="abort")
        page.route("**/start", lambda route: route.fulfill(body="here"))
        page.goto("http://emulator.example/start")
        script = """async ([url, body]) => {
            const response = await fetch(url, {method: 'POST', body});
            return response.text();
        }"""
        text = page.evaluate(script, [entry["request"]["url"], entry["request"]["postData"]["text"]])
        browser.close()
    assert text == entry["response"]["content"]["text"]
