"""Asks a service what is known of weaknesses of everything installed here but ourselves.

Ends with 0 where nothing is known, with 1 where something is, and with 3 where the service could not tell.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path

_OURSELVES = "imagesearch-conformance"


def main(options: list[str]) -> int:
    """Audits and prints."""
    frozen = [sys.executable, "-m", "pip", "freeze", "--exclude-editable", "--exclude", _OURSELVES]
    with tempfile.TemporaryDirectory() as folder:
        pinned, told = Path(folder) / "pinned.txt", Path(folder) / "told.json"
        installed = subprocess.run(frozen, capture_output=True, text=True, check=True).stdout
        pinned.write_text(installed, encoding="utf-8")
        audit = [sys.executable, "-m", "pip_audit", "--no-deps", "--disable-pip", "--progress-spinner", "off"]
        done = subprocess.run([*audit, "-r", pinned, "-f", "json", "-o", told, *options], check=False)
        found = json.loads(told.read_text("utf-8"))["dependencies"] if told.exists() else []
    weak = [f"{one['name']} {one['version']}: {flaw['id']}" for one in found for flaw in one.get("vulns", ())]
    untold = sorted(one["name"] for one in found if "skip_reason" in one)
    print(f"{len(found)} packages looked up, {len(weak)} weaknesses known, {len(untold)} packages not told of", *weak)
    if weak:
        return 1
    return 0 if found and not untold and done.returncode == 0 else 3


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
