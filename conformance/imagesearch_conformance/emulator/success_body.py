"""The JSON body of success responses."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from attrs import field, frozen

from imagesearch_conformance.contract import Contract
from imagesearch_conformance.contract.fields import Aspect
from imagesearch_conformance.emulator.behaviour import Behaviour, CounterMeaning
from imagesearch_conformance.emulator.dataset import categories
from imagesearch_conformance.emulator.images import StoredImage
from imagesearch_conformance.emulator.search import SearchResult

#: A JSON object under construction.
JsonObject = dict[str, Any]

_RESPONSE_EXAMPLE = "openapi.yaml#/paths/~1/post/responses/200/content/application~1json/examples/sample/value"
_SUCCESS_PROPERTIES = "schemas/success.json#/properties"

#: The region of an image that does not exist.
_EMPTY_REGION = "0,0,0,0"


@frozen
class FirstValueRange:
    """The range of the first value of SortExprValues, by category."""

    rule: Mapping[str, Any]
    _maxima: dict[int, float] = field(factory=dict, init=False, eq=False, repr=False)

    def maximum(self, category: int) -> float:
        """Return the value of an identical image."""
        ranges = (rule for rule in self.rule["ranges"] if rule["from"] <= category <= rule["to"])
        return float(next(ranges, self.rule["otherwise"])["maximum"])

    def format_values(self, score: float, category: int) -> str:
        """Return SortExprValues: the correlation, which increases with the score, and a distance."""
        if category not in self._maxima:
            self._maxima[category] = self.maximum(category)
        return _format_values(self._maxima[category], self.rule["separator"], score)


@lru_cache(maxsize=2**13)
def _format_values(maximum: float, separator: str, score: float) -> str:
    return f"{maximum * score:.15g}{separator}{round((1 - score) * 1000)}"


@frozen
class SuccessBodies:
    """Builds success bodies; constant values are read from the contract once."""

    first_value_range: FirstValueRange
    categories: tuple[tuple[str, int], ...]
    constants: Mapping[str, Any]
    behaviour: Behaviour

    @classmethod
    def from_contract(cls, contract: Contract, behaviour: Behaviour) -> SuccessBodies:
        names = {
            category["Id"]: category["Name"]
            for category in contract.spec_files.resolve(f"{_RESPONSE_EXAMPLE}/PicInfo/AllCategories")
        }
        rule = next(
            constraint.keywords["x-first-value"]
            for field in contract.success_fields
            for constraint in field.constraints
            if constraint.aspect is Aspect.FIRST_VALUE
        )
        return cls(
            first_value_range=FirstValueRange(rule),
            categories=tuple((str(names.get(category, category)), category) for category in categories(contract)),
            constants={
                "Msg": contract.spec_files.resolve(f"{_SUCCESS_PROPERTIES}/Msg/examples/0"),
                "Code": contract.spec_files.resolve(f"{_SUCCESS_PROPERTIES}/Code/const"),
                "Success": contract.spec_files.resolve(f"{_SUCCESS_PROPERTIES}/Success/const"),
            },
            behaviour=behaviour,
        )

    def build(self, result: SearchResult, request_id: str) -> JsonObject:
        """Return a new body; nested values are not shared."""
        body: JsonObject = {
            "Auctions": [self._build_entry(image, score) for image, score in result.entries],
            "Head": self._build_head(result),
            "PicInfo": self._build_picture_info(result),
            "RequestId": request_id,
            **self.constants,
        }
        if not result.entries and not self.behaviour.picture_details_when_empty:
            del body["PicInfo"]
        return body

    def _build_entry(self, image: StoredImage, score: float) -> JsonObject:
        as_integer = self.behaviour.whole_scores_as_integers and score.is_integer()
        return {
            "ProductId": image.product_id,
            "PicName": image.pic_name,
            "CategoryId": image.category,
            "SortExprValues": self.first_value_range.format_values(score, image.category),
            "Score": int(score) if as_integer else score,
            **image.attributes,
        }

    def _build_head(self, result: SearchResult) -> JsonObject:
        returned, matched = len(result.entries), result.matched
        if self.behaviour.counters is CounterMeaning.AS_NAMED:
            returned, matched = matched, returned
        # The core has no clock: SearchTime is computed from the number of matches.
        return {"DocsFound": returned, "DocsReturn": matched, "SearchTime": 3 + result.matched // 40}

    def _build_picture_info(self, result: SearchResult) -> JsonObject:
        regions = result.image.regions if result.image else ()
        listed = self.categories if self.behaviour.categories_listed else ()
        return {
            "CategoryId": result.category,
            "Region": result.image.region if result.image else _EMPTY_REGION,
            "AllCategories": [{"Name": name, "Id": number} for name, number in listed],
            "MultiRegion": [{"Region": region} for region in regions],
        }
