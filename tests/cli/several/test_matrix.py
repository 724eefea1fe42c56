"""`matrix`: requirements x implementations, as a page and as Markdown."""

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
    """A page taken apart: every start tag with its attributes, the cells of the table by row, texts by element."""

    tags: list = field(factory=list)
    rows: list = field(factory=list)
    open: list = field(factory=list)
    texts: dict = field(factory=dict)

    def __attrs_post_init__(self):
        super().__init__()

    @classmethod
    def of(cls, text):
        made = cls()
        made.feed(text)
        made.close()
        assert made.open == []
        return made

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
        """The texts of the cells of a requirement."""
        return next(texts(cells) for attrs, cells in self.rows if attrs.get("id") == name)


def texts(cells):
    return [" ".join(text.split()) for _, _, text in cells]


@pytest.fixture
def tabled(command, tmp_path):
    """Makes a matrix: what was said, the page taken apart, and the Markdown."""

    def made(*words):
        said = command("matrix", *words, "--reports", tmp_path / "made")
        assert said.code == 0, said.err
        page, markdown = (tmp_path / "made" / name for name in ("matrix.html", "matrix.md"))
        return said, Page.of(page.read_text(encoding="utf-8")), markdown.read_text(encoding="utf-8")

    return made


def lines(markdown):
    """The cells of the table by row."""
    return [line.strip("| ").split(" | ") for line in markdown.splitlines() if line.startswith("|")]


def test_every_requirement_of_every_report_in_the_order_given(tabled, runs):
    said, page, markdown = tabled(f"ours={runs('clean')}", runs("faulty") / "report.json")
    assert said.err == ""
    heads = [one.removesuffix(" of what was selected") for one in texts(page.rows[0][1])]
    assert heads == ["Requirement", "ours ✓ conformant", "faulty ✗ nonconformant"]
    assert page.row("num.maximum")[1:] == ["✓ passed", "✗ failed"]
    assert page.row("num.minimum")[1:] == ["✓ passed", "✓ passed"]
    assert page.row("num.maximum")[0].startswith("num.maximum must Accepts Num up to 100")
    table = {row[0]: row[2:] for row in lines(markdown)}
    assert table["`num.maximum`"] == ["✓ passed", "✗ failed"]
    assert [re.sub(r"\[(.*)\]\(<.*/report\.html>\)", r"\1", one) for one in table["requirement"]] == ["ours", "faulty"]
    assert table["**verdict**"][1] == "✗ nonconformant (of what was selected)"


def test_sums_stand_on_top_and_by_area(tabled, report, small):
    _, page, markdown = tabled(small("served"), small("faulty"))
    count = len(report("served")["requirements"])
    facts = {texts(cells)[0]: texts(cells)[1:] for attrs, cells in page.rows[1:] if not attrs}
    assert facts["requests"] == [str(report(name)["requests"]) for name in ("served", "faulty")]
    assert facts["cases"] == [str(len(report(name)["cases"])) for name in ("served", "faulty")]
    for text in facts["requirements"]:
        assert sum(map(int, re.findall(r"\d+", text))) == count
    assert "1 failed" in facts["requirements"][1]
    areas = [texts(cells) for attrs, cells in page.rows if attrs.get("class") == "area"]
    assert sum(int(re.search(r"(\d+) requirement", one[0])[1]) for one in areas) == count
    for column in (1, 2):
        assert sum(int(number) for one in areas for number in re.findall(r"\d+", one[column])) == count
    assert "Legend: ✗ failed, ✓ passed" in markdown


def test_what_is_read_aloud(tabled, small):
    _, page, _ = tabled(small("served"), small("faulty"))
    assert all(one.get("scope") in {"col", "row", "rowgroup"} for one in page.all("th"))
    names = [one["id"] for _, one in page.tags if "id" in one]
    assert len(names) == len(set(names))
    width = {len(cells) for _, cells in page.rows}
    assert width == {3}
    assert page.all("html")[0]["lang"] == "en"
    assert len(page.all("main")) == len(page.all("h1")) == 1
    region = next(one for one in page.all("div") if one.get("role") == "region")
    assert (region["tabindex"], region["aria-labelledby"] in names) == ("0", True)


