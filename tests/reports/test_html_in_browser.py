"""The HTML report in a real browser: search, filters, links, printing and accessibility, without any request."""

import os
import shutil
from pathlib import Path

import pytest

from imagesearch_conformance.reports.write import write_reports

pytestmark = pytest.mark.peer

#: Pinned, so that new rules of a later version cannot fail these tests.

#: Switches for a run as root, and against requests to the vendor's hosts.
SWITCHES = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
)  # fmt: skip

#: Real runs: all passed, some failed, and all failed with hostile texts in every field.
RUNS = ("clean", "faulty", "ruined")


@pytest.fixture(scope="module")
def browser():
    chromium = os.environ.get("CHROMIUM") or shutil.which("chromium")
    if chromium is None:
        pytest.skip("Chromium is not installed (Debian's package chromium), and CHROMIUM is not set")
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    with playwright.sync_playwright() as driver:
        chromium_browser = driver.chromium.launch(executable_path=chromium, args=list(SWITCHES))
        yield chromium_browser
        chromium_browser.close()


@pytest.fixture(scope="module")
def address(get_report, tmp_path_factory):
    """The URL of each run's HTML report, a file."""
    return {name: write_reports(get_report(name), tmp_path_factory.mktemp(name))[1].as_uri() for name in RUNS}


@pytest.fixture(params=RUNS)
def run(request):
    return request.param


#: Where the kind of run makes little difference, only the one with some failures runs everywhere.
core_run = pytest.mark.parametrize(
    "run", [pytest.param(run, marks=() if run == "faulty" else pytest.mark.long) for run in RUNS]
)


@pytest.fixture
def open_page(browser):
    """Open a page; the test fails if the page makes a request, has an error or opens a dialog."""
    problems, pages = [], []

    def open_address(address, **options):
        page = browser.new_page(**options)
        pages.append(page)
        page.on(
            "request",
            lambda request: problems.append(request.url) if not request.url.startswith(("file:", "data:")) else 0,
        )
        page.on("pageerror", lambda error: problems.append(str(error)))
        page.on("console", lambda message: problems.append(message.text) if message.type == "error" else None)
        page.on("dialog", lambda dialog: (problems.append(dialog.message), dialog.dismiss()))
        page.goto(address)
        return page

    yield open_address
    for page in pages:
        page.close()
    assert problems == []


@pytest.fixture(scope="module")
def axe():
    package = pytest.importorskip(
        "axe_playwright_python", reason="axe-playwright-python, which has axe-core, is missing"
    )
    return (Path(package.__file__).parent / "axe.min.js").read_text("utf-8")


def visible_requirements(page):
    return page.locator("details.requirement:not([hidden])")


def test_it_shows_the_verdict_and_every_requirement(open_page, address, get_report, run):
    page = open_page(address[run])
    assert page.locator("h1").inner_text().lower() == get_report(run)["verdict"]
    assert visible_requirements(page).count() == len(get_report(run)["requirements"])


@core_run
def test_the_search_filters_requirements(open_page, address, get_report, run):
    page = open_page(address[run])
    page.get_by_label("Search").fill("num maximum")
    expected = [
        requirement["id"]
        for requirement in get_report(run)["requirements"]
        if "num" in requirement["id"] and "maximum" in requirement["id"]
    ]
    ids = visible_requirements(page).evaluate_all("entries => entries.map(entry => entry.id)")
    assert set(expected) <= set(ids)
    assert len(ids) < 30
    assert (
        page.locator("#match-count").inner_text()
        == f"{len(ids)} of {len(get_report(run)['requirements'])} requirements"
    )
    page.get_by_role("button", name="Show all").click()
    assert visible_requirements(page).count() == len(get_report(run)["requirements"])


def test_requirements_are_filtered_by_outcome_level_and_area(open_page, address, get_report):
    page = open_page(address["faulty"])
    page.get_by_role("checkbox", name="passed").uncheck()
    page.get_by_label("Level").select_option("must")
    page.get_by_label("Area").select_option("parameters")
    ids = visible_requirements(page).evaluate_all("entries => entries.map(entry => entry.id)")
    assert set(ids) == {
        requirement["id"]
        for requirement in get_report("faulty")["requirements"]
        if requirement["outcome"] != "passed" and requirement["level"] == "must" and requirement["area"] == "parameters"
    }
    assert page.locator("section.list:not([hidden])").count() == 1


@core_run
def test_a_link_opens_its_requirement_despite_the_filters(open_page, address, run):
    page = open_page(f"{address[run]}#num.maximum")
    entry = page.locator('[id="num.maximum"]')
    assert entry.evaluate("entry => entry.open")
    assert 0 <= entry.bounding_box()["y"] < 200
    page.get_by_label("Search").fill("nothing like this")
    assert visible_requirements(page).count() == 0
    page.evaluate("location.hash = '#start.minimum'")
    page.wait_for_function("document.getElementById('start.minimum').open")
    assert page.locator('[id="start.minimum"]').is_visible()


@pytest.mark.parametrize(
    "fragment",
    ["%E0%A4%A", "search", *(pytest.param(fragment, marks=pytest.mark.long) for fragment in ("%", "no.such", ""))],
)
def test_a_link_to_an_unknown_anchor_has_no_effect(open_page, address, get_report, fragment):
    page = open_page(f"{address['faulty']}#{fragment}")
    assert visible_requirements(page).count() == len(get_report("faulty")["requirements"])


def test_it_works_with_the_keyboard(open_page, address):
    page = open_page(address["faulty"])
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to the requirements"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "requirements"
    page.locator('[id="num.minimum"] > summary').focus()
    page.keyboard.press("Enter")
    assert page.locator('[id="num.minimum"]').evaluate("entry => entry.open")


@core_run
def test_failed_requirements_are_open_in_print(open_page, address, run):
    page = open_page(address[run])
    assert page.pdf().startswith(b"%PDF")
    assert page.locator('details.requirement[data-outcome="failed"]:not([open])').count() == 0


@core_run
def test_it_is_readable_without_javascript(browser, address, run):
    with browser.new_context(java_script_enabled=False) as context:
        page = context.new_page()
        page.goto(address[run])
        assert page.locator("details.requirement").count() > 200
        assert not page.locator("form.filter").is_visible()


@pytest.mark.parametrize("width", [360, pytest.param(1280, marks=pytest.mark.long)])
def test_no_element_is_wider_than_the_page(open_page, address, run, width):
    page = open_page(address[run], viewport={"width": width, "height": 800})
    page.evaluate("for (const entry of document.querySelectorAll('details')) entry.open = true")
    assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize(
    ("run", "scheme"),
    [
        pytest.param("clean", "dark", marks=pytest.mark.long),
        pytest.param("faulty", "light", marks=pytest.mark.long),
        ("ruined", "light"),
        pytest.param("faulty", "dark", marks=pytest.mark.long),
    ],
)
def test_axe_finds_no_serious_violation(open_page, address, axe, run, scheme):
    page = open_page(address[run], color_scheme=scheme, bypass_csp=True)
    page.evaluate("for (const entry of [...document.querySelectorAll('details')].slice(0, 15)) entry.open = true")
    page.evaluate(axe)
    results = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    serious = [violation for violation in results["violations"] if violation["impact"] in {"serious", "critical"}]
    assert [(violation["id"], violation["nodes"][0]["html"]) for violation in serious] == []
