"""The thread of the deadlines starts when it is needed."""

import os
import threading

import pytest

from imagesearch_conformance.transport.deadline import DeadlineThread

TIMEOUT = 10.0


@pytest.fixture
def deadline_thread():
    deadline_thread = DeadlineThread()
    yield deadline_thread
    deadline_thread.close()


def calls_back(deadline_thread):
    called = threading.Event()
    deadline_thread.schedule(0.001, called.set)
    return called.wait(TIMEOUT)


def test_a_call_is_made_once_and_a_cancelled_call_never(deadline_thread):
    called, last = [], threading.Event()
    deadline_thread.schedule(0.02, lambda: called.append("never"))()
    deadline_thread.schedule(0.001, lambda: called.append("once"))
    deadline_thread.schedule(0.04, last.set)
    assert last.wait(TIMEOUT)
    assert called == ["once"]


def test_it_restarts_after_close(deadline_thread):
    assert calls_back(deadline_thread)
    deadline_thread.close()
    assert calls_back(deadline_thread)


def test_a_failed_start_is_retried(deadline_thread, monkeypatch):
    def fail_to_start(_):
        raise RuntimeError("can't start new thread")

    with monkeypatch.context() as patched:
        patched.setattr(threading.Thread, "start", fail_to_start)
        with pytest.raises(RuntimeError):
            deadline_thread.schedule(0.001, lambda: None)
    assert calls_back(deadline_thread)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="nothing forks on this system")
@pytest.mark.filterwarnings("ignore:.*multi-threaded.*fork:DeprecationWarning")
def test_a_forked_process_has_its_own_thread(deadline_thread):
    assert calls_back(deadline_thread)
    if (child := os.fork()) == 0:
        os._exit(0 if calls_back(deadline_thread) else 1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
