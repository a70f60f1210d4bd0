"""`station outbox …`: deliver what waits, show what did not leave, try it again or drop it."""

import json
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from enrolment.errors import OfficeError
from station_config import ConfigurationError

app = typer.Typer(no_args_is_help=True, add_completion=False, help="Letters, mails and reminders on their way out.")
NOT_ALL, WRONG_USE = 1, 2
AsJson = Annotated[bool, typer.Option("--json", help="JSON on standard output.")]


@app.command()
def run(
    config: Annotated[Path | None, typer.Option(help="The site's TOML file; else $STATION_CONFIG.")] = None,
    limit: Annotated[int, typer.Option(min=1, help="At most so many messages.")] = 1000,
    as_json: AsJson = False,
) -> None:
    """Deliver what is due. Exit code 1 when a message was postponed or given up."""
    from enrolment.composition import outbox_drivers
    from enrolment.desk.start import start_django
    from station_config import load_station

    try:
        drivers = outbox_drivers(load_station(config))
        start_django()
        from enrolment.outbox.delivering import deliver_due
        from enrolment.transactions import busy_is_typed

        with busy_is_typed():
            done = deliver_due(drivers, lambda: datetime.now(UTC), limit)
    except (OfficeError, ConfigurationError) as error:
        _stop(error)
    if as_json:
        print(json.dumps(done.to_json()))
    else:
        print(f"{done.delivered} delivered, {done.postponed} postponed, {done.dead} given up")
    if done.postponed or done.dead:
        raise typer.Exit(NOT_ALL)


@app.command(name="list")
def list_(
    every: Annotated[bool, typer.Option("--all", help="Those that left or were dropped too.")] = False,
    as_json: AsJson = False,
) -> None:
    """What waits or was given up: kind, case and state, never a name. Exit code 1 when one was given up."""
    try:
        from enrolment.desk.start import start_django

        start_django()
        from enrolment.outbox.models import EMPTIED, EntryState, OutboxEntry
        from enrolment.transactions import busy_is_typed

        with busy_is_typed():
            entries = OutboxEntry.objects.all() if every else OutboxEntry.objects.exclude(state__in=EMPTIED)
            rows = [
                {
                    "key": entry.key,
                    "kind": entry.kind,
                    "medium": entry.medium,
                    "case": entry.case_reference,
                    "state": entry.state,
                    "due_at": entry.due_at.isoformat(),
                    "attempts": entry.attempts,
                    "driver": entry.driver,
                    "failure": entry.last_failure,
                    "reference": entry.delivery_reference,
                }
                for entry in entries
            ]
    except OfficeError as error:
        _stop(error)
    for row in rows:
        if as_json:
            print(json.dumps(row, ensure_ascii=False))
        else:
            told = f"  {row['failure']}" if row["failure"] else ""
            print(f"{row['state']:<9} {row['kind']:<22} {row['medium']:<8} {row['case']:<14} {row['key']}{told}")
    if any(row["state"] == EntryState.DEAD for row in rows):
        raise typer.Exit(NOT_ALL)


@app.command()
def retry(
    key: Annotated[str, typer.Argument(help="The message's key, as `list` shows it.")],
    officer: Annotated[str, typer.Option("--as", help="The officer's user name.")],
) -> None:
    """Try a message again that was given up."""
    try:
        from enrolment.desk.start import start_django

        start_django()
        from enrolment.accounts.services import officer_named
        from enrolment.outbox import services

        services.retry(services.entry_keyed(key), officer_named(officer), datetime.now(UTC))
    except OfficeError as error:
        _stop(error)


@app.command()
def drop(
    key: Annotated[str, typer.Argument(help="The message's key, as `list` shows it.")],
    reason: Annotated[str, typer.Option(help="Why it is not to leave any more.")],
    officer: Annotated[str, typer.Option("--as", help="The officer's user name.")],
) -> None:
    """Take a message out that has not left, and erase what it says."""
    try:
        from enrolment.desk.start import start_django

        start_django()
        from enrolment.accounts.services import officer_named
        from enrolment.outbox import services

        services.drop(services.entry_keyed(key), officer_named(officer), datetime.now(UTC), reason)
    except OfficeError as error:
        _stop(error)


def _stop(error: OfficeError | ConfigurationError) -> NoReturn:
    print(error, file=sys.stderr)
    raise typer.Exit(error.exit_code if isinstance(error, OfficeError) else WRONG_USE)
