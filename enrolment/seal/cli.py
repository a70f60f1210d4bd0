"""`station seal …`: reads the seal of a paper from a picture or from text, and says what it is worth."""

import base64
import binascii
import json
import re
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any
from zoneinfo import ZoneInfo

import typer

if TYPE_CHECKING:
    from enrolment.seal.verify import SealReport

app = typer.Typer(add_completion=False, no_args_is_help=True, help="The digital seal of the office's papers.")
ANSWER_IS_NO, WRONG_USE = 1, 2
TIME_ZONE = ZoneInfo("Europe/Luxembourg")  # whose days papers count in
HEXADECIMAL = re.compile(r"[0-9A-Fa-f]+")


@app.callback()
def _seal() -> None:
    """Read and check seals."""


@app.command()
def verify(
    seal: Annotated[
        str,
        typer.Argument(
            metavar="IMAGE|TEXT", help="a picture or a PDF of the paper, or the seal in hexadecimal or base64"
        ),
    ],
    trust: Annotated[Path, typer.Option(help="the folder that holds seal.der, as a key ceremony leaves it")],
    on: Annotated[str, typer.Option(help="the day to judge by, YYYY-MM-DD; today by default")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="one JSON object on standard output")] = False,
) -> None:
    """Check the seal of a paper: its signature, who signed, and both their validity. Exit 0 only when it is valid."""
    from enrolment.seal.errors import SealError
    from enrolment.seal.trust import SealTrust
    from enrolment.seal.verify import verify_seal

    try:
        day = date.fromisoformat(on) if on else datetime.now(TIME_ZONE).date()
    except ValueError:
        typer.echo("--on: a date YYYY-MM-DD is wanted", err=True)
        raise typer.Exit(WRONG_USE) from None
    try:
        believed = SealTrust.load(trust)
        reports = [verify_seal(raw, believed, day) for raw in _seals_of(seal)]
    except SealError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(WRONG_USE) from None
    if as_json:
        answers: list[dict[str, Any]] = [report.to_json() for report in reports]
        typer.echo(json.dumps(answers[0] if len(answers) == 1 else {"seals": answers}, ensure_ascii=False))
    else:
        for report in reports:
            _tell(report)
    if any(report.verdict.value != "valid" for report in reports):
        raise typer.Exit(ANSWER_IS_NO)


def _seals_of(text: str) -> list[bytes]:
    """The seals on a picture, or the one that `text` spells. Raises SealError."""
    from enrolment.seal.errors import SealUnreadable
    from enrolment.seal.symbol import seals_on

    try:
        if Path(text).is_file():
            return seals_on(Path(text))
    except OSError:  # a long text is no name of a file
        pass
    spelled = "".join(text.split())
    try:
        if HEXADECIMAL.fullmatch(spelled):
            return [bytes.fromhex(spelled)]
        return [
            base64.b64decode(spelled.replace("-", "+").replace("_", "/") + "=" * (-len(spelled) % 4), validate=True)
        ]
    except (ValueError, binascii.Error):
        raise SealUnreadable("input", "a picture's file, or the seal in hexadecimal or base64") from None


def _tell(report: "SealReport") -> None:
    typer.echo(report.verdict.value.replace("_", " "))
    for check in report.checks:
        typer.echo(f"  {check.name:<15} {check.outcome.value:<15} {check.evidence}")
    paper = report.paper
    if paper is not None:
        typer.echo(f"  {paper.document} {paper.number}: {paper.given_names} {paper.surname}, {paper.birth_date}")
