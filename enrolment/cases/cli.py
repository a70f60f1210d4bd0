"""`station case …`: why a case stands where it stands, which cases there are, which are stuck, where a chain broke."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from enrolment.cases.models import Case
    from enrolment.cases.why import Why

app = typer.Typer(
    add_completion=False, no_args_is_help=True, help="Cases: why one stands where it stands, and which are stuck."
)
ANSWER_IS_NO, WRONG_USE = 1, 2
JsonOption = Annotated[bool, typer.Option("--json", help="one JSON object on standard output")]
LanguageOption = Annotated[str, typer.Option(help="fr, de, lb or en")]


@app.callback()
def cases() -> None:
    """Cases: why one stands where it stands, and which are stuck."""


@app.command("why")
def why_verb(
    case: Annotated[str, typer.Argument(help="the case's number, 2026-000001 for example")],
    as_json: JsonOption = False,
    language: LanguageOption = "en",
) -> None:
    """Why CASE stands where it stands: owner, age, next steps, what holds it up, who must act, since when, which rule.

    Exit 1 when it stands there too long or something holds it up; 2 for an unknown case or no office; 3 when the office
    is busy.
    """
    _require_language(language)
    with _office():
        from django.utils.timezone import now

        from enrolment.cases.services import case_numbered
        from enrolment.cases.why import why

        answer = why(case_numbered(case), now())
    typer.echo(json.dumps(answer.to_json(), ensure_ascii=False) if as_json else _in_words(answer, language))
    if answer.overdue or answer.holdups:
        raise typer.Exit(ANSWER_IS_NO)


@app.command("list")
def list_verb(
    stuck: Annotated[bool, typer.Option("--stuck", help="only those that someone should act on today")] = False,
    site: Annotated[str, typer.Option(help="only those filed at this site")] = "",
    queue: Annotated[str, typer.Option(help="only those of one pile: intake, post, examination, …")] = "",
    as_json: JsonOption = False,
    language: LanguageOption = "en",
) -> None:
    """The cases that have not ended, in order of arrival; with --stuck those that need someone, and why.

    Exit 1 when --stuck finds any; 2 for wrong use or no office; 3 when the office is busy.
    """
    _require_language(language)
    with _office():
        from django.utils.timezone import now

        from enrolment.cases.steps import Queue
        from enrolment.cases.why import stuck_cases

        if queue and queue not in list(Queue):
            raise typer.BadParameter(f"one of {', '.join(Queue)} is wanted", param_hint="--queue")
        if stuck:
            found = [answer for answer in stuck_cases(now(), site) if queue in ("", answer.queue)]
            shown = [answer.to_json() for answer in found]
            lines = [_in_words(answer, language) for answer in found]
        else:
            rows = _open_cases(site, queue)
            shown = [_row(case) for case in rows]
            lines = ["  ".join(str(value) for value in row.values()) for row in shown]
    if as_json:
        typer.echo(json.dumps({"cases": shown}, ensure_ascii=False))
    else:
        for line in lines:
            typer.echo(line)
        typer.echo(f"{len(shown)} cases{' need someone' if stuck else ''}", err=True)
    if stuck and shown:
        raise typer.Exit(ANSWER_IS_NO)


@app.command("gaps")
def gaps_verb(as_json: JsonOption = False) -> None:
    """Breaks in the chain of custody between communes and ministry: what was missing, what nobody acknowledged.

    Exit 1 when there is one.
    """
    with _office():
        from django.utils.timezone import now

        from enrolment.cases.custody import gaps

        found = gaps(now())
    if as_json:
        rows = [
            {
                "transfer": gap.transfer,
                "case": gap.case,
                "content": gap.content,
                "from": gap.from_site,
                "to": gap.to_site,
                "since": gap.since.isoformat(),
                "missing": gap.is_missing,
            }
            for gap in found
        ]
        typer.echo(json.dumps({"gaps": rows}))
    else:
        for gap in found:
            told = "missing" if gap.is_missing else "not acknowledged"
            way = f"{gap.from_site} -> {gap.to_site}"
            typer.echo(f"{gap.transfer}  case {gap.case}  {gap.content}  {way}  {told} since {gap.since:%Y-%m-%d}")
        typer.echo(f"{len(found)} gaps", err=True)
    if found:
        raise typer.Exit(ANSWER_IS_NO)


def _require_language(language: str) -> None:
    from enrolment.rules.words import LANGUAGES

    if language not in LANGUAGES:
        typer.echo(f"--language: one of {', '.join(LANGUAGES)} is wanted", err=True)
        raise typer.Exit(WRONG_USE)


@contextmanager
def _office() -> Iterator[None]:
    """The office, opened to read; its errors are one line and an exit code."""
    from enrolment.desk.start import start_django
    from enrolment.errors import OfficeError

    try:
        start_django()
        from enrolment.transactions import busy_is_typed

        with busy_is_typed():
            yield
    except OfficeError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(error.exit_code) from None


def _open_cases(site: str, queue: str) -> "list[Case]":
    from enrolment.cases.models import Case
    from enrolment.cases.steps import ENDED

    wanted = {name: value for name, value in {"site": site, "queue": queue}.items() if value}
    return list(Case.objects.filter(**wanted).exclude(state__in=list(ENDED)).order_by("arrival_number", "id"))


def _row(case: "Case") -> dict[str, Any]:
    """A case without the person: number, order of arrival, product, pile, state, since, place."""
    return {
        "case": case.number,
        "arrival": case.arrival_number,
        "product": case.product,
        "queue": case.queue,
        "state": case.state,
        "since": case.state_since.isoformat(timespec="minutes"),
        "site": case.site,
    }


def _in_words(answer: "Why", language: str) -> str:
    limit = "for good" if answer.max_age_days is None else f"at most {answer.max_age_days} days"
    lines = [
        f"case {answer.case} ({answer.product})",
        f"  state      {answer.state.value}, since {answer.since:%Y-%m-%d %H:%M}, {answer.age_days} days ({limit})",
        f"  owner      {answer.owner}",
        f"  next       {', '.join(answer.next_steps) or 'nothing: the case has ended'}",
    ]
    if answer.overdue:
        lines.append("  OVERDUE")
    for hold in answer.holdups:
        word = f"{hold.rule} {hold.error}".strip()
        since = f" since {hold.since.isoformat()}" if hold.since else ""
        lines.append(f"  held up    {word}: {hold.says[language]} ({hold.owner.value}{since})")
    lines += [f"  deadline   {due} ({rule})" for rule, due in answer.deadlines]
    return "\n".join(lines)
