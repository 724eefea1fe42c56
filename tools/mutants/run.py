"""Tries mutants of the code that judges, and holds those that survive against the list of argued ones.

    python tools/mutants/run.py [--again] [NAME...]

A name is a module or a function as mutmut writes it, with wildcards: `imagesearch_conformance.checks.paging*`.
`--again` keeps what is known of mutants that were caught, and tries the others once more. Fails where a mutant survives
that `survivors.toml` does not argue, and, where all were tried, where it argues one that is caught or gone.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tomllib
from collections import Counter
from fnmatch import fnmatch
from pathlib import Path

from tree import PACKAGE, ROOT, TREE, copy, forget

#: Runs of the code as it stands, which every mutant has to judge alike.
RECORDINGS = TREE / "recordings.pickle"
RECORDED = "tests/endpoint_runs/test_rejudging.py"

SURVIVORS = Path(__file__).with_name("survivors.toml")

#: A text with a space in it: a sentence for people, of which the wording is nobody's business.
_WORDING = re.compile(r'"(?:[^"\\]|\\.)* (?:[^"\\]|\\.)*"')

#: What becomes of a mutant in the end.
_CAUGHT = {"killed", "timeout", "segfault", "caught by type check"}

#: A mutant as the list knows it: the function, and the line before and after.
Change = tuple[str, str, str]


def main(names: list[str], *, again: bool) -> int:
    if not again:
        forget()
    copy()
    if not RECORDINGS.exists():
        _run(sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", RECORDED, cwd=ROOT)
    _run("mutmut", "run", *(_open(names) if again else names))
    results = _results(names)
    print(", ".join(f"{count} {status}" for status, count in Counter(results.values()).most_common()))
    survivors = [_change(name) for name, status in results.items() if status not in _CAUGHT]
    wording = [one for one in survivors if _is_wording(one)]
    print(f"{len(wording)} of those that survive change a sentence for people")
    return _compared([one for one in survivors if one not in wording], names)


def _run(*command: str, cwd: Path = TREE) -> None:
    away = {"PYTHONPATH", "MYPYPATH"} if cwd == TREE else set()
    environment = {name: value for name, value in os.environ.items() if name not in away}
    subprocess.run(command, cwd=cwd, env={**environment, "IMAGESEARCH_RECORDINGS": str(RECORDINGS)}, check=True)


def _open(names: list[str]) -> list[str]:
    """The mutants that were not caught so far, or what was asked for if none was tried."""
    return [name for name, status in _results(names).items() if status not in _CAUGHT] or names


def _results(names: list[str]) -> dict[str, str]:
    """What became of every mutant."""
    told = subprocess.run(
        ["mutmut", "results", "--all", "true"], cwd=TREE, capture_output=True, text=True, check=True
    ).stdout
    pairs = (line.strip().rsplit(": ", 1) for line in told.splitlines() if "__mutmut_" in line)
    return {name: status for name, status in pairs if _meant(name, names)}


def _meant(name: str, names: list[str]) -> bool:
    return not names or any(fnmatch(name, one) for one in names)


def _change(name: str) -> Change:
    told = subprocess.run(["mutmut", "show", name], cwd=TREE, capture_output=True, text=True, check=True).stdout
    changed = [line for line in told.splitlines() if line[:1] in {"-", "+"} and line[:3] not in {"---", "+++"}]
    sides = (" ".join(line[1:].strip() for line in changed if line[0] == sign) for sign in "-+")
    return (_function(name), *sides)


def _function(name: str) -> str:
    """`checks.pages.full` for `imagesearch_conformance.checks.paging.x_full__mutmut_1`."""
    module, _, mangled = name.removeprefix(f"{PACKAGE}.").rpartition(".")
    plain = mangled.rpartition("__mutmut_")[0].replace("xǁ", "").replace("ǁ", ".").removeprefix("x_")
    return f"{module}.{plain.replace('bare_', '')}"


def _is_wording(change: Change) -> bool:
    _, before, after = change
    return before != after and _WORDING.sub('""', before) == _WORDING.sub('""', after)


def _compared(survivors: list[Change], names: list[str]) -> int:
    """Says what is not argued and what is argued in vain."""
    rows = tomllib.loads(SURVIVORS.read_text(encoding="utf-8"))["survivor"]
    argued = Counter((row["function"], row["before"], row["after"]) for row in rows)
    found = Counter(survivors)
    for one in (found - argued).elements():
        print("survives and is not argued:", *one, sep="\n    ")
    gone = [] if names else list((argued - found).elements())
    for one in gone:
        print("is argued and does not survive:", *one, sep="\n    ")
    print(f"{found.total()} survive, of which {(found & argued).total()} are argued")
    return 1 if found - argued or gone else 0


if __name__ == "__main__":
    sys.exit(main([one for one in sys.argv[1:] if one != "--again"], again="--again" in sys.argv))
