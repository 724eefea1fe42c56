"""Adapters are started, restarted and ended; commands that cannot be started are invalid input."""

import json
import stat
import sys
import time

import pytest

from imagesearch_conformance.clients.adapter.driver import AdapterDriver
from imagesearch_conformance.errors import InvalidInput
from imagesearch_conformance.model.client import AdapterFailure, Answer, AnswerKind, ClientInfo

from .conftest import CALL, CORRECT, SHORT_TIMEOUT, failure_of, has_ended, is_correct


def test_an_adapter_that_exits_at_once_fails_every_call(adapter):
    with adapter("sys.exit('no SDK here')\n") as driver:
        failures = [failure_of(driver.call(CALL)) for _ in range(3)]
    assert [failure for failure, _ in failures] == [AdapterFailure.CRASH] * 3
    assert failures[0][1].startswith("initialize: the adapter ended with exit code 1")
    assert not failures[1][1].startswith("initialize")
    assert all("no SDK here" in text for _, text in failures)


@pytest.mark.parametrize(
    ("behaviour", "failure"),
    [
        ("signal.pause()", AdapterFailure.HANG),
        ("sys.exit(1)", AdapterFailure.CRASH),
        (
            "write(json.dumps({'jsonrpc': '2.0', 'id': request['id'], 'result': []}) + '\\n')",
            AdapterFailure.INVALID_MESSAGE,
        ),
    ],
)
def test_a_failed_initialization_fails_the_first_call_and_is_not_repeated(adapter, behaviour, failure):
    script = (
        f"while True:\n    request = read()\n    if request['method'] == 'initialize':\n        {behaviour}\n"
        "    else:\n        write(result(request))\n"
    )
    with adapter(script, timeout=SHORT_TIMEOUT if failure is AdapterFailure.HANG else 30.0) as driver:
        actual, text = failure_of(driver.call(CALL))
        assert (actual, text.startswith("initialize: ")) == (failure, True)
        driver._timeout = 30.0
        assert is_correct(driver.call(CALL))
        assert is_correct(driver.call(CALL))
    assert driver.info == ClientInfo(command=driver.info.command)


def test_initialize_may_be_answered_by_any_error(adapter):
    answer = json.dumps({"jsonrpc": "2.0", "id": 1, "error": {"code": -32602, "message": "x"}})
    assert is_correct(adapter(f"read()\nwrite({answer!r} + '\\n')\n{CORRECT}").call(CALL))


def test_an_adapter_ends_by_itself_when_its_input_is_closed(adapter, tmp_path):
    marker = tmp_path / "end"
    script = f"write(unknown(read()))\nsys.stdin.read()\nopen({str(marker)!r}, 'w').write('ended')\n"
    with adapter(script):
        pass
    assert marker.read_text() == "ended"


def test_an_adapter_that_does_not_end_is_killed(adapter):
    driver = adapter(
        "signal.signal(signal.SIGTERM, signal.SIG_IGN)\nrequest = read_search()\n"
        "request['params'] = os.getpid()\nwrite(result(request))\nwhile True: signal.pause()\n"
    )
    pid = driver.call(CALL).body
    driver.close()
    assert has_ended(pid)
    driver.close()


def test_a_call_after_close_restarts_the_adapter(adapter):
    driver = adapter(CORRECT)
    assert is_correct(driver.call(CALL))
    driver.close()
    assert is_correct(driver.call(CALL))


def create_file(path, text, mode=0o755):
    path.write_text(text, encoding="utf-8")
    path.chmod(stat.S_IMODE(mode))
    return (str(path),)


@pytest.mark.parametrize(
    ("create_command", "problem", "hint"),
    [
        (lambda _: (), "no command to start", "after --"),
        (lambda _: ("no-such-program-here", "-x"), "does not exist", "./adapter"),
        (lambda path: create_file(path, "#!/no/such/interpreter\n"), "the interpreter in its first line", "PATH"),
        (lambda path: create_file(path, "print()", 0o644), "not executable", "python adapter.py"),
        (lambda path: create_file(path, "print()"), "not executable", "#!"),
        (lambda path: (str(path.parent),), "not executable", "interpreter"),
        (lambda _: ("a\0b",), "null byte", "a program"),
    ],
)
def test_a_command_that_cannot_be_started_is_invalid_input(tmp_path, create_command, problem, hint):
    command = create_command(tmp_path / "adapter")
    for start in (AdapterDriver.__enter__, lambda driver: driver.call(CALL)):
        with pytest.raises(InvalidInput) as raised:
            start(AdapterDriver(command, {}, 1.0, time.monotonic))
        assert problem in raised.value.problem
        assert hint in raised.value.hint
        assert raised.value.where == " ".join(command)


def test_a_command_that_disappears_is_a_crash(tmp_path):
    command = create_file(tmp_path / "adapter", f"#!{sys.executable}\nimport os\nos.unlink(__file__)\n")
    driver = AdapterDriver(command, {}, 30.0, time.monotonic)
    answers = [driver.call(CALL) for _ in range(2)]
    assert [failure_of(answer)[0] for answer in answers] == [AdapterFailure.CRASH] * 2
    assert "cannot be restarted" in answers[1].text


def test_the_answer_of_a_failure_has_nothing_else(adapter):
    answer = adapter("sys.exit(2)\n").call(CALL)
    assert answer == Answer(
        AnswerKind.ADAPTER_FAILURE, text=answer.text, adapter_failure=AdapterFailure.CRASH, seconds=answer.seconds
    )
