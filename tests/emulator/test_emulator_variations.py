"""Each variation answers otherwise than the reference, and within the contract all the same."""

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

from .emulator_conversation import EXAMPLE, Answer, Conversation, Opening

#: Variations that show only on a socket.
ON_THE_WIRE = {"compressed", "chunked"}

ASKED: tuple[dict[str, str | None], ...] = (
    {}, {"Num": "3", "Start": "2"}, {"PicName": "absent.jpg"}, {"Start": "450", "Num": "100"}, {"Num": "+5"},
    {"Num": "101"}, {"InstanceName": None}, {"CategoryId": "1"}, {"Unheard": "1"},
    {"Filter": "int_attr=0 or int_attr=1"}, {"Filter": "(int_attr=0)"}, {"Filter": "int_attr=0", "Num": "100"},
)  # fmt: skip


def varied(opening: Opening, name: str) -> Conversation:
    return opening(behaviour=VARIATIONS[name])


def get(talk: Conversation) -> Answer:
    return talk.send(WireRequest("GET", f"/?{encode_form(tuple(EXAMPLE.items()))}", talk.headers()))


def in_lower_case(talk: Conversation) -> Answer:
    return talk.ask(lambda request: request.with_headers(("x-acs-action", talk.contract.protocol.action.lower())))


def replies(talk: Conversation) -> list[Answer]:
    return [*(talk.ask(**given) for given in ASKED), get(talk), in_lower_case(talk)]


@pytest.mark.parametrize(
    "name",
    [  # every third one in every run, the others where there is more time
        pytest.param(name, marks=pytest.mark.long if at % 3 else ())
        for at, name in enumerate(sorted(VARIATIONS.keys() - ON_THE_WIRE))
    ],
)
def test_a_variation_shows_and_stays_valid(opening: Opening, contract: Contract, name: str) -> None:
    usual, otherwise = replies(opening()), replies(varied(opening, name))
    assert any(one.reply != other.reply for one, other in zip(usual, otherwise, strict=True))
    for answer in otherwise:
        kind = "success" if answer.refusal is None else "error"
        jsonschema.validate(answer.body, contract.spec_files.content(f"schemas/{kind}.json"))
        if answer.refusal is not None:
            row = contract.error_row(answer.body["Code"])
            assert answer.status in {row.status, *row.tolerated_statuses}


@pytest.mark.parametrize("name", VARIATIONS)
def test_the_default_is_the_reference_in_every_choice_but_few(name: str) -> None:
    assert VARIATIONS[name] != Behaviour()


def test_counters_change_places(opening: Opening) -> None:
    head = varied(opening, "counters-by-name").ask().body["Head"]
    assert head["DocsReturn"] == 10
    assert head["DocsFound"] > 600


def test_gateway_codes_come_first(opening: Opening) -> None:
    talk = varied(opening, "gateway-codes")
    assert talk.ask(InstanceName=None).refusal == (400, "MissingInstanceName")
    assert talk.ask(Num="x").refusal == (400, "InvalidNum")
    assert talk.ask(lambda request: request.with_headers(("x-acs-action", "Other"))).refusal == (
        404,
        "InvalidAction.NotFound",
    )


def test_an_absent_image_is_refused(opening: Opening) -> None:
    absent = {"PicName": "absent.jpg"}
    assert varied(opening, "absent-image-refused").ask(**absent).refusal == (400, "BadRequest")
    assert varied(opening, "absent-image-refused-by-later-code").ask(**absent).refusal == (400, "PicNotExist")


def test_entries_are_cut_at_the_window(opening: Opening) -> None:
    talk = varied(opening, "window-cut")
    assert len(talk.ask(Start="450", Num="100").names) == 50
    assert len(talk.ask(Start="499", Num="100").names) == 1


