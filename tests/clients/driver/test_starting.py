"""How adapters start and end, and what cannot be started."""

import json
import stat
import sys
import time
from pathlib import Path

import pytest

from imagesearch_conformance.clients.adapter.driver import AdapterDriver
from imagesearch_conformance.errors import InvalidInput
from imagesearch_conformance.model.client import AdapterFailure, Answer, AnswerKind, ClientInfo

CALL = (("InstanceName", "demo"), ("Num", 10))
SOON = 0.4

#: An adapter that does what it should.
GOOD = "while True:\n    say(result(searched()))\n"


def broken(answer):
    """How a call broke down, in words too."""
    assert answer.kind is AnswerKind.ADAPTER_FAILURE, answer
    return answer.adapter_failure, answer.text


def good(answer):
    return answer.kind is AnswerKind.RESULT and answer.body == dict(CALL)


def is_gone(pid):
    """Whether nothing runs under an id any more; zombies of other parents do not run."""
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()[0] == "Z"
    except FileNotFoundError:
        return True


def test_an_adapter_that_dies_at_its_start_costs_an_answer_each_call(adapter):
    with adapter("sys.exit('no SDK here')\n") as driver:
        texts = [broken(driver.call(CALL)) for _ in range(3)]
    assert [found for found, _ in texts] == [AdapterFailure.CRASH] * 3
    assert texts[0][1].startswith("asked for initialize: the adapter ended with exit code 1")
    assert not texts[1][1].startswith("asked for initialize")
    assert all("no SDK here" in text for _, text in texts)


@pytest.mark.parametrize(
    ("habit", "breakdown"),
    [
        ("signal.pause()", AdapterFailure.HANG),
        ("sys.exit(1)", AdapterFailure.CRASH),
        (
            "say(json.dumps({'jsonrpc': '2.0', 'id': asked['id'], 'result': []}) + '\\n')",
            AdapterFailure.INVALID_MESSAGE,
        ),
    ],
)
def test_who_breaks_down_when_introduced_pays_with_the_first_call_and_is_not_asked_again(adapter, habit, breakdown):
    script = (
        f"while True:\n    asked = hear()\n    if asked['method'] == 'initialize':\n        {habit}\n"
        "    else:\n        say(result(asked))\n"
    )
    with adapter(script, timeout=SOON if breakdown is AdapterFailure.HANG else 30.0) as driver:
        found, text = broken(driver.call(CALL))
        assert (found, text.startswith("asked for initialize: ")) == (breakdown, True)
        driver._timeout = 30.0
        assert good(driver.call(CALL))
        assert good(driver.call(CALL))
    assert driver.info == ClientInfo(command=driver.info.command)


def test_any_error_is_a_fine_answer_to_the_introduction(adapter):
    said = json.dumps({"jsonrpc": "2.0", "id": 1, "error": {"code": -32602, "message": "x"}})
    assert good(adapter(f"hear()\nsay({said!r} + '\\n')\n{GOOD}").call(CALL))


def test_the_end_of_its_input_ends_an_adapter_in_peace(adapter, tmp_path):
    note = tmp_path / "end"
    script = f"say(unknown(hear()))\nsys.stdin.read()\nopen({str(note)!r}, 'w').write('in peace')\n"
    with adapter(script):
        pass
    assert note.read_text() == "in peace"


def test_one_that_does_not_end_is_killed(adapter):
    driver = adapter("signal.signal(signal.SIGTERM, signal.SIG_IGN)\nasked = searched()\n"
                     "asked['params'] = os.getpid()\nsay(result(asked))\nwhile True: signal.pause()\n")  # fmt: skip
    pid = driver.call(CALL).body
    driver.close()
    assert is_gone(pid)
    driver.close()


def test_after_the_end_a_call_starts_it_again(adapter):
    driver = adapter(GOOD)
    assert good(driver.call(CALL))
    driver.close()
    assert good(driver.call(CALL))


def made(path, text, mode=0o755):
    path.write_text(text, encoding="utf-8")
    path.chmod(stat.S_IMODE(mode))
    return (str(path),)


@pytest.mark.parametrize(
    ("command", "problem", "hint"),
    [
        (lambda _: (), "there is no command", "after --"),
        (lambda _: ("no-such-program-here", "-x"), "no such program", "./adapter"),
        (lambda path: made(path, "#!/no/such/interpreter\n"), "its first line names none", "PATH"),
        (lambda path: made(path, "print()", 0o644), "not executable", "python adapter.py"),
        (lambda path: made(path, "print()"), "not executable", "#!"),
        (lambda path: (str(path.parent),), "not executable", "interpreter"),
        (lambda _: ("a\0b",), "null byte", "a program"),
    ],
)
def test_a_command_that_cannot_be_started_is_bad_input(tmp_path, command, problem, hint):
    words = command(tmp_path / "adapter")
    for begin in (AdapterDriver.__enter__, lambda driver: driver.call(CALL)):
        with pytest.raises(InvalidInput) as refused:
            begin(AdapterDriver(words, {}, 1.0, time.monotonic))
        assert problem in refused.value.problem
        assert hint in refused.value.hint
        assert refused.value.where == " ".join(words)


def test_a_command_that_is_gone_later_is_a_crash(tmp_path):
    words = made(tmp_path / "adapter", f"#!{sys.executable}\nimport os\nos.unlink(__file__)\n")
    driver = AdapterDriver(words, {}, 30.0, time.monotonic)
    answers = [driver.call(CALL) for _ in range(2)]
    assert [broken(answer)[0] for answer in answers] == [AdapterFailure.CRASH] * 2
    assert "cannot be started again" in answers[1].text


def test_an_answer_of_a_breakdown_holds_nothing_else(adapter):
    answer = adapter("sys.exit(2)\n").call(CALL)
    assert answer == Answer(
        AnswerKind.ADAPTER_FAILURE, text=answer.text, adapter_failure=AdapterFailure.CRASH, seconds=answer.seconds
    )
