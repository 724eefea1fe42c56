"""Reports of other makers: whatever the schema leaves optional may be missing, and every format is still made."""

import pytest

from imagesearch_conformance.reports.load import check_report
from imagesearch_conformance.reports.write import FORMAT_FILES, RENDERERS


def bare(value, schema, root):
    """The value without what its schema does not require."""
    if "$ref" in schema:
        schema = root["$defs"][schema["$ref"].rpartition("/")[2]]
    if isinstance(value, list) and "items" in schema:
        return [bare(one, schema["items"], root) for one in value]
    if not isinstance(value, dict) or "properties" not in schema:
        return value
    alternatives = {name for one in schema.get("oneOf", []) for name in one["required"]}
    needed = {*schema.get("required", []), *alternatives} or set(schema["properties"])
    return {name: bare(one, schema["properties"].get(name, {}), root) for name, one in value.items() if name in needed}


@pytest.fixture(params=["faulty", "ruined", "budget", "unreachable"])
def minimal(request, documents, contract):
    schema = contract.spec_files.content("schemas/report.json")
    made = bare(documents(request.param), schema, schema)
    check_report(made, contract, "here")
    return made


def test_it_lacks_what_is_optional(minimal):
    assert "embedded" not in minimal["target"]
    assert "interpretations" not in minimal
    assert not any("definition" in case for case in minimal["cases"])


@pytest.mark.parametrize("name", FORMAT_FILES.values())
def test_every_format_is_made(minimal, name):
    assert RENDERERS[name](minimal).strip()
