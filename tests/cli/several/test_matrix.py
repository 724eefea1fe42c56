"""`matrix`: requirements by implementations, as HTML and as Markdown."""

import base64
import hashlib
import os
import re
from html.parser import HTMLParser
from urllib.parse import unquote

import pytest
from attrs import define, field

VOID = {"meta", "link", "input", "wbr"}


@define
class Page(HTMLParser):
    """An HTML page as start tags with attributes, cells of the table by row, and texts by element."""

    tags: list = field(factory=list)
    rows: list = field(factory=list)
    open: list = field(factory=list)
    texts: dict = field(factory=dict)

    def __attrs_post_init__(self):
        super().__init__()

    @classmethod
    def parse(cls, text):
        page = cls()
        page.feed(text)
        page.close()
        assert page.open == []
        return page

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)
        if tag == "tr":
            self.rows.append((dict(attrs), []))
        if tag in {"td", "th"}:
            self.rows[-1][1].append([tag, dict(attrs), ""])

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if self.open:
            self.texts[self.open[-1]] = self.texts.get(self.open[-1], "") + data
        if {"td", "th"} & set(self.open):
            self.rows[-1][1][-1][2] += data

    def all(self, tag):
        return [attrs for name, attrs in self.tags if name == tag]

    def row(self, name):
        """Return the texts of the cells of a requirement."""
        return next(texts(cells) for attrs, cells in self.rows if attrs.get("id") == name)


def texts(cells):
    return [" ".join(text.split()) for _, _, text in cells]


@pytest.fixture
def build_matrix(command, tmp_path):
    """Run `matrix` and return the result of the command, the parsed HTML and the Markdown."""

    def run(*words):
        result = command("matrix", *words, "--reports", tmp_path / "out")
        assert result.code == 0, result.err
        page, markdown = (tmp_path / "out" / name for name in ("matrix.html", "matrix.md"))
        return result, Page.parse(page.read_text(encoding="utf-8")), markdown.read_text(encoding="utf-8")

    return run


def lines(markdown):
    """Return the cells of the table by row."""
    return [line.strip("| ").split(" | ") for line in markdown.splitlines() if line.startswith("|")]


def test_every_requirement_is_listed_with_the_columns_in_order(build_matrix, run_directory):
    result, page, markdown = build_matrix(f"ours={run_directory('clean')}", run_directory("faulty") / "report.json")
    assert result.err == ""
    heads = [heading.removesuffix(" selected cases only") for heading in texts(page.rows[0][1])]
    assert heads == ["Requirement", "ours ✓ conformant", "faulty ✗ nonconformant"]
    assert page.row("num.maximum")[1:] == ["✓ passed", "✗ failed"]
    assert page.row("num.minimum")[1:] == ["✓ passed", "✓ passed"]
    assert page.row("num.maximum")[0].startswith("num.maximum must Accepts Num up to 100")
    table = {row[0]: row[2:] for row in lines(markdown)}
    assert table["`num.maximum`"] == ["✓ passed", "✗ failed"]
    assert [re.sub(r"\[(.*)\]\(<.*/report\.html>\)", r"\1", head) for head in table["requirement"]] == [
        "ours",
        "faulty",
    ]
    assert table["**verdict**"][1] == "✗ nonconformant (selected cases only)"


def test_counts_are_shown_for_all_requirements_and_by_area(build_matrix, get_report, small_directory):
    _, page, markdown = build_matrix(small_directory("served"), small_directory("faulty"))
    count = len(get_report("served")["requirements"])
    facts = {texts(cells)[0]: texts(cells)[1:] for attrs, cells in page.rows[1:] if not attrs}
    assert facts["requests"] == [str(get_report(name)["requests"]) for name in ("served", "faulty")]
    assert facts["cases"] == [str(len(get_report(name)["cases"])) for name in ("served", "faulty")]
    for text in facts["requirements"]:
        assert sum(map(int, re.findall(r"\d+", text))) == count
    assert "1 failed" in facts["requirements"][1]
    areas = [texts(cells) for attrs, cells in page.rows if attrs.get("class") == "area"]
    assert sum(int(re.search(r"(\d+) requirement", area[0])[1]) for area in areas) == count
    for column in (1, 2):
        assert sum(int(number) for area in areas for number in re.findall(r"\d+", area[column])) == count
    assert "Legend: ✗ failed, ✓ passed" in markdown


def test_the_table_is_accessible(build_matrix, small_directory):
    _, page, _ = build_matrix(small_directory("served"), small_directory("faulty"))
    assert all(element.get("scope") in {"col", "row", "rowgroup"} for element in page.all("th"))
    names = [attributes["id"] for _, attributes in page.tags if "id" in attributes]
    assert len(names) == len(set(names))
    width = {len(cells) for _, cells in page.rows}
    assert width == {3}
    assert page.all("html")[0]["lang"] == "en"
    assert len(page.all("main")) == len(page.all("h1")) == 1
    region = next(element for element in page.all("div") if element.get("role") == "region")
    assert (region["tabindex"], region["aria-labelledby"] in names) == ("0", True)


