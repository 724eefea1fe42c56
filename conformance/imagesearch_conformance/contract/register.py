"""The register of requirements: entries as written, and families that stand for one entry a thing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from attrs import frozen

from imagesearch_conformance.contract.error_table import ErrorRow
from imagesearch_conformance.contract.fields import EACH, Aspect, Field
from imagesearch_conformance.contract.filter_rules import FilterRules
from imagesearch_conformance.contract.parameters import Parameter, written
from imagesearch_conformance.contract.shape import Record
from imagesearch_conformance.errors import BadSpec
from imagesearch_conformance.model.requirement import Interpretation, Judged, Level, Requirement, Statement

_KEYS = (
    "id", "each", "level", "approximate", "statement", "source", "judged", "pointer", "needs", "interpretation",
    "reason", "tolerance", "client",
)  # fmt: skip

#: What the same entry says of a client: its own words, level and reading; source and pointer are shared.
_OF_CLIENTS = ("statement", "level", "judged", "interpretation")


@frozen
class Member:
    """One thing that a family has an entry for: the words to fill in, its place, its own level and reading."""

    words: Mapping[str, Any]
    pointer: str
    level: str | None = None
    interpretation: str | None = None


#: For each kind of family (`parameter.maximum`, `response.range`, `error` ...) its members.
Families = Mapping[str, tuple[Member, ...]]


def families(
    parameters: Iterable[Parameter],
    success: Iterable[Field],
    error: Iterable[Field],
    rows: Iterable[ErrorRow],
    filters: FilterRules,
) -> Families:
    """Every kind of family that a register file may name, with its members."""
    found: dict[str, list[Member]] = {
        "error": [_of_row(row) for row in rows],
        "filter.operator": list(_of_filters(filters)),
        "filter.open": list(_of_open_filters(filters)),
    }
    for parameter in parameters:
        for kind, member in _of_parameter(parameter):
            found.setdefault(kind, []).append(member)
    for prefix, fields in (("response", success), ("envelope", error)):
        for one in fields:
            for kind, member in _of_field(one):
                found.setdefault(f"{prefix}.{kind}", []).append(member)
    return {kind: tuple(members) for kind, members in found.items()}


def _of_parameter(parameter: Parameter) -> Iterator[tuple[str, Member]]:
    words = {"key": parameter.key, "Parameter": parameter.name, "source": parameter.source}
    for keyword, value in parameter.constraints().items():
        filled = {**words, "value": value if not isinstance(value, tuple) else ", ".join(map(str, value))}
        level, reading = parameter.levels.get(keyword), parameter.interpretations.get(keyword)
        yield f"parameter.{keyword}", Member(filled, parameter.pointer(keyword), level, reading)
    if parameter.default is not None:
        filled = {**words, "value": written(parameter.default)}
        yield "parameter.default", Member(filled, parameter.pointer("default"))
    if parameter.boolean:
        yield "parameter.boolean", _silent(words, parameter, "type")
    if parameter.open:
        yield "parameter.open", _silent(words, parameter, "pattern")
    if not parameter.required:
        yield "parameter.optional", Member(words, parameter.pointer("required"))


def _silent(words: Mapping[str, Any], parameter: Parameter, keyword: str) -> Member:
    return Member(words, parameter.pointer(keyword), None, parameter.interpretations.get(keyword))


def _of_field(one: Field) -> Iterator[tuple[str, Member]]:
    words = {"key": one.key, "Field": one.label, "source": f"Response parameters / {one.label}"}
    if one.path[-1] == EACH:
        words |= {"key": f"{one.key}.item", "Field": f"an item of {one.label}"}
    if one.presence is not None:
        yield Aspect.PRESENT.value, Member(words, one.pointer, one.presence)
    for constraint in one.constraints:
        yield constraint.aspect.value, Member({**words, "value": _said(constraint.keywords)}, one.pointer)


def _said(stated: Mapping[str, Any]) -> str:
    return ", ".join(f"{keyword.removeprefix('x-')} {value}" for keyword, value in stated.items())


def _of_row(row: ErrorRow) -> Member:
    words = {"code": row.code, "status": row.status, "message": row.message, "source": f"{row.source} / {row.code}"}
    return Member(words, row.where)


def _of_filters(filters: FilterRules) -> Iterator[Member]:
    for attribute in filters.attributes:
        for operator, sign in filters.operators[attribute].items():
            words = {"attribute": attribute, "operator": operator, "sign": sign}
            level, reading = filters.levels.get(operator), filters.interpretations.get(operator)
            yield Member(words, f"filter.yaml#/attributes/{attribute}", level, reading)


def _of_open_filters(filters: FilterRules) -> Iterator[Member]:
    for name, one in filters.open.items():
        yield Member({"name": name, "filter": one.text}, f"filter.yaml#/open/{name}", None, one.interpretation)


def read_requirements(document: Record, known: Families) -> Iterator[Requirement]:
    """The requirements of one file, families spelled out."""
    area = document.get("area", str)
    for entry in document.children("requirements"):
        yield from _spelled_out(entry.only(*_KEYS), area, known)


def read_client_requirements(document: Record, known: Families) -> Iterator[Requirement]:
    """What the entries of one file that say something of clients demand of them, families spelled out."""
    area = document.get("area", str)
    for entry in document.children("requirements"):
        if "client" in entry.value:
            yield from _spelled_out(_of_clients(entry), area, known, own_level=False)


def _of_clients(entry: Record) -> Record:
    """The entry as it reads for clients."""
    said = entry.child("client").only(*_OF_CLIENTS)
    shared = {key: entry.value[key] for key in ("id", "each", "source", "pointer") if key in entry.value}
    return Record({"level": Level.MUST.value, **shared, **said.value}, entry.where)


def _spelled_out(
    entry: Record,
    area: str,
    known: Families,
    own_level: bool = True,  # noqa: FBT001, FBT002 whether the level of a member counts
) -> Iterator[Requirement]:
    if "each" not in entry.value:
        yield _requirement(entry, area, Member({}, entry.get("pointer", str, "")))
        return
    for member in known.get(entry.get("each", str), ()):
        yield _requirement(entry, area, member if own_level else Member(member.words, member.pointer))


def _requirement(entry: Record, area: str, member: Member) -> Requirement:
    def filled(key: str, default: Any = None) -> Any:
        text = entry.get(key, str) if default is None else entry.get(key, str, default)
        try:
            return text.format_map(member.words) if member.words and text else text
        except (KeyError, ValueError) as problem:
            raise BadSpec(f"{text!r} names a word that is not known here: {problem}", f"{entry.where}/{key}") from None

    try:
        level = Level(member.level or entry.get("level", str))
        approximate = Level(entry.get("approximate", str)) if "approximate" in entry.value else None
        judged = Judged(entry.get("judged", str, Judged.CASE.value))
    except ValueError as problem:
        raise BadSpec(str(problem), entry.where) from None
    return Requirement(
        id=filled("id"),
        level=level,
        area=area,
        statement=filled("statement"),
        source=filled("source"),
        judged=judged,
        pointer=member.pointer or None,
        needs=entry.get("needs", str, None),
        interpretation=member.interpretation or entry.get("interpretation", str, None),
        reason=entry.get("reason", str, None),
        approximate=approximate,
        tolerance=entry.get("tolerance", str, None),
        place=entry.where,
    )


def read_interpretations(document: Record) -> Iterator[Interpretation]:
    """The interpretations, in the order of their file."""
    for entry in document.children("interpretations"):
        yield Interpretation(
            entry.get("id", str), entry.get("page", str), entry.get("evidence", str), entry.get("accepted", str)
        )


def read_statements(document: Record) -> Iterator[Statement]:
    """The index of the page, in its order."""
    for entry in document.children("statements"):
        entry.only("where", "says", "requirements", "interpretations", "informative")
        yield Statement(
            entry.get("where", str),
            entry.get("says", str),
            entry.texts("requirements"),
            entry.texts("interpretations"),
            entry.get("informative", str, None),
        )
