"""Soaks the emulator: so many requests over a socket, and what its memory grew by after the first of them.

Usage: python tools/soak.py [REQUESTS]. Ends with 1 where memory grew or anything failed.
"""

from __future__ import annotations

import random
import re
import subprocess
import sys
import tempfile
import time
import tomllib
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlencode, urlsplit

from imagesearch_conformance.emulator.access_keys import DEFAULT_CREDENTIALS
from imagesearch_conformance.model.wire import WireRequest
from imagesearch_conformance.signing import v3
from imagesearch_conformance.signing.dates import format_date

#: What fills the memories that are bounded: nonces above all.
WARM_UP = 30_000

#: The most that memory may be in the end, as a part of what it was after the warm-up.
MOST = 1.05

COMMAND = [sys.executable, "-m", "imagesearch_conformance", "emulate", "--port", "0", "--qps", "1000000"]


def requests(authority: str) -> Iterator[WireRequest]:
    """Requests of all kinds, none like another: searches, filters, refusals, long bodies, replays."""
    chance = random.Random(0)  # noqa: S311 the same requests every time
    number = 0
    while True:
        number += 1
        kind = chance.randrange(8)
        given = {"InstanceName": "demoinstance1", "ProductId": "2092061_1", "PicName": "2092061_1.jpg"}
        if kind in {0, 1}:
            given["Filter"] = f'int_attr>{number} AND str_attr!="{number:x}"'
        elif kind == 2:
            given |= {"Num": str(chance.randrange(200)), "Start": str(number)}
        elif kind == 3:
            given |= {"ProductId": f"unknown-{number}", f"Other{number}": "x" * chance.randrange(20_000)}
        elif kind == 4:
            given["CategoryId"] = str(chance.randrange(100))
        body = urlencode(given).encode()
        headers = (
            ("host", authority), ("x-acs-action", "SearchImageByName"), ("x-acs-version", "2020-12-14"),
            ("content-type", "application/x-www-form-urlencoded"),
        )  # fmt: skip
        plain = WireRequest("POST", "/", headers, body)
        nonce = f"soak-{number if kind < 7 else number // 100}"
        yield (
            plain
            if kind == 5
            else v3.sign(plain, DEFAULT_CREDENTIALS, date=format_date(datetime.now(UTC)), nonce=nonce)
        )


def memory(process: int) -> int:
    """What a process holds, in bytes."""
    status = Path(f"/proc/{process}/status").read_text(encoding="ascii")
    return int(re.search(r"VmRSS:\s+(\d+) kB", status)[1]) * 1024


def soak(endpoint: str, process: int, count: int) -> tuple[Counter[int], int, int]:
    """The statuses that came, and the memory before and after."""
    authority = urlsplit(endpoint).netloc
    connection, seen, before = HTTPConnection(authority, timeout=10), Counter[int](), 0
    for number, request in zip(range(WARM_UP + count), requests(authority)):  # noqa: B905 one ends, one does not
        connection.request(request.method, request.target, request.body, dict(request.headers))
        reply = connection.getresponse()
        reply.read()
        seen[reply.status] += 1
        if number % 500 == 499:
            connection.close()  # and opened anew by the next request
        if number == WARM_UP - 1:
            before = memory(process)
    return seen, before, memory(process)


def main(count: int) -> int:
    """Starts an emulator, soaks it, and says what became of it."""
    with tempfile.TemporaryDirectory() as folder:
        profile = Path(folder) / "profile.toml"
        errors = Path(folder) / "errors"
        with (
            errors.open("wb") as diagnostics,
            subprocess.Popen(
                [*COMMAND, "--write-profile", str(profile)], stdout=subprocess.PIPE, stderr=diagnostics, text=True
            ) as emulator,
        ):
            while not (line := emulator.stdout.readline()).startswith("serving"):
                pass
            endpoint = tomllib.loads(profile.read_text(encoding="utf-8"))["target"]["endpoint"]
            begun = time.monotonic()
            seen, before, after = soak(endpoint, emulator.pid, count)
            seconds = time.monotonic() - begun
            emulator.terminate()
        said = errors.read_text(encoding="utf-8")
    bad = {status: number for status, number in seen.items() if status >= 500}
    print(f"{line.split(',')[0]}; {WARM_UP} requests to warm up and {count} more in {seconds:.0f} s; {dict(seen)}")
    print(f"memory {before >> 20} MB before, {after >> 20} MB after: {after / before:.3f} times (at most {MOST})")
    if bad or said:
        print(f"failed: {bad}; on standard error: {said[-2000:]!r}")
    return 0 if after / before <= MOST and not bad and not said else 1


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 50_000))
