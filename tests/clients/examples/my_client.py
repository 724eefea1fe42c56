"""The client that adapter.py drives in the tests: the plain one, called as a user's might be."""

import os
import sys
from pathlib import Path
from typing import Any, NamedTuple

sys.path.append(str(Path(__file__).parents[3] / "conformance" / "imagesearch_conformance" / "adapters"))

from plain import ApiError, Client

__all__ = ["ApiError", "search"]


class Response(NamedTuple):
    status: int
    body: dict[str, Any]


_NAMES = "IMAGESEARCH_ENDPOINT", "ALIBABA_CLOUD_ACCESS_KEY_ID", "ALIBABA_CLOUD_ACCESS_KEY_SECRET"
_CLIENT = Client(*(os.environ[name] for name in _NAMES))


def search(**parameters):
    return Response(*_CLIENT.search(parameters))
