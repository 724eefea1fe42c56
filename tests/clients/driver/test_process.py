"""An adapter in a process: asked, answered, and whatever it does instead costs one answer and nothing else."""

import json
import os
import signal
import sys
import threading
import time
from pathlib import Path

import jsonschema
import pytest

from imagesearch_conformance.clients.adapter.subprocess import MAX_OUTPUT
from imagesearch_conformance.model.client import AdapterFailure, AnswerKind, ClientInfo

CALL = (("InstanceName", "demo"), ("Num", 10))
SOON = 0.4

#: An adapter that does what it should.
GOOD = "while True:\n    say(result(searched()))\n"

#: Behaves when it is started for the second time: what a file says.
ONCE = "first = not os.path.exists(__file__ + '.again')\nopen(__file__ + '.again', 'w').close()\n"


def told(answer):
    """What an answer is, without how long it took."""
    return answer.kind, answer.breakdown, answer.body


def broken(answer):
    """How a call broke down, in words too."""
    assert answer.kind is AnswerKind.ADAPTER_FAILURE, answer
    return answer.adapter_failure, answer.text


def good(answer):
    return answer.kind is AnswerKind.RESULT and answer.body == dict(CALL)


def ask_soon(driver, parameters=CALL):
    """The answer to a call that nobody will answer in time, of an adapter that had all the time it needs to start."""
    driver.start()
    driver._timeout = SOON
    answer = driver.call(parameters)
    driver._timeout = 30.0
    assert SOON <= answer.seconds < 20 * SOON
    return answer


def is_gone(pid):
    """Whether nothing runs under an id any more; zombies of other parents do not run."""
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()[0] == "Z"
    except FileNotFoundError:
        return True


def wait_until(true, most=10.0):
    until = time.monotonic() + most
    while not true():
        assert time.monotonic() < until
    return True


def test_an_adapter_is_asked_and_answers(adapter):
    with adapter("while True:\n    say(result(searched()))\n") as driver:
        answers = [driver.call((("Num", number), ("PicName", "\u00e4 +%&=~*\"'\n\ud800"))) for number in range(3)]
    assert [answer.body["Num"] for answer in answers] == [0, 1, 2]
    assert {answer.status for answer in answers} == {200}
    assert answers[0].body["PicName"] == "\u00e4 +%&=~*\"'\n\ud800"
    assert all(0 < answer.seconds < 30 for answer in answers)
    assert driver.noise == ()
    assert driver.info == ClientInfo(command=driver.info.command)
    assert driver.info.command[0] == sys.executable


def test_it_is_started_by_the_first_call_too_and_says_who_it_is(adapter):
    driver = adapter(
        "asked = hear()\nassert asked['method'] == 'initialize'\n"
        "say(json.dumps({'jsonrpc': '2.0', 'id': 1, 'result': {'name': 'sdk', 'version': '1', 'language': 'go'}}))\n"
        "say('\\n')\nwhile True:\n    say(result(searched()))\n"
    )
    assert driver.info.name is None
    assert good(driver.call(CALL))
    assert driver.info == ClientInfo("sdk", "1", "go", driver.info.command)


def test_every_line_sent_and_every_good_answer_fits_the_published_schemas(adapter, contract, tmp_path):
    record = tmp_path / "lines"
    script = (
        f"log = open({str(record)!r}, 'w')\n"
        "while True:\n"
        "    asked = hear()\n"
        "    answer = result(asked) if asked['method'] != 'initialize' else unknown(asked)\n"
        "    log.write(json.dumps(asked) + '\\n' + answer)\n"
        "    log.flush()\n"
        "    say(answer)\n"
    )
    with adapter(script) as driver:
        assert good(driver.call(CALL))
        assert driver.call((("Num", -1), ("Crop", None), ("PicName", ["x"]))).kind is AnswerKind.RESULT
    lines = [json.loads(line) for line in record.read_text(encoding="utf-8").splitlines()]
    requests, answers = lines[0::2], lines[1::2]
    for schema, messages in (("request", requests), ("response", answers)):
        known = jsonschema.Draft202012Validator(contract.spec_files.content(f"schemas/adapter-{schema}.json"))
        for message in messages:
            known.validate(message)
    assert [message["id"] for message in requests] == [1, 2, 3]
    assert [message["method"] for message in requests] == ["initialize", "searchImageByName", "searchImageByName"]


def test_the_environment_is_what_was_given_and_nothing_else(adapter):
    script = "asked = searched()\nasked['params'] = dict(os.environ)\nsay(result(asked))\n"
    given = {"IMAGESEARCH_ENDPOINT": "http://127.0.0.1:1", "LC_ALL": "C.UTF-8"}
    assert adapter(script, environment=given).call(CALL).body == given


