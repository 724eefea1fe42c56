"""`compare`: files and pages, bounded and harmless, and input that is refused."""

import pytest

from imagesearch_conformance.reports.compare.formats import FORMATS

from .comparisons import case_of

#: A comment on a merge request holds no more.
MOST = 65_536

KINDS = ("newFailure", "lost", "vanished", "fixed", "changedOutcome", "changedCode", "new")


@pytest.mark.parametrize("output", FORMATS)
def test_a_file_is_written_and_the_result_printed(command, small, tmp_path, output):
    path = tmp_path / "deep" / "comparison"
    said = command("compare", small("served"), small("faulty"), "--format", output, "--output", path)
    assert said.code == 1
    assert said.out.splitlines() == ["regression in 1 requirement and 1 case; verdict conformant -> nonconformant"]
    assert (
        path.read_text(encoding="utf-8") == command("compare", small("served"), small("faulty"), "--format", output).out
    )


@pytest.mark.parametrize("text", [None, "", "{", "[]", "{}", '{"schemaVersion": 1}', "\ud800"])
@pytest.mark.parametrize("turned", [False, True])
def test_what_is_no_report_is_bad_input(command, small, tmp_path, text, turned):
    path = tmp_path / "report.json"
    if text is not None:
        path.write_text(text, encoding="utf-8", errors="surrogatepass")
    pair = [small("clean"), path]
    said = command("compare", *(reversed(pair) if turned else pair))
    assert (said.code, said.out) == (2, "")
    assert "report.json" in said.err


def test_a_directory_without_a_report_is_bad_input(command, small, tmp_path):
    said = command("compare", tmp_path, small("clean"))
    assert (said.code, said.out) == (2, "")
    assert "the report cannot be read" in said.err


def test_a_place_that_cannot_be_written_is_bad_input(command, small, tmp_path):
    (tmp_path / "file").write_text("", encoding="utf-8")
    for place in (tmp_path, tmp_path / "file" / "deeper"):
        said = command("compare", small("clean"), small("again"), "--output", place)
        assert said.code == 2
        assert "cannot be written" in said.err


def pages(command, old, new):
    """The comparison in every format."""
    return {name: command("compare", old, new, "--format", name).out for name in FORMATS}


@pytest.mark.parametrize("turned", [False, True])
def test_hostile_reports_stay_text(command, compared, hostile, stored, small, turned):
    pair = [small("served"), stored("hostile", hostile())]
    old, new = reversed(pair) if turned else pair
    made = pages(command, old, new)
    for name in ("text", "markdown"):
        assert all(line.isprintable() for line in made[name].split("\n")), name
        assert not [line for line in made[name].splitlines()[:-1] if line.startswith("result:")]
    assert "<script>" in made["text"]
    outside = "".join(made["markdown"].replace("\\`", "").split("`")[::2]).replace("\\<", "").replace("\\[", "")
    assert "<script>" in made["markdown"]
    assert "<" not in outside
    assert "](" not in outside
    assert all(line.replace("\\`", "").count("`") % 2 == 0 for line in made["markdown"].splitlines())
    compared(old, new)


def test_pages_are_bounded_whatever_reports_say(command, hostile, stored, small):
    document = hostile("<`|" * 1000)
    document["trouble"] = "<`|" * 40_000
    case = case_of(document, "num.maximum/above")
    case["exchanges"] = case["exchanges"][:1]
    document["cases"] += [
        {**case, "id": f"num.maximum/{'x' * 200}{index}", "reason": None, "findings": [
            {**case["findings"][0], "message": f"{index} <`|" * 100}
        ]}
        for index in range(200)
    ]  # fmt: skip
    made = pages(command, small("served"), stored("huge", document))
    assert len(made["markdown"]) < MOST
    assert len(made["text"]) < 4 * MOST
    assert made["markdown"].startswith("# \u274c SearchImageByName: regression")


def test_a_markdown_page_has_its_parts(command, small):
    text = command("compare", small("clean"), small("narrow"), "--format", "markdown").out
    assert "## Not comparable in everything" in text
    assert '-> `["num.maximum"]`: what the new run left out vanished' in text
    table = [line for line in text.splitlines() if line.startswith("| ")]
    assert {line.count("|") for line in table} == {4}
    assert len(table) == len(KINDS) + 3
