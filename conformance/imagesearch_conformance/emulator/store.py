"""The data set in SQLite, searched by similarity."""

from __future__ import annotations

import sqlite3
import weakref
from collections.abc import Iterator, Mapping
from functools import lru_cache
from threading import Lock

from imagesearch_conformance.contract import Contract
from imagesearch_conformance.emulator.dataset import Dataset
from imagesearch_conformance.emulator.filter_sql import Binding, compile_condition
from imagesearch_conformance.emulator.images import StoredImage, similarity
from imagesearch_conformance.filters.ast import Condition
from imagesearch_conformance.model.target import InstanceType

#: Images with their scores, the most similar first.
Ranking = tuple[tuple[StoredImage, float], ...]

#: Rankings are kept for so many different searches.
_MAX_CACHED_RANKINGS = 128


class Store:
    """All images, read-only; thread-safe, so that emulators may share one."""

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
        """The store of a contract's data set."""
        return cls(Dataset.from_contract(contract), contract.filter_rules.attributes)

    def instance_type(self, name: str) -> InstanceType | None:
        """The type of an instance, or None when there is no such instance."""
        return self.dataset.instances.get(name)

    def image(self, instance: str, product_id: str, pic_name: str) -> StoredImage | None:
        """The image of that name, or None."""
        return self._by_name.get((instance, product_id, pic_name))

    def _query_ranking(
        self,
        image_id: int,
        instance: str,
        category: int,
        condition: Condition | None,
        missing_as_blank: bool = False,  # noqa: FBT001, FBT002 a choice of the endpoint
    ) -> Ranking:
        """The images of a category by similarity to one, then by product and picture."""
        holds, bindings = (
            ("1", ()) if condition is None else compile_condition(condition, self._columns, missing_as_blank)
        )
        query = f"""
            SELECT id, similarity(?, id) AS score FROM image
            WHERE instance = ? AND category = ? AND {holds}
            ORDER BY score DESC, product_id, pic_name
        """  # noqa: S608 nothing is put in but operators and names of columns
        with self._lock:
            found = self._database.execute(query, (image_id, instance, category, *bindings)).fetchall()
        return tuple((self._by_id[id_], score) for id_, score in found)

    def _create_table(self) -> None:
        self._database.create_function("similarity", 2, similarity, deterministic=True)
        quoted = ['"{}"'.format(name.replace('"', '""')) for name in self._attribute_names]
        columns = ["id INTEGER PRIMARY KEY", "instance", "category", "product_id", "pic_name", *quoted]
        self._database.execute(f"CREATE TABLE image ({', '.join(columns)})")
        places = ", ".join("?" * len(columns))
        self._database.executemany(f"INSERT INTO image VALUES ({places})", self._table_rows())  # noqa: S608 question marks
        self._database.execute("CREATE INDEX place ON image (instance, category)")
        self._database.commit()

    def _table_rows(self) -> Iterator[tuple[Binding | None, ...]]:
        for image in self.dataset.images:
            attributes = (image.attributes.get(name) for name in self._attribute_names)
            yield (image.id, image.instance, image.category, image.product_id, image.pic_name, *attributes)


def _iter_attribute_names(dataset: Dataset) -> Iterator[str]:
    for image in dataset.images:
        yield from image.attributes
