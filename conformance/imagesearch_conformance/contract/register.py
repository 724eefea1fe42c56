"""The register of requirements; an entry of a family is expanded to one requirement for each member."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from attrs import frozen

from imagesearch_conformance.contract.error_table import ErrorRow
from imagesearch_conformance.contract.fields import EACH_ITEM, Aspect, Field
from imagesearch_conformance.contract.filter_rules import FilterRules
from imagesearch_conformance.contract.parameters import Parameter, to_wire_value
from imagesearch_conformance.contract.record import SpecRecord
from imagesearch_conformance.errors import InvalidSpec
from imagesearch_conformance.model.requirement import Interpretation, JudgedBy, Level, Requirement, Statement

_ENTRY_KEYS = (
    "id", "each", "level", "approximate", "statement", "source", "judged", "pointer", "needs", "interpretation",
    "reason", "tolerance", "client",
)  # fmt: skip

#: The keys of the requirement for clients in an entry; both requirements share source and pointer.
_CLIENT_KEYS = ("statement", "level", "judged", "interpretation")


@frozen
class FamilyMember:
    """One member of a family: values for placeholders, location, and a level and interpretation of its own."""

    placeholders: Mapping[str, Any]
    pointer: str
    level: str | None = None
    interpretation: str | None = None


#: The members of each family (`parameter.maximum`, `response.range`, `error` ...).
Families = Mapping[str, tuple[FamilyMember, ...]]


def build_families(
    parameters: Iterable[Parameter],
    success_fields: Iterable[Field],
    error_fields: Iterable[Field],
    rows: Iterable[ErrorRow],
    filters: FilterRules,
) -> Families:
    """Build all families that a file of the register may name."""
    families: dict[str, list[FamilyMember]] = {
        "error": [_error_member(row) for row in rows],
        "filter.operator": list(_operator_members(filters)),
        "filter.open": list(_unspecified_filter_members(filters)),
    }
    for parameter in parameters:
        for name, member in _parameter_members(parameter):
            families.setdefault(name, []).append(member)
    for prefix, fields in (("response", success_fields), ("envelope", error_fields)):
        for field in fields:
            for name, member in _field_members(field):
                families.setdefault(f"{prefix}.{name}", []).append(member)
    return {name: tuple(members) for name, members in families.items()}


def _parameter_members(parameter: Parameter) -> Iterator[tuple[str, FamilyMember]]:
    placeholders = {"key": parameter.key, "Parameter": parameter.name, "source": parameter.source}
    for keyword, value in parameter.constraints().items():
        text = ", ".join(map(str, value)) if isinstance(value, tuple) else value
        level, interpretation = parameter.levels.get(keyword), parameter.interpretations.get(keyword)
        member = FamilyMember({**placeholders, "value": text}, parameter.pointer(keyword), level, interpretation)
        yield f"parameter.{keyword}", member
    if parameter.default is not None:
        default = {"value": to_wire_value(parameter.default)}
        yield "parameter.default", FamilyMember({**placeholders, **default}, parameter.pointer("default"))
    if parameter.is_boolean:
        yield "parameter.boolean", _unspecified_member(placeholders, parameter, "type")
    if parameter.unspecified_values:
        yield "parameter.open", _unspecified_member(placeholders, parameter, "pattern")
    if not parameter.required:
        yield "parameter.optional", FamilyMember(placeholders, parameter.pointer("required"))


def _unspecified_member(placeholders: Mapping[str, Any], parameter: Parameter, keyword: str) -> FamilyMember:
    return FamilyMember(placeholders, parameter.pointer(keyword), None, parameter.interpretations.get(keyword))


def _field_members(field: Field) -> Iterator[tuple[str, FamilyMember]]:
    placeholders = {"key": field.key, "Field": field.label, "source": f"Response parameters / {field.label}"}
    if field.path[-1] == EACH_ITEM:
        placeholders |= {"key": f"{field.key}.item", "Field": f"an item of {field.label}"}
    if field.presence is not None:
        yield Aspect.PRESENT.value, FamilyMember(placeholders, field.pointer, field.presence)
    for constraint in field.constraints:
        keywords = ", ".join(f"{name.removeprefix('x-')} {value}" for name, value in constraint.keywords.items())
        yield constraint.aspect.value, FamilyMember({**placeholders, "value": keywords}, field.pointer)


def _error_member(row: ErrorRow) -> FamilyMember:
    source = f"{row.source} / {row.code}"
    return FamilyMember({"code": row.code, "status": row.status, "message": row.message, "source": source}, row.where)


def _operator_members(filters: FilterRules) -> Iterator[FamilyMember]:
    for attribute in filters.attributes:
        for operator, sign in filters.operators[attribute].items():
            yield FamilyMember(
                {"attribute": attribute, "operator": operator, "sign": sign},
                f"filter.yaml#/attributes/{attribute}",
                filters.operator_levels.get(operator),
                filters.operator_interpretations.get(operator),
            )


def _unspecified_filter_members(filters: FilterRules) -> Iterator[FamilyMember]:
    for name, condition in filters.unspecified_conditions.items():
        placeholders = {"name": name, "filter": condition.text}
        yield FamilyMember(placeholders, f"filter.yaml#/open/{name}", None, condition.interpretation)


def read_requirements(record: SpecRecord, families: Families) -> Iterator[Requirement]:
    """Yield the requirements for endpoints in one file."""
    area = record.get("area", str)
    for entry in record.children("requirements"):
        yield from _expand_entry(entry.check_keys(*_ENTRY_KEYS), area, families)


def read_client_requirements(record: SpecRecord, families: Families) -> Iterator[Requirement]:
    """Yield the requirements for clients in one file whose entries also apply to endpoints."""
    area = record.get("area", str)
    for entry in record.children("requirements"):
        if "client" in entry.value:
            yield from _expand_entry(_client_entry(entry), area, families, use_member_level=False)


def _client_entry(entry: SpecRecord) -> SpecRecord:
    client = entry.child("client").check_keys(*_CLIENT_KEYS)
    shared = {key: entry.value[key] for key in ("id", "each", "source", "pointer") if key in entry.value}
    return SpecRecord({"level": Level.MUST.value, **shared, **client.value}, entry.where)


def _expand_entry(
    entry: SpecRecord,
    area: str,
    families: Families,
    use_member_level: bool = True,  # noqa: FBT001, FBT002 false for clients
) -> Iterator[Requirement]:
    if "each" not in entry.value:
        yield _build_requirement(entry, area, FamilyMember({}, entry.get("pointer", str, "")))
        return
    for member in families.get(entry.get("each", str), ()):
        yield _build_requirement(
            entry, area, member if use_member_level else FamilyMember(member.placeholders, member.pointer)
        )


def _build_requirement(entry: SpecRecord, area: str, member: FamilyMember) -> Requirement:
    def fill(key: str, default: Any = None) -> Any:
        text = entry.get(key, str) if default is None else entry.get(key, str, default)
        try:
            return text.format_map(member.placeholders) if member.placeholders and text else text
        except (KeyError, ValueError) as problem:
            raise InvalidSpec(f"invalid placeholder in {text!r}: {problem}", f"{entry.where}/{key}") from None

    try:
        level = Level(member.level or entry.get("level", str))
        approximate = Level(entry.get("approximate", str)) if "approximate" in entry.value else None
        judged = JudgedBy(entry.get("judged", str, JudgedBy.CASE.value))
    except ValueError as problem:
        raise InvalidSpec(str(problem), entry.where) from None
    return Requirement(
        id=fill("id"),
        level=level,
        area=area,
        statement=fill("statement"),
        source=fill("source"),
        judged=judged,
        pointer=member.pointer or None,
        needs=entry.get("needs", str, None),
        interpretation=member.interpretation or entry.get("interpretation", str, None),
        reason=entry.get("reason", str, None),
        approximate=approximate,
        tolerance=entry.get("tolerance", str, None),
        register_pointer=entry.where,
    )


def read_interpretations(record: SpecRecord) -> Iterator[Interpretation]:
    for entry in record.children("interpretations"):
        yield Interpretation(
            entry.get("id", str), entry.get("page", str), entry.get("evidence", str), entry.get("accepted", str)
        )


def read_statements(record: SpecRecord) -> Iterator[Statement]:
    """Yield the index of the documentation, in its order."""
    for entry in record.children("statements"):
        entry.check_keys("where", "says", "requirements", "interpretations", "informative")
        yield Statement(
            entry.get("where", str),
            entry.get("says", str),
            entry.strings("requirements"),
            entry.strings("interpretations"),
            entry.get("informative", str, None),
        )
