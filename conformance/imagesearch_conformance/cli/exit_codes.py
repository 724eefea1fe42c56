"""Exit codes, and the one place where exceptions become an error message and an exit code."""

from __future__ import annotations

import functools
import sys
from collections.abc import Callable
from enum import IntEnum
from typing import ParamSpec

import click

from imagesearch_conformance.errors import ConformanceError, InternalError, Unreachable
from imagesearch_conformance.reports.text import clip_text

P = ParamSpec("P")


class ExitCode(IntEnum):
    """The exit codes of every command."""

    CONFORMANT = 0
    NONCONFORMANT = 1
    USAGE = 2
    INCONCLUSIVE = 3
    INTERRUPTED = 130


def exit_with_code(command: Callable[P, ExitCode]) -> Callable[P, None]:
    """Make a command exit with the code that it returns, or with that of the exception it raises."""

    @functools.wraps(command)
    def wrapper(*args: P.args, **kwargs: P.kwargs) -> None:
        try:
            code = command(*args, **kwargs)
        except (Unreachable, InternalError) as problem:
            code = _print_error(problem, ExitCode.INCONCLUSIVE)
        except ConformanceError as problem:
            code = _print_error(problem, ExitCode.USAGE)
        except KeyboardInterrupt:
            code = ExitCode.INTERRUPTED
        except BrokenPipeError:
            # The reader of our output closed it: nothing more can be written, not even at exit.
            sys.stdout = None
            code = ExitCode.INCONCLUSIVE
        sys.exit(code)

    return wrapper


def _print_error(error: ConformanceError, code: ExitCode) -> ExitCode:
    click.echo(f"Error: {clip_text(str(error))}", err=True)
    return code
