from Tea.exceptions import TeaException

from imagesearch_conformance.client_testing import ApiError

#: By the names of the wire, those of this client.
NAMES = {
    "InstanceName": "instance_name", "ProductId": "product_id", "PicName": "pic_name", "CategoryId": "category_id",
    "Num": "num", "Start": "start", "Filter": "filter",
}  # fmt: skip


def test_every_scenario(make, imagesearch_client_scenarios):
    def made(endpoint, key):
        search = make(endpoint, key.access_key_id, key.access_key_secret)

        def searching(parameters):
            given = dict.fromkeys(("instance_name", "product_id", "pic_name"))
            given |= {NAMES[name]: value for name, value in parameters.items()}
            try:
                return search(**given).to_map()
            except TeaException as problem:
                data = problem.data
                raise ApiError(data["statusCode"], data["Code"], data["Message"], data["RequestId"]) from None

        return searching

    imagesearch_client_scenarios.check(made)
