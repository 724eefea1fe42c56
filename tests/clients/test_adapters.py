"""The shipped adapters and the examples of the README, as processes that speak the adapter protocol."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from attrs import frozen

from imagesearch_conformance.contract import Contract
from imagesearch_conformance.emulator import Emulator, EmulatorSettings
from imagesearch_conformance.emulator.access_keys import DEFAULT_CREDENTIALS
from imagesearch_conformance.emulator.server import serve
from imagesearch_conformance.model.wire import WireRequest, WireResponse

ROOT = Path(__file__).parents[2]
SHIPPED = ROOT / "conformance" / "imagesearch_conformance" / "adapters"
#: All in one process, so that the Node SDK is installed and the Go example built once.
pytestmark = pytest.mark.xdist_group("adapters")

EXAMPLES = Path(__file__).parent / "examples"

VALID = {"InstanceName": "demoinstance1", "ProductId": "2092061_1", "PicName": "2092061_1.jpg", "Num": 3}
HARD_TO_ENCODE = {**VALID, "PicName": "图 é+&=~*%'\" \u2028.jpg", "Filter": 'str_attr="a b" AND int_attr>=1'}
UNKNOWN_INSTANCE = {**VALID, "InstanceName": "nobodysinstance"}


class RecordingEmulator(Emulator):
    """An emulator that records its response bodies."""

    bodies: list[dict[str, Any]]

    def handle(self, request: WireRequest, now: datetime) -> WireResponse:
        response = super().handle(request, now)
        self.bodies.append(json.loads(response.body))
        return response


@frozen
class RunningEmulator:
    """An emulator that listens, with the bodies of its responses."""

    endpoint: str
    bodies: list[dict[str, Any]]


@contextmanager
def run_emulator(contract: Contract) -> Iterator[RunningEmulator]:
    emulator = RecordingEmulator(contract, EmulatorSettings(qps=None))
    emulator.bodies = []
    with serve(emulator) as endpoint:
        yield RunningEmulator(endpoint, emulator.bodies)


@pytest.fixture(scope="module")
def emulator(contract: Contract) -> Iterator[RunningEmulator]:
    with run_emulator(contract) as running:
        yield running


@pytest.fixture(scope="module")
def later_emulator(later: Contract) -> Iterator[RunningEmulator]:
    with run_emulator(later) as running:
        yield running


@pytest.fixture(scope="module")
def unused_endpoint() -> Iterator[str]:
    """An address on which nothing listens, reserved during the tests."""
    with socket.socket() as reserved:
        reserved.bind(("127.0.0.1", 0))
        yield f"http://127.0.0.1:{reserved.getsockname()[1]}"


def run_adapter(command: list[str], endpoint: str, *calls: tuple[str, dict[str, Any]]) -> list[dict[str, Any]]:
    """The answers of one process to these calls; it ends when its input is closed."""
    lines = [
        json.dumps({"jsonrpc": "2.0", "id": number, "method": method, "params": parameters})
        for number, (method, parameters) in enumerate(calls, 1)
    ]
    environment = {
        "IMAGESEARCH_ENDPOINT": endpoint,
        "ALIBABA_CLOUD_ACCESS_KEY_ID": DEFAULT_CREDENTIALS.access_key_id,
        "ALIBABA_CLOUD_ACCESS_KEY_SECRET": DEFAULT_CREDENTIALS.access_key_secret,
        "ALIBABA_CLOUD_REGION_ID": "cn-shanghai",
    }
    inherited = {name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")}
    process = subprocess.run(
        command,
        input="\n".join([*lines, ""]),
        env=inherited | environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert process.returncode == 0, process.stderr
    answers = [json.loads(line) for line in process.stdout.split("\n")[:-1]]
    assert [(answer["jsonrpc"], answer["id"]) for answer in answers] == [
        ("2.0", number) for number in range(1, len(calls) + 1)
    ]
    return answers


def search(**parameters: Any) -> tuple[str, dict[str, Any]]:
    return "searchImageByName", parameters


#: The programs that an example needs; the first runs it.
PROGRAMS = {
    "adapter.py": (sys.executable,),
    "adapter.mjs": ("node",),
    "adapter.sh": ("bash", "curl", "openssl", "jq"),
}


@pytest.fixture(scope="session")
def node_sdk(node_packages: Path) -> list[str]:
    """The adapter of the Node SDK, beside the installed SDK: Node.js looks for packages from there."""
    adapter = node_packages / "adapters" / "official_node.mjs"
    shutil.copy(SHIPPED / adapter.name, adapter)
    return ["node", str(adapter)]


@pytest.fixture(scope="session")
def go_example(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    program = shutil.which("go")
    if program is None:
        pytest.skip("go is not installed: apt-get install golang-go")
    folder = tmp_path_factory.mktemp("go")
    command = [program, "build", "-o", str(folder / "adapter"), "adapter.go", "my_client.go"]
    homes = {name: str(folder / name) for name in ("GOCACHE", "GOPATH")}
    subprocess.run(command, cwd=EXAMPLES, env=homes | os.environ, check=True, timeout=120)
    return [str(folder / "adapter")]


@pytest.fixture
def command(request: pytest.FixtureRequest) -> list[str]:
    """The command of an adapter by its name."""
    fixtures = {"official_node": "node_sdk", "adapter.go": "go_example"}
    if request.param in fixtures:
        return request.getfixturevalue(fixtures[request.param])
    if "." not in request.param:
        return [sys.executable, str(SHIPPED / f"{request.param}.py")]
    for program in PROGRAMS[request.param]:
        if shutil.which(program) is None:
            pytest.skip(f"{program} is not installed")
    return [PROGRAMS[request.param][0], str(EXAMPLES / request.param)]


OFFICIAL = [pytest.param(name, marks=pytest.mark.peer) for name in ("official_python", "official_node")]
LANGUAGES = {"plain": "python", "official_python": "python", "official_node": "javascript"}
EXAMPLE_NAMES = ["adapter.py", "adapter.mjs", "adapter.go", "adapter.sh"]


@pytest.mark.parametrize("command", ["plain", *OFFICIAL, *EXAMPLE_NAMES], indirect=True)
def test_an_adapter_returns_results_and_errors(command: list[str], emulator: RunningEmulator) -> None:
    emulator.bodies.clear()
    calls = search(**VALID), search(**HARD_TO_ENCODE), search(**UNKNOWN_INSTANCE), ("rename", {}), search(**VALID)
    valid, encoded, error, unknown, repeated = run_adapter(command, emulator.endpoint, *calls)
    first, second, error_body, last = emulator.bodies
    assert valid["result"] == {"httpStatus": 200, "body": first}
    assert encoded["result"] == {"httpStatus": 200, "body": second}
    assert error["error"]["code"] == -32000
    data = {"code": "InvalidInstance", "message": error_body["Message"], "requestId": error_body["RequestId"]}
    assert error["error"]["data"] == {"httpStatus": 400, **data}
    assert unknown["error"]["code"] == -32601
    assert repeated["result"]["body"] == last


@pytest.mark.parametrize("command", ["plain", *OFFICIAL, *EXAMPLE_NAMES], indirect=True)
def test_an_unreachable_endpoint_is_an_unreadable_response(command: list[str], unused_endpoint: str) -> None:
    (answer,) = run_adapter(command, unused_endpoint, search(**VALID))
    assert answer["error"]["code"] == -32001


@pytest.mark.parametrize("command", EXAMPLE_NAMES, indirect=True)
def test_an_example_rejects_initialize(command: list[str], unused_endpoint: str) -> None:
    (answer,) = run_adapter(command, unused_endpoint, ("initialize", {}))
    assert answer["error"]["code"] == -32601


@pytest.mark.parametrize("command", ["plain", *OFFICIAL], indirect=True)
def test_a_shipped_adapter_initializes_and_refuses_unsupported_arguments(
    request: pytest.FixtureRequest, command: list[str], emulator: RunningEmulator
) -> None:
    emulator.bodies.clear()
    name = request.node.callspec.params["command"]
    unsupported = {**VALID, "Num": [1]} if name == "plain" else {**VALID, "Colour": "red"}
    info, refused, surrogate = run_adapter(
        command, emulator.endpoint, ("initialize", {}), search(**unsupported), search(**VALID, Filter="\ud800")
    )
    assert info["result"]["language"] == LANGUAGES[name]
    assert info["result"].keys() == {"name", "version", "language"}
    assert refused["error"]["code"] == surrogate["error"]["code"] == -32602
    assert ("list" if name == "plain" else "Colour") in refused["error"]["message"]
    assert emulator.bodies == []


@pytest.mark.parametrize("command", ["plain", *OFFICIAL], indirect=True)
def test_a_shipped_adapter_sends_the_parameters_of_the_later_revision(
    command: list[str], later_emulator: RunningEmulator
) -> None:
    later_emulator.bodies.clear()
    call = search(**{**VALID, "Num": 100}, ScoreThreshold="0.90")
    (answer,) = run_adapter(command, later_emulator.endpoint, call)
    assert answer["result"]["body"] == later_emulator.bodies[0]
    assert all(entry["Score"] >= 0.9 for entry in answer["result"]["body"]["Auctions"])
