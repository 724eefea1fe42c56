"""The data set contains what the cases need."""

from __future__ import annotations

from collections import Counter
from itertools import combinations

import pytest

from imagesearch_conformance.contract import Contract
from imagesearch_conformance.emulator.dataset import AWKWARD_NAMES, Dataset
from imagesearch_conformance.emulator.store import Store, similarity
from imagesearch_conformance.model.target import InstanceType

from .emulator_client import EXAMPLE

ATTRIBUTES = ("IntAttr", "IntAttr2", "StrAttr", "StrAttr2", "CustomContent")


@pytest.fixture
def dataset(store: Store) -> Dataset:
    return store.dataset


def test_the_documented_image_has_the_documented_attributes(store: Store) -> None:
    image = store.image(*EXAMPLE.values())
    assert image is not None
    assert image.category == 20
    assert dict(image.attributes) == {
        "IntAttr": 2, "IntAttr2": 20, "StrAttr": "ss", "StrAttr2": "test", "CustomContent": "zidingyi",
    }  # fmt: skip


def test_one_category_is_larger_than_the_window_and_all_are_populated(contract: Contract, dataset: Dataset) -> None:
    sizes = Counter(image.category for image in dataset.instance_images("demoinstance1"))
    assert set(sizes) == set(contract.parameter("CategoryId").enum)
    assert max(sizes.values()) > contract.window.maximum + (contract.parameter("Num").maximum or 0)
    assert min(sizes.values()) > int(contract.parameter("Num").default or 0)


def test_instances_have_both_types_and_one_has_the_longest_name(contract: Contract, dataset: Dataset) -> None:
    assert set(dataset.instances.values()) == set(InstanceType)
    assert contract.parameter("InstanceName").max_length in {len(name) for name in dataset.instances}


def test_images_of_a_generic_instance_have_the_generic_category(contract: Contract, dataset: Dataset) -> None:
    categories = {image.category for image in dataset.instance_images("genericdemo")}
    assert categories == {contract.category.generic_category}


def test_names_are_unique_within_an_instance(dataset: Dataset) -> None:
    names = [(image.instance, image.product_id, image.pic_name) for image in dataset.images]
    assert len(names) == len(set(names))
    assert len({image.id for image in dataset.images}) == len(dataset.images)


def test_products_have_several_pictures_and_some_share_a_picture_name(dataset: Dataset) -> None:
    images = list(dataset.instance_images("demoinstance1"))
    assert Counter(image.product_id for image in images)["item-0001"] > 1
    assert Counter(image.pic_name for image in images)["front.jpg"] > 1


@pytest.mark.parametrize("attribute", ATTRIBUTES)
def test_every_attribute_is_missing_from_some_images(dataset: Dataset, attribute: str) -> None:
    values = [image.attributes.get(attribute) for image in dataset.instance_images("demoinstance1")]
    assert None in values
    assert any(value is not None for value in values)


def test_attributes_include_integer_limits_and_non_ascii_strings(dataset: Dataset) -> None:
    integers = {image.attributes.get("IntAttr") for image in dataset.images}
    assert {0, -1, 2**31 - 1, -(2**31)} <= integers
    strings = {image.attributes.get("StrAttr") for image in dataset.images}
    assert "" in strings
    assert any(isinstance(text, str) and not text.isascii() for text in strings)


def test_awkward_names_contain_every_special_character(dataset: Dataset) -> None:
    characters = "".join(image.product_id + image.pic_name for image in dataset.instance_images("demoinstance1"))
    assert set("+%&=~*#/?;'\" ") <= set(characters)
    assert any(first.replace("+", " ") == second for (_, first), (_, second) in combinations(AWKWARD_NAMES, 2))


def test_the_data_set_is_the_same_every_time(contract: Contract, dataset: Dataset) -> None:
    assert Dataset.from_contract(contract) == dataset


def test_similarity_is_symmetric_and_below_one_for_other_images() -> None:
    scores = [similarity(first, second) for first, second in combinations(range(60), 2)]
    assert all(0 < score < 1 for score in scores)
    assert all(score == round(score, 6) for score in scores)
    assert len(set(scores)) < len(scores)
    assert similarity(3, 9) == similarity(9, 3)
    assert similarity(7, 7) == 1
