"""Runs the tests of other projects, in an environment that has the wheel and nothing of the checkout.

Arguments: the environment, where the wheel is installed, and a directory to work in.
"""

import json
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

HOSTS = Path(__file__).parent / "hosts"

#: What the projects need besides the wheel.
NEEDED = ("pytest-xdist>=3.6", "alibabacloud-imagesearch20201214==4.4.0")

#: The cases that are made: all are in the tests of the suite.
SOME = "imagesearch(area='parameters') or imagesearch(area='paging')"

#: The scenarios that a client in this process is asked: those that wait for it are in the tests of the suite.
QUICK = "not network and not malformed"


def check(environment: Path, place: Path) -> None:
    """Fails unless every project comes out as it should."""
    subprocess.run([environment / "bin/python", "-m", "pip", "install", "--quiet", *NEEDED], check=True)
    shutil.rmtree(place, ignore_errors=True)
    shutil.copytree(HOSTS, place)
    with ThreadPoolExecutor(2) as pool:
        for done in [pool.submit(one, environment, place / one.__name__) for one in (certified, namesake, client)]:
            done.result()


def certified(environment: Path, project: Path) -> None:
    """An emulator's repository: certified alone and by two workers alike, and with a defect not."""
    with emulated(environment, project) as endpoint:
        alone = session(environment, project, endpoint, "--imagesearch-reports=alone", "-m", SOME)
        together = session(environment, project, endpoint, "--imagesearch-reports=together", "-n", "2", "-m", SOME)
    expect("verdict: conformant" in alone.stdout and alone.returncode == 0, alone)
    expect("verdict: conformant" in together.stdout and together.returncode == 0, together)
    expect(len(outcomes(project / "together")) > 0, together)
    expect(outcomes(project / "together") == outcomes(project / "alone"), together)
    with emulated(environment, project, "--fault", "num-above-maximum-accepted") as endpoint:
        faulty = session(environment, project, endpoint, "-k", "num.maximum or test_own")
    failed = re.findall(r"^FAILED (\S+)", faulty.stdout, re.MULTILINE)
    expect("imagesearch::num.maximum/above" in failed and "test_own.py::test_own" not in failed, faulty)


def namesake(environment: Path, project: Path) -> None:
    """A repository with a package `tests/conformance` of its own."""
    done = run(environment, project, "-k", "num.maximum/at or test_own")
    expect(done.returncode == 0 and "2 passed" in done.stdout, done)


def client(environment: Path, project: Path) -> None:
    """A client's repository: every fixture with the official SDK."""
    done = run(environment, project, "-k", QUICK)
    failed = re.findall(r"^(FAILED|ERROR) (\S+)", done.stdout, re.MULTILINE)
    due = [("ERROR", "test_with_emulator.py::test_a_request_beyond_the_page_fails_this_test")]
    expect(failed == due and "Accepts Num up to 100" in done.stdout, done)


@contextmanager
def emulated(environment: Path, project: Path, *words: str) -> Iterator[list[str]]:
    """The options that name an emulator, which runs in a process of its own."""
    profile = project / "target.toml"
    profile.unlink(missing_ok=True)
    command = [
        environment / "bin/imagesearch-conformance",
        "emulate",
        "--port",
        "0",
        "--write-profile",
        profile,
        *words,
    ]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            while not profile.exists() and process.poll() is None:
                time.sleep(0.05)
            (endpoint,) = re.findall(r'^endpoint = "(.*)"', profile.read_text(), re.MULTILINE)
            yield [f"--imagesearch-conformance={endpoint}", f"--imagesearch-profile={profile}"]
        finally:
            process.terminate()


def session(environment: Path, project: Path, endpoint: list[str], *words: str) -> subprocess.CompletedProcess[str]:
    """A session that certifies an endpoint."""
    return run(environment, project, *endpoint, *words)


def run(environment: Path, project: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """pytest in a project."""
    command = [environment / "bin/python", "-m", "pytest", "-q", *words]
    return subprocess.run(command, cwd=project, capture_output=True, text=True, check=False)


def outcomes(reports: Path) -> dict[str, str]:
    """What became of each case."""
    return {case["id"]: case["outcome"] for case in json.loads((reports / "report.json").read_text())["cases"]}


def expect(right: object, done: subprocess.CompletedProcess[str]) -> None:
    """Ends with what a session said, where it is not what it should have been."""
    if not right:
        sys.exit(f"{done.args}\n{done.stdout[-6000:]}\n{done.stderr[-2000:]}")


if __name__ == "__main__":
    check(Path(sys.argv[1]).resolve(), Path(sys.argv[2]).resolve())
    print("hosts: as they should be")
