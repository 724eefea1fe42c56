"""`compare`: bounded and harmless output, and invalid input."""

import pytest

from imagesearch_conformance.reports.compare.formats import FORMATS

from .comparisons import get_case

#: Maximum length of a comment on a merge request.
MAX_LENGTH = 65_536

KINDS = ("newFailure", "notJudged", "missing", "fixed", "changedOutcome", "changedCode", "new")


@pytest.mark.parametrize("output", FORMATS)
def test_a_file_is_written_and_the_result_printed(command, small_directory, tmp_path, output):
    path = tmp_path / "deep" / "comparison"
    result = command(
        "compare", small_directory("served"), small_directory("faulty"), "--format", output, "--output", path
    )
    assert result.code == 1
    assert result.out.splitlines() == ["regression in 1 requirement and 1 case; verdict conformant -> nonconformant"]
    assert (
        path.read_text(encoding="utf-8")
        == command("compare", small_directory("served"), small_directory("faulty"), "--format", output).out
    )


@pytest.mark.parametrize("text", [None, "", "{", "[]", "{}", '{"schemaVersion": 1}', "\ud800"])
@pytest.mark.parametrize("reverse", [False, True])
def test_an_invalid_report_is_a_usage_error(command, small_directory, tmp_path, text, reverse):
    path = tmp_path / "report.json"
    if text is not None:
        path.write_text(text, encoding="utf-8", errors="surrogatepass")
    pair = [small_directory("clean"), path]
    result = command("compare", *(reversed(pair) if reverse else pair))
    assert (result.code, result.out) == (2, "")
    assert "report.json" in result.err


def test_a_directory_without_a_report_is_a_usage_error(command, small_directory, tmp_path):
    result = command("compare", tmp_path, small_directory("clean"))
    assert (result.code, result.out) == (2, "")
    assert "cannot read the report" in result.err


def test_an_unwritable_output_is_a_usage_error(command, small_directory, tmp_path):
    (tmp_path / "file").write_text("", encoding="utf-8")
    for output in (tmp_path, tmp_path / "file" / "deeper"):
        result = command("compare", small_directory("clean"), small_directory("again"), "--output", output)
        assert result.code == 2
        assert "cannot write" in result.err


def render_all(command, old, new):
    """Return the comparison in every format."""
    return {name: command("compare", old, new, "--format", name).out for name in FORMATS}


@pytest.mark.parametrize("reverse", [False, True])
def test_hostile_reports_remain_text(command, compare, hostile_report, store_report, small_directory, reverse):
    pair = [small_directory("served"), store_report("hostile", hostile_report())]
    old, new = reversed(pair) if reverse else pair
    outputs = render_all(command, old, new)
    for name in ("text", "markdown"):
        assert all(line.isprintable() for line in outputs[name].split("\n")), name
        assert not [line for line in outputs[name].splitlines()[:-1] if line.startswith("result:")]
    assert "<script>" in outputs["text"]
    outside = "".join(outputs["markdown"].replace("\\`", "").split("`")[::2]).replace("\\<", "").replace("\\[", "")
    assert "<script>" in outputs["markdown"]
    assert "<" not in outside
    assert "](" not in outside
    assert all(line.replace("\\`", "").count("`") % 2 == 0 for line in outputs["markdown"].splitlines())
    compare(old, new)


def test_output_is_bounded_whatever_reports_contain(command, hostile_report, store_report, small_directory):
    document = hostile_report("<`|" * 1000)
    document["stopReason"] = "<`|" * 40_000
    case = get_case(document, "num.maximum/above")
    case["exchanges"] = case["exchanges"][:1]
    document["cases"] += [
        {**case, "id": f"num.maximum/{'x' * 200}{index}", "reason": None, "findings": [
            {**case["findings"][0], "message": f"{index} <`|" * 100}
        ]}
        for index in range(200)
    ]  # fmt: skip
    outputs = render_all(command, small_directory("served"), store_report("huge", document))
    assert len(outputs["markdown"]) < MAX_LENGTH
    assert len(outputs["text"]) < 4 * MAX_LENGTH
    assert outputs["markdown"].startswith("# \u274c SearchImageByName: regression")


def test_the_markdown_has_all_its_parts(command, small_directory):
    text = command("compare", small_directory("clean"), small_directory("narrow"), "--format", "markdown").out
    assert "## Differences between the runs" in text
    assert '-> `["num.maximum"]`: results that only the old run selected' in text
    table = [line for line in text.splitlines() if line.startswith("| ")]
    assert {line.count("|") for line in table} == {4}
    assert len(table) == len(KINDS) + 3
