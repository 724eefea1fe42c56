"""Reports without the optional members of the schema: every format can be rendered."""

import pytest

from imagesearch_conformance.reports.load import check_report
from imagesearch_conformance.reports.write import FORMAT_FILES, RENDERERS


def remove_optional(value, schema, root):
    """Return the value without the members that its schema does not require."""
    if "$ref" in schema:
        schema = root["$defs"][schema["$ref"].rpartition("/")[2]]
    if isinstance(value, list) and "items" in schema:
        return [remove_optional(item, schema["items"], root) for item in value]
    if not isinstance(value, dict) or "properties" not in schema:
        return value
    alternatives = {name for alternative in schema.get("oneOf", []) for name in alternative["required"]}
    required = {*schema.get("required", []), *alternatives} or set(schema["properties"])
    return {
        name: remove_optional(member, schema["properties"].get(name, {}), root)
        for name, member in value.items()
        if name in required
    }


@pytest.fixture(params=["faulty", "ruined", "budget", "unreachable"])
def minimal(request, get_report, contract):
    schema = contract.spec_files.content("schemas/report.json")
    report = remove_optional(get_report(request.param), schema, schema)
    check_report(report, contract, "report.json")
    return report


def test_optional_members_are_missing(minimal):
    assert "embedded" not in minimal["target"]
    assert "interpretations" not in minimal
    assert not any("definition" in case for case in minimal["cases"])


@pytest.mark.parametrize("name", FORMAT_FILES.values())
def test_every_format_is_rendered(minimal, name):
    assert RENDERERS[name](minimal).strip()
