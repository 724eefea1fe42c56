"""Install the npm packages that some tests need: python tools/install_node_packages.py DIRECTORY

Two projects are installed below DIRECTORY: `adapters` (the official Node SDK, as the package.json of the shipped
adapters says) and `tests` (the linter and the schemas that tests/node/package.json names). What is already installed
is not installed again, so that only the first call needs the network. Without npm nothing is installed, and the tests
that need it are skipped. Exit code 1 if npm fails.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]

#: Folder below DIRECTORY -> the package.json that is installed there.
PROJECTS = {
    "adapters": ROOT / "conformance" / "imagesearch_conformance" / "adapters" / "package.json",
    "tests": ROOT / "tests" / "node" / "package.json",
}

NPM_INSTALL = ("npm", "install", "--silent", "--no-audit", "--no-fund", "--ignore-scripts")

#: Registries fail now and then.
ATTEMPTS = 3


def install(manifest: Path, folder: Path) -> bool:
    """Install one project; return whether it is installed afterwards."""
    installed = folder / "installed.json"
    if installed.is_file() and installed.read_bytes() == manifest.read_bytes():
        return True
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    shutil.copy(manifest, folder / "package.json")
    for _ in range(ATTEMPTS):
        if subprocess.run(NPM_INSTALL, cwd=folder, check=False).returncode == 0:
            shutil.copy(manifest, installed)
            return True
    return False


def main(directory: Path) -> int:
    if shutil.which("npm") is None:
        print("npm is not installed: the tests that need packages of Node.js will be skipped")
        return 0
    failed = [name for name, manifest in PROJECTS.items() if not install(manifest, directory / name)]
    for name in failed:
        print(f"npm could not install what {PROJECTS[name].relative_to(ROOT)} names", file=sys.stderr)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
