"""The page in a real browser: it is searched, filtered, linked into, printed and read aloud, and asks nobody."""

import os
import shutil
import subprocess

import pytest

from imagesearch_conformance.reports.write import write_reports

pytestmark = pytest.mark.peer

#: One version, so that a new rule of a later one cannot fail these tests.
AXE = "axe-core@4.11.0"

#: Nothing that asks the vendor's hosts, in a sandbox that forbids it or as root.
SWITCHES = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
)  # fmt: skip

#: Real runs: all green, some failing, and everything failing with hostile strings in every field.
RUNS = ("clean", "faulty", "ruined")


@pytest.fixture(scope="module")
def browser():
    chromium = os.environ.get("CHROMIUM") or shutil.which("chromium")
    if chromium is None:
        pytest.skip("Chromium is not installed (Debian's package chromium), and CHROMIUM names none")
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    with playwright.sync_playwright() as driver:
        started = driver.chromium.launch(executable_path=chromium, args=list(SWITCHES))
        yield started
        started.close()


@pytest.fixture(scope="module")
def address(documents, tmp_path_factory):
    """The page of each run, as a file."""
    return {name: write_reports(documents(name), tmp_path_factory.mktemp(name))[1].as_uri() for name in RUNS}


@pytest.fixture(params=RUNS)
def run(request):
    return request.param


#: Where the runs make little difference, one that failed in part is looked at in every run of the tests.
one_run = pytest.mark.parametrize(
    "run", [pytest.param(one, marks=() if one == "faulty" else pytest.mark.long) for one in RUNS]
)


@pytest.fixture
def open_page(browser):
    """Opens a page and holds everything against it that must not happen there."""
    trouble, opened = [], []

    def opening(address, **given):
        page = browser.new_page(**given)
        opened.append(page)
        page.on(
            "request", lambda asked: trouble.append(asked.url) if not asked.url.startswith(("file:", "data:")) else 0
        )
        page.on("pageerror", lambda error: trouble.append(str(error)))
        page.on("console", lambda said: trouble.append(said.text) if said.type == "error" else None)
        page.on("dialog", lambda shown: (trouble.append(shown.message), shown.dismiss()))
        page.goto(address)
        return page

    yield opening
    for page in opened:
        page.close()
    assert trouble == []


@pytest.fixture(scope="module")
def axe(tmp_path_factory):
    if shutil.which("npm") is None:
        pytest.skip("npm is not installed, and axe-core comes as an npm package")
    folder = tmp_path_factory.mktemp("axe")
    command = ["npm", "install", "--no-audit", "--no-fund", "--ignore-scripts", "--prefix", str(folder), AXE]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    return (folder / "node_modules" / "axe-core" / "axe.min.js").read_text("utf-8")


def shown(page):
    return page.locator("details.requirement:not([hidden])")


def test_it_shows_the_verdict_and_every_requirement(open_page, address, documents, run):
    page = open_page(address[run])
    assert page.locator("h1").inner_text().lower() == documents(run)["verdict"]
    assert shown(page).count() == len(documents(run)["requirements"])


@one_run
def test_it_finds_what_is_searched_for(open_page, address, documents, run):
    page = open_page(address[run])
    page.get_by_label("Search").fill("num maximum")
    wanted = [one["id"] for one in documents(run)["requirements"] if "num" in one["id"] and "maximum" in one["id"]]
    ids = shown(page).evaluate_all("entries => entries.map(entry => entry.id)")
    assert set(wanted) <= set(ids)
    assert len(ids) < 30
    assert page.locator("#found").inner_text() == f"{len(ids)} of {len(documents(run)['requirements'])} requirements"
    page.get_by_role("button", name="Show all").click()
    assert shown(page).count() == len(documents(run)["requirements"])


def test_it_filters_by_outcome_level_and_area(open_page, address, documents):
    page = open_page(address["faulty"])
    page.get_by_role("checkbox", name="passed").uncheck()
    page.get_by_label("Level").select_option("must")
    page.get_by_label("Area").select_option("parameters")
    ids = shown(page).evaluate_all("entries => entries.map(entry => entry.id)")
    assert set(ids) == {
        one["id"]
        for one in documents("faulty")["requirements"]
        if one["outcome"] != "passed" and one["level"] == "must" and one["area"] == "parameters"
    }
    assert page.locator("section.list:not([hidden])").count() == 1


@one_run
def test_a_link_opens_its_requirement_whatever_is_filtered(open_page, address, run):
    page = open_page(f"{address[run]}#num.maximum")
    entry = page.locator('[id="num.maximum"]')
    assert entry.evaluate("entry => entry.open")
    assert 0 <= entry.bounding_box()["y"] < 200
    page.get_by_label("Search").fill("nothing like this")
    assert shown(page).count() == 0
    page.evaluate("location.hash = '#start.minimum'")
    page.wait_for_function("document.getElementById('start.minimum').open")
    assert page.locator('[id="start.minimum"]').is_visible()


@pytest.mark.parametrize(
    "fragment", ["%E0%A4%A", "search", *(pytest.param(one, marks=pytest.mark.long) for one in ("%", "no.such", ""))]
)
def test_a_link_to_nothing_does_no_harm(open_page, address, documents, fragment):
    page = open_page(f"{address['faulty']}#{fragment}")
    assert shown(page).count() == len(documents("faulty")["requirements"])


def test_it_works_by_keyboard(open_page, address):
    page = open_page(address["faulty"])
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "To the requirements"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "requirements"
    page.locator('[id="num.minimum"] > summary').focus()
    page.keyboard.press("Enter")
    assert page.locator('[id="num.minimum"]').evaluate("entry => entry.open")


@one_run
def test_it_prints_with_what_failed_open(open_page, address, run):
    page = open_page(address[run])
    assert page.pdf().startswith(b"%PDF")
    assert page.locator('details.requirement[data-outcome="failed"]:not([open])').count() == 0


@one_run
def test_it_can_be_read_without_a_script(browser, address, run):
    with browser.new_context(java_script_enabled=False) as context:
        page = context.new_page()
        page.goto(address[run])
        assert page.locator("details.requirement").count() > 200
        assert not page.locator("form.filter").is_visible()


@pytest.mark.parametrize("width", [360, pytest.param(1280, marks=pytest.mark.long)])
def test_nothing_hangs_over_the_edge(open_page, address, run, width):
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
def test_axe_finds_nothing_serious(open_page, address, axe, run, scheme):
    page = open_page(address[run], color_scheme=scheme, bypass_csp=True)
    page.evaluate("for (const entry of [...document.querySelectorAll('details')].slice(0, 15)) entry.open = true")
    page.evaluate(axe)
    found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    serious = [one for one in found["violations"] if one["impact"] in {"serious", "critical"}]
    assert [(one["id"], one["nodes"][0]["html"]) for one in serious] == []
