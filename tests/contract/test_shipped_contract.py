"""The shipped contract is complete and traced, and independent of its path."""

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


def test_documented_codes_have_status_message_and_meaning(contract):
    rows = contract.errors.documented_rows
    assert len(rows) == {"2023-09": 26, "2026-06": 26 + 21}[contract.revision]
    assert all(row.status in {400, 403, 500} and row.message.endswith(".") and row.meaning for row in rows)


def test_other_codes_are_tolerated_and_name_their_source(contract):
    tolerated = [row for row in contract.errors.rows if row.grade is Grade.TOLERATED]
    assert tolerated
    assert all(row.source for row in tolerated)


def test_codes_that_no_request_can_cause_have_a_reason(contract):
    unreachable = [
        row
        for row in contract.errors.documented_rows
        if row.trigger in {ErrorTrigger.NEVER, ErrorTrigger.OTHER_OPERATION}
    ]
    assert unreachable
    assert all(row.unreachable_reason for row in unreachable)


def test_every_requirement_belongs_to_a_statement_or_is_listed_as_beyond(contract):
    beyond = contract.spec_files.content("statements.yaml")["beyond"]
    patterns = [pattern for statement in contract.statements for pattern in statement.requirements]
    patterns += [pattern for statement in beyond for pattern in statement["requirements"]]
    orphans = [name for name in contract.requirements if not any(fnmatchcase(name, pattern) for pattern in patterns)]
    assert orphans == []


def test_requirements_of_statements_exist(contract):
    for statement in contract.statements:
        for pattern in statement.requirements:
            assert any(fnmatchcase(name, pattern) for name in contract.requirements), (statement.where, pattern)


def test_every_interpretation_is_used(contract):
    used = {name for statement in contract.statements for name in statement.interpretations}
    used |= {requirement.interpretation for requirement in contract.requirements.values()}
    used |= {requirement.interpretation for requirement in contract.client_requirements.values()}
    assert set(contract.interpretations) <= used


def test_requirements_have_statement_and_source_without_placeholders(contract):
    for requirement in contract.requirements.values():
        for text in (requirement.statement, requirement.source):
            assert text.strip()
            assert "{Parameter}" not in text
            assert "{Field}" not in text


def test_every_pointer_resolves(contract):
    pointers = [requirement.pointer for requirement in contract.requirements.values() if requirement.pointer]
    assert pointers
    for pointer in pointers:
        contract.spec_files.resolve(pointer)


def test_requirements_that_are_never_judged_have_a_reason(contract):
    requirements = contract.requirements.values()
    assert all(requirement.reason for requirement in requirements if requirement.judged is JudgedBy.NEVER)


def test_the_documented_sample_has_the_required_fields(contract):
    sample = contract.spec_files.resolve(
        "openapi.yaml#/paths/~1/post/responses/200/content/application~1json/examples/sample/value"
    )
    required = [field.path for field in contract.success_fields if field.presence == "must" and len(field.path) == 1]
    assert all(path[0] in sample for path in required)


def test_the_digest_depends_on_content_only(contract, tmp_path):
    copy = tmp_path / "elsewhere"
    copy.mkdir()
    for name, text in contract.spec_files.texts.items():
        (copy / name).parent.mkdir(parents=True, exist_ok=True)
        (copy / name).write_text(text, encoding="utf-8")
    assert load(copy, contract.revision).digest == contract.digest
    (copy / "filter.lark").write_text(contract.spec_files.text("filter.lark") + "\n", encoding="utf-8")
    assert load(copy, contract.revision).digest != contract.digest


def test_the_shipped_directory_exists():
    assert (shipped_spec() / "openapi.yaml").is_file()
