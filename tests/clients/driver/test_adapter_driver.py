"""The driver of adapters: a failure costs one answer, and the next call works again."""

import json
import os
import signal
import sys
import threading
import time

import jsonschema
import pytest

from imagesearch_conformance.clients.adapter.subprocess import MAX_OUTPUT
from imagesearch_conformance.model.client import AdapterFailure, AnswerKind, ClientInfo

from .conftest import CALL, CORRECT, SHORT_TIMEOUT, failure_of, has_ended, is_correct

#: Sets `first`, which is true in the first process of an adapter: its file does not exist yet.
FIRST_RUN = "first = not os.path.exists(__file__ + '.again')\nopen(__file__ + '.again', 'w').close()\n"


def call_with_short_timeout(driver, parameters=CALL):
    """The answer to a call that times out; the start of the adapter does not count."""
    driver.start()
    driver._timeout = SHORT_TIMEOUT
    answer = driver.call(parameters)
    driver._timeout = 30.0
    assert SHORT_TIMEOUT <= answer.seconds < 20 * SHORT_TIMEOUT
    return answer


def wait_until(condition, timeout=10.0):
    deadline = time.monotonic() + timeout
    while not condition():
        assert time.monotonic() < deadline
    return True


def test_calls_are_answered_in_order(adapter):
    with adapter("while True:\n    write(result(read_search()))\n") as driver:
        answers = [driver.call((("Num", number), ("PicName", "\u00e4 +%&=~*\"'\n\ud800"))) for number in range(3)]
    assert [answer.body["Num"] for answer in answers] == [0, 1, 2]
    assert {answer.status for answer in answers} == {200}
    assert answers[0].body["PicName"] == "\u00e4 +%&=~*\"'\n\ud800"
    assert all(0 < answer.seconds < 30 for answer in answers)
    assert driver.noise == ()
    assert driver.info == ClientInfo(command=driver.info.command)
    assert driver.info.command[0] == sys.executable


def test_the_first_call_starts_and_initializes_the_adapter(adapter):
    driver = adapter(
        "request = read()\nassert request['method'] == 'initialize'\n"
        "write(json.dumps({'jsonrpc': '2.0', 'id': 1, 'result': {'name': 'sdk', 'version': '1', 'language': 'go'}}))\n"
        "write('\\n')\nwhile True:\n    write(result(read_search()))\n"
    )
    assert driver.info.name is None
    assert is_correct(driver.call(CALL))
    assert driver.info == ClientInfo("sdk", "1", "go", driver.info.command)


def test_requests_and_answers_match_the_published_schemas(adapter, contract, tmp_path):
    record = tmp_path / "lines"
    script = (
        f"log = open({str(record)!r}, 'w')\n"
        "while True:\n"
        "    request = read()\n"
        "    answer = result(request) if request['method'] != 'initialize' else unknown(request)\n"
        "    log.write(json.dumps(request) + '\\n' + answer)\n"
        "    log.flush()\n"
        "    write(answer)\n"
    )
    with adapter(script) as driver:
        assert is_correct(driver.call(CALL))
        assert driver.call((("Num", -1), ("Crop", None), ("PicName", ["x"]))).kind is AnswerKind.RESULT
    lines = [json.loads(line) for line in record.read_text(encoding="utf-8").splitlines()]
    requests, answers = lines[0::2], lines[1::2]
    for schema, messages in (("request", requests), ("response", answers)):
        validator = jsonschema.Draft202012Validator(contract.spec_files.content(f"schemas/adapter-{schema}.json"))
        for message in messages:
            validator.validate(message)
    assert [message["id"] for message in requests] == [1, 2, 3]
    assert [message["method"] for message in requests] == ["initialize", "searchImageByName", "searchImageByName"]


def test_the_environment_is_exactly_the_given_one(adapter):
    script = "request = read_search()\nrequest['params'] = dict(os.environ)\nwrite(result(request))\n"
    environment = {"IMAGESEARCH_ENDPOINT": "http://127.0.0.1:1", "LC_ALL": "C.UTF-8"}
    assert adapter(script, environment=environment).call(CALL).body == environment


