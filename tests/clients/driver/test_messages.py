"""The lines between suite and adapter: written and read as the published schemas say, and whatever else comes."""

import json

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from imagesearch_conformance.clients.adapter.errors import AdapterError
from imagesearch_conformance.clients.adapter.jsonrpc import (
    INITIALIZE,
    SEARCH,
    encode_request,
    is_notification,
    parse_answer,
    parse_client_info,
    parse_line,
)
from imagesearch_conformance.contract import load
from imagesearch_conformance.model.client import AdapterFailure, Answer, AnswerKind, ClientInfo

NUMBER = 7
DOCUMENTS = load().spec_files
REQUESTS, RESPONSES = (DOCUMENTS.content(f"schemas/adapter-{name}.json") for name in ("request", "response"))


def validator(schema, definition=None):
    """What holds messages against a schema, or one definition of it."""
    chosen = schema if definition is None else {"$ref": f"#/$defs/{definition}", "$defs": schema["$defs"]}
    return jsonschema.Draft202012Validator(chosen)


SEARCH_ANSWERS = validator(RESPONSES, "answerToSearchImageByName")
INTRODUCTIONS = validator(RESPONSES, "answerToInitialize")


def line(document):
    return parse_line(json.dumps(document).encode() + b"\n")


def message(**members):
    return {"jsonrpc": "2.0", "id": NUMBER, **members}


def error(code, text="no", **members):
    return message(error={"code": code, "message": text, **members})


def broken(raw, read=parse_answer, *more):
    """How a line breaks the protocol."""
    given_line = parse_line(raw) if isinstance(raw, bytes) else line(raw)
    with pytest.raises(AdapterError) as problem:
        read(given_line, NUMBER, *more)
    assert problem.value.answer.kind is AnswerKind.ADAPTER_FAILURE
    return problem.value.failure, problem.value.text


@pytest.mark.parametrize("schema", [REQUESTS, RESPONSES])
def test_the_schemas_are_schemas_and_their_examples_fit(schema):
    jsonschema.Draft202012Validator.check_schema(schema)
    for name, definition in schema["$defs"].items():
        for example in definition.get("examples", ()):
            validator(schema, name).validate(example)
            validator(schema).validate(example)


def test_the_example_answers_are_read_as_what_they_are():
    examples = RESPONSES["$defs"]["answerToSearchImageByName"]["examples"]
    assert [parse_answer(line(example), example["id"]).kind for example in examples] == [
        AnswerKind.RESULT,
        AnswerKind.ERROR,
        AnswerKind.UNREADABLE,
        AnswerKind.ARGUMENTS_REFUSED,
    ]
    who, refusal = RESPONSES["$defs"]["answerToInitialize"]["examples"]
    assert parse_client_info(line(who), 1, ("x",)).language == "python"
    assert parse_client_info(line(refusal), 1, ("x",)) == ClientInfo(command=("x",))


@given(
    st.dictionaries(
        st.text(),
        st.none() | st.booleans() | st.integers() | st.text() | st.floats(allow_nan=False, allow_infinity=False),
    )
)
def test_every_request_fits_its_schema_on_one_line_of_ascii(parameters):
    raw = encode_request(NUMBER, SEARCH, parameters)
    assert raw.isascii()
    assert raw.count(b"\n") == 1
    said = json.loads(raw)
    validator(REQUESTS, "searchImageByName").validate(said)
    validator(REQUESTS).validate(said)
    assert said["params"] == parameters


def test_a_request_keeps_the_order_and_the_types_of_parameters():
    given_order = {"PicName": "ä\ud800\x00", "Num": 10, "Crop": True, "Start": "10", "Huge": 2**70}
    assert list(json.loads(encode_request(1, SEARCH, given_order))["params"].items()) == list(given_order.items())


def test_the_introduction_fits_its_schema():
    said = json.loads(encode_request(1, INITIALIZE, {}))
    validator(REQUESTS, "initialize").validate(said)
    assert said == {"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": {}}


def test_a_result_is_handed_on_as_it_is():
    body = {"RequestId": "x", "Code": 0, "Auctions": [{"Score": 0.1, "IntAttr": 9007199254740993, "Other": None}]}
    answer = parse_answer(line(message(result={"httpStatus": 200, "body": body}, more=1)), NUMBER)
    assert answer == Answer(AnswerKind.RESULT, status=200, body=body)
    assert isinstance(answer.body["Auctions"][0]["IntAttr"], int)


