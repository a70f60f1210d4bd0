"""`station stock …`: how many blanks stand where; the sum is every blank that was ever received."""

import json
from typing import Annotated

import typer

app = typer.Typer(add_completion=False, no_args_is_help=True, help="Blank cards: how many stand in which state.")


@app.callback()
def stock() -> None:
    """Blank cards: how many stand in which state."""


@app.command()
def balance(
    as_json: Annotated[bool, typer.Option("--json", help="one JSON object on standard output")] = False,
) -> None:
    """How many blanks stand in each state, and how many were ever received."""
    from enrolment.desk.start import start_django
    from enrolment.errors import OfficeError

    try:
        start_django()
        from enrolment.production.services import stock_balance
        from enrolment.transactions import busy_is_typed

        with busy_is_typed():
            counts = stock_balance()
    except OfficeError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(error.exit_code) from None
    if as_json:
        typer.echo(json.dumps({"states": counts, "received": sum(counts.values())}))
        return
    for state, count in counts.items():
        typer.echo(f"{state:<14} {count:>6}")
    typer.echo(f"{'received':<14} {sum(counts.values()):>6}")
