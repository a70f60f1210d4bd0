"""`station nightly`: what the office does by itself every night, safe to run twice."""

import json
from typing import Annotated

import typer

app = typer.Typer(
    add_completion=False, help="Every night: expired cards, invitations to renew, and what someone must look at."
)


@app.command()
def nightly(
    officer: Annotated[str, typer.Option(help="in whose name cards are noted as expired")],
    as_json: Annotated[bool, typer.Option("--json", help="one JSON object on standard output")] = False,
) -> None:
    """Note expired cards, invite their holders to renew (once per card), note what left, count what waits for someone.

    The invitations are written and laid into the outbox (`station outbox run` delivers); biometrics are erased by
    `station retention run`. Exit 1 when something waits for someone.
    """
    from enrolment.desk.start import start_django
    from enrolment.errors import OfficeError
    from station_config import ConfigurationError, load_station

    try:
        start_django()
        from django.utils.timezone import localdate, now

        from enrolment.accounts.services import officer_named
        from enrolment.cases.custody import gaps
        from enrolment.cases.exchange import late_exchanges
        from enrolment.cases.letters import letters_due
        from enrolment.cases.why import stuck_cases
        from enrolment.delivery.events import expire_cards
        from enrolment.delivery.renewals import order_renewal_letters, post_renewal_letters
        from enrolment.papers.letterhead import letterhead_on
        from enrolment.papers.writing import note_what_left
        from enrolment.transactions import busy_is_typed

        with busy_is_typed():
            at = now()
            acting, head = officer_named(officer), letterhead_on(load_station().site, localdate(at))
            done = {
                "cards_expired": len(expire_cards(acting, at)),
                "renewal_letters": len(order_renewal_letters(at)),
                "letters_left": note_what_left(at),
            }
            done["letters_posted"], letters_failed = post_renewal_letters(head, acting, at)
            waiting = {
                "cases_stuck": sum(1 for _ in stuck_cases(at)),
                "letters_failed": letters_failed,
                "letters_due": len(letters_due(localdate(at))),
                "exchanges_late": len(late_exchanges(localdate(at))),
                "gaps_in_custody": len(gaps(at)),
            }
    except ConfigurationError as error:
        typer.echo(f"station nightly: {error}", err=True)
        raise typer.Exit(2) from None
    except OfficeError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(error.exit_code) from None
    if as_json:
        typer.echo(json.dumps({**done, **waiting}))
    else:
        for name, count in {**done, **waiting}.items():
            typer.echo(f"{name.replace('_', ' '):<16} {count:>6}")
    if any(waiting.values()):
        raise typer.Exit(1)
