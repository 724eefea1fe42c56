"""The driver of callables: whatever a client returns or raises is an answer."""

import sys
import threading
import time

import pytest

from imagesearch_conformance.clients.driver import ApiError, ArgumentsRefused, CallableDriver, Driver
from imagesearch_conformance.model.client import AdapterFailure, Answer, AnswerKind, ClientInfo

CALL = (("InstanceName", "demo"), ("Num", 10))


def call(client, timeout=30.0):
    driver: Driver = CallableDriver(client, timeout, lambda: 5.0)
    answer = driver.call(CALL)
    assert driver.noise == ()
    driver.close()
    return answer


def test_a_body_is_a_result_without_a_status():
    assert call(lambda parameters: parameters) == Answer(AnswerKind.RESULT, body=dict(CALL))


@pytest.mark.parametrize("body", [{"a": [1, None, 0.1, 2**70, "\ud800"]}, None, []])
def test_a_pair_is_a_result_with_its_status(body):
    assert call(lambda _: (200, body)) == Answer(AnswerKind.RESULT, status=200, body=body)


def test_an_api_error_keeps_its_parts():
    def client(_):
        raise ApiError(400, "InvalidInstance", "no", "R")

    assert call(client) == Answer(
        AnswerKind.ERROR,
        status=400,
        code="InvalidInstance",
        message="no",
        request_id="R",
        text="400 InvalidInstance: no",
    )


def test_refused_arguments_keep_their_reason():
    def client(_):
        raise ArgumentsRefused("Num is too large")

    assert call(client) == Answer(AnswerKind.ARGUMENTS_REFUSED, text="Num is too large")


class UnprintableError(Exception):
    def __str__(self):
        raise RuntimeError("no text")


@pytest.mark.parametrize(
    ("error", "text"),
    [
        (ValueError("not JSON"), "ValueError: not JSON"),
        (TimeoutError(), "TimeoutError: "),
        (UnprintableError(), "UnprintableError"),
    ],
)
def test_any_other_exception_is_an_unreadable_response(error, text):
    def client(_):
        raise error

    assert call(client) == Answer(AnswerKind.UNREADABLE, text=text)


def test_sys_exit_is_a_crash():
    answer = call(lambda _: sys.exit("enough"))
    assert (answer.kind, answer.adapter_failure) == (AnswerKind.ADAPTER_FAILURE, AdapterFailure.CRASH)
    assert "SystemExit: enough" in answer.text


def cyclic_list():
    value = []
    value.append(value)
    return value


def deeply_nested():
    value = {}
    for _ in range(100):
        value = {"a": value}
    return value


@pytest.mark.parametrize(
    ("returned", "message"),
    [
        (None, "the client returned NoneType; expected the body as a dict, or (status, body)"),
        ("text", "returned str"),
        ((1, 2, 3), "returned tuple"),
        (("200", {}), 'httpStatus is "200"'),
        ((1000, {}), "from 100 to 599"),
        ({"a": object()}, "not JSON: Object of type object"),
        ({"a": float("nan")}, "not JSON"),
        ({"a": cyclic_list()}, "not JSON"),
        ({"a": 10**5000}, "not JSON"),
        (deeply_nested(), "levels deep"),
    ],
)
def test_an_invalid_result_is_an_adapter_failure(returned, message):
    answer = call(lambda _: returned)
    assert (answer.kind, answer.adapter_failure) == (AnswerKind.ADAPTER_FAILURE, AdapterFailure.INVALID_MESSAGE)
    assert message in answer.text


def test_an_api_error_with_wrong_types_is_an_adapter_failure():
    def client(_):
        raise ApiError("400", 5)

    answer = call(client)
    assert answer.adapter_failure is AdapterFailure.INVALID_MESSAGE
    assert "error.data.code is 5" in answer.text


def test_a_hang_is_abandoned_after_the_timeout():
    release = threading.Event()
    answer = call(lambda _: release.wait() and {}, timeout=0.2)
    assert (answer.kind, answer.adapter_failure) == (AnswerKind.ADAPTER_FAILURE, AdapterFailure.HANG)
    assert answer.text == "the client did not return within 0.2 seconds"
    release.set()


def test_the_duration_is_measured_by_the_given_clock():
    driver = CallableDriver(lambda _: {}, 30.0, time.monotonic, ClientInfo("mine"))
    assert 0 < driver.call(CALL).seconds < 30
    assert driver.info == ClientInfo("mine")


def test_a_client_cannot_change_the_arguments_of_the_call():
    values = ["x"]
    driver = CallableDriver(lambda parameters: (200, parameters["PicName"].append("y")), 30.0, lambda: 0.0)
    driver.call((("PicName", values),))
    assert values == ["x"]
