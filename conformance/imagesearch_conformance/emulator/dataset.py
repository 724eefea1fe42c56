"""The images of the emulator, generated from the contract, the same every time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from attrs import frozen

from imagesearch_conformance.contract import Contract
from imagesearch_conformance.emulator.parameter_roles import ParameterRoles
from imagesearch_conformance.errors import InvalidSpec
from imagesearch_conformance.model.target import InstanceType

#: Pairs of ProductId and PicName. Some are equal after a wrong decoding.
AWKWARD_NAMES: tuple[tuple[str, str], ...] = (
    ("plus+sign", "one+two.jpg"),
    ("plus sign", "one two.jpg"),
    ("percent", "100%.jpg"),
    ("percent", "a%20b.jpg"),
    ("percent", "a b.jpg"),
    ("percent%2B", "a%2Bb.jpg"),
    ("ampersand&co", "salt&pepper.jpg"),
    ("equals=sign", "a=b.jpg"),
    ("tilde~", "~draft.jpg"),
    ("asterisk*", "*.jpg"),
    ("hash#1", "colour#fff.jpg"),
    ("path/to", "folder/picture.jpg"),
    ("path\\to", "folder\\picture.jpg"),
    ("question?", "what?.jpg"),
    ("semi;colon", "a;b,c:d.jpg"),
    ('double"quote', 'the "big" one.jpg'),
    ("single'quote", "it's.jpg"),
    ("query", "a.jpg&Num=1"),
    ("markup", "<b>&amp;</b>.jpg"),
    (" leading", " leading.jpg"),
    ("trailing ", "trailing.jpg "),
    ("double  space", "a  b.jpg"),
    ("combined", "+%&=~*#/?;\"' .jpg"),
    ("all+of%20the<b>", "reserved&amp;ones=~*#1/2?3;</b>+.jpg"),
    ("  all  of ", " the  spaces .jpg "),
    ("all-Größe-图-e\u0301", "Straße-👗-caf\u00e9-صو.jpg"),
    ("产品", "图片 1.jpg"),
    ("produit été", "crème brûlée.jpg"),
    ("Straße", "Größe.jpg"),
    ("товар", "фото.jpg"),
    ("製品", "写真テスト.jpg"),
    ("emoji", "👗🧢.jpg"),
    ("combining", "cafe\u0301.jpg"),
    ("combining", "caf\u00e9.jpg"),
    ("right-to-left", "صورة.jpg"),
    ("Case", "Case.JPG"),
    ("case", "case.jpg"),
    ("dots", "..jpg"),
    ("digits", "0001"),
    ("long-" + "p" * 250, "long-" + "n" * 247 + ".jpg"),
)


@frozen
class StoredImage:
    """An image with its attributes by field name; missing attributes are left out."""

    id: int
    instance: str
    product_id: str
    pic_name: str
    category: int
    attributes: Mapping[str, int | str]
    region: str
    regions: tuple[str, ...]


_GENERIC_INSTANCE_NAME, _LONG_INSTANCE_NAME = "genericdemo", "longest-name-of-them-all-"

#: The number of images in each of the other categories, in the generic and in the longest-named instance.
_SMALL_CATEGORY_SIZE, _GENERIC_INSTANCE_SIZE, _LONG_INSTANCE_SIZE = 23, 60, 30

#: The pictures of each product.
_PICTURE_KINDS = ("front", "side", "back")

_ENTRY_PROPERTIES = "schemas/success.json#/properties/Auctions/items/properties"
_REGION_EXAMPLE = "schemas/success.json#/properties/PicInfo/properties/Region/examples/0"

_INTEGER_VALUES = (1000, 0, -1, 100, 99, 101, -1000, 2**31 - 1, -(2**31), 2, 20)
_STRING_VALUES = ("value1", "value2", "", "value 1", "VALUE1", "图案", "Größe é")

#: For each attribute: every n-th image lacks it, and the others have these values in turn.
_ATTRIBUTE_VALUES: Mapping[str, tuple[int, Sequence[int | str]]] = {
    "IntAttr": (5, _INTEGER_VALUES),
    "IntAttr2": (3, _INTEGER_VALUES[::-1]),
    "StrAttr": (4, _STRING_VALUES),
    "StrAttr2": (2, _STRING_VALUES[::-1]),
    "IntAttr3": (7, _INTEGER_VALUES[3:]),
    "IntAttr4": (4, _INTEGER_VALUES[:-3]),
    "StrAttr3": (5, _STRING_VALUES[:4]),
    "StrAttr4": (3, _STRING_VALUES[2:]),
    "CustomContent": (6, ("zidingyi", "", "自定义", 'k1=v1&k2="v2"', "line one\nline two")),
}


@frozen
class Dataset:
    """The instances with their types, the longest-named last, and all images."""

    instances: Mapping[str, InstanceType]
    images: tuple[StoredImage, ...]

    @classmethod
    def from_contract(cls, contract: Contract) -> Dataset:
        """Return a data set that contains the examples of a contract and reaches its limits.

        Raises InvalidSpec if a name has no example.
        """
        product, generic, longest = _instance_names(contract)
        types = {product: InstanceType.PRODUCT, generic: InstanceType.GENERIC, longest: InstanceType.PRODUCT}
        keys = _product_instance_keys(contract, product)
        keys += [
            (generic, contract.category.generic_category, *name)
            for name in _plain_names("generic", _GENERIC_INSTANCE_SIZE)
        ]
        keys += _long_instance_keys(contract, longest)
        unique = dict.fromkeys(keys)
        return cls(types, tuple(_build_image(contract, number, *key) for number, key in enumerate(unique)))

    def instance_images(self, name: str) -> Iterator[StoredImage]:
        return (image for image in self.images if image.instance == name)


#: The instance, category, ProductId and PicName of an image.
_ImageKey = tuple[str, int, str, str]


def categories(contract: Contract) -> tuple[int, ...]:
    """Return the documented categories, including the generic one."""
    listed = [int(category) for category in contract.parameter(contract.category.parameter).enum]
    return tuple(dict.fromkeys([*listed, contract.category.generic_category]))


def _instance_names(contract: Contract) -> tuple[str, str, str]:
    parameter = contract.parameter(ParameterRoles.from_contract(contract).instance)
    length = parameter.max_length or len(_LONG_INSTANCE_NAME)
    longest = (_LONG_INSTANCE_NAME * (length // len(_LONG_INSTANCE_NAME) + 1))[:length]
    return _first_example(contract, parameter.name), _GENERIC_INSTANCE_NAME[:length], longest


def _first_example(contract: Contract, name: str) -> str:
    parameter = contract.parameter(name)
    if not parameter.examples:
        raise InvalidSpec(f"the emulator needs an example of {name}", parameter.pointer("examples"))
    return str(parameter.examples[0])


def _product_instance_keys(contract: Contract, instance: str) -> list[_ImageKey]:
    large, *small = _categories_largest_first(contract)
    example = tuple(_first_example(contract, name) for name in contract.image.parameters)
    keys = [(instance, large, *name) for name in [example, *_plain_names("item", _large_category_size(contract))]]
    for category in small:
        keys += [(instance, category, *name) for name in _plain_names(f"cat{category}", _SMALL_CATEGORY_SIZE)]
    keys += [(instance, small[n % len(small)], *name) for n, name in enumerate(AWKWARD_NAMES)]
    return keys  # type: ignore[return-value]  # names are pairs


def _long_instance_keys(contract: Contract, instance: str) -> list[_ImageKey]:
    known = categories(contract)
    return [(instance, known[n % 3], *name) for n, name in enumerate(_plain_names("far", _LONG_INSTANCE_SIZE))]


def _categories_largest_first(contract: Contract) -> tuple[int, ...]:
    known = categories(contract)
    documented = contract.spec_files.resolve(f"{_ENTRY_PROPERTIES}/CategoryId/examples/0")
    large = documented if documented in known else known[0]
    return (large, *(category for category in known if category != large))


def _large_category_size(contract: Contract) -> int:
    """The number of images that fill the result window and more."""
    count = contract.parameter(contract.window.count_parameter)
    return contract.window.maximum + (count.maximum or 0) + 16


def _plain_names(stem: str, size: int) -> Iterator[tuple[str, str]]:
    """Yield products with three pictures each; the first has the same PicName in every product."""
    for number in range(size):
        product, kind = f"{stem}-{number // len(_PICTURE_KINDS):04}", _PICTURE_KINDS[number % len(_PICTURE_KINDS)]
        yield product, f"{kind}.jpg" if kind == _PICTURE_KINDS[0] else f"{product}-{kind}.jpg"


def _build_image(
    contract: Contract, number: int, instance: str, category: int, product: str, picture: str
) -> StoredImage:
    is_documented = number == 0
    return StoredImage(
        id=number + 1,
        instance=instance,
        product_id=product,
        pic_name=picture,
        category=category,
        attributes=_example_attributes(contract) if is_documented else _generate_attributes(contract, number),
        region=contract.spec_files.resolve(_REGION_EXAMPLE) if is_documented else _generate_region(number),
        regions=tuple(_generate_region(number + offset) for offset in range(number % 3)),
    )


def _example_attributes(contract: Contract) -> Mapping[str, int | str]:
    return {
        name: contract.spec_files.resolve(f"{_ENTRY_PROPERTIES}/{name}/examples/0")
        for name in _contract_attributes(contract)
    }


def _generate_attributes(contract: Contract, number: int) -> Mapping[str, int | str]:
    attributes = _contract_attributes(contract).items()
    return {name: values[number % len(values)] for name, (missing, values) in attributes if number % missing}


def _contract_attributes(contract: Contract) -> Mapping[str, tuple[int, Sequence[int | str]]]:
    """Return the attributes that entries have in this contract."""
    fields = contract.spec_files.resolve(_ENTRY_PROPERTIES)
    return {name: values for name, values in _ATTRIBUTE_VALUES.items() if name in fields}


def _generate_region(number: int) -> str:
    left, top = number * 37 % 211, number * 53 % 199
    return f"{left},{left + 120 + number % 80},{top},{top + 90 + number % 110}"
