"""The images of the emulator: made from the contract by rule, the same every time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from attrs import frozen

from imagesearch_conformance.contract import Contract
from imagesearch_conformance.emulator.images import StoredImage
from imagesearch_conformance.emulator.names import AWKWARD_NAMES
from imagesearch_conformance.emulator.roles import Roles
from imagesearch_conformance.errors import BadSpec
from imagesearch_conformance.model.target import InstanceType

_GENERIC_NAME, _LONG_NAME = "genericdemo", "longest-name-of-them-all-"

#: How many images the other categories, the generic and the longest-named instance hold.
_SMALL_CATEGORY, _GENERIC_SIZE, _LONG_SIZE = 23, 60, 30

#: How many pictures a product has.
_PICTURES = ("front", "side", "back")

_RESULT = "schemas/success.json#/properties/Auctions/items/properties"
_REGION = "schemas/success.json#/properties/PicInfo/properties/Region/examples/0"

_INTEGERS = (1000, 0, -1, 100, 99, 101, -1000, 2**31 - 1, -(2**31), 2, 20)
_TEXTS = ("value1", "value2", "", "value 1", "VALUE1", "图案", "Größe é")

#: For each attribute: of how many images one lacks it, and the values it takes in turn.
_ATTRIBUTES: Mapping[str, tuple[int, Sequence[int | str]]] = {
    "IntAttr": (5, _INTEGERS),
    "IntAttr2": (3, _INTEGERS[::-1]),
    "StrAttr": (4, _TEXTS),
    "StrAttr2": (2, _TEXTS[::-1]),
    "IntAttr3": (7, _INTEGERS[3:]),
    "IntAttr4": (4, _INTEGERS[:-3]),
    "StrAttr3": (5, _TEXTS[:4]),
    "StrAttr4": (3, _TEXTS[2:]),
    "CustomContent": (6, ("zidingyi", "", "自定义", 'k1=v1&k2="v2"', "line one\nline two")),
}


@frozen
class Dataset:
    """The instances with their types, the longest-named one last, and all images."""

    instances: Mapping[str, InstanceType]
    images: tuple[StoredImage, ...]

    @classmethod
    def of(cls, contract: Contract) -> Dataset:
        """The data set that fits a contract: its examples exist, its limits can be reached; raises BadSpec."""
        product, generic, longest = _instance_names(contract)
        types = {product: InstanceType.PRODUCT, generic: InstanceType.GENERIC, longest: InstanceType.PRODUCT}
        places = _product_places(contract, product)
        places += [(generic, contract.category.generic, *name) for name in _plain_names("generic", _GENERIC_SIZE)]
        places += _long_places(contract, longest)
        unique = tuple(dict.fromkeys(places))
        return cls(types, tuple(_image(contract, number, *place) for number, place in enumerate(unique)))

    def of_instance(self, name: str) -> Iterator[StoredImage]:
        """The images of one instance."""
        return (image for image in self.images if image.instance == name)


#: Instance, category, product and picture.
_Place = tuple[str, int, str, str]


def categories(contract: Contract) -> tuple[int, ...]:
    """The categories of the contract's reference, the general one among them."""
    listed = [int(one) for one in contract.parameter(contract.category.parameter).enum]
    return tuple(dict.fromkeys([*listed, contract.category.generic]))


def _instance_names(contract: Contract) -> tuple[str, str, str]:
    parameter = contract.parameter(Roles.of(contract).instance)
    most = parameter.max_length or len(_LONG_NAME)
    longest = (_LONG_NAME * (most // len(_LONG_NAME) + 1))[:most]
    return _example(contract, parameter.name), _GENERIC_NAME[:most], longest


def _example(contract: Contract, name: str) -> str:
    parameter = contract.parameter(name)
    if not parameter.examples:
        raise BadSpec("the emulator needs an example of each name", parameter.pointer("examples"))
    return str(parameter.examples[0])


def _product_places(contract: Contract, instance: str) -> list[_Place]:
    large, *small = _large_category_first(contract)
    example = tuple(_example(contract, name) for name in contract.image.parameters)
    places = [(instance, large, *name) for name in [example, *_plain_names("item", _large_size(contract))]]
    for category in small:
        places += [(instance, category, *name) for name in _plain_names(f"cat{category}", _SMALL_CATEGORY)]
    places += [(instance, small[n % len(small)], *name) for n, name in enumerate(AWKWARD_NAMES)]
    return places  # type: ignore[return-value]  # names are pairs


def _long_places(contract: Contract, instance: str) -> list[_Place]:
    known = categories(contract)
    return [(instance, known[n % 3], *name) for n, name in enumerate(_plain_names("far", _LONG_SIZE))]


def _large_category_first(contract: Contract) -> tuple[int, ...]:
    known = categories(contract)
    documented = contract.documents.at(f"{_RESULT}/CategoryId/examples/0")
    large = documented if documented in known else known[0]
    return (large, *(one for one in known if one != large))


def _large_size(contract: Contract) -> int:
    """Enough that a search reaches the end of the window with entries to spare."""
    count = contract.parameter(contract.window.count)
    return contract.window.maximum + (count.maximum or 0) + 16


def _plain_names(stem: str, size: int) -> Iterator[tuple[str, str]]:
    """Products with a picture of each kind; the first kind has the same name in every product."""
    for number in range(size):
        product, kind = f"{stem}-{number // len(_PICTURES):04}", _PICTURES[number % len(_PICTURES)]
        yield product, f"{kind}.jpg" if kind == _PICTURES[0] else f"{product}-{kind}.jpg"


def _image(contract: Contract, number: int, instance: str, category: int, product: str, picture: str) -> StoredImage:
    documented = number == 0
    return StoredImage(
        id=number + 1,
        instance=instance,
        product_id=product,
        pic_name=picture,
        category=category,
        attributes=_documented_attributes(contract) if documented else _attributes(contract, number),
        region=contract.documents.at(_REGION) if documented else _region(number),
        regions=tuple(_region(number + further) for further in range(number % 3)),
    )


def _documented_attributes(contract: Contract) -> Mapping[str, int | str]:
    return {name: contract.documents.at(f"{_RESULT}/{name}/examples/0") for name in _known(contract)}


def _attributes(contract: Contract, number: int) -> Mapping[str, int | str]:
    known = _known(contract).items()
    return {name: values[number % len(values)] for name, (absent, values) in known if number % absent}


def _known(contract: Contract) -> Mapping[str, tuple[int, Sequence[int | str]]]:
    """The attributes that entries have in this contract."""
    fields = contract.documents.at(_RESULT)
    return {name: values for name, values in _ATTRIBUTES.items() if name in fields}


def _region(number: int) -> str:
    left, top = number * 37 % 211, number * 53 % 199
    return f"{left},{left + 120 + number % 80},{top},{top + 90 + number % 110}"
