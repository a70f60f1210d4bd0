"""`station audit …`: verifies the journal's chain, exports it, closes it with a checkpoint."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from enrolment.audit.sealer import EcdsaSealer

app = typer.Typer(
    add_completion=False, no_args_is_help=True, help="The journal: verify its chain, write a checkpoint, export it."
)
ANSWER_IS_NO, WRONG_USE = 1, 2

KeyOption = Annotated[Path | None, typer.Option("--key", help="the journal's key (PKCS#8 PEM), to check signatures")]
WitnessOption = Annotated[Path | None, typer.Option("--witness", help="a copy of the witness file kept elsewhere")]


@app.command()
def verify(
    as_json: Annotated[bool, typer.Option("--json", help="one JSON object on standard output")] = False,
    key: KeyOption = None,
    witness: WitnessOption = None,
) -> None:
    """Walk the whole chain and hold every checkpoint against it. Exit 1 when an edit, gap or cut end is found."""
    from enrolment.desk.start import start_django
    from enrolment.errors import OfficeError

    try:
        folder = start_django()
        from enrolment.audit.services import WITNESS_FILE
        from enrolment.audit.verify import verify_journal

        if witness is not None and not witness.is_file():
            typer.echo(f"--witness: there is no file {witness}", err=True)
            raise typer.Exit(WRONG_USE)
        found = verify_journal(witness or folder / WITNESS_FILE, _sealer(key))
    except OfficeError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(WRONG_USE) from None
    if as_json:
        typer.echo(json.dumps(found.to_json()))
    else:
        for problem in found.problems:
            typer.echo(problem)
        typer.echo(f"{found.entries} entries, {'whole' if found.ok else f'{len(found.problems)} problems'}")
        if found.unwitnessed:
            typer.echo(f"{found.unwitnessed} entries after the last checkpoint: nobody would miss them yet", err=True)
    if not found.ok:
        raise typer.Exit(ANSWER_IS_NO)


@app.command()
def checkpoint(key: KeyOption = None) -> None:
    """Write down how long the chain is, in the database and in the witness file, signed where a key is given."""
    from enrolment.desk.start import start_django
    from enrolment.errors import OfficeError

    try:
        folder = start_django()
        from django.utils.timezone import now

        from enrolment.audit.services import WITNESS_FILE, write_checkpoint

        written = write_checkpoint(now(), folder / WITNESS_FILE, _sealer(key))
    except OfficeError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(WRONG_USE) from None
    typer.echo(f"checkpoint at entry {written.sequence} in {folder / WITNESS_FILE}: keep a copy elsewhere", err=True)


@app.command()
def export(out: Annotated[Path, typer.Argument(help="the file to write, JSON Lines")]) -> None:
    """Write every entry to OUT with what its hash covers, so that the chain can be checked without the office."""
    from enrolment.desk.start import start_django
    from enrolment.errors import OfficeError

    try:
        start_django()
        from enrolment.audit.services import export_journal

        count = export_journal(out)
    except OfficeError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(WRONG_USE) from None
    typer.echo(f"{count} entries written to {out}", err=True)


def _sealer(key: Path | None) -> "EcdsaSealer | None":
    from os import environ

    from enrolment.audit.sealer import EcdsaSealer

    passphrase = environ.get("STATION_KEY_PASSPHRASE")
    return EcdsaSealer.from_file(key, passphrase.encode() if passphrase else None) if key else None
