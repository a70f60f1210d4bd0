"""`station mrz …`: the verbs of this package, JSON Lines from standard input to standard output.

Typer's parser takes longer to load than a zone takes to read, and no verb here has an option: a verb that stands
alone runs at once, and everything else (help, a misspelt verb) goes through Typer.
"""

import os
import sys
from collections.abc import Callable
from io import BufferedReader
from typing import Any, Final, cast

import typer

from mrz import answers
from mrz.json_lines import answer_lines

_UNREADABLE: Final = 2


class _QuickTyper(typer.Typer):
    """A Typer application whose verbs without arguments do not wait for the parser."""

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        words = kwargs.get("args") or sys.argv[1:]
        if not args and len(words) == 1 and words[0] in _VERBS:
            try:
                _VERBS[words[0]]()
            except typer.Exit as end:
                sys.exit(end.exit_code)
            except KeyboardInterrupt:
                sys.exit(130)
            return None
        return super().__call__(*args, **kwargs)


app = _QuickTyper(
    add_completion=False,
    no_args_is_help=True,
    help="Machine readable zones of Doc 9303: JSON Lines in, JSON Lines out.",
)


def _stream(
    answer: Callable[[answers.Question], answers.Answer],
    refuse: Callable[[str], answers.Answer] = answers.refusal,
) -> None:
    if sys.stdin is None or sys.stdout is None:
        raise typer.Exit(_UNREADABLE)
    if sys.stdin.isatty():
        print("reading JSON objects from standard input, one a line; end with Ctrl-D", file=sys.stderr)
    try:
        answer_lines(cast(BufferedReader, sys.stdin.buffer), sys.stdout.buffer, answers.guarded(answer), refuse)
    except BrokenPipeError:  # whoever read the answers has had enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except OSError as error:
        print(f"station mrz: {error.strerror}: a file or a pipe with JSON Lines is wanted", file=sys.stderr)
        raise typer.Exit(_UNREADABLE) from None


@app.command()
def encode() -> None:
    """Fields of a document → the lines of its zone."""
    _stream(answers.encode)


@app.command()
def parse() -> None:
    """Lines of a zone → its fields, its check digits and everything that is wrong."""
    _stream(answers.read, answers.unreadable)


@app.command()
def transliterate() -> None:
    """A name in Latin, Cyrillic or Arabic letters → the letters of the zone."""
    _stream(answers.spell_name)


@app.command()
def name() -> None:
    """Surname and given names → the name field of a width."""
    _stream(answers.fit_name)


@app.command(name="check-digit")
def check_digit() -> None:
    """A text → its check digit."""
    _stream(answers.compute_check_digit)


@app.command()
def repair() -> None:
    """Misread lines → what may have stood there, best first; nothing is chosen."""
    _stream(answers.propose_repairs)


@app.command()
def match() -> None:
    """A printed name and the lines of a zone → same, truncated or different."""
    _stream(answers.match_name)


_VERBS: Final[dict[str, Callable[[], None]]] = {
    "encode": encode,
    "parse": parse,
    "transliterate": transliterate,
    "name": name,
    "check-digit": check_digit,
    "repair": repair,
    "match": match,
}