@pytest.mark.parametrize(
    ("habit", "breakdown", "says"),
    [
        ("sys.exit(3)", AdapterFailure.CRASH, "ended with exit code 3 before it answered"),
        ("sys.exit(0)", AdapterFailure.CRASH, "ended with exit code 0"),
        ("os.kill(os.getpid(), signal.SIGSEGV)", AdapterFailure.CRASH, "was ended by SIGSEGV"),
        ("raise KeyError('deep')", AdapterFailure.CRASH, "KeyError: 'deep'"),
        ("say(result(asked)[:30]); sys.exit(1)", AdapterFailure.CRASH, "exit code 1"),
        ("os.close(1); signal.pause()", AdapterFailure.CRASH, "closed its standard output before it answered"),
        ("say('x' * 9_000_000)", AdapterFailure.FLOOD, f"more than {MAX_OUTPUT} bytes"),
        ("say('y\\n' * 4_500_000)", AdapterFailure.FLOOD, "for one call"),
        ("\n    while True: say('{' + 'z' * 99_999 + '\\n')", AdapterFailure.FLOOD, "for one call"),
        ("say(result({**asked, 'id': 99}))", AdapterFailure.WRONG_ID, "id 99 came, where the answer to the id 2 was asked"),
        ("say(json.dumps({'level': 'info'}) + '\\n')", AdapterFailure.WRONG_ID, "belongs on standard error"),
        ("say(json.dumps(asked) + '\\n')", AdapterFailure.INVALID_MESSAGE, "neither result nor error"),
        ("asked['params'] = float('nan'); say(result(asked))", AdapterFailure.INVALID_MESSAGE, "NaN is no JSON value"),
        ("asked['params'] = int('9' * 4000) ** 2; sys.set_int_max_str_digits(0); say(result(asked))",
         AdapterFailure.INVALID_MESSAGE, "a number has 8000 digits"),
        ("os.write(1, b'{\"id\":2,\"x\":\"\\xe4\\xf6\"}\\n')", AdapterFailure.INVALID_MESSAGE, "not UTF-8"),
        ("say(unknown(asked))", AdapterFailure.INVALID_MESSAGE, "-32601, which means nothing here"),
    ],
)  # fmt: skip
def test_a_breakdown_costs_one_answer_and_says_what_it_was(adapter, habit, breakdown, says):
    driver = adapter(f"{ONCE}asked = searched()\nif first: {habit}\nsay(result(asked))\n{GOOD}")
    found, text = broken(driver.call(CALL))
    assert (found, says in text) == (breakdown, True), text
    assert good(driver.call(CALL))
    assert good(driver.call(CALL))


@pytest.mark.parametrize(
    ("habit", "says"),
    [
        ("signal.pause()", "the adapter did not answer within 0.4 seconds"),
        ("signal.signal(signal.SIGTERM, signal.SIG_IGN); signal.pause()", "did not answer"),
        ("sys.stderr.write('waiting for a lock\\n'); sys.stderr.flush(); signal.pause()", "waiting for a lock"),
        ("say(result(asked).strip()); signal.pause()", "bytes came without an end of line"),
        ("say(result(asked)[:20]); signal.pause()", "20 bytes came without an end of line"),
        ("\n    while True: say('.\\n'); time.sleep(0.01)", "did not answer"),
        ("\n    while True: sys.stderr.write('z' * 100_000)", "zzz"),
        ("os.kill(os.getpid(), signal.SIGSTOP)", "did not answer"),
    ],
)
def test_a_hang_costs_the_time_for_one_answer(adapter, habit, says):
    driver = adapter(f"{ONCE}asked = searched()\nif first: {habit}\nsay(result(asked))\n{GOOD}")
    found, text = broken(ask_soon(driver))
    assert (found, says in text) == (AdapterFailure.HANG, True), text
    assert len(text) < 3000


def test_ids_count_up_over_restarts_and_the_adapter_is_introduced_again(adapter):
    script = "asked = searched()\nif asked['params']['Num'] == 0: sys.exit()\nasked['params'] = asked['id']\n"
    driver = adapter(f"{script}say(result(asked))\n")
    assert broken(driver.call((("Num", 0),)))[0] is AdapterFailure.CRASH
    assert driver.call((("Num", 1),)).body == 4


def test_junk_before_an_answer_is_kept_and_skipped(adapter):
    script = (
        "while True:\n    asked = searched()\n"
        "    say('\\n  \\nSending\\u2026 \\x1b[2J\\n[1, 2]\\n\"text\"\\n{not json}\\n' + 'w' * 9999 + '\\n')\n"
        "    os.write(1, b'\\xff\\xfe\\x00\\x80\\n')\n"
        '    say(\'{"jsonrpc": "2.0", "method": "log"}\\n\' + \'x\\n\' * 30)\n    say(result(asked))\n'
    )
    with adapter(script) as driver:
        assert good(driver.call(CALL))
        first = driver.noise
        assert good(driver.call(CALL))
        assert good(driver.call(CALL))
    assert driver.noise == first
    assert len(first) == 20
    assert first[1:4] == ("[1, 2]", '"text"', "{not json}")
    assert first[4] == "w" * 500
    assert first[5] == "\ufffd\ufffd\x00\ufffd"
    assert first[6] == '{"jsonrpc": "2.0", "method": "log"}'


