"""An edited copy of `spec/` changes what is tested and what is expected, without a change of code."""

import json
import subprocess
import sys

import pytest

from imagesearch_conformance.contract import load
from imagesearch_conformance.model.finding import Outcome, Verdict

SHADE = {"type": "integer", "minimum": 2, "maximum": 7, "default": 3}


@pytest.fixture
def spec(copied):
    return copied.root


@pytest.fixture
def edit(copied):
    return copied.edit


def add_parameter(spec, name, schema):
    path = spec / "schemas" / "request.json"
    document = json.loads(path.read_text(encoding="utf-8"))
    document["properties"][name] = schema
    path.write_text(json.dumps(document), encoding="utf-8")


def failed(record):
    return {result.requirement.id for result in record.requirements if result.outcome is Outcome.FAILED}


def sent_value(record, case_id, parameter):
    case = next(result.case for result in record.cases if result.case.id == case_id)
    return case.probes[0].request.value(parameter)


def test_a_changed_bound_is_tested_and_expected(spec, edit, run_suite):
    edit("schemas/request.json", '"maximum": 100,', '"maximum": 50,')
    record = run_suite(judged_by=load(spec))
    assert sent_value(record, "num.maximum/at", "Num") == "50"
    assert sent_value(record, "num.maximum/above", "Num") == "51"
    assert failed(record) == {"num.maximum"}


def test_a_changed_length_is_tested_and_expected(spec, edit, run_suite):
    edit("schemas/request.json", '"maxLength": 256', '"maxLength": 300')
    record = run_suite(judged_by=load(spec))
    assert len(sent_value(record, "filter.maxlength/at", "Filter")) == 300
    assert failed(record) == {"filter.maxlength"}


def test_a_changed_message_is_expected(spec, edit, run_suite):
    edit("errors/page.yaml", "The specified category is invalid.", "No such category.")
    assert failed(run_suite(judged_by=load(spec))) == {"error.InvalidCategory.message"}


def test_a_changed_status_is_expected(spec, edit, run_suite):
    edit(
        "errors/page.yaml",
        "code: InvalidFilterClause\n    status: 400",
        "code: InvalidFilterClause\n    status: 422",
    )
    assert failed(run_suite(judged_by=load(spec))) == {"error.InvalidFilterClause.status"}


def test_a_renamed_error_code_is_expected(spec, edit, run_suite):
    for name in ("errors/page.yaml", "schemas/request.json"):
        edit(name, "InvalidCategory", "NoSuchCategory")
    record = run_suite(judged_by=load(spec))
    assert failed(record) == {
        "categoryid.enum",
        "categoryid.type",
        "request.combined",
        "silence.integer.fraction",
        "silence.integer.plus",
        "silence.integer.space",
        "error.NoSuchCategory.message",
        "error.NoSuchCategory.status",
    }


def test_a_new_error_code_gets_requirements_and_a_case(spec, run_suite):
    row = """  - code: Asleep
    status: 503
    message: The engine sleeps.
    meaning: It will wake up.
    provoked: never
    because: nothing that is asked makes it tired
"""
    path = spec / "errors" / "page.yaml"
    path.write_text(path.read_text(encoding="utf-8") + row, encoding="utf-8")
    record = run_suite(judged_by=load(spec))
    assert failed(record) == {"error.Asleep.status", "error.Asleep.message"}


def test_a_new_optional_parameter_gets_its_cases(spec, run_suite):
    add_parameter(spec, "Shade", SHADE)
    record = run_suite(judged_by=load(spec))
    case_ids = {result.case.id for result in record.cases if result.case.id.startswith("shade.")}
    assert {
        "shade.minimum/at",
        "shade.minimum/below",
        "shade.maximum/above",
        "shade.type/text",
        "shade.default/explicit",
    } <= case_ids
    # The emulator serves the shipped contract and ignores Shade, invalid values included.
    assert failed(record) >= {"shade.minimum", "shade.maximum", "shade.type"}
    assert all(name.startswith("shade.") or name == "request.combined" for name in failed(record))


def test_a_new_boolean_and_a_new_pattern_get_their_cases(spec, run_suite):
    add_parameter(spec, "Blurred", {"type": "boolean", "default": False})
    add_parameter(
        spec,
        "Tint",
        {"type": "string", "pattern": "^#[0-9a-f]{6}$", "examples": ["#00ff00"], "x-broken": {"name": "green"}},
    )
    record = run_suite(judged_by=load(spec))
    areas = ("blurred.", "tint.", "silence.boolean.")
    case_ids = {result.case.id for result in record.cases if result.case.id.startswith(areas)}
    assert case_ids >= {
        "blurred.type/text",
        "blurred.default/explicit",
        "silence.boolean.blurred/capital-true",
        "tint.pattern/#00ff00",
        "tint.pattern/name",
    }
    assert sent_value(record, "blurred.default/explicit", "Blurred") is None
    assert sent_value(record, "tint.pattern/name", "Tint") == "green"
    # The emulator serves the shipped contract and ignores both.
    assert failed(record) == {"blurred.type", "tint.pattern", "request.combined"}


def test_a_field_that_is_no_longer_required_loses_its_requirement(spec, edit):
    edit("schemas/success.json", '"required": ["Msg", "Head",', '"required": ["Head",')
    assert "response.msg.present" not in load(spec).requirements


@pytest.mark.parametrize(
    "changed", [*(pytest.param(name, marks=pytest.mark.long) for name in ("bound", "message")), "parameter"]
)
def test_the_embedded_emulator_follows_the_same_copy(spec, edit, tmp_path, changed):
    if changed == "bound":
        edit("schemas/request.json", '"maximum": 100,', '"maximum": 50,')
    elif changed == "message":
        edit("errors/page.yaml", "The specified category is invalid.", "No such category.")
    else:
        add_parameter(spec, "Shade", SHADE)
    command = [sys.executable, "-m", "imagesearch_conformance", "run", "--spec", str(spec), "--format", "json"]
    selection = ["--select", "parameters", "--select", "error.InvalidCategory.*"]
    result = subprocess.run(
        [*command, *selection, "--reports", str(tmp_path / "reports")], capture_output=True, text=True, check=False
    )
    assert result.returncode == 0, result.stderr
    report = json.loads(result.stdout)
    assert report["verdict"] == Verdict.CONFORMANT
    assert report["suite"]["specDigest"] == load(spec).digest
    assert any(case["id"].startswith("shade.") for case in report["cases"]) is (changed == "parameter")
