"""Versions that two files must agree on."""

import tomllib
from pathlib import Path

import yaml

ROOT = Path(__file__).parents[2]


def test_pre_commit_uses_the_ruff_of_pyproject():
    groups = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["dependency-groups"]
    config = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text(encoding="utf-8"))
    (revision,) = (repo["rev"] for repo in config["repos"] if repo["repo"].endswith("/ruff-pre-commit"))
    assert f"ruff=={revision.removeprefix('v')}" in groups["lint"]
