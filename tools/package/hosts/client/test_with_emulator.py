import pytest
from Tea.exceptions import TeaException


def search_of(make, emulator):
    key = emulator.credentials
    return make(emulator.endpoint, key.access_key_id, key.access_key_secret)


def names(emulator):
    return emulator.instance_name, emulator.image.product_id, emulator.image.pic_name


def test_a_search_finds_the_image(make, imagesearch_emulator):
    body = search_of(make, imagesearch_emulator)(*names(imagesearch_emulator))
    assert body.auctions[0].product_id == imagesearch_emulator.image.product_id
    assert len(imagesearch_emulator.exchanges) == 1


def test_throttling_once(make, imagesearch_emulator):
    imagesearch_emulator.fault_once("DeniedRequest")
    search = search_of(make, imagesearch_emulator)
    with pytest.raises(TeaException) as raised:
        search(*names(imagesearch_emulator))
    assert raised.value.code == "DeniedRequest"
    assert search(*names(imagesearch_emulator)).success


@pytest.mark.imagesearch_fault("InvalidCategory")
def test_a_fault_by_its_marker(make, imagesearch_emulator):
    with pytest.raises(TeaException) as raised:
        search_of(make, imagesearch_emulator)(*names(imagesearch_emulator))
    assert raised.value.code == "InvalidCategory"


def test_a_request_beyond_the_page_fails_this_test(make, imagesearch_emulator):
    with pytest.raises(TeaException):
        search_of(make, imagesearch_emulator)(*names(imagesearch_emulator), num=101)


@pytest.mark.imagesearch_allow_findings("num.maximum")
def test_a_request_beyond_the_page_that_is_meant(make, imagesearch_emulator):
    with pytest.raises(TeaException):
        search_of(make, imagesearch_emulator)(*names(imagesearch_emulator), num=101)


def test_without_a_socket(make, imagesearch_responses):
    body = search_of(make, imagesearch_responses)(*names(imagesearch_responses))
    assert body.success


def test_a_body_of_ones_own(imagesearch_contract):
    with pytest.raises(AssertionError, match="RequestId"):
        imagesearch_contract.assert_success({"Success": True, "Code": 0, "Msg": "success"})
    imagesearch_contract.assert_error(
        400,
        {
            "Code": "InvalidInstance",
            "Message": "The specified instance name is invalid.",
            "RequestId": "36C43E96-8F68-44AA-B1AF-B1F7AB94A6C1",
        },
    )
