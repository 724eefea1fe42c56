"""JSON-RPC messages match the published schemas, and invalid ones are reported."""

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

ID = 7
SPEC_FILES = load().spec_files
REQUESTS, RESPONSES = (SPEC_FILES.content(f"schemas/adapter-{name}.json") for name in ("request", "response"))


def validator(schema, definition=None):
    """A validator of a schema, or of one of its definitions."""
    schema = schema if definition is None else {"$ref": f"#/$defs/{definition}", "$defs": schema["$defs"]}
    return jsonschema.Draft202012Validator(schema)


SEARCH_ANSWERS = validator(RESPONSES, "answerToSearchImageByName")
INITIALIZE_ANSWERS = validator(RESPONSES, "answerToInitialize")


def line(document):
    return parse_line(json.dumps(document).encode() + b"\n")


def message(**members):
    return {"jsonrpc": "2.0", "id": ID, **members}


def error(code, text="no", **members):
    return message(error={"code": code, "message": text, **members})


def failure_of(raw, parse=parse_answer, *arguments):
    """The failure of an invalid message, with its text."""
    output_line = parse_line(raw) if isinstance(raw, bytes) else line(raw)
    with pytest.raises(AdapterError) as raised:
        parse(output_line, ID, *arguments)
    assert raised.value.answer.kind is AnswerKind.ADAPTER_FAILURE
    return raised.value.failure, raised.value.text


@pytest.mark.parametrize("schema", [REQUESTS, RESPONSES])
def test_the_schemas_are_valid_and_match_their_examples(schema):
    jsonschema.Draft202012Validator.check_schema(schema)
    for name, definition in schema["$defs"].items():
        for example in definition.get("examples", ()):
            validator(schema, name).validate(example)
            validator(schema).validate(example)


def test_the_example_answers_are_parsed():
    examples = RESPONSES["$defs"]["answerToSearchImageByName"]["examples"]
    assert [parse_answer(line(example), example["id"]).kind for example in examples] == [
        AnswerKind.RESULT,
        AnswerKind.ERROR,
        AnswerKind.UNREADABLE,
        AnswerKind.ARGUMENTS_REFUSED,
    ]
    info, refusal = RESPONSES["$defs"]["answerToInitialize"]["examples"]
    assert parse_client_info(line(info), 1, ("x",)).language == "python"
    assert parse_client_info(line(refusal), 1, ("x",)) == ClientInfo(command=("x",))


@given(
    st.dictionaries(
        st.text(),
        st.none() | st.booleans() | st.integers() | st.text() | st.floats(allow_nan=False, allow_infinity=False),
    )
)
def test_a_request_matches_its_schema_in_one_line_of_ascii(parameters):
    raw = encode_request(ID, SEARCH, parameters)
    assert raw.isascii()
    assert raw.count(b"\n") == 1
    request = json.loads(raw)
    validator(REQUESTS, "searchImageByName").validate(request)
    validator(REQUESTS).validate(request)
    assert request["params"] == parameters


def test_a_request_keeps_the_order_and_the_types_of_parameters():
    parameters = {"PicName": "ä\ud800\x00", "Num": 10, "Crop": True, "Start": "10", "Huge": 2**70}
    assert list(json.loads(encode_request(1, SEARCH, parameters))["params"].items()) == list(parameters.items())


def test_the_initialize_request_matches_its_schema():
    request = json.loads(encode_request(1, INITIALIZE, {}))
    validator(REQUESTS, "initialize").validate(request)
    assert request == {"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": {}}


def test_a_result_is_parsed_unchanged():
    body = {"RequestId": "x", "Code": 0, "Auctions": [{"Score": 0.1, "IntAttr": 9007199254740993, "Other": None}]}
    answer = parse_answer(line(message(result={"httpStatus": 200, "body": body}, more=1)), ID)
    assert answer == Answer(AnswerKind.RESULT, status=200, body=body)
    assert isinstance(answer.body["Auctions"][0]["IntAttr"], int)


