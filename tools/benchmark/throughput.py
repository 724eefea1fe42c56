"""How many requests a second are answered: our emulator, the mock of Prism, and an application that only answers."""

from __future__ import annotations

import itertools
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from figures import Aim, Part, median, spread

ROOT = Path(__file__).resolve().parents[2]

ROUNDS = 3
SECONDS = 5
CONNECTIONS = 16

#: How many times as many requests as Prism our emulator has to answer.
LEAST = 3.0

PRISM = "@stoplight/prism-cli@5.14.2"

#: A search as the contract's own sample asks for it, unsigned, which no endpoint here demands.
FORM = "InstanceName=demoinstance1&ProductId=2092061_1&PicName=2092061_1.jpg"

_SCRIPT = """
wrk.method = "POST"
wrk.path = "/"
wrk.body = "{form}"
wrk.headers["content-type"] = "application/x-www-form-urlencoded"
wrk.headers["x-acs-action"] = "SearchImageByName"
wrk.headers["x-acs-version"] = "2020-12-14"
{further}
"""

#: Thousands of requests that differ in how many entries are asked for, and from where on.
_DIFFERING = """
local count = 0
request = function()
  count = count + 1
  local asked = "{form}&Num=" .. (1 + count % 20) .. "&Start=" .. (count % 397)
  return wrk.format(nil, nil, nil, asked)
end
"""

#: Prism wants the headers of a signature to be there, and does not verify them.
_PRETENDED = {
    "authorization": "ACS3-HMAC-SHA256 Credential=nobody,SignedHeaders=host,Signature=0",
    "x-acs-date": "2023-09-11T00:00:00Z",
    "x-acs-signature-nonce": "0",
    "x-acs-content-sha256": "0",
}

TEXT = (
    f"A search by `wrk` with one thread and {CONNECTIONS} connections, {SECONDS} seconds each, in turns; wrk and the"
    " endpoint share two cores. The same request each time, and thousands that differ: our emulator remembers what the"
    " last few hundred different ones came to. It reads, searches, counts and writes each time; Prism answers with the"
    " sample of the OpenAPI document, the bare application (Starlette on uvicorn with the same parser) with a reply of"
    " ours as a constant."
)

OURS, BARE, PRISMS = "our emulator", "bare Starlette", "Prism's mock"
SAME, OTHERS = "the same request", "requests that differ"


def part() -> Part:
    with tempfile.TemporaryDirectory() as folder:
        found = _measured(Path(folder))
    rows = []
    for (name, what), values in found.items():
        rows.append((name, what, spread(values, ".0f"), f"{median(values) / median(found[OURS, what]):.2f}"))
    aims = [_aim(found, what) for what in (SAME, OTHERS) if (PRISMS, what) in found]
    header = (f"{ROUNDS} rounds", "", "requests a second", "of ours")
    return Part("Throughput of the emulator", TEXT, header, rows, aims)


def _aim(found: Mapping[tuple[str, str], list[float]], what: str) -> Aim:
    times = median(found[OURS, what]) / median(found[PRISMS, what])
    return Aim(
        f"our emulator answers {LEAST:.0f} times as much as Prism ({what})", f"{times:.1f} times", times >= LEAST
    )


def _measured(place: Path) -> dict[tuple[str, str], list[float]]:
    bare = [sys.executable, str(Path(__file__).with_name("bare.py")), "{port}", str(place / "reply.json")]
    ours = [sys.executable, "-m", "imagesearch_conformance", "emulate", "--port", "{port}", "--signature", "optional"]
    found: dict[tuple[str, str], list[float]] = {}
    with _started([*ours, "--qps", "1000000"], place) as port:
        _save(port, place / "reply.json")
        with _started(bare, place) as bare_port, _prism(place) as prism_port:
            ports = {OURS: port, BARE: bare_port, PRISMS: prism_port}
            for _ in range(ROUNDS):
                for name, what in itertools.product(ports, (SAME, OTHERS)):
                    if ports[name] is not None:
                        found.setdefault((name, what), []).append(_wrk(place, ports[name], name, what))
    return found


def _wrk(place: Path, port: int, name: str, what: str) -> float:
    """Requests a second; every reply has to be a success, and every connection has to hold."""
    script = place / "search.lua"
    headers = _PRETENDED if name == PRISMS else {}
    more = "\n".join(f'wrk.headers["{name}"] = "{value}"' for name, value in headers.items())
    varied = _DIFFERING.format(form=FORM) if what == OTHERS else ""
    script.write_text(_SCRIPT.format(form=FORM, further=more) + varied, encoding="ascii")
    words = ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{SECONDS}s", "-s", str(script), f"http://127.0.0.1:{port}"]
    said = subprocess.run(words, capture_output=True, text=True, check=True).stdout
    assert "Non-2xx" not in said, said
    assert "Socket errors" not in said, said
    return float(re.search(r"Requests/sec:\s+([0-9.]+)", said)[1])


def _save(port: int, path: Path) -> None:
    """A reply of our emulator, for the application that says nothing else."""
    import requests

    headers = {"x-acs-action": "SearchImageByName", "x-acs-version": "2020-12-14"}
    headers["content-type"] = "application/x-www-form-urlencoded"
    reply = requests.post(f"http://127.0.0.1:{port}/", data=FORM, headers=headers, timeout=10)
    assert reply.status_code == 200, reply.text
    path.write_bytes(reply.content)


@contextmanager
def _prism(place: Path) -> Iterator[int | None]:
    if shutil.which("npx") is None:
        print("npx is not installed: Prism is left out", file=sys.stderr)
        yield None
        return
    shutil.copytree(ROOT / "spec", place / "spec")
    with _started(["npx", "--yes", PRISM, "mock", "spec/openapi.yaml", "-p", "{port}", "-v", "silent"], place) as port:
        yield port


@contextmanager
def _started(words: list[str], place: Path) -> Iterator[int]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    silent = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    process = subprocess.Popen([one.format(port=port) for one in words], cwd=place, start_new_session=True, **silent)
    try:
        _listening(port)
        yield port
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait()


def _listening(port: int) -> None:
    until = time.monotonic() + 120
    while time.monotonic() < until:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.2)
    raise TimeoutError(f"nothing listens on port {port}")
