"""What the installed plugin costs a session that does not use it: pairs of `pytest --collect-only` of an empty suite.

    python tools/plugin_overhead.py [PAIRS]

Run it with the Python of an environment in which the package is installed. Each pair is one session with the plugin and
one with `-p no:imagesearch-conformance`, in turns, both without the plugins of our dependencies; what is printed is the
median of the ratios, and of the seconds.
"""

import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

#: The most that the plugin may add, as a part of the session without it.
MOST = 0.05

WITHOUT = ("-p", "no:imagesearch-conformance")

#: Plugins that our dependencies bring: without them a session is shortest, and what ours adds weighs most.
OTHERS = ("-p", "no:schemathesis", "-p", "no:hypothesispytest", "-p", "no:anyio")


def seconds(place: Path, *words: str) -> float:
    """How long one session takes."""
    begun = time.perf_counter()
    command = [sys.executable, "-m", "pytest", "--collect-only", "-q", *OTHERS, *words]
    done = subprocess.run(command, cwd=place, capture_output=True, check=False)
    assert done.returncode == 5, done.stderr.decode()  # there is nothing to collect
    return time.perf_counter() - begun


def main(pairs: int) -> int:
    """The exit code: 0 when the plugin costs no more than it may."""
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        seconds(place), seconds(place, *WITHOUT)
        both = []
        for number in range(pairs):
            order = ((), WITHOUT) if number % 2 else (WITHOUT, ())
            found = {words: seconds(place, *words) for words in order}
            both.append((found[()], found[WITHOUT]))
    ratio = statistics.median(used / unused for used, unused in both)
    used, unused = (statistics.median(one) for one in zip(*both, strict=True))
    print(f"{pairs} pairs: {used:.3f} s with, {unused:.3f} s without, ratio {ratio:.3f} (at most {1 + MOST})")
    return 0 if ratio <= 1 + MOST else 1


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 15))
