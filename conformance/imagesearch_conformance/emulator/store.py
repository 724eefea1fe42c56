"""The data set in SQLite: filters in SQL, rankings by similarity."""

from __future__ import annotations

import sqlite3
import weakref
from collections.abc import Iterator, Mapping
from functools import lru_cache
from hashlib import blake2b
from threading import Lock

from imagesearch_conformance.contract import Contract
from imagesearch_conformance.emulator.dataset import Dataset, StoredImage
from imagesearch_conformance.filters.ast import ComparisonNode, Condition, ConjunctionNode, MembershipNode
from imagesearch_conformance.model.target import InstanceType

Binding = int | str

_OPERATORS: Mapping[str, str] = {">": ">", ">=": ">=", "<": "<", "<=": "<=", "=": "=", "!=": "<>"}

#: The range of SQLite's integers; attributes are smaller, so clamped operands compare the same.
_MIN_INTEGER, _MAX_INTEGER = -(2**63), 2**63 - 1


def compile_condition(
    condition: Condition,
    columns: Mapping[str, str],
    missing_as_blank: bool = False,  # noqa: FBT001, FBT002 a choice of the endpoint
) -> tuple[str, tuple[Binding, ...]]:
    """Return the SQL of a condition with its bindings; `columns` maps attributes to columns.

    A missing attribute (NULL) never matches, or counts as zero or the empty string with `missing_as_blank`.
    """
    if isinstance(condition, ComparisonNode):
        value = _column_expression(condition.attribute, condition.operand, columns, missing_as_blank)
        return f"{value} {_OPERATORS[condition.operator]} ?", (_clamp_operand(condition.operand),)
    if isinstance(condition, MembershipNode):
        value = _column_expression(condition.attribute, condition.operands[0], columns, missing_as_blank)
        placeholders = ", ".join("?" * len(condition.operands))
        return f"{value} {condition.operator.upper()} ({placeholders})", tuple(map(_clamp_operand, condition.operands))
    left, left_bindings = compile_condition(condition.left, columns, missing_as_blank)
    right, right_bindings = compile_condition(condition.right, columns, missing_as_blank)
    junction = "AND" if isinstance(condition, ConjunctionNode) else "OR"
    return f"({left} {junction} {right})", left_bindings + right_bindings


def _column_expression(attribute: str, operand: Binding, columns: Mapping[str, str], missing_as_blank: bool) -> str:  # noqa: FBT001 as above
    column = '"{}"'.format(columns[attribute].replace('"', '""'))
    return f"IFNULL({column}, {_blank_literal(operand)})" if missing_as_blank else column


def _blank_literal(operand: Binding) -> str:
    return "''" if isinstance(operand, str) else "0"


def _clamp_operand(operand: Binding) -> Binding:
    return operand if isinstance(operand, str) else min(max(operand, _MIN_INTEGER), _MAX_INTEGER)


#: Images with their scores, most similar first.
Ranking = tuple[tuple[StoredImage, float], ...]

#: The maximum number of cached rankings.
_MAX_CACHED_RANKINGS = 128

#: Similarities are multiples of these steps; the coarse ones make equal scores common.
_COARSE_STEPS, _FINE_STEPS = 100, 1_000_000


class Store:
    """All images, read-only; thread-safe, so that emulators may share a store."""

    def __init__(self, dataset: Dataset, columns: Mapping[str, str]) -> None:
        self.dataset = dataset
        self._columns = columns
        self._attribute_names = tuple(dict.fromkeys([*columns.values(), *_iter_attribute_names(dataset)]))
        self._by_id = {image.id: image for image in dataset.images}
        self._by_name = {(image.instance, image.product_id, image.pic_name): image for image in dataset.images}
        self._lock = Lock()
        self._database = sqlite3.connect(":memory:", check_same_thread=False)
        weakref.finalize(self, self._database.close)
        self._create_table()
        self.ranking = lru_cache(_MAX_CACHED_RANKINGS)(self._query_ranking)

    @classmethod
    def from_contract(cls, contract: Contract) -> Store:
        return cls(Dataset.from_contract(contract), contract.filter_rules.attributes)

    def instance_type(self, name: str) -> InstanceType | None:
        """Return the type of an instance, or None if it does not exist."""
        return self.dataset.instances.get(name)

    def image(self, instance: str, product_id: str, pic_name: str) -> StoredImage | None:
        return self._by_name.get((instance, product_id, pic_name))

    def _query_ranking(
        self,
        image_id: int,
        instance: str,
        category: int,
        condition: Condition | None,
        missing_as_blank: bool = False,  # noqa: FBT001, FBT002 a choice of the endpoint
    ) -> Ranking:
        """Return the images of a category by similarity to an image, then by ProductId and PicName."""
        where, bindings = (
            ("1", ()) if condition is None else compile_condition(condition, self._columns, missing_as_blank)
        )
        query = f"""
            SELECT id, similarity(?, id) AS score FROM image
            WHERE instance = ? AND category = ? AND {where}
            ORDER BY score DESC, product_id, pic_name
        """  # noqa: S608 only operators and column names are inserted
        with self._lock:
            rows = self._database.execute(query, (image_id, instance, category, *bindings)).fetchall()
        return tuple((self._by_id[row_id], score) for row_id, score in rows)

    def _create_table(self) -> None:
        self._database.create_function("similarity", 2, similarity, deterministic=True)
        quoted = ['"{}"'.format(name.replace('"', '""')) for name in self._attribute_names]
        columns = ["id INTEGER PRIMARY KEY", "instance", "category", "product_id", "pic_name", *quoted]
        self._database.execute(f"CREATE TABLE image ({', '.join(columns)})")
        placeholders = ", ".join("?" * len(columns))
        self._database.executemany(f"INSERT INTO image VALUES ({placeholders})", self._table_rows())  # noqa: S608 only question marks are inserted
        self._database.execute("CREATE INDEX place ON image (instance, category)")
        self._database.commit()

    def _table_rows(self) -> Iterator[tuple[Binding | None, ...]]:
        for image in self.dataset.images:
            attributes = (image.attributes.get(name) for name in self._attribute_names)
            yield (image.id, image.instance, image.category, image.product_id, image.pic_name, *attributes)


def _iter_attribute_names(dataset: Dataset) -> Iterator[str]:
    for image in dataset.images:
        yield from image.attributes


def similarity(image_id: int, other_id: int) -> float:
    """Return the similarity of two images: 1 for the same image, between 0 and 1 (exclusive) for others."""
    if image_id == other_id:
        return 1.0
    pair = f"{min(image_id, other_id)}:{max(image_id, other_id)}"
    number = int.from_bytes(blake2b(pair.encode("ascii"), digest_size=8).digest(), "big")
    steps = _FINE_STEPS if number % 4 else _COARSE_STEPS
    return (number // 4 % (steps - 1) + 1) / steps