def test_only_its_own_script_may_run_and_nothing_is_loaded(build_matrix, small_directory, tmp_path):
    _, page, _ = build_matrix(small_directory("served"))
    policy = next(meta["content"] for meta in page.all("meta") if meta.get("http-equiv") == "Content-Security-Policy")
    text = (tmp_path / "out" / "matrix.html").read_text(encoding="utf-8")
    (script,) = re.findall(r"<script>(.*?)</script>", text, re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    assert f"script-src 'sha256-{digest}'" in policy
    assert "default-src 'none'" in policy
    places = [attributes[name] for _, attributes in page.tags for name in ("src", "href") if name in attributes]
    assert all(place.startswith(("#", "data:,")) for place in places)


def test_a_column_links_to_the_html_report_beside_its_report(build_matrix, copy_run, small_directory, tmp_path):
    unusual = copy_run("faulty", 'a "b" <c> javascript:d?e#f')
    (unusual / "report.html").write_text("", encoding="utf-8")
    _, page, markdown = build_matrix(unusual, small_directory("served"))
    links = [link["href"] for link in page.all("a") if not link["href"].startswith("#")]
    assert {(tmp_path / "out" / unquote(link.partition("#")[0])).resolve() for link in links} == {
        unusual / "report.html"
    }
    assert [link.partition("#")[2] for link in links] == ["", "num.maximum"]
    assert not set(links[0]) & set('"<>:?# ')
    assert f"(<{links[0]}>)" in markdown


def test_columns_can_be_named_and_names_are_unique(build_matrix, small_directory, copy_run):
    same = copy_run("clean", "a=b")
    _, page, _ = build_matrix(f"x={small_directory('served')}", f"x={small_directory('served')}", same)
    assert [heading.split()[:2] for heading in texts(page.rows[0][1])[1:]] == [["x", "✓"], ["x", "(2)"], ["a=b", "✓"]]


def test_a_column_is_named_after_the_file_of_its_report(build_matrix, small_directory, tmp_path):
    (tmp_path / "nightly.json").write_bytes((small_directory("served") / "report.json").read_bytes())
    _, page, _ = build_matrix(tmp_path / "nightly.json")
    assert texts(page.rows[0][1])[1].startswith("nightly ")


def test_reports_of_different_revisions_need_mixed(command, build_matrix, run_directory, tmp_path):
    result = command("matrix", run_directory("clean"), run_directory("later"), "--reports", tmp_path / "out")
    assert (result.code, result.out) == (2, "")
    assert "revision 2023-09 in clean; revision 2026-06 in later" in result.err
    assert "--mixed" in result.err
    assert not (tmp_path / "out").exists()
    result, page, markdown = build_matrix(run_directory("clean"), run_directory("later"), "--mixed")
    assert "different contracts" in result.err
    assert "these reports have different contracts" in page.texts["p"]
    assert "revision 2026-06 in later" in page.texts["bdi"]
    assert "**Mixed:**" in markdown
    assert page.row("scorethreshold.pattern")[1] == "· not in its contract"
    assert {row[0]: row[2:] for row in lines(markdown)}["`scorethreshold.pattern`"][0] == "· not in its contract"


def test_reports_of_different_contracts_need_mixed(command, get_report, store_report, small_directory):
    document = get_report("served")
    document["suite"]["specDigest"] = "sha256:" + "0" * 64
    result = command("matrix", small_directory("served"), store_report("other", document))
    assert result.code == 2
    assert "contract sha256:000000000000 in other" in result.err


def test_the_level_is_that_of_the_register(build_matrix, get_report, store_report):
    document = get_report("faulty")
    for case in document["cases"]:
        for finding in case["findings"]:
            finding["level"] = "should"
    _, page, _ = build_matrix(store_report("approximate", document))
    assert "num.maximum must" in page.row("num.maximum")[0]


def test_a_run_that_ended_early_is_marked(build_matrix, small_directory):
    _, page, markdown = build_matrix(small_directory("stopped"), small_directory("gone"))
    assert [heading.split("ended")[1] for heading in texts(page.rows[0][1])[1:]] == [" early"] * 2
    assert "? inconclusive (selected cases only) (ended early)" in markdown


def test_a_minimal_report_is_enough(build_matrix, minimal_report, store_report):
    _, page, _ = build_matrix(store_report("bare", minimal_report("faulty")))
    assert page.row("num.maximum")[1:] == ["✗ failed"]


def test_a_directory_name_that_is_not_text(build_matrix, copy_run):
    (copy_run("clean", os.fsdecode(b"\xff")) / "report.html").write_text("", encoding="utf-8")
    result, page, _ = build_matrix(os.fsdecode(b"\xff"))
    assert result.code == 0
    assert any(link["href"] == "../%FF/report.html" for link in page.all("a"))


@pytest.mark.parametrize("word", ["html", "markdown"])
def test_one_format_alone(command, small_directory, tmp_path, word):
    result = command("matrix", small_directory("served"), "--format", word, "--reports", tmp_path / "one")
    assert result.code == 0
    assert [path.suffix for path in (tmp_path / "one").iterdir()] == [{"html": ".html", "markdown": ".md"}[word]]


def test_it_is_written_among_the_reports_by_default(command, small_directory, tmp_path):
    assert command("matrix", small_directory("served")).code == 0
    (directory,) = (tmp_path / "reports").iterdir()
    assert directory.name.startswith("matrix-")


@pytest.mark.parametrize("words", [(), ("nowhere",), ("=x",), ("x=",), ("x=nowhere/report.json",), (".",)])
def test_an_invalid_report_is_a_usage_error(command, words, tmp_path):
    result = command("matrix", *words, "--reports", tmp_path / "out")
    assert (result.code, result.out) == (2, "")
    assert not (tmp_path / "out").exists()


def test_an_unwritable_directory_is_a_usage_error(command, small_directory, tmp_path):
    (tmp_path / "file").write_text("", encoding="utf-8")
    result = command("matrix", small_directory("served"), "--reports", tmp_path / "file")
    assert result.code == 2
    assert "cannot write" in result.err


def test_hostile_reports_and_names_remain_text(build_matrix, hostile_report, store_report, small_directory):
    bad = store_report("hostile", hostile_report())
    name = "</th><script>alert(2)</script> | `x` \x1b[2J \u202e [a](javascript:b)"
    result, page, markdown = build_matrix(f"{name}={bad}", small_directory("served"))
    for text in (result.out + result.err, markdown):
        assert all(line.isprintable() for line in text.split("\n"))
    assert len(page.all("script")) == 1
    assert {len(cells) for _, cells in page.rows} == {3}
    assert not any(
        name.startswith("on") or value == "javascript:b"
        for _, attributes in page.tags
        for name, value in attributes.items()
    )
    assert not set("".join(page.texts.values())) & set("\x00\x08\x07\x1b\u202e\u2066\ud800")
    assert "<script>alert(1)" in page.texts["bdi"]
    unescaped = re.sub(r"\\.", "", markdown)
    assert {line.count("|") for line in unescaped.splitlines() if line.startswith("|")} == {5}
    outside = "".join("".join(line.split("`")[::2]) for line in unescaped.splitlines())
    assert not set(outside) & set("<[")
    assert all(line.count("`") % 2 == 0 for line in unescaped.splitlines())


def test_it_stays_small(build_matrix, run_directory, tmp_path):
    build_matrix(*[f"{index}={run_directory('clean')}" for index in range(6)])
    assert (tmp_path / "out" / "matrix.html").stat().st_size < 1_000_000


def test_in_a_browser(build_matrix, run_directory, chromium, tmp_path):
    build_matrix(f"ours={run_directory('served')}", run_directory("faulty"))
    page, errors, requests = chromium.new_page(viewport={"width": 1200, "height": 800}), [], []
    page.on("console", lambda message: errors.append(message.text))
    page.on("pageerror", lambda problem: errors.append(str(problem)))
    page.on("request", lambda request: requests.append(request.url))
    address = (tmp_path / "out" / "matrix.html").as_uri()
    page.goto(f"{address}#num.maximum")
    status = page.get_by_role("status")
    initial_status = status.inner_text()
    assert initial_status.startswith("all ")
    target = page.locator('[id="num.maximum"]')
    assert target.evaluate("row => row.matches(':target')")
    head = page.locator("thead th").first.bounding_box()
    assert head["y"] + head["height"] <= target.bounding_box()["y"] + 1 < 800
    page.get_by_label("only differences").check()
    visible_rows = page.locator("tr[data-level]:visible")
    assert {row.get_attribute("data-differs") for row in visible_rows.all()} == {"yes"}
    assert status.inner_text() == f"{visible_rows.count()} of {initial_status.split()[1]} requirements"
    page.evaluate("location.hash = '#num.minimum'")
    page.locator('[id="num.minimum"]').wait_for(state="visible")
    assert status.inner_text() == initial_status
    page.get_by_label("Area").select_option("paging")
    page.get_by_label("Level").select_option("must")
    assert {row.get_attribute("data-level") for row in visible_rows.all()} == {"must"}
    assert page.locator("tr.area:visible").count() == 1
    page.get_by_role("button", name="Show all").press("Enter")
    page.get_by_label("Search").fill("NUM.MAX")
    assert visible_rows.count() == 1
    assert page.pdf()[:4] == b"%PDF"
    page.set_viewport_size({"width": 400, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth") <= 400
    assert (errors, requests) == ([], [address])
