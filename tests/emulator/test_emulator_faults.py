"""Every named defect can be seen from outside, and the clean emulator has none."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from attrs import evolve

from imagesearch_conformance.contract import Contract, load
from imagesearch_conformance.emulator import Emulator, EmulatorSettings, contract_faults
from imagesearch_conformance.emulator.access_keys import DEFAULT_CREDENTIALS, UNAUTHORIZED_CREDENTIALS
from imagesearch_conformance.emulator.awkward_names import AWKWARD_NAMES
from imagesearch_conformance.emulator.fault import Fault
from imagesearch_conformance.emulator.settings import FAULT_HEADER
from imagesearch_conformance.errors import InvalidInput
from imagesearch_conformance.model.target import Credentials
from imagesearch_conformance.model.wire import WireRequest, WireResponse
from imagesearch_conformance.signing import v3
from imagesearch_conformance.signing.encoding import format_date

from .emulator_conversation import EXAMPLE, NOW, Conversation, Opening

#: Integers in every notation that somebody reads.
NOTATIONS = (
    "0x1", "1e1", "1.5", "10abc", "1_0", "1,0", "\uff11", "true", "null", "+5", " 5", "005", "5.0", "-5", "501",
    str(5 - 2**32), str(5 - 2**64),
)  # fmt: skip

#: Filters of every operator, and those that break the grammar.
FILTERS = (
    "int_attr!=100", 'str_attr>"value1"', "str_attr=value1", 'int_attr="abc"', "int_attr>>100", "int_attr 100",
    "int_attr>=", "OR int_attr>=100", "int_attr>=100 XOR int_attr<=200", "price>=100", 'str_attr="value1',
    "(int_attr>=100", "int_attr>=100; DROP TABLE images", "int_attr=-1", "int_attr=0 OR int_attr=1 OR int_attr=2",
    "int_attr=2147483647", 'str_attr=" value1"', "(int_attr=0)", "int_attr<5", f'str_attr!="{"x" * 245}"',
)  # fmt: skip

PARAMETERS: tuple[dict[str, str | None], ...] = (
    {}, {"Num": "1"}, {"Num": "100"}, {"Num": "101"}, {"Num": "0"}, {"Num": "x"},
    {"Start": "0"}, {"Start": "10"}, {"Start": "-1"}, {"Start": "x"}, {"Start": "499", "Num": "1"},
    {"Start": "500", "Num": "1"}, {"Start": "450", "Num": "100"},
    {"CategoryId": "0"}, {"CategoryId": "77"}, {"CategoryId": "x"},
    {"Filter": "int_attr>=100"}, {"Filter": "int_attr>100"}, {"Filter": "int_attr<=100"}, {"Filter": "int_attr<100"},
    {"Filter": "int_attr=100"}, {"Filter": 'str_attr!="value1"'}, {"Filter": 'int_attr=1000 AND str_attr="value1"'},
    {"Filter": 'int_attr=1000 OR str_attr="value1"'}, {"Filter": "int_attr!="}, {"Filter": "int_attr>1" + " " * 246},
    {"Filter": "int_attr>1" + " " * 247},
    {"Num": "7"}, {"Filter": "int_attr=0"}, {"Filter": "int_attr<-100"}, {"Filter": "int_attr = 1000"},
    {"Filter": 'int_attr=1000 and str_attr="value1"'}, {"Filter": '(int_attr=0 OR int_attr=2) AND str_attr="value1"'},
    {"Filter": 'int_attr=0 OR int_attr=2 AND str_attr="value1"'},
    {"ProductId": "generic-0000", "PicName": "front.jpg"}, {"Filter": "int_attr>=0", "Start": "5"},
    {"Filter": "int_attr>=0", "CategoryId": "20"}, {"CategoryId": "20", "Start": "5"}, {"Start": "250"},
    {"Filter": "int_attr>=0 AND int_attr<=2"}, {"ProductId": "ITEM-0000", "PicName": "FRONT.JPG"},
    *({"Num": text} for text in NOTATIONS), *({"Start": text} for text in NOTATIONS),
    *({"CategoryId": text} for text in ("-1", "10", "88888888", str(2**32))),
    {"Num": "10"}, {"Num": ""}, {"Other": "1"},
    *({"Filter": text} for text in FILTERS), {"Start": "5", "Num": "10"}, {"Start": "400", "Num": "100"},
    {"Start": "499", "Num": "2"}, {"Start": "7", "Num": "5"}, {"Num": "100", "Start": "1"},
    {"InstanceName": "genericdemo", "ProductId": "generic-0000", "PicName": "front.jpg", "CategoryId": "0"},
    {"CategoryId": "1", "Start": "100"}, {"InstanceName": "longest-name-of-them"},
    {"InstanceName": None}, {"InstanceName": ""}, {"InstanceName": "absent"}, {"InstanceName": "x" * 21},
    {"InstanceName": "longest-name-of-them", "ProductId": "far-0000", "PicName": "front.jpg"},
    {"InstanceName": "genericdemo", "ProductId": "generic-0000", "PicName": "front.jpg"},
    {"ProductId": None}, {"ProductId": ""}, {"ProductId": "absent"}, {"PicName": None}, {"PicName": ""},
    {"PicName": "absent.jpg"}, {"ProductId": "cat1-0000", "PicName": "front.jpg"},
)  # fmt: skip


FIRST = load()
SHOWN = list(contract_faults(FIRST))


def battery(talk: Conversation, contract: Contract) -> Iterator[WireRequest]:
    """Requests that between them show every defect."""
    valid = talk.unsigned()
    yield from (talk.signed(talk.unsigned(**given)) for given in PARAMETERS)
    for product, picture in AWKWARD_NAMES:
        yield talk.signed(talk.unsigned(ProductId=product, PicName=picture))
    for row in contract.errors.documented_rows:
        yield talk.signed(valid.with_headers((FAULT_HEADER, row.code)))
    for name, value in (("x-acs-action", "Other"), ("x-acs-version", "1999-01-01")):
        yield talk.signed(valid.with_headers((name, value)))
    yield talk.signed(evolve(valid, headers=tuple(one for one in valid.headers if one[0] != "x-acs-action")))
    yield valid
    yield talk.signed(valid, Credentials("nobody", "secret"))
    yield talk.signed(valid, evolve(DEFAULT_CREDENTIALS, access_key_secret="wrong"))
    yield talk.signed(valid, UNAUTHORIZED_CREDENTIALS)
    for seconds in (-600, -1800, 1800):
        yield talk.signed(valid, date=format_date(NOW + timedelta(seconds=seconds)))
    yield talk.signed(valid, date="yesterday")
    signed = talk.signed(valid)
    yield from (signed, signed)
    yield evolve(talk.signed(valid), body=valid.body + b"&Num=1")
    yield talk.signed(evolve(valid, body=valid.body + b"&Num=1&Num=1"))
    yield talk.signed(evolve(valid, body=b"").with_query(valid.body.decode()))
    yield talk.signed(evolve(valid, body=b"", method="GET").with_query(valid.body.decode()))
    yield talk.signed(valid.with_headers(("x-acs-action", contract.protocol.action.lower())))
    yield talk.signed(evolve(valid, headers=tuple(one for one in valid.headers if one[0] != "x-acs-version")))
    yield talk.signed(talk.unsigned(Filter=f'str_attr="{"ü" * 200}"'))
    yield from (talk.signed(talk.unsigned()), talk.signed(talk.unsigned()))
    yield talk.signed(valid).with_query("Num=1")
    yield v3.sign(
        valid,
        DEFAULT_CREDENTIALS,
        date=format_date(NOW),
        nonce=talk.nonce(),
        unsigned_headers=frozenset({"x-acs-action"}),
    )


@pytest.fixture(scope="module")
def timed(opening: Opening, contract: Contract) -> list[tuple[WireRequest, datetime]]:
    """The battery, far apart, and then a burst."""
    talk = opening()
    single = [(request, NOW + timedelta(seconds=n / 5)) for n, request in enumerate(battery(talk, contract))]
    return single + [(talk.signed(talk.unsigned(Num="1")), NOW + timedelta(seconds=60)) for _ in range(12)]


def replies(talk: Conversation, timed: list[tuple[WireRequest, datetime]]) -> list[WireResponse]:
    return [talk.emulator.handle(request, now) for request, now in timed]


@pytest.fixture(scope="module")
def clean(opening: Opening, timed: list[tuple[WireRequest, datetime]]) -> list[WireResponse]:
    return replies(opening(qps=10.0), timed)


def test_the_clean_emulator_answers_the_same_every_time(
    opening: Opening, timed: list[tuple[WireRequest, datetime]], clean: list[WireResponse]
) -> None:
    assert replies(opening(qps=10.0), timed) == clean


@pytest.mark.long
@pytest.mark.parametrize("name", SHOWN)
def test_a_fault_can_be_seen(
    opening: Opening, timed: list[tuple[WireRequest, datetime]], clean: list[WireResponse], name: str
) -> None:
    emulator = opening(name, qps=10.0).emulator
    assert any(emulator.handle(*one) != usual for one, usual in zip(timed, clean, strict=True))


def test_faults_say_in_a_sentence_what_is_wrong() -> None:
    faults = contract_faults(FIRST)
    assert len(faults) >= 120
    for name, fault in faults.items():
        assert fault.name == name
        assert name == name.lower()
        assert fault.description[0].isupper()
        assert fault.description.endswith(".")
    assert len({fault.description for fault in faults.values()}) == len(faults)


def test_several_faults_at_once(opening: Opening) -> None:
    talk = opening("num-zero-accepted", "msg-missing", "requestid-repeated")
    answer = talk.ask(Num="0")
    assert answer.body["Auctions"] == []
    assert "Msg" not in answer.body
    assert answer.body["RequestId"] == talk.ask().body["RequestId"]


def test_a_fault_says_which_requirements_go_off() -> None:
    fault = Fault("name", "Description.", ("num.*", "start.type"), ("ranking.self",))
    given = ("num.type", "num.maximum", "start.type", "start.minimum", "ranking.self", "ranking.score")
    assert fault.must_fail(given) == {"num.type", "num.maximum", "start.type", "ranking.self"}


def test_the_memory_of_a_cache_is_of_one_emulator(opening: Opening) -> None:
    first, second = opening("cache-ignores-num"), opening("cache-ignores-num")
    assert len(first.ask(Num="3").names) == 3
    assert len(first.ask(Num="7").names) == 3
    assert len(second.ask(Num="7").names) == 7


def test_a_cache_that_ignores_the_filter_still_tells_images_apart(opening: Opening) -> None:
    talk = opening("cache-ignores-filter")
    whole = talk.ask(Num="5").names
    assert talk.ask(Num="5", Filter="int_attr>=100").names == whole
    assert talk.ask(Num="5", ProductId="cat1-0000", PicName="front.jpg").names != whole


def test_a_fault_of_one_code_leaves_the_others_alone(opening: Opening, talk: Conversation) -> None:
    faulty = opening("error-invalidinstance-mistaken")
    assert faulty.ask(InstanceName="absent").refusal != talk.ask(InstanceName="absent").refusal
    assert faulty.ask(Num="x").refusal == talk.ask(Num="x").refusal


def test_a_code_mistaken_for_another_has_its_message_and_status(opening: Opening, contract: Contract) -> None:
    rows = contract.errors.documented_rows
    number = next(at for at, row in enumerate(rows) if row.code == "InvalidInstance")
    answer = opening("error-invalidinstance-mistaken").ask(InstanceName="absent")
    assert answer.refusal == (rows[number + 1].status, rows[number + 1].code)
    assert answer.body["Message"] == rows[number + 1].message


def test_a_field_under_another_name_keeps_its_value_and_its_place(opening: Opening, talk: Conversation) -> None:
    usual, renamed = talk.ask().body, opening("head-docsreturn-misnamed").ask().body
    assert renamed["Head"]["docs_return"] == usual["Head"]["DocsReturn"]
    assert list(renamed["Head"]) == [{"DocsReturn": "docs_return"}.get(name, name) for name in usual["Head"]]


def test_an_unknown_fault_is_bad_input_with_a_suggestion(contract: Contract) -> None:
    with pytest.raises(InvalidInput, match="num-zero-accepted"):
        Emulator(contract, EmulatorSettings(faults=("num-zero-acepted",)))


@pytest.mark.parametrize(
    ("name", "given", "expected"),
    [
        ("num-above-maximum-accepted", {"Num": "101"}, 101),
        ("num-above-maximum-capped", {"Num": "101"}, 100),
        ("num-zero-accepted", {"Num": "0"}, 0),
        ("num-text-as-default", {"Num": "x"}, 10),
        ("num-default-doubled", {}, 20),
        ("start-above-maximum-accepted", {"Start": "500", "Num": "3"}, 3),
        ("instance-unknown-accepted", {"InstanceName": "absent"}, 0),
        ("instance-missing-accepted", {"InstanceName": None}, 10),
        ("instance-too-long-accepted", {"InstanceName": "x" * 21}, 10),
        ("filter-syntax-accepted", {"Filter": "("}, 10),
        ("filter-too-long-accepted", {"Filter": "int_attr<9" + " " * 5000}, 10),
        ("absent-image-found", {"PicName": "absent.jpg"}, 10),
        ("entries-above-num", {"Num": "4"}, 5),
        ("action-missing-accepted", {}, 10),
    ],
)
def test_a_fault_that_accepts_too_much(
    opening: Opening, name: str, given: dict[str, str | None], expected: int
) -> None:
    assert len(opening(name).ask(**given).names) == expected


def test_a_double_decoder_finds_the_neighbour(opening: Opening) -> None:
    assert opening("plus-decoded-twice").ask(ProductId="plus+sign", PicName="one+two.jpg").names[0] == (
        "plus sign",
        "one two.jpg",
    )


def test_faults_change_nothing_else(opening: Opening, talk: Conversation) -> None:
    assert opening("num-zero-accepted").ask().body["Auctions"] == talk.ask(**EXAMPLE).body["Auctions"]
