"""The contract that ships: complete, traced, and readable from wherever it lies."""

from fnmatch import fnmatchcase

import pytest

from imagesearch_conformance.contract import load, shipped_spec
from imagesearch_conformance.contract.error_table import ErrorTrigger
from imagesearch_conformance.model.expectation import Grade
from imagesearch_conformance.model.requirement import JudgedBy


@pytest.fixture(scope="module", params=["2023-09", "2026-06"])
def contract(request):
    """The contract in each revision."""
    return load(None, request.param)


def test_the_page_has_twenty_six_codes_each_with_status_message_and_meaning(contract):
    rows = contract.errors.documented_rows
    assert len(rows) == {"2023-09": 26, "2026-06": 26 + 21}[contract.revision]
    assert all(row.status in {400, 403, 500} and row.message.endswith(".") and row.meaning for row in rows)


def test_codes_beyond_the_page_are_tolerated_and_say_where_they_come_from(contract):
    beyond = [row for row in contract.errors.rows if row.grade is Grade.TOLERATED]
    assert beyond
    assert all(row.source for row in beyond)


def test_every_code_out_of_reach_gives_its_reason(contract):
    out = [
        row
        for row in contract.errors.documented_rows
        if row.trigger in {ErrorTrigger.NEVER, ErrorTrigger.OTHER_OPERATION}
    ]
    assert out
    assert all(row.unreachable_reason for row in out)


def test_every_requirement_is_reached_from_a_statement_or_named_as_beyond_the_page(contract):
    patterns = [pattern for one in contract.statements for pattern in one.requirements]
    patterns += [
        pattern for one in contract.spec_files.content("statements.yaml")["beyond"] for pattern in one["requirements"]
    ]
    orphans = [name for name in contract.requirements if not any(fnmatchcase(name, pattern) for pattern in patterns)]
    assert orphans == []


def test_every_statement_reaches_a_requirement(contract):
    for statement in contract.statements:
        for pattern in statement.requirements:
            assert any(fnmatchcase(name, pattern) for name in contract.requirements), (statement.where, pattern)


def test_every_interpretation_is_used(contract):
    used = {name for one in contract.statements for name in one.interpretations}
    used |= {one.interpretation for one in contract.requirements.values()}
    used |= {one.interpretation for one in contract.client_requirements.values()}
    assert set(contract.interpretations) <= used


def test_every_requirement_has_a_statement_and_a_source_without_open_places(contract):
    for requirement in contract.requirements.values():
        for text in (requirement.statement, requirement.source):
            assert text.strip()
            assert "{Parameter}" not in text
            assert "{Field}" not in text


def test_every_pointer_leads_somewhere(contract):
    pointers = [one.pointer for one in contract.requirements.values() if one.pointer]
    assert pointers
    for pointer in pointers:
        contract.spec_files.resolve(pointer)


def test_nothing_is_left_unjudged_without_a_reason(contract):
    never = [one for one in contract.requirements.values() if one.judged is JudgedBy.NEVER]
    assert all(one.reason for one in never)


def test_the_samples_of_the_page_fit_the_field_list(contract):
    sample = contract.spec_files.resolve(
        "openapi.yaml#/paths/~1/post/responses/200/content/application~1json/examples/sample/value"
    )
    required = [field.path for field in contract.success_fields if field.presence == "must" and len(field.path) == 1]
    assert all(path[0] in sample for path in required)


def test_the_digest_depends_on_the_content_and_not_on_the_place(contract, tmp_path):
    copy = tmp_path / "elsewhere"
    copy.mkdir()
    for name, text in contract.spec_files.texts.items():
        (copy / name).parent.mkdir(parents=True, exist_ok=True)
        (copy / name).write_text(text, encoding="utf-8")
    assert load(copy, contract.revision).digest == contract.digest
    (copy / "filter.lark").write_text(contract.spec_files.text("filter.lark") + "\n", encoding="utf-8")
    assert load(copy, contract.revision).digest != contract.digest


def test_the_shipped_directory_is_the_one_of_the_checkout_or_the_package():
    assert (shipped_spec() / "openapi.yaml").is_file()
