"""The official Python SDK is refused by the emulator, and its exceptions tell what the page prints."""

from __future__ import annotations

from typing import Any

import pytest
from alibabacloud_tea_openapi.exceptions import AlibabaCloudException, ClientException, ServerException

from imagesearch_conformance.contract import Contract
from imagesearch_conformance.contract.error_table import ErrorRow
from imagesearch_conformance.emulator import EmulatorSettings
from imagesearch_conformance.emulator.access_keys import (
    DEFAULT_CREDENTIALS,
    TEMPORARY_CREDENTIALS,
    UNAUTHORIZED_CREDENTIALS,
)
from imagesearch_conformance.emulator.settings import FAULT_HEADER
from imagesearch_conformance.model.target import Credentials

from .conftest import Serving
from .keeping import Served
from .python_sdk import EXAMPLE, Mode, Sdk

# The SDK dates its requests with a function that Python 3.12 deprecates; no other warning of it is expected.
pytestmark = [
    pytest.mark.filterwarnings(r"ignore:datetime\.datetime\.utcnow:DeprecationWarning:alibabacloud_tea_openapi\.utils"),
    pytest.mark.usefixtures("no_proxy"),
]


def refusal(sdk: Sdk, given: dict[str, Any], headers: dict[str, str] | None = None) -> AlibabaCloudException:
    with pytest.raises(AlibabaCloudException) as caught:
        sdk.search(given, headers)
    return caught.value


def as_told(row: ErrorRow, request_id: str) -> tuple[type[Exception], str, int, str]:
    """The exception that the SDK makes of a row of the error table."""
    kind = ServerException if row.status >= 500 else ClientException
    return kind, row.code, row.status, f"code: {row.status}, {row.message} request id: {request_id}"


def told(error: AlibabaCloudException) -> tuple[type[Exception], str, int, str]:
    return type(error), error.code, error.status_code, error.message


def test_every_code_of_the_page_arrives(mode: Mode, served: Served, contract: Contract) -> None:
    sdk = Sdk.of(mode, served.endpoint, DEFAULT_CREDENTIALS)
    rows = contract.errors.documented_rows
    errors = [refusal(sdk, EXAMPLE, {FAULT_HEADER: row.code}) for row in rows]
    assert len(rows) == 26
    assert [told(error) for error in errors] == [
        as_told(row, error.request_id) for row, error in zip(rows, errors, strict=True)
    ]
    assert len({error.request_id for error in errors}) == 26


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"Num": "ten"}, "InvalidNumParameter"),
        ({"Num": 0}, "InvalidNumParameter"),
        ({"Num": 101}, "OverflowMaxReturnNum"),
        ({"Num": 100, "Start": 401}, "OverflowMaxResultNum"),
        ({"InstanceName": "unknown"}, "InvalidInstance"),
        ({"InstanceName": "n" * 21}, "InvalidInstance"),
        ({"CategoryId": 10}, "InvalidCategory"),
        ({"Filter": "int_attr=>1"}, "InvalidFilterClause"),
        ({"PicName": None}, "BadRequest"),
    ],
    ids=str,
)
def test_breaking_a_rule(mode: Mode, change: dict[str, Any], code: str, served: Served, contract: Contract) -> None:
    error = refusal(Sdk.of(mode, served.endpoint, DEFAULT_CREDENTIALS), EXAMPLE | change)
    assert told(error) == as_told(contract.error_row(code), error.request_id)
    assert error.request_id == served.document["RequestId"]


@pytest.mark.parametrize(
    ("key", "code"),
    [
        (Credentials(DEFAULT_CREDENTIALS.access_key_id, "wrong"), "SignatureDoesNotMatch"),
        (Credentials("nobody", DEFAULT_CREDENTIALS.access_key_secret), "InvalidAccessKeyId.NotFound"),
        (
            Credentials(TEMPORARY_CREDENTIALS.access_key_id, TEMPORARY_CREDENTIALS.access_key_secret, "wrong"),
            "InvalidSecurityToken.MismatchWithAccessKey",
        ),
        (UNAUTHORIZED_CREDENTIALS, "NoPermission"),
    ],
    ids=["wrong-secret", "unknown-key", "wrong-token", "unauthorized-key"],
)
def test_keys_that_may_not(mode: Mode, key: Credentials, code: str, served: Served, contract: Contract) -> None:
    error = refusal(Sdk.of(mode, served.endpoint, key), EXAMPLE)
    row = contract.error_row(code)
    assert (type(error), error.code, error.status_code) == (ClientException, code, row.status)
    assert row.message in error.message


def test_asking_too_often(mode: Mode, serving: Serving, contract: Contract) -> None:
    with serving(EmulatorSettings(qps=0.01)) as served:
        sdk = Sdk.of(mode, served.endpoint, DEFAULT_CREDENTIALS)
        assert sdk.search(EXAMPLE).status_code == 200
        error = refusal(sdk, EXAMPLE)
    assert told(error) == as_told(contract.error_row("DeniedRequest"), error.request_id)
