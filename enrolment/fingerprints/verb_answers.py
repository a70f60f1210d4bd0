"""How the verbs of `station finger` answer: words on standard error, JSON on standard output, the exit code."""

from collections.abc import Callable
from pathlib import Path
from typing import Annotated, TypeVar

import typer

ANSWER_NO, WRONG_USE, DEVICE_MISSING = 1, 2, 3
T = TypeVar("T")

Output = Annotated[Path, typer.Option("-o", "--output", help="Where to write.")]
Json = Annotated[bool, typer.Option("--json", help="One JSON object a line on standard output.")]


def say(words: str) -> None:
    """Words for people, on standard error."""
    typer.echo(words, err=True)


def attempt(action: Callable[[], T]) -> T:
    """Runs `action`; an error that we know becomes one line and the right exit code."""
    from enrolment.fingerprints.errors import EngineMissing, FingerprintError, ScannerError

    try:
        return action()
    except (EngineMissing, ScannerError) as problem:
        say(f"station finger: {problem}")
        raise typer.Exit(DEVICE_MISSING) from None
    except FingerprintError as problem:
        say(f"station finger: {problem}")
        raise typer.Exit(WRONG_USE) from None
    except OSError as problem:
        say(f"station finger: {problem.filename}: {problem.strerror}")
        raise typer.Exit(WRONG_USE) from None
