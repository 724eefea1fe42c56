"""The official Python SDK raises exceptions with the parts of the emulator's error responses."""

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

from .conftest import EmulatorRunner
from .python_sdk import EXAMPLE, Mode, Sdk
from .recording_emulator import RunningEmulator

# The SDK dates its requests with a function that Python 3.12 deprecates; no other warning of it is expected.
pytestmark = [
    pytest.mark.filterwarnings(r"ignore:datetime\.datetime\.utcnow:DeprecationWarning:alibabacloud_tea_openapi\.utils"),
    pytest.mark.usefixtures("no_proxy"),
]


def search_error(sdk: Sdk, parameters: dict[str, Any], headers: dict[str, str] | None = None) -> AlibabaCloudException:
    with pytest.raises(AlibabaCloudException) as caught:
        sdk.search(parameters, headers)
    return caught.value


def expected_error(row: ErrorRow, request_id: str) -> tuple[type[Exception], str, int, str]:
    """Return the parts of the exception that the SDK raises for a row of the error table."""
    kind = ServerException if row.status >= 500 else ClientException
    return kind, row.code, row.status, f"code: {row.status}, {row.message} request id: {request_id}"


def error_parts(error: AlibabaCloudException) -> tuple[type[Exception], str, int, str]:
    return type(error), error.code, error.status_code, error.message


def test_every_documented_code_arrives(mode: Mode, emulator: RunningEmulator, contract: Contract) -> None:
    sdk = Sdk.create(mode, emulator.endpoint, DEFAULT_CREDENTIALS)
    rows = contract.errors.documented_rows
    errors = [search_error(sdk, EXAMPLE, {FAULT_HEADER: row.code}) for row in rows]
    assert len(rows) == 26
    assert [error_parts(error) for error in errors] == [
        expected_error(row, error.request_id) for row, error in zip(rows, errors, strict=True)
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
def test_a_violated_rule_raises_its_code(
    mode: Mode, change: dict[str, Any], code: str, emulator: RunningEmulator, contract: Contract
) -> None:
    error = search_error(Sdk.create(mode, emulator.endpoint, DEFAULT_CREDENTIALS), EXAMPLE | change)
    assert error_parts(error) == expected_error(contract.error_row(code), error.request_id)
    assert error.request_id == emulator.document["RequestId"]


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
def test_an_invalid_key_raises_its_code(
    mode: Mode, key: Credentials, code: str, emulator: RunningEmulator, contract: Contract
) -> None:
    error = search_error(Sdk.create(mode, emulator.endpoint, key), EXAMPLE)
    row = contract.error_row(code)
    assert (type(error), error.code, error.status_code) == (ClientException, code, row.status)
    assert row.message in error.message


def test_the_rate_limit_raises_its_code(mode: Mode, run_emulator: EmulatorRunner, contract: Contract) -> None:
    with run_emulator(EmulatorSettings(qps=0.01)) as emulator:
        sdk = Sdk.create(mode, emulator.endpoint, DEFAULT_CREDENTIALS)
        assert sdk.search(EXAMPLE).status_code == 200
        error = search_error(sdk, EXAMPLE)
    assert error_parts(error) == expected_error(contract.error_row("DeniedRequest"), error.request_id)
