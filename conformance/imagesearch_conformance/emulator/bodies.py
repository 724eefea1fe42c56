"""The JSON bodies of responses."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import quote

from attrs import field, frozen

from imagesearch_conformance.contract import Contract
from imagesearch_conformance.contract.fields import EACH_ITEM, Aspect, Field
from imagesearch_conformance.emulator.dataset import StoredImage, categories
from imagesearch_conformance.emulator.errors import ErrorResponse
from imagesearch_conformance.emulator.search import SearchResult
from imagesearch_conformance.emulator.settings import Behaviour, CounterMeaning

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
        return f"{self._maxima[category] * score:.15g}{self.rule['separator']}{round((1 - score) * 1000)}"


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


_RECOMMEND_URL = "https://api.aliyun.com/troubleshoot?q={code}&product=ImageSearch&requestId={request}"


def build_error_body(error: ErrorResponse, request_id: str, host: str) -> JsonObject:
    """Return the body of an error response; `host` is the regional endpoint."""
    return {
        "RequestId": request_id,
        "HostId": host,
        "Code": error.code,
        "Message": error.message,
        "Recommend": _RECOMMEND_URL.format(code=quote(error.code), request=request_id),
    }


#: A field that no revision has.
_EXTRA_FIELD = ("Extension", {"Note": "later revisions add fields", "Values": [1, None, True]})

#: Attributes that a later revision adds to entries.
_LATER_FIELDS = {"IntAttr3": -3, "IntAttr4": 2**31 - 1, "StrAttr3": "later", "StrAttr4": ""}


def add_later_fields(body: JsonObject) -> JsonObject:
    """Return the body with the attributes that a later revision adds to entries."""
    return {**body, "Auctions": [{**_LATER_FIELDS, **entry} for entry in body["Auctions"]]}


def remove_optional_fields(body: JsonObject, fields: Iterable[Field]) -> JsonObject:
    """Remove the fields that are neither required nor recommended."""
    for response_field in fields:
        if response_field.presence is None and response_field.path[-1] != EACH_ITEM:
            _remove_field(body, response_field.path)
    return body


def add_extra_fields(value: Any) -> Any:
    """Return a copy in which every object has one more field."""
    if isinstance(value, dict):
        name, content = _EXTRA_FIELD
        return {key: add_extra_fields(inner) for key, inner in value.items()} | {name: content}
    return [add_extra_fields(item) for item in value] if isinstance(value, list) else value


def _remove_field(value: Any, path: tuple[str, ...]) -> None:
    first, *rest = path
    if first == EACH_ITEM:
        for item in value:
            _remove_field(item, tuple(rest))
    elif rest and first in value:
        _remove_field(value[first], tuple(rest))
    elif not rest:
        value.pop(first, None)