@pytest.mark.parametrize("body", [None, [], "<html>", 5, {}])
def test_any_body_is_accepted_in_a_result(body):
    assert parse_answer(line(message(result={"body": body})), ID) == Answer(AnswerKind.RESULT, body=body)


def test_an_error_of_the_service_is_parsed_unchanged():
    data = {"httpStatus": 400, "code": "InvalidInstance", "message": "The instance\n", "requestId": "R"}
    answer = parse_answer(line(error(-32000, "raised", data=data)), ID)
    assert answer == Answer(
        AnswerKind.ERROR, status=400, code="InvalidInstance", message="The instance\n", request_id="R", text="raised"
    )
    assert parse_answer(line(error(-32000, data={"code": None})), ID) == Answer(AnswerKind.ERROR, text="no")


@pytest.mark.parametrize(("code", "kind"), [(-32001, AnswerKind.UNREADABLE), (-32602, AnswerKind.ARGUMENTS_REFUSED)])
def test_other_errors_keep_their_reason(code, kind):
    assert parse_answer(line(error(code, "because")), ID) == Answer(kind, text="because")


def test_a_long_message_is_clipped():
    answer = parse_answer(line(error(-32602, "x" * 1_000_000)), ID)
    assert len(answer.text) < 3000
    assert answer.text.endswith("(1000000 characters)")


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ({"id": ID, "result": {"body": {}}}, 'jsonrpc is missing; expected "2.0"'),
        (message(jsonrpc=2.0, result={"body": {}}), "jsonrpc is 2.0"),
        (message(), "neither result nor error"),
        (message(method="searchImageByName", params={}), "neither result nor error"),
        (message(result={"body": {}}, error=None), "both result and error"),
        (message(result=None), "result is null; expected an object"),
        (message(result={"httpStatus": 200}), "result.body is missing"),
        (message(result={"httpStatus": "200", "body": {}}), 'result.httpStatus is "200"; expected an integer'),
        (message(result={"httpStatus": True, "body": {}}), "result.httpStatus is true"),
        (message(result={"httpStatus": 99, "body": {}}), "from 100 to 599"),
        (message(error="no"), 'error is "no"; expected an object'),
        (message(error={"message": "no"}), "error.code is null; expected one of: -32000"),
        (message(error={"code": -32001}), "error.message is null"),
        (error("400"), 'error.code is "400"'),
        (error(-32601), "unknown error.code -32601"),
        (error(-32000), "error.data is null"),
        (error(-32000, data={"code": 400}), "error.data.code is 400; expected a text"),
        (error(-32000, data={"httpStatus": 400.5}), "error.data.httpStatus is 400.5"),
        (error(-32000, data={"requestId": {"a": "b" * 500}}), "error.data.requestId is {"),
    ],
)
def test_an_invalid_answer_is_reported_with_the_expected_value(answer, expected):
    failure, text = failure_of(answer)
    assert failure is AdapterFailure.INVALID_MESSAGE
    assert expected in text
    assert len(text) < 400
    assert not SEARCH_ANSWERS.is_valid(answer)


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        (b'{"jsonrpc":"2.0","id":7,"result":{"httpStatus":200,"body":{"Score":NaN}}}', "NaN is not a JSON value"),
        (b'{"jsonrpc":"2.0","id":7,"result":{"body":{"Score":-Infinity}}}', "-Infinity is not a JSON value"),
        (b'{"jsonrpc":"2.0","id":7,"result":{"body":{"Score":1e999}}}', "the number 1e999 is too large"),
        (b'{"jsonrpc":"2.0","id":7,"result":{"body":{"A":' + b"9" * 5000 + b"}}}", "a number has 5000 digits"),
        (b'{"jsonrpc":"2.0","id":7,"result":{"body":{"A":"\xe4"}}}', "invalid UTF-8 at byte 47"),
        (b'\xef\xbb\xbf{"jsonrpc":"2.0","id":7,"result":{"body":{}}}', "begins with a byte order mark"),
        (b'{"jsonrpc":"2.0","id":7,"result":{"body":' + b"[" * 100 + b"]" * 100 + b"}}", "more than 64 levels"),
        (b'{"jsonrpc":"2.0","id":7,"result":' + b'{"a":' * 100_000 + b"1" + b"}" * 100_001, "more than 64 levels"),
    ],
)
def test_invalid_json_is_reported(raw, expected):
    failure, text = failure_of(raw)
    assert failure is AdapterFailure.INVALID_MESSAGE
    assert expected in text


