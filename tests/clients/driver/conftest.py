"""Miniature adapters: short Python scripts, each with one habit, started as quickly as Python starts."""

import gc
import subprocess
import sys
import threading
import time
import warnings

import pytest

from imagesearch_conformance.clients.adapter import subprocess as adapter_subprocess
from imagesearch_conformance.clients.adapter.driver import AdapterDriver

#: What every adapter begins with: it reads requests, and answers with what it was asked.
PREAMBLE = """
import json, os, signal, sys, time

def hear():
    line = sys.stdin.readline()
    if not line:
        sys.exit(0)
    return json.loads(line)

def say(text):
    sys.stdout.write(text)
    sys.stdout.flush()

def result(asked, **more):
    body = {"jsonrpc": "2.0", "id": asked["id"], "result": {"httpStatus": 200, "body": asked["params"]}, **more}
    return json.dumps(body) + "\\n"

def unknown(asked):
    return json.dumps({"jsonrpc": "2.0", "id": asked["id"], "error": {"code": -32601, "message": "?"}}) + "\\n"

def searched():
    while True:
        asked = hear()
        if asked["method"] == "searchImageByName":
            return asked
        say(unknown(asked))
"""


@pytest.fixture
def adapter(tmp_path, monkeypatch):
    """Makes drivers of scripts; all are closed in the end, and nothing may be left of them."""
    before = set(threading.enumerate())
    made, started = [], []

    class Process(subprocess.Popen):
        def __init__(self, *args, **given):
            super().__init__(*args, **given)
            started.append(self)

    monkeypatch.setattr(adapter_subprocess.subprocess, "Popen", Process)
    gc.freeze()  # so that only what the test makes is looked through in the end

    def make(script, timeout=30.0, environment=None):
        path = tmp_path / f"adapter{len(made)}.py"
        path.write_text(PREAMBLE + script, encoding="utf-8")
        command = (sys.executable, "-I", "-S", str(path))
        made.append(AdapterDriver(command, environment or {}, timeout, time.monotonic))
        return made[-1]

    with warnings.catch_warnings():
        warnings.simplefilter("error")
        yield make
        for one in made:
            one.close()
        gc.collect()
        gc.unfreeze()
    left = [one for one in threading.enumerate() if one not in before and one.name.startswith("adapter-")]
    assert not left
    assert all(one.returncode is not None for one in started)
    assert all(pipe.closed for one in started for pipe in (one.stdin, one.stdout, one.stderr))
