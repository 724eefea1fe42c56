"""Which parameter plays which part; read from the contract, so that names stand there alone."""

from __future__ import annotations

from typing import Self

from attrs import frozen

from imagesearch_conformance.contract import Contract
from imagesearch_conformance.errors import InvalidSpec

#: The format of a parameter that holds a filter.
FILTER_FORMAT = "filter"

#: The keyword of the rule that an instance has to exist.
KNOWN = "known"


@frozen
class ParameterRoles:
    """The names of parameters by the part they play; the last three may be missing."""

    instance: str
    product: str
    picture: str
    category: str
    start: str
    count: str
    filter: str | None
    threshold: str | None
    distinct: str | None

    @classmethod
    def from_contract(cls, contract: Contract) -> Self:
        """The parts in this contract; raises BadSpec when an image is named otherwise."""
        try:
            product, picture = contract.image.parameters
        except ValueError:
            where = "schemas/request.json#/x-image/parameters"
            raise InvalidSpec("an image is named by its product and its picture", where) from None
        return cls(
            instance=contract.instance_parameter,
            product=product,
            picture=picture,
            category=contract.category.parameter,
            start=contract.window.start_parameter,
            count=contract.window.count_parameter,
            filter=next((one.name for one in contract.parameters if one.format == FILTER_FORMAT), None),
            threshold=contract.result_filters.threshold_parameter,
            distinct=contract.result_filters.distinct_parameter,
        )
