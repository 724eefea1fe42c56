"""A client that is a callable: every way to come back is an answer, and none leaves the driver."""

import sys
import threading
import time

import pytest

from imagesearch_conformance.clients.driver import ApiError, ArgumentsRefused, CallableDriver, Driver
from imagesearch_conformance.model.client import AdapterFailure, Answer, AnswerKind, ClientInfo

CALL = (("InstanceName", "demo"), ("Num", 10))


def ask(client, timeout=30.0):
    driver: Driver = CallableDriver(client, timeout, lambda: 5.0)
    answer = driver.call(CALL)
    assert driver.noise == ()
    driver.close()
    return answer


def test_a_body_is_a_result_without_a_status():
    assert ask(lambda parameters: parameters) == Answer(AnswerKind.RESULT, body=dict(CALL))


@pytest.mark.parametrize("body", [{"a": [1, None, 0.1, 2**70, "\ud800"]}, None, []])
def test_a_pair_is_a_result_with_its_status(body):
    assert ask(lambda _: (200, body)) == Answer(AnswerKind.RESULT, status=200, body=body)


def test_an_error_of_the_service_keeps_what_it_tells():
    def client(_):
        raise ApiError(400, "InvalidInstance", "no", "R")

    assert ask(client) == Answer(
        AnswerKind.ERROR,
        status=400,
        code="InvalidInstance",
        message="no",
        request_id="R",
        text="400 InvalidInstance: no",
    )


def test_refused_arguments_say_why():
    def client(_):
        raise ArgumentsRefused("Num is too large")

    assert ask(client) == Answer(AnswerKind.ARGUMENTS_REFUSED, text="Num is too large")


class Mute(Exception):
    def __str__(self):
        raise RuntimeError("I will not say")


@pytest.mark.parametrize(
    ("problem", "text"),
    [(ValueError("not JSON"), "ValueError: not JSON"), (TimeoutError(), "TimeoutError: "), (Mute(), "Mute")],
)
def test_whatever_else_it_raises_is_unreadable(problem, text):
    def client(_):
        raise problem

    assert ask(client) == Answer(AnswerKind.UNREADABLE, text=text)


def test_asking_for_the_end_is_a_crash():
    answer = ask(lambda _: sys.exit("enough"))
    assert (answer.kind, answer.adapter_failure) == (AnswerKind.ADAPTER_FAILURE, AdapterFailure.CRASH)
    assert "SystemExit: enough" in answer.text


def endless():
    value = []
    value.append(value)
    return value


def deep():
    value = {}
    for _ in range(100):
        value = {"a": value}
    return value


@pytest.mark.parametrize(
    ("returned", "says"),
    [
        (None, "the client returned NoneType; it has to return the body as a dict, or a pair"),
        ("text", "returned str"),
        ((1, 2, 3), "returned tuple"),
        (("200", {}), 'httpStatus is "200"'),
        ((1000, {}), "from 100 to 599"),
        ({"a": object()}, "no JSON: Object of type object"),
        ({"a": float("nan")}, "no JSON"),
        ({"a": endless()}, "no JSON"),
        ({"a": 10**5000}, "no JSON"),
        (deep(), "levels deep"),
    ],
)
def test_what_is_no_answer_says_what_would_be_right(returned, says):
    answer = ask(lambda _: returned)
    assert (answer.kind, answer.adapter_failure) == (AnswerKind.ADAPTER_FAILURE, AdapterFailure.INVALID_MESSAGE)
    assert says in answer.text


def test_an_error_with_wrong_types_is_no_answer():
    def client(_):
        raise ApiError("400", 5)

    answer = ask(client)
    assert answer.adapter_failure is AdapterFailure.INVALID_MESSAGE
    assert "error.data.code is 5" in answer.text


def test_a_hang_is_left_to_itself():
    release = threading.Event()
    answer = ask(lambda _: release.wait() and {}, timeout=0.2)
    assert (answer.kind, answer.adapter_failure) == (AnswerKind.ADAPTER_FAILURE, AdapterFailure.HANG)
    assert answer.text == "the client did not come back within 0.2 seconds"
    release.set()


def test_the_time_is_that_of_the_callers_clock():
    driver = CallableDriver(lambda _: {}, 30.0, time.monotonic, ClientInfo("mine"))
    assert 0 < driver.call(CALL).seconds < 30
    assert driver.info == ClientInfo("mine")


def test_a_client_cannot_change_what_is_asked():
    values = ["x"]
    driver = CallableDriver(lambda parameters: (200, parameters["PicName"].append("y")), 30.0, lambda: 0.0)
    driver.call((("PicName", values),))
    assert values == ["x"]