def test_nothing_but_its_own_script_may_run_and_nothing_is_fetched(tabled, small, tmp_path):
    _, page, _ = tabled(small("served"))
    policy = next(one["content"] for one in page.all("meta") if one.get("http-equiv") == "Content-Security-Policy")
    text = (tmp_path / "made" / "matrix.html").read_text(encoding="utf-8")
    (script,) = re.findall(r"<script>(.*?)</script>", text, re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    assert f"script-src 'sha256-{digest}'" in policy
    assert "default-src 'none'" in policy
    places = [one[name] for _, one in page.tags for name in ("src", "href") if name in one]
    assert all(one.startswith(("#", "data:,")) for one in places)


def test_a_column_leads_to_the_page_beside_its_report(tabled, copied_run, small, tmp_path):
    strange = copied_run("faulty", 'a "b" <c> javascript:d?e#f')
    (strange / "report.html").write_text("", encoding="utf-8")
    _, page, markdown = tabled(strange, small("served"))
    links = [one["href"] for one in page.all("a") if not one["href"].startswith("#")]
    assert {(tmp_path / "made" / unquote(one.partition("#")[0])).resolve() for one in links} == {
        strange / "report.html"
    }
    assert [one.partition("#")[2] for one in links] == ["", "num.maximum"]
    assert not set(links[0]) & set('"<>:?# ')
    assert f"(<{links[0]}>)" in markdown


def test_a_name_may_be_given_and_none_is_there_twice(tabled, small, copied_run):
    same = copied_run("clean", "a=b")
    _, page, _ = tabled(f"x={small('served')}", f"x={small('served')}", same)
    assert [one.split()[:2] for one in texts(page.rows[0][1])[1:]] == [["x", "✓"], ["x", "(2)"], ["a=b", "✓"]]


def test_a_report_in_a_file_of_another_name_is_called_after_it(tabled, small, tmp_path):
    (tmp_path / "nightly.json").write_bytes((small("served") / "report.json").read_bytes())
    _, page, _ = tabled(tmp_path / "nightly.json")
    assert texts(page.rows[0][1])[1].startswith("nightly ")


def test_reports_of_different_revisions_are_not_mixed_in_silence(command, tabled, runs, tmp_path):
    said = command("matrix", runs("clean"), runs("later"), "--reports", tmp_path / "made")
    assert (said.code, said.out) == (2, "")
    assert "revision 2023-09 in clean; revision 2026-06 in later" in said.err
    assert "--mixed" in said.err
    assert not (tmp_path / "made").exists()
    said, page, markdown = tabled(runs("clean"), runs("later"), "--mixed")
    assert "different contracts" in said.err
    assert "these reports are of different contracts" in page.texts["p"]
    assert "revision 2026-06 in later" in page.texts["bdi"]
    assert "**Mixed:**" in markdown
    assert page.row("scorethreshold.pattern")[1] == "· not in its contract"
    assert {row[0]: row[2:] for row in lines(markdown)}["`scorethreshold.pattern`"][0] == "· not in its contract"


def test_reports_of_different_digests_are_not_mixed_either(command, report, stored, small):
    document = report("served")
    document["suite"]["specDigest"] = "sha256:" + "0" * 64
    said = command("matrix", small("served"), stored("other", document))
    assert said.code == 2
    assert "contract sha256:000000000000 in other" in said.err


def test_the_level_is_that_of_the_register(tabled, report, stored):
    document = report("faulty")
    for case in document["cases"]:
        for finding in case["findings"]:
            finding["level"] = "should"
    _, page, _ = tabled(stored("approximate", document))
    assert "num.maximum must" in page.row("num.maximum")[0]


def test_a_run_that_ended_early_says_so(tabled, small):
    _, page, markdown = tabled(small("stopped"), small("gone"))
    assert [one.split("ended")[1] for one in texts(page.rows[0][1])[1:]] == [" early"] * 2
    assert "? inconclusive (of what was selected) (ended early)" in markdown


def test_a_report_of_nothing_but_what_it_must_say_will_do(tabled, bare, stored):
    _, page, _ = tabled(stored("bare", bare("faulty")))
    assert page.row("num.maximum")[1:] == ["✗ failed"]


def test_a_directory_whose_name_is_no_text(tabled, copied_run):
    (copied_run("clean", os.fsdecode(b"\xff")) / "report.html").write_text("", encoding="utf-8")
    said, page, _ = tabled(os.fsdecode(b"\xff"))
    assert said.code == 0
    assert any(one["href"] == "../%FF/report.html" for one in page.all("a"))


@pytest.mark.parametrize("word", ["html", "markdown"])
def test_one_format_alone(command, small, tmp_path, word):
    said = command("matrix", small("served"), "--format", word, "--reports", tmp_path / "one")
    assert said.code == 0
    assert [path.suffix for path in (tmp_path / "one").iterdir()] == [{"html": ".html", "markdown": ".md"}[word]]


def test_it_is_written_among_the_reports_by_default(command, small, tmp_path):
    assert command("matrix", small("served")).code == 0
    (made,) = (tmp_path / "reports").iterdir()
    assert made.name.startswith("matrix-")


@pytest.mark.parametrize("words", [(), ("nowhere",), ("=x",), ("x=",), ("x=nowhere/report.json",), (".",)])
def test_what_is_no_report_is_wrong_usage(command, words, tmp_path):
    said = command("matrix", *words, "--reports", tmp_path / "made")
    assert (said.code, said.out) == (2, "")
    assert not (tmp_path / "made").exists()


def test_a_place_that_cannot_be_written_is_wrong_usage(command, small, tmp_path):
    (tmp_path / "file").write_text("", encoding="utf-8")
    said = command("matrix", small("served"), "--reports", tmp_path / "file")
    assert said.code == 2
    assert "cannot be written" in said.err


def test_hostile_reports_and_names_stay_text(tabled, hostile, stored, small):
    bad = stored("hostile", hostile())
    name = "</th><script>alert(2)</script> | `x` \x1b[2J \u202e [a](javascript:b)"
    said, page, markdown = tabled(f"{name}={bad}", small("served"))
    for text in (said.out + said.err, markdown):
        assert all(line.isprintable() for line in text.split("\n"))
    assert len(page.all("script")) == 1
    assert {len(cells) for _, cells in page.rows} == {3}
    assert not any(
        name.startswith("on") or value == "javascript:b" for _, one in page.tags for name, value in one.items()
    )
    assert not set("".join(page.texts.values())) & set("\x00\x08\x07\x1b\u202e\u2066\ud800")
    assert "<script>alert(1)" in page.texts["bdi"]
    unescaped = re.sub(r"\\.", "", markdown)
    assert {line.count("|") for line in unescaped.splitlines() if line.startswith("|")} == {5}
    outside = "".join("".join(line.split("`")[::2]) for line in unescaped.splitlines())
    assert not set(outside) & set("<[")
    assert all(line.count("`") % 2 == 0 for line in unescaped.splitlines())


def test_it_stays_small(tabled, runs, tmp_path):
    tabled(*[f"{index}={runs('clean')}" for index in range(6)])
    assert (tmp_path / "made" / "matrix.html").stat().st_size < 1_000_000


def test_in_a_browser(tabled, runs, chromium, tmp_path):
    tabled(f"ours={runs('served')}", runs("faulty"))
    page, trouble, asked = chromium.new_page(viewport={"width": 1200, "height": 800}), [], []
    page.on("console", lambda message: trouble.append(message.text))
    page.on("pageerror", lambda problem: trouble.append(str(problem)))
    page.on("request", lambda request: asked.append(request.url))
    place = (tmp_path / "made" / "matrix.html").as_uri()
    page.goto(f"{place}#num.maximum")
    told = page.get_by_role("status")
    whole = told.inner_text()
    assert whole.startswith("all ")
    target = page.locator('[id="num.maximum"]')
    assert target.evaluate("row => row.matches(':target')")
    head = page.locator("thead th").first.bounding_box()
    assert head["y"] + head["height"] <= target.bounding_box()["y"] + 1 < 800
    page.get_by_label("only differences").check()
    shown = page.locator("tr[data-level]:visible")
    assert {row.get_attribute("data-differs") for row in shown.all()} == {"yes"}
    assert told.inner_text() == f"{shown.count()} of {whole.split()[1]} requirements"
    page.evaluate("location.hash = '#num.minimum'")
    page.locator('[id="num.minimum"]').wait_for(state="visible")
    assert told.inner_text() == whole
    page.get_by_label("Area").select_option("paging")
    page.get_by_label("Level").select_option("must")
    assert {row.get_attribute("data-level") for row in shown.all()} == {"must"}
    assert page.locator("tr.area:visible").count() == 1
    page.get_by_role("button", name="Show all").press("Enter")
    page.get_by_label("Words").fill("NUM.MAX")
    assert shown.count() == 1
    assert page.pdf()[:4] == b"%PDF"
    page.set_viewport_size({"width": 400, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth") <= 400
    assert (trouble, asked) == ([], [place])