@pytest.mark.parametrize("body", [None, [], "<html>", 5, {}])
def test_what_a_client_took_for_a_response_is_for_the_judges(body):
    assert parse_answer(line(message(result={"body": body})), NUMBER) == Answer(AnswerKind.RESULT, body=body)


def test_an_error_is_handed_on_as_it_is():
    data = {"httpStatus": 400, "code": "InvalidInstance", "message": "The instance\n", "requestId": "R"}
    answer = parse_answer(line(error(-32000, "raised", data=data)), NUMBER)
    assert answer == Answer(
        AnswerKind.ERROR, status=400, code="InvalidInstance", message="The instance\n", request_id="R", text="raised"
    )
    assert parse_answer(line(error(-32000, data={"code": None})), NUMBER) == Answer(AnswerKind.ERROR, text="no")


@pytest.mark.parametrize(("code", "kind"), [(-32001, AnswerKind.UNREADABLE), (-32602, AnswerKind.ARGUMENTS_REFUSED)])
def test_other_errors_say_why(code, kind):
    assert parse_answer(line(error(code, "because")), NUMBER) == Answer(kind, text="because")


def test_a_sentence_is_bounded():
    answer = parse_answer(line(error(-32602, "x" * 1_000_000)), NUMBER)
    assert len(answer.text) < 3000
    assert answer.text.endswith("(1000000 characters)")


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"id": NUMBER, "result": {"body": {}}}, 'jsonrpc is missing; it has to be "2.0"'),
        (message(jsonrpc=2.0, result={"body": {}}), "jsonrpc is 2.0"),
        (message(), "neither result nor error"),
        (message(method="searchImageByName", params={}), "neither result nor error"),
        (message(result={"body": {}}, error=None), "both result and error"),
        (message(result=None), "result is null; it has to be an object"),
        (message(result={"httpStatus": 200}), "result.body is missing"),
        (message(result={"httpStatus": "200", "body": {}}), 'result.httpStatus is "200"; it has to be a whole number'),
        (message(result={"httpStatus": True, "body": {}}), "result.httpStatus is true"),
        (message(result={"httpStatus": 99, "body": {}}), "from 100 to 599"),
        (message(error="no"), 'error is "no"; it has to be an object'),
        (message(error={"message": "no"}), "error.code is null; it has to be one of: -32000"),
        (message(error={"code": -32001}), "error.message is null"),
        (error("400"), 'error.code is "400"'),
        (error(-32601), "error.code is -32601, which means nothing here"),
        (error(-32000), "error.data is null"),
        (error(-32000, data={"code": 400}), "error.data.code is 400; it has to be text"),
        (error(-32000, data={"httpStatus": 400.5}), "error.data.httpStatus is 400.5"),
        (error(-32000, data={"requestId": {"a": "b" * 500}}), "error.data.requestId is {"),
    ],
)
def test_an_answer_without_what_the_protocol_asks_says_what_would_be_right(wrong, says):
    breakdown, text = broken(wrong)
    assert breakdown is AdapterFailure.INVALID_MESSAGE
    assert says in text
    assert len(text) < 400
    assert not SEARCH_ANSWERS.is_valid(wrong)


@pytest.mark.parametrize(
    ("raw", "says"),
    [
        (b'{"jsonrpc":"2.0","id":7,"result":{"httpStatus":200,"body":{"Score":NaN}}}', "NaN is no JSON value"),
        (b'{"jsonrpc":"2.0","id":7,"result":{"body":{"Score":-Infinity}}}', "-Infinity is no JSON value"),
        (b'{"jsonrpc":"2.0","id":7,"result":{"body":{"Score":1e999}}}', "the number 1e999 is larger"),
        (b'{"jsonrpc":"2.0","id":7,"result":{"body":{"A":' + b"9" * 5000 + b"}}}", "a number has 5000 digits"),
        (b'{"jsonrpc":"2.0","id":7,"result":{"body":{"A":"\xe4"}}}', "not UTF-8 from byte 47 on"),
        (b'\xef\xbb\xbf{"jsonrpc":"2.0","id":7,"result":{"body":{}}}', "begins with a byte order mark"),
        (b'{"jsonrpc":"2.0","id":7,"result":{"body":' + b"[" * 100 + b"]" * 100 + b"}}", "more than 64 levels"),
        (b'{"jsonrpc":"2.0","id":7,"result":' + b'{"a":' * 100_000 + b"1" + b"}" * 100_001, "more than 64 levels"),
    ],
)
def test_an_object_that_is_no_proper_json_is_no_answer(raw, says):
    breakdown, text = broken(raw)
    assert breakdown is AdapterFailure.INVALID_MESSAGE
    assert says in text


