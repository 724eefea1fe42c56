"""The one thread that keeps all deadlines is there whenever one is asked for."""

import os
import threading

import pytest

from imagesearch_conformance.transport.deadline_thread import DeadlineThread

PATIENCE = 10.0


@pytest.fixture
def watch():
    watch = DeadlineThread()
    yield watch
    watch.close()


def fires(watch):
    called = threading.Event()
    watch.schedule(0.001, called.set)
    return called.wait(PATIENCE)


def test_it_calls_once_and_what_is_called_off_never(watch):
    called, off = [], threading.Event()
    watch.schedule(0.02, lambda: called.append("never"))()
    watch.schedule(0.001, lambda: called.append("once"))
    watch.schedule(0.04, off.set)
    assert off.wait(PATIENCE)
    assert called == ["once"]


def test_it_works_again_after_it_was_closed(watch):
    assert fires(watch)
    watch.close()
    assert fires(watch)


def test_a_thread_that_could_not_start_is_tried_again(watch, monkeypatch):
    def full(_):
        raise RuntimeError("can't start new thread")

    with monkeypatch.context() as patched:
        patched.setattr(threading.Thread, "start", full)
        with pytest.raises(RuntimeError):
            watch.schedule(0.001, lambda: None)
    assert fires(watch)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="nothing forks on this system")
@pytest.mark.filterwarnings("ignore:.*multi-threaded.*fork:DeprecationWarning")
def test_a_process_that_forks_off_has_a_thread_of_its_own(watch):
    assert fires(watch)
    if (child := os.fork()) == 0:
        os._exit(0 if fires(watch) else 1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
