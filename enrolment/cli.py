"""`station …`: finds the verb that was asked for and loads only the room that answers it."""

import difflib
import importlib
import signal
import sys
from dataclasses import dataclass
from importlib.metadata import version
from typing import Any, NoReturn


@dataclass(frozen=True, slots=True)
class Verb:
    """Where a verb lives (`module:app`, a Typer application) and its line in `station --help`."""

    target: str
    help: str


VERBS: dict[str, Verb] = {
    "demo": Verb("enrolment.demo.cli:app", "the main job, from application to hand-over, on made-up people"),
    "card": Verb("enrolment.card_cli:app", "build, serve, personalise and read cards"),
    "mrz": Verb("mrz.cli:app", "machine readable zones: encode, parse, transliterate, repair (JSON Lines)"),
    "photo": Verb("photo_check.cli:app", "portraits: check, crop, make the chip's image, report"),
    "finger": Verb("enrolment.fingerprints.cli:app", "fingerprints: synthesise, quality, encode, decode, match"),
    "pki": Verb("chip.pki.cli:app", "the test PKI: a whole key ceremony; show and verify what it made"),
    "rules": Verb("enrolment.cases.rules_cli:app", "which rule says what of an application or a case, on which day"),
    "case": Verb("enrolment.cases.cli:app", "why a case stands where it stands, which are stuck"),
    "paper": Verb("enrolment.papers.cli:app", "application forms, and one of each paper to look at"),
    "seal": Verb("enrolment.seal.cli:app", "check the digital seal of a paper, from a picture or as text"),
    "appointments": Verb("enrolment.appointments.cli:app", "opening hours, free times, bookings, the queue of the day"),
    "outbox": Verb("enrolment.outbox.cli:app", "letters, mails and reminders on their way out"),
    "nightly": Verb(
        "enrolment.delivery.nightly_cli:app", "expired cards, invitations to renew, what waits for someone"
    ),
    "stock": Verb("enrolment.production.stock_cli:app", "the balance of blank cards"),
    "audit": Verb("enrolment.audit.cli:app", "verify the journal's chain"),
    "retention": Verb("enrolment.delivery.cli:app", "erase the biometrics that are due, prove what was erased"),
    "desk-agent": Verb("enrolment.agent.cli:app", "own the scanner and the card reader of this desk, for its page"),
    "doctor": Verb("enrolment.doctor_cli:app", "is this station fit to open?"),
}
# Of the shell script beside this package, named here so that the one list is whole.
SCRIPT_VERBS = {
    "setup": "install what the station needs",
    "test": "the test suite",
    "lint": "ruff, mypy and shellcheck",
    "bench": "the benchmarks, as ratios in one run",
    "prove": "the long proofs, and what they gave (docs/proofs.md)",
}
WRONG_USE = 2


def usage() -> str:
    """What `station --help` prints."""
    width = max(map(len, [*VERBS, *SCRIPT_VERBS]))
    lines = ["Enrols people and issues biometric residence cards.", "", "Usage: station VERB [ARGUMENT ...]", ""]
    lines += [f"  {name:<{width}}  {verb.help}" for name, verb in VERBS.items()]
    lines += ["", "From a checkout, as ./station:"]
    lines += [f"  {name:<{width}}  {text}" for name, text in SCRIPT_VERBS.items()]
    return "\n".join([*lines, "", "`station VERB --help` says more about each."])


def main() -> None:
    """The console script: the first word chooses the room, the room does the rest."""
    arguments = sys.argv[1:]
    first = arguments[0] if arguments else "--help"
    if first in ("--help", "-h", "help"):
        print(usage())
        return
    if first == "--version":
        print(version("residence-card-station"))
        return
    verb = VERBS.get(first)
    if verb is None:
        close = difflib.get_close_matches(first, VERBS, n=1)
        hint = f"; did you mean `{close[0]}`?" if close else "; `station --help` lists them"
        print(f"station: there is no verb `{first}`{hint}", file=sys.stderr)
        sys.exit(WRONG_USE)
    module, attribute = verb.target.split(":")
    sys.exit(run(getattr(importlib.import_module(module), attribute), f"station {first}", arguments[1:]))


def run(app: Any, name: str, arguments: list[str]) -> int:
    """Run a Typer application and give its exit code; wrong use gets one line on standard error.

    SIGTERM and SIGHUP (a closed window) unwind as Ctrl-C does, so that nothing half-done stays behind.
    """
    from typer.exceptions import TyperException

    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _leave)
    try:
        return int(app(args=arguments, prog_name=name, standalone_mode=False) or 0)
    except TyperException as wrong:
        context = getattr(wrong, "ctx", None)
        asked = context.command_path if context is not None else name
        print(f"{asked}: {_one_line(wrong.format_message())} ({asked} --help says more)", file=sys.stderr)
        return WRONG_USE


def _one_line(message: str) -> str:
    text = " ".join(message.split()).rstrip(".")
    return text[:1].lower() + text[1:] if text else "a verb is wanted"


def _leave(number: int, _frame: object) -> NoReturn:
    sys.exit(128 + number)
