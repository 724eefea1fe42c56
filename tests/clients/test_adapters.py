"""The adapters that we ship, and those that the README shows, are started and spoken to as the protocol has it."""

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
#: One process installs the Node SDK and builds the example in Go, once.
pytestmark = pytest.mark.xdist_group("adapters")

EXAMPLES = Path(__file__).parent / "examples"

FOUND = {"InstanceName": "demoinstance1", "ProductId": "2092061_1", "PicName": "2092061_1.jpg", "Num": 3}
AWKWARD = {**FOUND, "PicName": "图 é+&=~*%'\" \u2028.jpg", "Filter": 'str_attr="a b" AND int_attr>=1'}
WRONG = {**FOUND, "InstanceName": "nobodysinstance"}


class Keeping(Emulator):
    """An emulator that keeps its replies."""

    replies: list[dict[str, Any]]

    def handle(self, request: WireRequest, now: datetime) -> WireResponse:
        reply = super().handle(request, now)
        self.replies.append(json.loads(reply.body))
        return reply


@frozen
class Place:
    """Where a client sends to, and what it is answered."""

    endpoint: str
    replies: list[dict[str, Any]]


@contextmanager
def serving(contract: Contract) -> Iterator[Place]:
    emulator = Keeping(contract, EmulatorSettings(qps=None))
    emulator.replies = []
    with serve(emulator) as endpoint:
        yield Place(endpoint, emulator.replies)


@pytest.fixture(scope="module")
def place(contract: Contract) -> Iterator[Place]:
    with serving(contract) as served:
        yield served


@pytest.fixture(scope="module")
def later_place(later: Contract) -> Iterator[Place]:
    with serving(later) as served:
        yield served


