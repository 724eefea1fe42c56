"""Small adapters: Python scripts with one behaviour each, in processes that start as fast as Python does."""

import gc
import subprocess
import sys
import threading
import time
import warnings
from pathlib import Path

import pytest

from imagesearch_conformance.clients.adapter import subprocess as adapter_subprocess
from imagesearch_conformance.clients.adapter.driver import AdapterDriver
from imagesearch_conformance.model.client import AnswerKind

#: The beginning of every adapter: functions that read requests and write answers.
PREAMBLE = """
import json, os, signal, sys, time

def read():
    line = sys.stdin.readline()
    if not line:
        sys.exit(0)
    return json.loads(line)

def write(text):
    sys.stdout.write(text)
    sys.stdout.flush()

def result(request, **members):
    answer = {"jsonrpc": "2.0", "id": request["id"], "result": {"httpStatus": 200, "body": request["params"]}}
    return json.dumps({**answer, **members}) + "\\n"

def unknown(request):
    return json.dumps({"jsonrpc": "2.0", "id": request["id"], "error": {"code": -32601, "message": "?"}}) + "\\n"

def read_search():
    while True:
        request = read()
        if request["method"] == "searchImageByName":
            return request
        write(unknown(request))
"""

CALL = (("InstanceName", "demo"), ("Num", 10))

#: A correct adapter.
CORRECT = "while True:\n    write(result(read_search()))\n"

#: A timeout for calls that are not answered, in seconds.
SHORT_TIMEOUT = 0.4


def failure_of(answer):
    """The failure of the adapter in an answer, with its text."""
    assert answer.kind is AnswerKind.ADAPTER_FAILURE, answer
    return answer.adapter_failure, answer.text


def is_correct(answer):
    return answer.kind is AnswerKind.RESULT and answer.body == dict(CALL)


def has_ended(pid):
    """Whether no process runs under an id; zombies of other parents do not run."""
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()[0] == "Z"
    except FileNotFoundError:
        return True


@pytest.fixture
def adapter(tmp_path, monkeypatch):
    """Creates drivers of scripts; all are closed at the end, and must leave no threads, processes or pipes."""
    threads = set(threading.enumerate())
    drivers, processes = [], []

    class Process(subprocess.Popen):
        def __init__(self, *args, **options):
            super().__init__(*args, **options)
            processes.append(self)

    monkeypatch.setattr(adapter_subprocess.subprocess, "Popen", Process)
    gc.freeze()  # so that the collection at the end only looks at objects of the test

    def create_driver(script, timeout=30.0, environment=None):
        path = tmp_path / f"adapter{len(drivers)}.py"
        path.write_text(PREAMBLE + script, encoding="utf-8")
        command = (sys.executable, "-I", "-S", str(path))
        drivers.append(AdapterDriver(command, environment or {}, timeout, time.monotonic))
        return drivers[-1]

    with warnings.catch_warnings():
        warnings.simplefilter("error")
        yield create_driver
        for driver in drivers:
            driver.close()
        gc.collect()
        gc.unfreeze()
    new_threads = [thread for thread in threading.enumerate() if thread not in threads]
    assert not [thread for thread in new_threads if thread.name.startswith("adapter-")]
    assert all(process.returncode is not None for process in processes)
    pipes = [pipe for process in processes for pipe in (process.stdin, process.stdout, process.stderr)]
    assert all(pipe.closed for pipe in pipes)
