"""Responses that tests put in place of the emulator's."""

import json

import pytest

from imagesearch_conformance.contract.error_table import ErrorTrigger
from imagesearch_conformance.model.wire import WireResponse


@pytest.fixture(scope="session")
def rate_limit_response(contract):
    row = next(row for row in contract.errors.documented_rows if row.trigger is ErrorTrigger.RATE_LIMIT)
    document = {"Code": row.code, "Message": row.message, "RequestId": "0B4A8C6E-5D7F-4A2B-9C1D-3E5F7A9B1C2D"}
    return WireResponse(row.status, (("Content-Type", "application/json"),), json.dumps(document).encode())