def test_what_is_too_much_is_counted_anew_for_each_call(adapter):
    driver = adapter("while True:\n    asked = searched()\n    say('x\\n' * 1_500_000)\n    say(result(asked))\n")
    assert all(good(driver.call(CALL)) for _ in range(4))


def test_a_banner_is_no_answer_to_the_introduction(adapter):
    with adapter(f"say('ready\\n')\n{GOOD}") as driver:
        assert good(driver.call(CALL))
    assert driver.noise == ("ready",)


def test_an_answer_without_an_end_of_line_counts_when_the_adapter_ends(adapter):
    driver = adapter("asked = searched()\nsay(result(asked).strip())\n")
    assert good(driver.call(CALL))
    assert broken(driver.call(CALL))[0] is AdapterFailure.CRASH
    assert good(driver.call(CALL))


def test_an_answer_before_the_question_is_none(adapter):
    driver = adapter("asked = searched()\nsay(result(asked) + result({**asked, 'id': asked['id'] + 1}))\nsearched()\n")
    assert good(driver.call(CALL))
    found, text = broken(driver.call(CALL))
    assert found is AdapterFailure.WRONG_ID
    assert "before the request with the id 3 was sent" in text
    assert good(driver.call(CALL))


def test_an_adapter_that_answers_twice_is_found_out_by_the_next_call(adapter):
    driver = adapter("while True:\n    asked = searched()\n    say(result(asked) * 2)\n")
    assert good(driver.call(CALL))
    assert broken(driver.call(CALL))[0] is AdapterFailure.WRONG_ID


def test_what_is_said_on_standard_error_is_drained_and_its_end_kept(adapter):
    driver = adapter(
        "sys.stderr.write('e' * 3_000_000 + '\\n')\nasked = searched()\nsay(result(asked))\nsearched()\n"
        "sys.stderr.write('line\\n' * 100_000 + 'caf\\u00e9 \\x1b[2J\\n')\nos._exit(9)\n"
    )
    assert good(driver.call(CALL))
    _, text = broken(driver.call(CALL))
    assert "exit code 9" in text
    assert text.endswith("line\nline\ncaf\u00e9 \x1b[2J") or "line\nline\ncaf" in text
    assert len(text.encode()) < 2500


def test_a_child_that_holds_the_output_open_hides_no_crash(adapter):
    driver = adapter("asked = searched()\nif not os.fork():\n    signal.pause()\nos._exit(5)\n")
    found, text = broken(driver.call(CALL))
    assert (found, "exit code 5" in text) == (AdapterFailure.CRASH, True)


def test_children_of_an_adapter_end_with_it(adapter):
    script = (
        "child = os.fork()\nif not child:\n    signal.signal(signal.SIGTERM, signal.SIG_IGN)\n    signal.pause()\n"
        "asked = searched()\nasked['params'] = child\nsay(result(asked))\nsearched()\nsignal.pause()\n"
    )
    driver = adapter(script, timeout=2.0)
    child = driver.call(CALL).body
    assert not is_gone(child)
    driver.close()
    assert wait_until(lambda: is_gone(child))


def test_a_child_in_a_session_of_its_own_keeps_nobody_waiting(adapter):
    driver = adapter(
        "asked = searched()\nready, told = os.pipe()\nchild = os.fork()\n"
        "if not child:\n    os.setsid()\n    os.write(told, b'.')\n    signal.pause()\n"
        "os.read(ready, 1)\nasked['params'] = child\nsay(result(asked))\n"
    )
    child = driver.call(CALL).body
    try:
        assert broken(driver.call(CALL))[0] is AdapterFailure.CRASH
        assert not is_gone(child)
        assert not [one for one in threading.enumerate() if one.name.startswith("adapter-")]
    finally:
        os.kill(child, signal.SIGKILL)


def test_an_adapter_that_reads_nothing_keeps_nobody_waiting(adapter):
    driver = adapter("say(unknown(hear()))\nsignal.pause()\n")
    answer = ask_soon(driver, (("Filter", "x" * 1_000_000),))
    assert broken(answer) == (AdapterFailure.HANG, "the adapter does not read its standard input")


def test_a_long_request_arrives_whole(adapter):
    filters = "x" * 1_000_000
    assert adapter(GOOD).call((("Filter", filters),)).body == {"Filter": filters}


def test_a_closed_input_is_no_error_of_ours(adapter):
    driver = adapter("say(unknown(hear()))\nos.close(0)\nsignal.pause()\n")
    found, text = broken(ask_soon(driver, (("Filter", "x" * 1_000_000),)))
    assert (found, "did not answer" in text) == (AdapterFailure.HANG, True)
