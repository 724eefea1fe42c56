"""Exit codes, and the one place where our own exceptions become a message and a code."""

from __future__ import annotations

import functools
import sys
from collections.abc import Callable
from enum import IntEnum
from typing import ParamSpec

import click

from imagesearch_conformance.errors import BrokenSuite, SuiteError, Unreachable
from imagesearch_conformance.reports.wording import told

P = ParamSpec("P")


class Exit(IntEnum):
    """What a command's exit code means."""

    CONFORMANT = 0
    NONCONFORMANT = 1
    USAGE = 2
    INCONCLUSIVE = 3
    INTERRUPTED = 130


def exits(command: Callable[P, Exit]) -> Callable[P, None]:
    """Makes a command end the process with the code that it returns."""

    @functools.wraps(command)
    def ending(*args: P.args, **kwargs: P.kwargs) -> None:
        try:
            code = command(*args, **kwargs)
        except (Unreachable, BrokenSuite) as problem:
            code = _said(problem, Exit.INCONCLUSIVE)
        except SuiteError as problem:
            code = _said(problem, Exit.USAGE)
        except KeyboardInterrupt:
            code = Exit.INTERRUPTED
        except BrokenPipeError:
            # Whoever read our output has enough; nothing more can be written, not even at exit.
            sys.stdout = None
            code = Exit.INCONCLUSIVE
        sys.exit(code)

    return ending


def _said(problem: SuiteError, code: Exit) -> Exit:
    click.echo(f"Error: {told(str(problem))}", err=True)
    return code
