"""Gates the official SDKs in every published version, and our plain client; leaves the reports that are kept.

    python tools/reference/clients.py DIRECTORY [NAME...]

SDKs are installed below .tox/.clients (or $CLIENTS_CACHE) once, and stay there. Needs npm for the Node SDK; a client
that cannot be installed or gated is left out, and the script fails in the end.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import venv
from pathlib import Path
from typing import NamedTuple

from make import ROOT, command, tidy

ADAPTERS = ROOT / "conformance" / "imagesearch_conformance" / "adapters"
CACHE = Path(os.environ.get("CLIENTS_CACHE", ROOT / ".tox" / ".clients"))

PYTHON_SDK, NODE_SDK = "alibabacloud-imagesearch20201214", "@alicloud/imagesearch20201214"

#: These bring a tea-rpc that holds alibabacloud_credentials below 1.0. From 0.3.13 on, tea-openapi needs a newer one
#: and does not say so: installed as they are today, these versions raise AttributeError before they send anything.
#: They are gated with the newest tea-openapi that works with them, and one of them as pip installs it.
OF_THEIR_TIME = "alibabacloud_tea_openapi<0.3.13"
OLD, NEW = (
    ("3.1.1", "3.1.2", "3.1.3", "4.0.0"),
    ("4.0.1", "4.0.2", "4.1.0", "4.2.0", "4.2.1", "4.2.2", "4.2.3", "4.3.0", "4.4.0"),
)

#: Those that are also held against the later revision: before and after each of its parameters came.
LATER, REVISION = ("4.0.2", "4.1.0", "4.2.2", "4.2.3", "4.4.0"), "2026-06"


class Client(NamedTuple):
    """What is gated: its adapter, what pip or npm installs for it, and whether by the later revision too."""

    name: str
    adapter: str
    packages: tuple[str, ...] = ()
    later: bool = False


CLIENTS = (
    Client("plain", "plain.py", ("requests",), later=True),
    Client("python-4.0.0-as-installed", "official_python.py", (f"{PYTHON_SDK}==4.0.0",)),
    *(Client(f"python-{one}", "official_python.py", (f"{PYTHON_SDK}=={one}", OF_THEIR_TIME)) for one in OLD),
    *(Client(f"python-{one}", "official_python.py", (f"{PYTHON_SDK}=={one}",), one in LATER) for one in NEW),
    Client("node-4.4.0", "official_node.mjs", later=True),
)


def main(directory: Path, *names: str) -> int:
    """The exit code: 0 when every client could be gated, whatever was found."""
    chosen = [one for one in CLIENTS if not names or one.name in names]
    done = tabulated(chosen, directory)
    return (
        0
        if tabulated([one for one in chosen if one.later], directory / REVISION, "--document", REVISION) and done
        else 1
    )


def tabulated(chosen: list[Client], directory: Path, *words: str) -> bool:
    """Gates these clients and tabulates them; whether all could be gated."""
    made = [one for one in chosen if gated(one, directory / one.name, *words)]
    if made:
        reports = [f"{one.name}={directory / one.name}" for one in made]
        command("matrix", "--reports", str(directory), *reports)
    for one in made:
        tidy(directory / one.name)
    return len(made) == len(chosen)


def gated(one: Client, place: Path, *options: str) -> bool:
    """Whether a client could be asked; its reports are in the place then."""
    shutil.rmtree(place, ignore_errors=True)
    adapter = installed(one)
    if adapter is None:
        return False
    words = ["client", "--quiet", *options, "--reports", str(place), "--", *adapter]
    print("imagesearch-conformance", *words, flush=True)
    # A client that cannot send anything leaves a report too.
    subprocess.run([sys.executable, "-m", "imagesearch_conformance", *words], check=False)
    return (place / "report.json").is_file()


def installed(one: Client) -> list[str] | None:
    """The command of the adapter, with what it needs installed; None when that failed."""
    place = CACHE / one.name
    install = _with_pip if one.packages else _with_npm
    try:
        return install(one, place)
    except (OSError, subprocess.CalledProcessError) as problem:
        print(f"{one.name} could not be installed: {problem}", file=sys.stderr)
        shutil.rmtree(place, ignore_errors=True)
        return None


def _with_pip(one: Client, place: Path) -> list[str]:
    python, done = place / "bin" / "python", place / "installed"
    if not done.is_file():
        venv.create(place, with_pip=True, clear=True)
        subprocess.run([python, "-m", "pip", "install", "--quiet", *one.packages], check=True)
        done.touch()
    return [_here(python), _here(ADAPTERS / one.adapter)]


def _with_npm(one: Client, place: Path) -> list[str]:
    needed = json.loads((ADAPTERS / "package.json").read_text("utf-8"))["dependencies"][NODE_SDK]
    if not one.name.endswith(needed):
        raise OSError(f"package.json pins {needed}")
    place.mkdir(parents=True, exist_ok=True)
    for name in (one.adapter, "package.json"):
        shutil.copy(ADAPTERS / name, place)
    if not (place / "node_modules").is_dir():
        words = ["npm", "install", "--silent", "--no-audit", "--no-fund", "--ignore-scripts"]
        subprocess.run(words, cwd=place, check=True)
    return ["node", _here(place / one.adapter)]


def _here(path: Path) -> str:
    """A path as seen from here: reports name the command, and should not name a machine's folders."""
    return os.path.relpath(path)


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), *sys.argv[2:]))
