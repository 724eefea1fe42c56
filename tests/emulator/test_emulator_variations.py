"""Every variation differs from the reference and conforms to the contract."""

from __future__ import annotations

import json
from typing import Any

import jsonschema
import pytest
from attrs import evolve

from imagesearch_conformance.contract import Contract
from imagesearch_conformance.emulator import VARIATIONS, Behaviour
from imagesearch_conformance.model.wire import WireRequest
from imagesearch_conformance.signing.encoding import encode_form

from .emulator_client import EXAMPLE, ClientFactory, EmulatorClient, EmulatorResponse

#: Variations that only a server shows.
SERVER_VARIATIONS = {"compressed", "chunked"}

#: Variations that run everywhere: one for each kind of choice. The others are marked long.
CORE_VARIATIONS = {
    "absent-image-refused", "counters-by-name", "extra-fields", "filter-parentheses-refused", "gateway-codes",
    "get-accepted", "integers-lenient", "media-type-bare", "optional-fields-absent", "window-cut",
}  # fmt: skip

PARAMETERS: tuple[dict[str, str | None], ...] = (
    {}, {"Num": "3", "Start": "2"}, {"PicName": "absent.jpg"}, {"Start": "450", "Num": "100"}, {"Num": "+5"},
    {"Num": "101"}, {"InstanceName": None}, {"CategoryId": "1"}, {"Unknown": "1"},
    {"Filter": "int_attr=0 or int_attr=1"}, {"Filter": "(int_attr=0)"}, {"Filter": "int_attr=0", "Num": "100"},
)  # fmt: skip


def create_varied_client(create_client: ClientFactory, name: str) -> EmulatorClient:
    return create_client(behaviour=VARIATIONS[name])


def search_by_get(client: EmulatorClient) -> EmulatorResponse:
    return client.sign_and_send(WireRequest("GET", f"/?{encode_form(tuple(EXAMPLE.items()))}", client.headers()))


def search_in_lower_case(client: EmulatorClient) -> EmulatorResponse:
    return client.search(
        lambda request: request.with_headers(("x-acs-action", client.contract.protocol.action.lower()))
    )


def all_responses(client: EmulatorClient) -> list[EmulatorResponse]:
    return [
        *(client.search(**parameters) for parameters in PARAMETERS),
        search_by_get(client),
        search_in_lower_case(client),
    ]


@pytest.mark.parametrize(
    "name",
    [
        pytest.param(name, marks=() if name in CORE_VARIATIONS else pytest.mark.long)
        for name in sorted(VARIATIONS.keys() - SERVER_VARIATIONS)
    ],
)
def test_a_variation_changes_responses_and_stays_valid(
    create_client: ClientFactory, contract: Contract, name: str
) -> None:
    reference, varied = all_responses(create_client()), all_responses(create_varied_client(create_client, name))
    assert any(response.wire != other.wire for response, other in zip(reference, varied, strict=True))
    for response in varied:
        kind = "success" if response.error is None else "error"
        jsonschema.validate(response.body, contract.spec_files.content(f"schemas/{kind}.json"))
        if response.error is not None:
            row = contract.error_row(response.body["Code"])
            assert response.status in {row.status, *row.tolerated_statuses}


@pytest.mark.parametrize("name", VARIATIONS)
def test_every_variation_differs_from_the_reference(name: str) -> None:
    assert VARIATIONS[name] != Behaviour()


def test_counters_are_swapped(create_client: ClientFactory) -> None:
    head = create_varied_client(create_client, "counters-by-name").search().body["Head"]
    assert head["DocsReturn"] == 10
    assert head["DocsFound"] > 600


def test_gateway_codes_are_preferred(create_client: ClientFactory) -> None:
    client = create_varied_client(create_client, "gateway-codes")
    assert client.search(InstanceName=None).error == (400, "MissingInstanceName")
    assert client.search(Num="x").error == (400, "InvalidNum")
    assert client.search(lambda request: request.with_headers(("x-acs-action", "Other"))).error == (
        404,
        "InvalidAction.NotFound",
    )


def test_a_missing_image_is_rejected(create_client: ClientFactory) -> None:
    absent = {"PicName": "absent.jpg"}
    assert create_varied_client(create_client, "absent-image-refused").search(**absent).error == (400, "BadRequest")
    assert create_varied_client(create_client, "absent-image-refused-by-later-code").search(**absent).error == (
        400,
        "PicNotExist",
    )


