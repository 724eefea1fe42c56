"""A client's repository: its client is the official SDK, behind a function of its own."""

import pytest
from alibabacloud_imagesearch20201214.client import Client
from alibabacloud_imagesearch20201214.models import SearchImageByNameRequest
from alibabacloud_tea_openapi.models import Config


def searching(endpoint, key_id, key_secret):
    """What this repository offers: a search by names."""
    scheme, _, host = endpoint.partition("://")
    config = Config(
        access_key_id=key_id, access_key_secret=key_secret, endpoint=host, protocol=scheme, region_id="cn-shanghai"
    )
    client = Client(config)

    def search(instance_name, product_id, pic_name, **more):
        request = SearchImageByNameRequest(
            instance_name=instance_name, product_id=product_id, pic_name=pic_name, **more
        )
        return client.search_image_by_name(request).body

    return search


@pytest.fixture
def make():
    return searching
