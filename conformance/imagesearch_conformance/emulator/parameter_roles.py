"""The roles of parameters, read from the contract."""

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
    """The names of parameters by role; not every revision has the last three."""

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
        """Return the roles in a contract.

        Raises InvalidSpec unless an image is identified by two parameters.
        """
        try:
            product, picture = contract.image.parameters
        except ValueError:
            pointer = "schemas/request.json#/x-image/parameters"
            raise InvalidSpec("expected two parameters that identify an image", pointer) from None
        return cls(
            instance=contract.instance_parameter,
            product=product,
            picture=picture,
            category=contract.category.parameter,
            start=contract.window.start_parameter,
            count=contract.window.count_parameter,
            filter=next(
                (parameter.name for parameter in contract.parameters if parameter.format == FILTER_FORMAT), None
            ),
            threshold=contract.result_filters.threshold_parameter,
            distinct=contract.result_filters.distinct_parameter,
        )
