"""Looks into a built wheel, then installs it into an environment of its own and certifies with it.

Arguments: the directory of the wheel, and where the environment shall be made.
"""

import subprocess
import sys
import venv
import zipfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]
PACKAGE = "imagesearch_conformance"

#: So many commands run at a time.
PROCESSES = 2


def expected() -> set[str]:
    """Every file of the package and of the contract, as the wheel should name it."""
    code = REPOSITORY / "conformance" / PACKAGE
    data = ("py.typed", "runner/case_priority.json", "reports/templates/*", "adapters/*.mjs", "adapters/package.json")
    paths = [*code.rglob("*.py"), *(path for one in data for path in code.glob(one))]
    files = {f"{PACKAGE}/{path.relative_to(code).as_posix()}" for path in paths}
    spec = REPOSITORY / "spec"
    return files | {f"{PACKAGE}/spec/{path.relative_to(spec).as_posix()}" for path in spec.rglob("*") if path.is_file()}


def check_content(wheel: Path) -> None:
    """Fails unless the wheel holds exactly what it should, besides its own metadata."""
    with zipfile.ZipFile(wheel) as archive:
        found = {name for name in archive.namelist() if ".dist-info/" not in name}
    missing, surplus = expected() - found, found - expected()
    if missing or surplus:
        sys.exit(f"missing from the wheel: {sorted(missing)}; should not be in it: {sorted(surplus)}")


def check_use(wheel: Path, place: Path) -> None:
    """Fails unless the wheel alone certifies the embedded emulator, and tests itself, away from the checkout."""
    venv.create(place, with_pip=True, clear=True)
    python = place / "bin" / "python"
    subprocess.run([python, "-m", "pip", "install", "--quiet", wheel], check=True)
    uses = (
        ["run"],
        ["run", "--document", "2026-06", "--select", "parameters", "--examples", "0"],
        ["selfcheck", "--document", "2023-09", "--fault", "msg-missing", "--jobs", "1"],
    )
    command = place / "bin" / "imagesearch-conformance"
    with ThreadPoolExecutor(PROCESSES) as pool:
        for _ in pool.map(lambda at: used(place, [command, *uses[at], "--reports", f"reports{at}"]), range(len(uses))):
            pass


def used(place: Path, command: list[Path | str]) -> None:
    """One command of the package, started away from the checkout."""
    subprocess.run([*command, "--quiet"], check=True, cwd=place)


def main() -> None:
    """Checks the one wheel in the directory."""
    (wheel,) = Path(sys.argv[1]).glob("*.whl")
    check_content(wheel)
    check_use(wheel.resolve(), Path(sys.argv[2]))
    print(f"{wheel.name}: complete, and conformant on its own")


if __name__ == "__main__":
    main()
