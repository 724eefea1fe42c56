"""Data sets of a few images, made for one question each."""

from attrs import evolve, frozen

from imagesearch_conformance.emulator.dataset import Dataset
from imagesearch_conformance.emulator.images import StoredImage
from imagesearch_conformance.emulator.store import Store
from imagesearch_conformance.model.target import Capabilities, Image, Instance, InstanceType

INSTANCE = "smalldemo"


@frozen
class Small:
    """A store with one instance, and the images of it that a profile names."""

    store: Store
    known: tuple[Image, ...]

    def describe(self, target, **claims):
        """The target with this instance alone."""
        capabilities = Capabilities(authentication=True, **claims)
        return evolve(
            target, instances=(Instance(INSTANCE, InstanceType.PRODUCT, self.known),), capabilities=capabilities
        )


def small(contract, attributes, category=3):
    """One image for each set of attributes, all in one category; the profile names the first."""
    images = tuple(
        StoredImage(
            number + 1,
            INSTANCE,
            f"product-{number // 2}",
            f"picture-{number % 3}-{number // 6}.jpg",
            category,
            found,
            "1,2,1,2",
            (),
        )
        for number, found in enumerate(attributes)
    )
    store = Store(Dataset({INSTANCE: InstanceType.PRODUCT}, images), contract.filter_rules.attributes)
    return Small(store, (Image(images[0].product_id, images[0].pic_name),))
