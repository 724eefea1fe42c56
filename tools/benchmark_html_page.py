"""What the page of a report weighs, and how long a browser takes to show it, where 600 cases failed.

    python tools/benchmark_html_page.py REPORT.json     any report; its cases are repeated until there are enough

Exit code 1 if the page weighs more than is promised. Needs Chromium (`CHROMIUM` may name it) and
playwright.
"""

import json
import os
import shutil
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

from imagesearch_conformance.reports.html import render_html

CASES = 600

#: Bytes of the page.
PROMISED = 3_000_000

SWITCHES = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]

#: Milliseconds until everything is laid out and the script has run.
SHOWN = "performance.timing.loadEventEnd - performance.timing.navigationStart"


def grown(report):
    """The report with every requirement failing, in so many cases."""
    cases = [one for one in report["cases"] if one["exchanges"]]
    names = [one["id"] for one in report["requirements"]]
    report["requirements"] = [{**one, "outcome": "failed"} for one in report["requirements"]]
    made = []
    for number in range(CASES):
        case, name = cases[number % len(cases)], names[number % len(names)]
        finding = {
            "requirement": name, "level": "must", "message": "made up", "expected": [], "actual": None, "where": "/Msg"
        }  # fmt: skip
        made.append({**case, "id": f"{case['id']}-{number}", "outcome": "failed", "findings": [finding]})
    return {**report, "cases": [*report["cases"], *made]}


def shown(page):
    """How long a browser takes, in milliseconds."""
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as driver:
        path = Path(folder, "report.html")
        path.write_bytes(page)
        chromium = os.environ.get("CHROMIUM") or shutil.which("chromium")
        browser = driver.chromium.launch(executable_path=chromium, args=SWITCHES)
        opened = browser.new_page()
        opened.goto(path.as_uri())
        taken = opened.evaluate(SHOWN)
        browser.close()
    return taken


def main(path):
    page = render_html(grown(json.loads(Path(path).read_text("utf-8")))).encode()
    print(f"{len(page) / 1e6:.2f} MB, shown after {shown(page)} ms")
    return 0 if len(page) < PROMISED else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