@pytest.mark.parametrize(
    ("behaviour", "failure", "message"),
    [
        ("sys.exit(3)", AdapterFailure.CRASH, "ended with exit code 3 before it answered"),
        ("sys.exit(0)", AdapterFailure.CRASH, "ended with exit code 0"),
        ("os.kill(os.getpid(), signal.SIGSEGV)", AdapterFailure.CRASH, "was ended by SIGSEGV"),
        ("raise KeyError('deep')", AdapterFailure.CRASH, "KeyError: 'deep'"),
        ("write(result(request)[:30]); sys.exit(1)", AdapterFailure.CRASH, "exit code 1"),
        ("os.close(1); signal.pause()", AdapterFailure.CRASH, "closed its standard output before it answered"),
        ("write('x' * 9_000_000)", AdapterFailure.FLOOD, f"more than {MAX_OUTPUT} bytes"),
        ("write('y\\n' * 4_500_000)", AdapterFailure.FLOOD, "for one call"),
        ("\n    while True: write('{' + 'z' * 99_999 + '\\n')", AdapterFailure.FLOOD, "for one call"),
        ("write(result({**request, 'id': 99}))", AdapterFailure.WRONG_ID,
         "with the id 2, got a message with the id 99"),
        ("write(json.dumps({'level': 'info'}) + '\\n')", AdapterFailure.WRONG_ID, "belongs on standard error"),
        ("write(json.dumps(request) + '\\n')", AdapterFailure.INVALID_MESSAGE, "neither result nor error"),
        ("request['params'] = float('nan'); write(result(request))",
         AdapterFailure.INVALID_MESSAGE, "NaN is not a JSON value"),
        ("request['params'] = int('9' * 4000) ** 2; sys.set_int_max_str_digits(0); write(result(request))",
         AdapterFailure.INVALID_MESSAGE, "a number has 8000 digits"),
        ("os.write(1, b'{\"id\":2,\"x\":\"\\xe4\\xf6\"}\\n')", AdapterFailure.INVALID_MESSAGE, "invalid UTF-8"),
        ("write(unknown(request))", AdapterFailure.INVALID_MESSAGE, "unknown error.code -32601"),
    ],
)  # fmt: skip
def test_a_failure_costs_one_answer_and_names_its_cause(adapter, behaviour, failure, message):
    driver = adapter(f"{FIRST_RUN}request = read_search()\nif first: {behaviour}\nwrite(result(request))\n{CORRECT}")
    actual, text = failure_of(driver.call(CALL))
    assert (actual, message in text) == (failure, True), text
    assert is_correct(driver.call(CALL))
    assert is_correct(driver.call(CALL))


@pytest.mark.parametrize(
    ("behaviour", "message"),
    [
        ("signal.pause()", "the adapter did not answer within 0.4 seconds"),
        ("signal.signal(signal.SIGTERM, signal.SIG_IGN); signal.pause()", "did not answer"),
        ("sys.stderr.write('waiting for a lock\\n'); sys.stderr.flush(); signal.pause()", "waiting for a lock"),
        ("write(result(request).strip()); signal.pause()", "bytes came without a line end"),
        ("write(result(request)[:20]); signal.pause()", "20 bytes came without a line end"),
        ("\n    while True: write('.\\n'); time.sleep(0.01)", "did not answer"),
        ("\n    while True: sys.stderr.write('z' * 100_000)", "zzz"),
        ("os.kill(os.getpid(), signal.SIGSTOP)", "did not answer"),
    ],
)
def test_a_hang_costs_one_timeout(adapter, behaviour, message):
    driver = adapter(f"{FIRST_RUN}request = read_search()\nif first: {behaviour}\nwrite(result(request))\n{CORRECT}")
    actual, text = failure_of(call_with_short_timeout(driver))
    assert (actual, message in text) == (AdapterFailure.HANG, True), text
    assert len(text) < 3000


def test_ids_continue_over_restarts_and_the_adapter_is_initialized_again(adapter):
    script = (
        "request = read_search()\nif request['params']['Num'] == 0: sys.exit()\nrequest['params'] = request['id']\n"
    )
    driver = adapter(f"{script}write(result(request))\n")
    assert failure_of(driver.call((("Num", 0),)))[0] is AdapterFailure.CRASH
    assert driver.call((("Num", 1),)).body == 4


def test_noise_before_an_answer_is_recorded_and_skipped(adapter):
    script = (
        "while True:\n    request = read_search()\n"
        "    write('\\n  \\nSending\\u2026 \\x1b[2J\\n[1, 2]\\n\"text\"\\n{not json}\\n' + 'w' * 9999 + '\\n')\n"
        "    os.write(1, b'\\xff\\xfe\\x00\\x80\\n')\n"
        '    write(\'{"jsonrpc": "2.0", "method": "log"}\\n\' + \'x\\n\' * 30)\n    write(result(request))\n'
    )
    with adapter(script) as driver:
        assert is_correct(driver.call(CALL))
        noise = driver.noise
        assert is_correct(driver.call(CALL))
        assert is_correct(driver.call(CALL))
    assert driver.noise == noise
    assert len(noise) == 20
    assert noise[1:4] == ("[1, 2]", '"text"', "{not json}")
    assert noise[4] == "w" * 500
    assert noise[5] == "\ufffd\ufffd\x00\ufffd"
    assert noise[6] == '{"jsonrpc": "2.0", "method": "log"}'


