"""The register of requirements: entries as written, and families that stand for one entry a thing."""

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

#: What the same entry says of a client: its own words, level and reading; source and pointer are shared.
_CLIENT_KEYS = ("statement", "level", "judged", "interpretation")


@frozen
class FamilyMember:
    """One thing that a family has an entry for: the words to fill in, its place, its own level and reading."""

    placeholders: Mapping[str, Any]
    pointer: str
    level: str | None = None
    interpretation: str | None = None


#: For each kind of family (`parameter.maximum`, `response.range`, `error` ...) its members.
Families = Mapping[str, tuple[FamilyMember, ...]]


def build_families(
    parameters: Iterable[Parameter],
    success_fields: Iterable[Field],
    error_fields: Iterable[Field],
    rows: Iterable[ErrorRow],
    filters: FilterRules,
) -> Families:
    """Every kind of family that a register file may name, with its members."""
    found: dict[str, list[FamilyMember]] = {
        "error": [_error_member(row) for row in rows],
        "filter.operator": list(_operator_members(filters)),
        "filter.open": list(_unspecified_filter_members(filters)),
    }
    for parameter in parameters:
        for kind, member in _parameter_members(parameter):
            found.setdefault(kind, []).append(member)
    for prefix, fields in (("response", success_fields), ("envelope", error_fields)):
        for one in fields:
            for kind, member in _field_members(one):
                found.setdefault(f"{prefix}.{kind}", []).append(member)
    return {kind: tuple(members) for kind, members in found.items()}


def _parameter_members(parameter: Parameter) -> Iterator[tuple[str, FamilyMember]]:
    words = {"key": parameter.key, "Parameter": parameter.name, "source": parameter.source}
    for keyword, value in parameter.constraints().items():
        filled = {**words, "value": value if not isinstance(value, tuple) else ", ".join(map(str, value))}
        level, reading = parameter.levels.get(keyword), parameter.interpretations.get(keyword)
        yield f"parameter.{keyword}", FamilyMember(filled, parameter.pointer(keyword), level, reading)
    if parameter.default is not None:
        filled = {**words, "value": to_wire_value(parameter.default)}
        yield "parameter.default", FamilyMember(filled, parameter.pointer("default"))
    if parameter.is_boolean:
        yield "parameter.boolean", _unspecified_member(words, parameter, "type")
    if parameter.unspecified_values:
        yield "parameter.open", _unspecified_member(words, parameter, "pattern")
    if not parameter.required:
        yield "parameter.optional", FamilyMember(words, parameter.pointer("required"))


def _unspecified_member(placeholders: Mapping[str, Any], parameter: Parameter, keyword: str) -> FamilyMember:
    return FamilyMember(placeholders, parameter.pointer(keyword), None, parameter.interpretations.get(keyword))


def _field_members(field: Field) -> Iterator[tuple[str, FamilyMember]]:
    words = {"key": field.key, "Field": field.label, "source": f"Response parameters / {field.label}"}
    if field.path[-1] == EACH_ITEM:
        words |= {"key": f"{field.key}.item", "Field": f"an item of {field.label}"}
    if field.presence is not None:
        yield Aspect.PRESENT.value, FamilyMember(words, field.pointer, field.presence)
    for constraint in field.constraints:
        yield (
            constraint.aspect.value,
            FamilyMember({**words, "value": _format_keywords(constraint.keywords)}, field.pointer),
        )


def _format_keywords(keywords: Mapping[str, Any]) -> str:
    return ", ".join(f"{keyword.removeprefix('x-')} {value}" for keyword, value in keywords.items())


def _error_member(row: ErrorRow) -> FamilyMember:
    words = {"code": row.code, "status": row.status, "message": row.message, "source": f"{row.source} / {row.code}"}
    return FamilyMember(words, row.where)


def _operator_members(filters: FilterRules) -> Iterator[FamilyMember]:
    for attribute in filters.attributes:
        for operator, sign in filters.operators[attribute].items():
            words = {"attribute": attribute, "operator": operator, "sign": sign}
            level, reading = filters.operator_levels.get(operator), filters.operator_interpretations.get(operator)
            yield FamilyMember(words, f"filter.yaml#/attributes/{attribute}", level, reading)


def _unspecified_filter_members(filters: FilterRules) -> Iterator[FamilyMember]:
    for name, one in filters.unspecified_conditions.items():
        yield FamilyMember({"name": name, "filter": one.text}, f"filter.yaml#/open/{name}", None, one.interpretation)


def read_requirements(record: SpecRecord, families: Families) -> Iterator[Requirement]:
    """The requirements of one file, families spelled out."""
    area = record.get("area", str)
    for entry in record.children("requirements"):
        yield from _expand_entry(entry.check_keys(*_ENTRY_KEYS), area, families)


def read_client_requirements(record: SpecRecord, families: Families) -> Iterator[Requirement]:
    """What the entries of one file that say something of clients demand of them, families spelled out."""
    area = record.get("area", str)
    for entry in record.children("requirements"):
        if "client" in entry.value:
            yield from _expand_entry(_client_entry(entry), area, families, use_member_level=False)


def _client_entry(entry: SpecRecord) -> SpecRecord:
    """The entry as it reads for clients."""
    said = entry.child("client").check_keys(*_CLIENT_KEYS)
    shared = {key: entry.value[key] for key in ("id", "each", "source", "pointer") if key in entry.value}
    return SpecRecord({"level": Level.MUST.value, **shared, **said.value}, entry.where)


def _expand_entry(
    entry: SpecRecord,
    area: str,
    families: Families,
    use_member_level: bool = True,  # noqa: FBT001, FBT002 whether the level of a member counts
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
            raise InvalidSpec(
                f"{text!r} names a word that is not known here: {problem}", f"{entry.where}/{key}"
            ) from None

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
    """The interpretations, in the order of their file."""
    for entry in record.children("interpretations"):
        yield Interpretation(
            entry.get("id", str), entry.get("page", str), entry.get("evidence", str), entry.get("accepted", str)
        )


def read_statements(record: SpecRecord) -> Iterator[Statement]:
    """The index of the page, in its order."""
    for entry in record.children("statements"):
        entry.check_keys("where", "says", "requirements", "interpretations", "informative")
        yield Statement(
            entry.get("where", str),
            entry.get("says", str),
            entry.strings("requirements"),
            entry.strings("interpretations"),
            entry.get("informative", str, None),
        )