def test_what_json_allows_is_read():
    raw = b' \t{"jsonrpc":"2.0","id":7.0,"result":{"httpStatus":2e2,"body":{"A":1E-7,"B":-0,"C":"\\ud800"}}}\r\n'
    answer = parse_answer(parse_line(raw), NUMBER)
    assert (answer.status, answer.body) == (200, {"A": 1e-07, "B": 0, "C": "\ud800"})


@pytest.mark.parametrize(
    ("wrong", "came"),
    [
        (message(id=8, result={}), "a message with the id 8"),
        (message(id="7", result={}), 'a message with the id "7"'),
        (message(id=None, error={"code": -32700}), "a message with the id null"),
        (message(id=True, result={}), "a message with the id true"),
        ({"jsonrpc": "2.0", "result": {}}, "a message without an id"),
        ({"level": "info", "msg": "ready"}, "a message without an id"),
        ({}, "a message without an id"),
    ],
)
def test_an_answer_to_something_else_says_what_was_asked_and_what_came(wrong, came):
    breakdown, text = broken(wrong)
    assert breakdown is AdapterFailure.WRONG_ID
    assert text.startswith(f"{came} came, where the answer to the id 7 was asked")


def test_the_id_true_is_not_the_id_one():
    with pytest.raises(AdapterError):
        parse_answer(line({"jsonrpc": "2.0", "id": True, "result": {"body": {}}}), 1)


@pytest.mark.parametrize(
    "raw", [b"ready", b"", b"[1]", b'"x"', b"1", b"{", b'{"id": 7,', b"\xff\xfe\x00", b"{'id': 7}", b"[" * 100_000]
)
def test_what_is_no_object_is_noise(raw):
    assert parse_line(raw + b"\n").document is None


def test_noise_keeps_its_text():
    assert parse_line(b"caf\xc3\xa9 \xff\r\n").text == "caf\u00e9 \ufffd"


def test_notifications_are_told_apart():
    assert is_notification(line({"jsonrpc": "2.0", "method": "log", "params": ["x"]}))
    assert not is_notification(line(message(method="log")))
    assert not is_notification(line({"jsonrpc": "2.0"}))
    assert not is_notification(parse_line(b"noise"))


def test_who_a_client_is():
    said = line(message(result={"name": "sdk", "version": "1.0", "unknown": 1}))
    assert parse_client_info(said, NUMBER, ("a",)) == ClientInfo("sdk", "1.0", None, ("a",))
    breakdown, text = broken(message(result={"version": 3}), parse_client_info, ())
    assert (breakdown, "result.version is 3; it has to be text" in text) == (AdapterFailure.INVALID_MESSAGE, True)


VALUES = st.sampled_from(
    [None, True, 0, 1, 200, 200.0, 200.5, 99, 600, 10**400, -32000, -32001, -32602, -32601, "", "200", "2.0", [], {}]
)


def some(**members):
    """Objects in which each member is as named, anything, or missing."""
    return st.fixed_dictionaries({}, optional={name: one | VALUES for name, one in members.items()})


ANSWERS = some(
    jsonrpc=st.just("2.0"),
    id=st.just(NUMBER),
    result=some(httpStatus=st.just(200), body=st.just({}), name=st.just("x"), version=st.none(), language=st.text()),
    error=some(
        code=st.sampled_from([-32000, -32001, -32602]),
        message=st.just("no"),
        data=some(httpStatus=st.just(400), code=st.text(), message=st.text(), requestId=st.text()),
    ),
).map(lambda members: {**message(), **members})


@given(ANSWERS)
def test_what_is_read_is_what_the_schema_takes(document):
    read = line(document)
    ours = document["id"] == NUMBER
    for known, schema, more in ((parse_answer, SEARCH_ANSWERS, ()), (parse_client_info, INTRODUCTIONS, ((),))):
        try:
            known(read, NUMBER, *more)
        except AdapterError:
            assert not (ours and schema.is_valid(document)), document
        else:
            assert schema.is_valid(document), document