def test_the_output_limit_is_that_of_one_call(adapter):
    driver = adapter(
        "while True:\n    request = read_search()\n    write('x\\n' * 1_500_000)\n    write(result(request))\n"
    )
    assert all(is_correct(driver.call(CALL)) for _ in range(4))


def test_a_banner_is_not_an_answer_to_initialize(adapter):
    with adapter(f"write('ready\\n')\n{CORRECT}") as driver:
        assert is_correct(driver.call(CALL))
    assert driver.noise == ("ready",)


def test_an_answer_without_a_line_end_counts_when_the_adapter_ends(adapter):
    driver = adapter("request = read_search()\nwrite(result(request).strip())\n")
    assert is_correct(driver.call(CALL))
    assert failure_of(driver.call(CALL))[0] is AdapterFailure.CRASH
    assert is_correct(driver.call(CALL))


def test_an_answer_before_its_request_is_a_failure(adapter):
    driver = adapter(
        "request = read_search()\n"
        "write(result(request) + result({**request, 'id': request['id'] + 1}))\n"
        "read_search()\n"
    )
    assert is_correct(driver.call(CALL))
    actual, text = failure_of(driver.call(CALL))
    assert actual is AdapterFailure.WRONG_ID
    assert "before the request with the id 3 was sent" in text
    assert is_correct(driver.call(CALL))


def test_a_second_answer_fails_the_next_call(adapter):
    driver = adapter("while True:\n    request = read_search()\n    write(result(request) * 2)\n")
    assert is_correct(driver.call(CALL))
    assert failure_of(driver.call(CALL))[0] is AdapterFailure.WRONG_ID


def test_standard_error_is_drained_and_its_end_kept(adapter):
    driver = adapter(
        "sys.stderr.write('e' * 3_000_000 + '\\n')\nrequest = read_search()\nwrite(result(request))\nread_search()\n"
        "sys.stderr.write('line\\n' * 100_000 + 'caf\\u00e9 \\x1b[2J\\n')\nos._exit(9)\n"
    )
    assert is_correct(driver.call(CALL))
    _, text = failure_of(driver.call(CALL))
    assert "exit code 9" in text
    assert text.endswith("line\nline\ncaf\u00e9 \x1b[2J") or "line\nline\ncaf" in text
    assert len(text.encode()) < 2500


def test_a_child_that_holds_the_output_open_does_not_hide_a_crash(adapter):
    driver = adapter("request = read_search()\nif not os.fork():\n    signal.pause()\nos._exit(5)\n")
    actual, text = failure_of(driver.call(CALL))
    assert (actual, "exit code 5" in text) == (AdapterFailure.CRASH, True)


def test_children_of_an_adapter_end_with_it(adapter):
    script = (
        "child = os.fork()\nif not child:\n    signal.signal(signal.SIGTERM, signal.SIG_IGN)\n    signal.pause()\n"
        "request = read_search()\nrequest['params'] = child\nwrite(result(request))\nread_search()\nsignal.pause()\n"
    )
    driver = adapter(script, timeout=2.0)
    child = driver.call(CALL).body
    assert not has_ended(child)
    driver.close()
    assert wait_until(lambda: has_ended(child))


def test_a_child_in_its_own_session_does_not_block(adapter):
    driver = adapter(
        "request = read_search()\nreader, writer = os.pipe()\nchild = os.fork()\n"
        "if not child:\n    os.setsid()\n    os.write(writer, b'.')\n    signal.pause()\n"
        "os.read(reader, 1)\nrequest['params'] = child\nwrite(result(request))\n"
    )
    child = driver.call(CALL).body
    try:
        assert failure_of(driver.call(CALL))[0] is AdapterFailure.CRASH
        assert not has_ended(child)
        assert not [thread for thread in threading.enumerate() if thread.name.startswith("adapter-")]
    finally:
        os.kill(child, signal.SIGKILL)


def test_an_adapter_that_does_not_read_times_out(adapter):
    driver = adapter("write(unknown(read()))\nsignal.pause()\n")
    answer = call_with_short_timeout(driver, (("Filter", "x" * 1_000_000),))
    assert failure_of(answer) == (AdapterFailure.HANG, "the adapter does not read its standard input")


def test_a_long_request_arrives_complete(adapter):
    filters = "x" * 1_000_000
    assert adapter(CORRECT).call((("Filter", filters),)).body == {"Filter": filters}


def test_a_closed_input_is_a_timeout_and_not_an_internal_error(adapter):
    driver = adapter("write(unknown(read()))\nos.close(0)\nsignal.pause()\n")
    actual, text = failure_of(call_with_short_timeout(driver, (("Filter", "x" * 1_000_000),)))
    assert (actual, "did not answer" in text) == (AdapterFailure.HANG, True)