@pytest.mark.parametrize(("text", "count"), [("+5", 5), (" 5", 5), ("5 ", 5), ("05", 5)])
def test_lenient_integers(opening: Opening, text: str, count: int) -> None:
    assert len(varied(opening, "integers-lenient").ask(Num=text).names) == count
    assert varied(opening, "integers-lenient").ask(Num="1.5").refusal == (400, "InvalidNumParameter")


def test_get_is_accepted(opening: Opening) -> None:
    assert get(varied(opening, "get-accepted")).refusal is None
    assert get(opening()).refusal == (400, "UnsupportedHTTPMethod")


def test_the_action_in_any_case(opening: Opening) -> None:
    assert in_lower_case(varied(opening, "action-in-any-case")).refusal is None


def test_absent_attributes_count_as_blank(opening: Opening) -> None:
    talk = varied(opening, "filter-absent-as-blank")
    for text, column in (("int_attr=0", "IntAttr"), ('str_attr=""', "StrAttr")):
        entries = talk.ask(Filter=text, Num="100").body["Auctions"]
        assert {column in entry for entry in entries} == {True, False}
        assert all(column in entry for entry in opening().ask(Filter=text, Num="100").body["Auctions"])


def test_keywords_in_any_case_are_none_within_strings(opening: Opening) -> None:
    talk = varied(opening, "filter-keywords-in-any-case")
    joined = [talk.ask(Filter=f"int_attr>=0 {word} int_attr<=100", Num="100").names for word in ("AND", "and", "aNd")]
    assert joined[0] == joined[1] == joined[2] != []
    assert talk.ask(Filter='str_attr="a and b"').refusal is None
    assert opening().ask(Filter="int_attr>=0 and int_attr<=100").refusal == (400, "InvalidFilterClause")


def test_parentheses_are_refused_outside_strings_only(opening: Opening) -> None:
    talk = varied(opening, "filter-parentheses-refused")
    assert talk.ask(Filter="(int_attr>=0)").refusal == (400, "InvalidFilterClause")
    assert talk.ask(Filter='str_attr="(a)"').refusal is None


def test_unknown_parameters_are_refused_and_common_ones_are_not(opening: Opening) -> None:
    talk = varied(opening, "unknown-parameters-refused")
    assert talk.ask(Unheard="1").refusal == (400, "BadRequest")
    signed = talk.signed_v2(talk.unsigned().with_query("Action=SearchImageByName&Version=2020-12-14&Format=JSON"))
    assert talk.sent(signed).refusal is None


def test_optional_fields_are_absent_everywhere(opening: Opening) -> None:
    talk = varied(opening, "optional-fields-absent")
    recommended = {"ProductId", "PicName", "CategoryId", "Score", "SortExprValues"}
    assert all(set(entry) == recommended for entry in talk.ask(Num="100").body["Auctions"])
    assert set(talk.ask(Num="0").body) == {"Code", "Message", "RequestId"}


def test_extra_fields_are_at_every_level(opening: Opening) -> None:
    def objects(value: Any) -> list[dict[str, Any]]:
        inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
        return [*([value] if isinstance(value, dict) else []), *(one for item in inner for one in objects(item))]

    body = varied(opening, "extra-fields").ask().body
    assert all("Extension" in one or "Note" in one for one in objects(body))


def test_whole_scores_are_integers(opening: Opening) -> None:
    assert b'"Score":1,' in varied(opening, "whole-scores-as-integers").ask().reply.body
    assert b'"Score":1.0,' in opening().ask().reply.body


def test_picture_details_are_absent_without_entries(opening: Opening) -> None:
    talk = varied(opening, "picinfo-absent-when-empty")
    assert "PicInfo" not in talk.ask(PicName="absent.jpg").body
    assert "PicInfo" in talk.ask().body
    assert "PicInfo" in opening().ask(PicName="absent.jpg").body


def test_variations_combine(opening: Opening) -> None:
    both = evolve(VARIATIONS["extra-fields"], optional_fields=False)
    entry = opening(behaviour=both).ask().body["Auctions"][0]
    assert "Extension" in entry
    assert "IntAttr" not in entry
    assert json.dumps(entry)
