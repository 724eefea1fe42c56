"""Data sets of a few images, each built for one question."""

from attrs import evolve, frozen

from imagesearch_conformance.emulator.dataset import Dataset, StoredImage
from imagesearch_conformance.emulator.store import Store
from imagesearch_conformance.model.target import Capabilities, Image, Instance, InstanceType

INSTANCE = "smalldemo"


@frozen
class SmallDataSet:
    """A store with one instance, and the images of it that a profile names."""

    store: Store
    profile_images: tuple[Image, ...]

    def adapt(self, target, **claims):
        """Adapt a target to this instance alone."""
        capabilities = Capabilities(authentication=True, **claims)
        instance = Instance(INSTANCE, InstanceType.PRODUCT, self.profile_images)
        return evolve(target, instances=(instance,), capabilities=capabilities)


def small_data_set(contract, attributes, category=3):
    """A data set with one image per set of attributes, all in one category; the profile names the first image."""
    images = tuple(
        StoredImage(
            number + 1,
            INSTANCE,
            f"product-{number // 2}",
            f"picture-{number % 3}-{number // 6}.jpg",
            category,
            image_attributes,
            "1,2,1,2",
            (),
        )
        for number, image_attributes in enumerate(attributes)
    )
    store = Store(Dataset({INSTANCE: InstanceType.PRODUCT}, images), contract.filter_rules.attributes)
    return SmallDataSet(store, (Image(images[0].product_id, images[0].pic_name),))