@pytest.fixture(scope="module")
def nowhere() -> Iterator[str]:
    """An address at which nobody listens, and nobody can meanwhile."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        yield f"http://127.0.0.1:{taken.getsockname()[1]}"


def spoken(command: list[str], endpoint: str, *calls: tuple[str, dict[str, Any]]) -> list[dict[str, Any]]:
    """The answers to these calls, all of one process, which ends with its input."""
    lines = [
        json.dumps({"jsonrpc": "2.0", "id": number, "method": method, "params": parameters})
        for number, (method, parameters) in enumerate(calls, 1)
    ]
    given = {
        "IMAGESEARCH_ENDPOINT": endpoint,
        "ALIBABA_CLOUD_ACCESS_KEY_ID": DEFAULT_CREDENTIALS.access_key_id,
        "ALIBABA_CLOUD_ACCESS_KEY_SECRET": DEFAULT_CREDENTIALS.access_key_secret,
        "ALIBABA_CLOUD_REGION_ID": "cn-shanghai",
    }
    inherited = {name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")}
    done = subprocess.run(
        command,
        input="\n".join([*lines, ""]),
        env=inherited | given,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    answers = [json.loads(line) for line in done.stdout.split("\n")[:-1]]
    assert [(one["jsonrpc"], one["id"]) for one in answers] == [("2.0", number) for number in range(1, len(calls) + 1)]
    return answers


def search(**parameters: Any) -> tuple[str, dict[str, Any]]:
    return "searchImageByName", parameters


#: The programs that an example needs, that which runs it first.
NEEDED = {
    "adapter.py": (sys.executable,),
    "adapter.mjs": ("node",),
    "adapter.sh": ("bash", "curl", "openssl", "jq"),
}


@pytest.fixture(scope="session")
def node_sdk(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """The Node SDK and its adapter, installed as its package.json says."""
    folder = tmp_path_factory.mktemp("node")
    if shutil.which("npm") is None:
        pytest.skip("npm is not installed, which installs the Node SDK")
    for name in ("official_node.mjs", "package.json"):
        shutil.copy(SHIPPED / name, folder)
    command = ["npm", "install", "--silent", "--no-audit", "--no-fund", "--ignore-scripts"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    return ["node", str(folder / "official_node.mjs")]


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
    made = {"official_node": "node_sdk", "adapter.go": "go_example"}
    if request.param in made:
        return request.getfixturevalue(made[request.param])
    if "." not in request.param:
        return [sys.executable, str(SHIPPED / f"{request.param}.py")]
    for program in NEEDED[request.param]:
        if shutil.which(program) is None:
            pytest.skip(f"{program} is not installed")
    return [NEEDED[request.param][0], str(EXAMPLES / request.param)]


OFFICIAL = [pytest.param(name, marks=pytest.mark.peer) for name in ("official_python", "official_node")]
LANGUAGES = {"plain": "python", "official_python": "python", "official_node": "javascript"}
EXAMPLE_NAMES = ["adapter.py", "adapter.mjs", "adapter.go", "adapter.sh"]


@pytest.mark.parametrize("command", ["plain", *OFFICIAL, *EXAMPLE_NAMES], indirect=True)
def test_an_adapter_hands_over_results_and_errors(command: list[str], place: Place) -> None:
    place.replies.clear()
    calls = search(**FOUND), search(**AWKWARD), search(**WRONG), ("rename", {}), search(**FOUND)
    found, awkward, wrong, unknown, again = spoken(command, place.endpoint, *calls)
    first, second, refusal, last = place.replies
    assert found["result"] == {"httpStatus": 200, "body": first}
    assert awkward["result"] == {"httpStatus": 200, "body": second}
    assert wrong["error"]["code"] == -32000
    data = {"code": "InvalidInstance", "message": refusal["Message"], "requestId": refusal["RequestId"]}
    assert wrong["error"]["data"] == {"httpStatus": 400, **data}
    assert unknown["error"]["code"] == -32601
    assert again["result"]["body"] == last


@pytest.mark.parametrize("command", ["plain", *OFFICIAL, *EXAMPLE_NAMES], indirect=True)
def test_an_address_where_nobody_listens_is_no_reply(command: list[str], nowhere: str) -> None:
    (answer,) = spoken(command, nowhere, search(**FOUND))
    assert answer["error"]["code"] == -32001


@pytest.mark.parametrize("command", EXAMPLE_NAMES, indirect=True)
def test_an_example_does_not_introduce_itself(command: list[str], nowhere: str) -> None:
    """It does not take the question for a search either."""
    (answer,) = spoken(command, nowhere, ("initialize", {}))
    assert answer["error"]["code"] == -32601


@pytest.mark.parametrize("command", ["plain", *OFFICIAL], indirect=True)
def test_a_shipped_adapter_introduces_itself_and_refuses_what_it_cannot_send(
    request: pytest.FixtureRequest, command: list[str], place: Place
) -> None:
    place.replies.clear()
    name = request.node.callspec.params["command"]
    hopeless = {**FOUND, "Num": [1]} if name == "plain" else {**FOUND, "Colour": "red"}
    introduced, refused, text = spoken(
        command, place.endpoint, ("initialize", {}), search(**hopeless), search(**FOUND, Filter="\ud800")
    )
    assert introduced["result"]["language"] == LANGUAGES[name]
    assert introduced["result"].keys() == {"name", "version", "language"}
    assert refused["error"]["code"] == text["error"]["code"] == -32602
    assert ("list" if name == "plain" else "Colour") in refused["error"]["message"]
    assert place.replies == []


@pytest.mark.parametrize("command", ["plain", *OFFICIAL], indirect=True)
def test_a_shipped_adapter_sends_what_the_later_revision_adds(command: list[str], later_place: Place) -> None:
    """The emulator looks for each parameter where it belongs."""
    later_place.replies.clear()
    one = search(**{**FOUND, "Num": 100}, ScoreThreshold="0.90")
    (answer,) = spoken(command, later_place.endpoint, one)
    assert answer["result"]["body"] == later_place.replies[0]
    assert all(entry["Score"] >= 0.9 for entry in answer["result"]["body"]["Auctions"])