def test_entries_are_truncated_at_the_window(create_client: ClientFactory) -> None:
    client = create_varied_client(create_client, "window-cut")
    assert len(client.search(Start="450", Num="100").names) == 50
    assert len(client.search(Start="499", Num="100").names) == 1


@pytest.mark.parametrize(("text", "count"), [("+5", 5), (" 5", 5), ("5 ", 5), ("05", 5)])
def test_lenient_integers(create_client: ClientFactory, text: str, count: int) -> None:
    assert len(create_varied_client(create_client, "integers-lenient").search(Num=text).names) == count
    assert create_varied_client(create_client, "integers-lenient").search(Num="1.5").error == (
        400,
        "InvalidNumParameter",
    )


def test_get_is_accepted(create_client: ClientFactory) -> None:
    assert search_by_get(create_varied_client(create_client, "get-accepted")).error is None
    assert search_by_get(create_client()).error == (400, "UnsupportedHTTPMethod")


def test_the_action_in_any_case(create_client: ClientFactory) -> None:
    assert search_in_lower_case(create_varied_client(create_client, "action-in-any-case")).error is None


def test_missing_attributes_count_as_blank(create_client: ClientFactory) -> None:
    client = create_varied_client(create_client, "filter-absent-as-blank")
    for text, column in (("int_attr=0", "IntAttr"), ('str_attr=""', "StrAttr")):
        entries = client.search(Filter=text, Num="100").body["Auctions"]
        assert {column in entry for entry in entries} == {True, False}
        assert all(column in entry for entry in create_client().search(Filter=text, Num="100").body["Auctions"])


def test_keywords_in_any_case_are_not_recognised_in_strings(create_client: ClientFactory) -> None:
    client = create_varied_client(create_client, "filter-keywords-in-any-case")
    joined = [
        client.search(Filter=f"int_attr>=0 {word} int_attr<=100", Num="100").names for word in ("AND", "and", "aNd")
    ]
    assert joined[0] == joined[1] == joined[2] != []
    assert client.search(Filter='str_attr="a and b"').error is None
    assert create_client().search(Filter="int_attr>=0 and int_attr<=100").error == (400, "InvalidFilterClause")


def test_parentheses_are_rejected_outside_strings_only(create_client: ClientFactory) -> None:
    client = create_varied_client(create_client, "filter-parentheses-refused")
    assert client.search(Filter="(int_attr>=0)").error == (400, "InvalidFilterClause")
    assert client.search(Filter='str_attr="(a)"').error is None


def test_unknown_parameters_are_rejected_and_common_ones_accepted(create_client: ClientFactory) -> None:
    client = create_varied_client(create_client, "unknown-parameters-refused")
    assert client.search(Unknown="1").error == (400, "BadRequest")
    signed = client.sign_v2(
        client.build_request().with_query("Action=SearchImageByName&Version=2020-12-14&Format=JSON")
    )
    assert client.send(signed).error is None


def test_optional_fields_are_missing_everywhere(create_client: ClientFactory) -> None:
    client = create_varied_client(create_client, "optional-fields-absent")
    recommended = {"ProductId", "PicName", "CategoryId", "Score", "SortExprValues"}
    assert all(set(entry) == recommended for entry in client.search(Num="100").body["Auctions"])
    assert set(client.search(Num="0").body) == {"Code", "Message", "RequestId"}


def test_extra_fields_are_at_every_level(create_client: ClientFactory) -> None:
    def objects(value: Any) -> list[dict[str, Any]]:
        inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
        return [*([value] if isinstance(value, dict) else []), *(nested for item in inner for nested in objects(item))]

    body = create_varied_client(create_client, "extra-fields").search().body
    assert all("Extension" in item or "Note" in item for item in objects(body))


def test_whole_scores_are_integers(create_client: ClientFactory) -> None:
    assert b'"Score":1,' in create_varied_client(create_client, "whole-scores-as-integers").search().wire.body
    assert b'"Score":1.0,' in create_client().search().wire.body


def test_picture_details_are_missing_without_entries(create_client: ClientFactory) -> None:
    client = create_varied_client(create_client, "picinfo-absent-when-empty")
    assert "PicInfo" not in client.search(PicName="absent.jpg").body
    assert "PicInfo" in client.search().body
    assert "PicInfo" in create_client().search(PicName="absent.jpg").body


def test_variations_combine(create_client: ClientFactory) -> None:
    both = evolve(VARIATIONS["extra-fields"], optional_fields=False)
    entry = create_client(behaviour=both).search().body["Auctions"][0]
    assert "Extension" in entry
    assert "IntAttr" not in entry
    assert json.dumps(entry)
