"""Paths of the files that peers are given."""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).parents[2]
SPEC = ROOT / "spec"
OPENAPI = SPEC / "openapi.yaml"
