"""The data set in SQLite, searched by similarity."""

from __future__ import annotations

import sqlite3
import weakref
from collections.abc import Iterator, Mapping
from functools import lru_cache
from threading import Lock

from imagesearch_conformance.contract import Contract
from imagesearch_conformance.emulator.dataset import Dataset
from imagesearch_conformance.emulator.filter_sql import Binding, compiled
from imagesearch_conformance.emulator.images import StoredImage, similarity
from imagesearch_conformance.filters.conditions import Condition
from imagesearch_conformance.model.target import InstanceType

#: Images with their scores, the most similar first.
Ranking = tuple[tuple[StoredImage, float], ...]

#: Rankings are kept for so many different searches.
_REMEMBERED = 128


class Store:
    """All images, read-only; thread-safe, so that emulators may share one."""

    def __init__(self, dataset: Dataset, columns: Mapping[str, str]) -> None:
        self.dataset = dataset
        self._columns = columns
        self._attributes = tuple(dict.fromkeys([*columns.values(), *_attributes(dataset)]))
        self._by_id = {image.id: image for image in dataset.images}
        self._by_name = {(image.instance, image.product_id, image.pic_name): image for image in dataset.images}
        self._lock = Lock()
        self._database = sqlite3.connect(":memory:", check_same_thread=False)
        weakref.finalize(self, self._database.close)
        self._fill()
        self.ranking = lru_cache(_REMEMBERED)(self._ranking)

    @classmethod
    def of(cls, contract: Contract) -> Store:
        """The store of a contract's data set."""
        return cls(Dataset.of(contract), contract.filters.attributes)

    def instance_type(self, name: str) -> InstanceType | None:
        """The type of an instance, or None when there is no such instance."""
        return self.dataset.instances.get(name)

    def image(self, instance: str, product_id: str, pic_name: str) -> StoredImage | None:
        """The image of that name, or None."""
        return self._by_name.get((instance, product_id, pic_name))

    def _ranking(
        self,
        image: int,
        instance: str,
        category: int,
        condition: Condition | None,
        blanks: bool = False,  # noqa: FBT001, FBT002 a choice of the endpoint
    ) -> Ranking:
        """The images of a category by similarity to one, then by product and picture."""
        holds, bindings = ("1", ()) if condition is None else compiled(condition, self._columns, blanks)
        query = f"""
            SELECT id, similarity(?, id) AS score FROM image
            WHERE instance = ? AND category = ? AND {holds}
            ORDER BY score DESC, product_id, pic_name
        """  # noqa: S608 nothing is put in but operators and names of columns
        with self._lock:
            found = self._database.execute(query, (image, instance, category, *bindings)).fetchall()
        return tuple((self._by_id[id_], score) for id_, score in found)

    def _fill(self) -> None:
        self._database.create_function("similarity", 2, similarity, deterministic=True)
        quoted = ['"{}"'.format(name.replace('"', '""')) for name in self._attributes]
        columns = ["id INTEGER PRIMARY KEY", "instance", "category", "product_id", "pic_name", *quoted]
        self._database.execute(f"CREATE TABLE image ({', '.join(columns)})")
        places = ", ".join("?" * len(columns))
        self._database.executemany(f"INSERT INTO image VALUES ({places})", self._rows())  # noqa: S608 question marks
        self._database.execute("CREATE INDEX place ON image (instance, category)")
        self._database.commit()

    def _rows(self) -> Iterator[tuple[Binding | None, ...]]:
        for image in self.dataset.images:
            attributes = (image.attributes.get(name) for name in self._attributes)
            yield (image.id, image.instance, image.category, image.product_id, image.pic_name, *attributes)


def _attributes(dataset: Dataset) -> Iterator[str]:
    for image in dataset.images:
        yield from image.attributes