def test_unusual_but_valid_json_is_parsed():
    raw = b' \t{"jsonrpc":"2.0","id":7.0,"result":{"httpStatus":2e2,"body":{"A":1E-7,"B":-0,"C":"\\ud800"}}}\r\n'
    answer = parse_answer(parse_line(raw), ID)
    assert (answer.status, answer.body) == (200, {"A": 1e-07, "B": 0, "C": "\ud800"})


@pytest.mark.parametrize(
    ("answer", "actual"),
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
def test_a_wrong_id_is_reported_with_the_expected_one(answer, actual):
    failure, text = failure_of(answer)
    assert failure is AdapterFailure.WRONG_ID
    assert text.startswith(f"expected the answer with the id 7, got {actual};")


def test_the_id_true_is_not_the_id_one():
    with pytest.raises(AdapterError):
        parse_answer(line({"jsonrpc": "2.0", "id": True, "result": {"body": {}}}), 1)


@pytest.mark.parametrize(
    "raw", [b"ready", b"", b"[1]", b'"x"', b"1", b"{", b'{"id": 7,', b"\xff\xfe\x00", b"{'id': 7}", b"[" * 100_000]
)
def test_a_line_that_is_not_an_object_is_noise(raw):
    assert parse_line(raw + b"\n").document is None


def test_noise_keeps_its_text():
    assert parse_line(b"caf\xc3\xa9 \xff\r\n").text == "caf\u00e9 \ufffd"


def test_notifications_are_recognized():
    assert is_notification(line({"jsonrpc": "2.0", "method": "log", "params": ["x"]}))
    assert not is_notification(line(message(method="log")))
    assert not is_notification(line({"jsonrpc": "2.0"}))
    assert not is_notification(parse_line(b"noise"))


def test_client_info_is_parsed():
    answer = line(message(result={"name": "sdk", "version": "1.0", "unknown": 1}))
    assert parse_client_info(answer, ID, ("a",)) == ClientInfo("sdk", "1.0", None, ("a",))
    failure, text = failure_of(message(result={"version": 3}), parse_client_info, ())
    assert (failure, "result.version is 3; expected a text" in text) == (AdapterFailure.INVALID_MESSAGE, True)


VALUES = st.sampled_from(
    [None, True, 0, 1, 200, 200.0, 200.5, 99, 600, 10**400, -32000, -32001, -32602, -32601, "", "200", "2.0", [], {}]
)


def objects(**members):
    """Objects in which each member is as given, any value, or missing."""
    return st.fixed_dictionaries({}, optional={name: strategy | VALUES for name, strategy in members.items()})


ANSWERS = objects(
    jsonrpc=st.just("2.0"),
    id=st.just(ID),
    result=objects(httpStatus=st.just(200), body=st.just({}), name=st.just("x"), version=st.none(), language=st.text()),
    error=objects(
        code=st.sampled_from([-32000, -32001, -32602]),
        message=st.just("no"),
        data=objects(httpStatus=st.just(400), code=st.text(), message=st.text(), requestId=st.text()),
    ),
).map(lambda members: {**message(), **members})


@given(ANSWERS)
def test_the_parser_accepts_what_the_schema_accepts(document):
    output_line = line(document)
    has_id = document["id"] == ID
    for parse, schema, arguments in (
        (parse_answer, SEARCH_ANSWERS, ()),
        (parse_client_info, INITIALIZE_ANSWERS, ((),)),
    ):
        try:
            parse(output_line, ID, *arguments)
        except AdapterError:
            assert not (has_id and schema.is_valid(document)), document
        else:
            assert schema.is_valid(document), document
