"""The JSON document of a search that was made."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from attrs import field, frozen

from imagesearch_conformance.contract import Contract
from imagesearch_conformance.contract.fields import Aspect
from imagesearch_conformance.emulator.behaviour import Behaviour, Counters
from imagesearch_conformance.emulator.dataset import categories
from imagesearch_conformance.emulator.images import StoredImage
from imagesearch_conformance.emulator.search import Found

#: A JSON object under construction.
Document = dict[str, Any]

_SAMPLE = "openapi.yaml#/paths/~1/post/responses/200/content/application~1json/examples/sample/value"
_SCHEMA = "schemas/success.json#/properties"

#: The subject of a picture that nobody has.
_NOWHERE = "0,0,0,0"


@frozen
class Correlation:
    """The range of the first of the two values of SortExprValues, by category."""

    rule: Mapping[str, Any]
    _most: dict[int, float] = field(factory=dict, init=False, eq=False, repr=False)

    def most(self, category: int) -> float:
        """What an image that is identical gets."""
        ranges = (one for one in self.rule["ranges"] if one["from"] <= category <= one["to"])
        return float(next(ranges, self.rule["otherwise"])["maximum"])

    def values(self, score: float, category: int) -> str:
        """Both values: the correlation, which grows with the score, and a distance, which shrinks."""
        if category not in self._most:
            self._most[category] = self.most(category)
        return _written(self._most[category], self.rule["separator"], score)


@lru_cache(maxsize=2**13)
def _written(most: float, separator: str, score: float) -> str:
    return f"{most * score:.15g}{separator}{round((1 - score) * 1000)}"


@frozen
class Successes:
    """Writes success documents; what never changes is read from the contract once."""

    correlation: Correlation
    categories: tuple[tuple[str, int], ...]
    constants: Mapping[str, Any]
    behaviour: Behaviour

    @classmethod
    def of(cls, contract: Contract, behaviour: Behaviour) -> Successes:
        """The writer for a contract."""
        names = {one["Id"]: one["Name"] for one in contract.documents.at(f"{_SAMPLE}/PicInfo/AllCategories")}
        rule = next(
            constraint.keywords["x-first-value"]
            for field in contract.success_fields
            for constraint in field.constraints
            if constraint.aspect is Aspect.FIRST_VALUE
        )
        return cls(
            correlation=Correlation(rule),
            categories=tuple((str(names.get(one, one)), one) for one in categories(contract)),
            constants={
                "Msg": contract.documents.at(f"{_SCHEMA}/Msg/examples/0"),
                "Code": contract.documents.at(f"{_SCHEMA}/Code/const"),
                "Success": contract.documents.at(f"{_SCHEMA}/Success/const"),
            },
            behaviour=behaviour,
        )

    def document(self, found: Found, request_id: str) -> Document:
        """A fresh document, nested values included."""
        document: Document = {
            "Auctions": [self._entry(image, score) for image, score in found.entries],
            "Head": self._head(found),
            "PicInfo": self._picture(found),
            "RequestId": request_id,
            **self.constants,
        }
        if not found.entries and not self.behaviour.picture_details_when_empty:
            del document["PicInfo"]
        return document

    def _entry(self, image: StoredImage, score: float) -> Document:
        whole = self.behaviour.whole_scores_as_integers and score.is_integer()
        return {
            "ProductId": image.product_id,
            "PicName": image.pic_name,
            "CategoryId": image.category,
            "SortExprValues": self.correlation.values(score, image.category),
            "Score": int(score) if whole else score,
            **image.attributes,
        }

    def _head(self, found: Found) -> Document:
        returned, matched = len(found.entries), found.matched
        if self.behaviour.counters is Counters.NAMES:
            returned, matched = matched, returned
        # No clock in here: the time is made up, and longer where there was more to rank.
        return {"DocsFound": returned, "DocsReturn": matched, "SearchTime": 3 + found.matched // 40}

    def _picture(self, found: Found) -> Document:
        regions = found.image.regions if found.image else ()
        listed = self.categories if self.behaviour.categories_listed else ()
        return {
            "CategoryId": found.category,
            "Region": found.image.region if found.image else _NOWHERE,
            "AllCategories": [{"Name": name, "Id": number} for name, number in listed],
            "MultiRegion": [{"Region": region} for region in regions],
        }
