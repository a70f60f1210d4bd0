"""`station card …`: play a chip behind a reader, personalise a blank, read a card.

Exit codes: 0 good; 1 the answer is no (a chip that cannot bear this content, a check that failed); 2 wrong use or
unreadable input; 3 no reader, or a card that left.
"""

import json
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager

    from chip.card_folder import CardFolder
    from chip.personalisation.card_profile import CardProfile
    from chip.personalisation.transport_keys import TransportKeys
    from chip.terminal.policy import AccessPolicy
    from chip.terminal.report import InspectionReport
    from chip.transport.channel import Channel, PlayedCard
    from chip.transport.pcsc import PcscChannel
    from chip.transport.vpcd import CardInReader

ANSWER_IS_NO, WRONG_USE, DEVICE_MISSING = 1, 2, 3
DEFAULT_VPCD = "127.0.0.1:35963"
EXCLUSIVE = "exclusive"
SERVE_TURN_TIMEOUT_S = 30.0
LOOPBACK_HOSTS = ("127.0.0.1", "localhost", "::1")

app = typer.Typer(
    add_completion=False, no_args_is_help=True, help="Play a chip behind a reader, personalise a blank, read a card."
)
CardArgument = Annotated[Path, typer.Argument(metavar="CARD", help="A card folder.")]
TransportKeysOption = Annotated[
    Path | None,
    typer.Option(
        "--transport-keys", metavar="FILE", help="TOML with name, key_version, master_key; TEST keys if none."
    ),
]
SharingOption = Annotated[
    str, typer.Option("--sharing", metavar="exclusive|shared", help="Whether others may use the reader meanwhile.")
]
CardProfileOption = Annotated[
    str | None,
    typer.Option(
        "--card-profile", metavar="NAME|FILE", help="The applet's commands: file-system, store-data, or a TOML file."
    ),
]


def _refuse(reason: object, code: int) -> NoReturn:
    typer.echo(f"station card: {reason}", err=True)
    raise typer.Exit(code)


@app.command()
def serve(
    card: Annotated[Path | None, typer.Argument(metavar="[CARD]", help="The card folder to play.")] = None,
    blank: Annotated[bool, typer.Option("--blank", help="Play an unpersonalised chip instead.")] = False,
    state: Annotated[
        Path | None, typer.Option("--state", metavar="FILE", help="Where the blank keeps its memory.")
    ] = None,
    vpcd: Annotated[str, typer.Option("--vpcd", metavar="HOST:PORT", help="The virtual reader's slot.")] = DEFAULT_VPCD,
    transport_keys: TransportKeysOption = None,
    card_profile: CardProfileOption = None,
    faults: Annotated[
        list[str] | None,
        typer.Option(
            "--fault", metavar="KIND@N", help="lost_command, lost_answer, wrong_mac at command N; slow@N:SECONDS."
        ),
    ] = None,
) -> None:
    """Play a card behind the PC/SC reader until interrupted; says `ready` once the reader sees it."""
    from chip.errors import ChipError, TransportError
    from chip.transport.vpcd import parse_address
    from chip.virtual_card.faults import Fault, FaultyCard

    if (card is None) != blank:
        _refuse("either a card folder or --blank is wanted", WRONG_USE)
    if state is not None and not blank:
        _refuse("--state belongs to --blank: a personalised card changes nothing", WRONG_USE)
    if card_profile is not None and not blank:
        _refuse("--card-profile belongs to --blank: a personalised card takes no applet's commands", WRONG_USE)
    try:
        host, port = parse_address(vpcd)
        scripted = [Fault.parse(text) for text in faults or []]
        played = _blank_card(state, transport_keys, card_profile) if card is None else _finished_card(card)
    except (ChipError, ValueError, OSError) as error:
        _refuse(error, WRONG_USE)
    try:
        _play(FaultyCard(played, *scripted) if scripted else played, host, port)
    except TransportError as error:
        _refuse(error, DEVICE_MISSING)


def _transport_keys(file: Path | None) -> "TransportKeys":
    from chip.personalisation.transport_keys import TEST_TRANSPORT_KEYS, read_transport_keys

    return TEST_TRANSPORT_KEYS if file is None else read_transport_keys(file)


def _card_profile(name: str | None) -> "CardProfile":
    from chip.personalisation.card_profile_files import DEFAULT_CARD_PROFILE, load_card_profile

    return load_card_profile(name or DEFAULT_CARD_PROFILE)


def _finished_card(folder: Path) -> "PlayedCard":
    from chip.card_folder import CardFolder
    from chip.virtual_card.card import VirtualCard
    from chip.virtual_card.from_folder import memory_of_folder

    return VirtualCard(memory_of_folder(CardFolder.read(folder)))


def _blank_card(state: Path | None, transport_keys: Path | None, card_profile: str | None) -> "PlayedCard":
    from chip.personalisation.transport_keys import SERIAL_LENGTH
    from chip.virtual_card.card import VirtualCard
    from chip.virtual_card.memory import CardMemory
    from chip.virtual_card.state_file import StateFile

    serial, keys, profile = os.urandom(SERIAL_LENGTH), _transport_keys(transport_keys), _card_profile(card_profile)
    if state is None:
        card = VirtualCard(CardMemory.blank(serial, keys, profile))
    else:
        kept = StateFile(state, serial, keys, profile)
        card = VirtualCard(kept.memory, keep=kept.keep)
    stands = card.memory.life_cycle.name.lower()
    typer.echo(f"chip {card.memory.serial.hex()} ({stands}), transport keys: {keys.key_id}", err=True)
    return card


def _play(card: "PlayedCard", host: str, port: int) -> None:
    """Until Ctrl-C or SIGTERM; when the reader hangs up first, that is told as a missing device."""
    import signal

    from chip.errors import ReaderMissing

    def stop(*_: object) -> NoReturn:
        raise KeyboardInterrupt

    signal.signal(signal.SIGTERM, stop)
    try:
        with _inserted(card, host, port) as played:
            typer.echo("ready", err=True)
            played.wait()
    except KeyboardInterrupt:
        return
    raise ReaderMissing("the reader hung up, or the card was told to leave")


def _inserted(card: "PlayedCard", host: str, port: int) -> "AbstractContextManager[CardInReader]":
    """In this machine's own reader, or in one whose service somebody else runs."""
    from chip.transport.pcscd import VIRTUAL_READERS, virtual_reader_port
    from chip.transport.virtual_reader import card_in_virtual_reader
    from chip.transport.vpcd import CardInReader

    for reader in VIRTUAL_READERS:
        if host in LOOPBACK_HOSTS and port == virtual_reader_port(reader):
            return card_in_virtual_reader(card, reader, SERVE_TURN_TIMEOUT_S)
    return CardInReader(card, host, port)


@app.command()
def personalise(
    card: CardArgument,
    reader: Annotated[str, typer.Option("--reader", metavar="NAME", help="The reader that holds the blank.")],
    transport_keys: TransportKeysOption = None,
    card_profile: CardProfileOption = None,
    sharing: SharingOption = EXCLUSIVE,
    ledger: Annotated[
        Path | None,
        typer.Option("--ledger", metavar="FILE", help="What went onto which chip; this user's own if none."),
    ] = None,
    short: Annotated[
        bool, typer.Option("--short-commands", help="For a reader that does not pass extended length.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="JSON on standard output.")] = False,
) -> None:
    """Load and lock the blank in a reader; run again after an interruption it resumes."""
    from chip.card_folder import CardFolder
    from chip.errors import ChipError, DecodingError, TransportError
    from chip.personalisation.chip_objects import trust_objects
    from chip.personalisation.ledger import FileLedger, own_ledger_file
    from chip.personalisation.personalise import PersonalisationOutcome
    from chip.personalisation.personalise import personalise as load_chip

    try:
        folder = CardFolder.read(card)
        if folder.secrets is None:
            raise DecodingError(f"{card} holds no secrets.json: a chip cannot be loaded without its keys")
        keys, profile = _transport_keys(transport_keys), _card_profile(card_profile)
        remembered = FileLedger(ledger or own_ledger_file(os.environ))
    except ChipError as error:
        _refuse(error, WRONG_USE)
    trust = trust_objects(folder.trust_point, folder.description.chip_date)
    try:
        total = sum(map(len, folder.image.files.values()))
        with (
            _reader_channel(reader, sharing) as channel,
            typer.progressbar(length=total, label="loading the chip", file=sys.stderr) as bar,
        ):
            result = load_chip(
                channel,
                folder.image,
                folder.secrets,
                keys,
                ledger=remembered,
                further_objects=trust,
                short_commands=short,
                card_profile=profile,
                on_progress=lambda progress: bar.update(progress.bytes_done - bar.pos),
            )
    except TransportError as error:
        _refuse(error, DEVICE_MISSING)
    except ChipError as error:
        _refuse(error, ANSWER_IS_NO)
    words = {
        PersonalisationOutcome.PERSONALISED: "personalised and locked",
        PersonalisationOutcome.RESUMED: "resumed, personalised and locked",
        PersonalisationOutcome.ALREADY_FINISHED: "already finished with this content: nothing was changed",
    }[result.outcome]
    typer.echo(f"chip {result.chip_serial}: {words} ({result.bytes_written} bytes, {result.apdus} APDUs)", err=True)
    if as_json:
        typer.echo(
            json.dumps(
                {
                    "outcome": result.outcome.value,
                    "chip": result.chip_serial,
                    "image_sha256": result.image_digest,
                    "bytes_written": result.bytes_written,
                    "apdus": result.apdus,
                }
            )
        )


@app.command()
def read(
    reader: Annotated[str | None, typer.Option("--reader", metavar="NAME", help="The reader that holds it.")] = None,
    card: Annotated[
        Path | None, typer.Option("--card", metavar="CARD", help="A card folder, played in memory.")
    ] = None,
    can: Annotated[str | None, typer.Option("--can", metavar="N", help="The six digits on its front.")] = None,
    mrz_info: Annotated[
        str | None,
        typer.Option("--mrz-info", metavar="TEXT", help="Number, birth and expiry date, each with its check digit."),
    ] = None,
    trust: Annotated[Path | None, typer.Option("--trust", metavar="DIR", help="CSCA certificates and lists.")] = None,
    terminal: Annotated[
        Path | None, typer.Option("--terminal", metavar="DIR", help="The key and certificates that open fingerprints.")
    ] = None,
    sharing: SharingOption = EXCLUSIVE,
    access: Annotated[str, typer.Option("--access", metavar="pace|bac|auto", help="What may be tried.")] = "pace",
    as_json: Annotated[bool, typer.Option("--json", help="The whole report as JSON on standard output.")] = False,
    html: Annotated[Path | None, typer.Option("--html", metavar="FILE", help="The report as a page.")] = None,
    transcript: Annotated[
        Path | None, typer.Option("--transcript", metavar="FILE", help="Every command and answer as it went by.")
    ] = None,
) -> None:
    """Open a card, read it, judge it: exit code 0 when nothing speaks against it, 1 when something does."""
    from datetime import UTC, datetime

    from chip.card_folder import CardFolder
    from chip.errors import ChipError, SigningUnavailable, TransportError
    from chip.pki.trust_store import TrustStore
    from chip.protocols.terminal_authentication import TerminalIdentity
    from chip.terminal.inspect import inspect
    from chip.transport.transcript import RecordingChannel

    if (reader is None) == (card is None):
        _refuse("either --reader or --card is wanted", WRONG_USE)
    try:
        folder = None if card is None else CardFolder.read(card)
        policy = _policy(folder, can, mrz_info, access)
        store = None if trust is None else TrustStore.load(trust)
        identity = None if terminal is None else TerminalIdentity.load(terminal)
        channel = None if folder is None else _loopback(folder)
    except SigningUnavailable as error:
        _refuse(error, DEVICE_MISSING)
    except ChipError as error:
        _refuse(error, WRONG_USE)
    try:
        opened = RecordingChannel(channel or _reader_channel(reader or "", sharing))
        try:
            report = inspect(opened, policy, store, datetime.now(UTC).date(), terminal=identity)
        finally:
            opened.close()
            if transcript is not None:
                _keep(opened.transcript.write, transcript)
    except TransportError as error:
        _refuse(error, DEVICE_MISSING)
    if html is not None:
        _keep(lambda file: _write_page(report, file), html)
    if as_json:
        typer.echo(json.dumps(report.to_json(), ensure_ascii=False, indent=2))
    else:
        _print_report(report)
    _end(report, is_trust_given=store is not None)


def _policy(folder: "CardFolder | None", can: str | None, mrz_info: str | None, access: str) -> "AccessPolicy":
    """What was given; for a card folder that was played without any, what its own files say."""
    from chip.terminal.policy import AccessPolicy

    if folder is not None and can is None and mrz_info is None:
        can = folder.description.can or None
        mrz_info = None if folder.secrets is None else folder.secrets.access_information
    return AccessPolicy(can=can, mrz_information=mrz_info, access=access)


def _loopback(folder: "CardFolder") -> "Channel":
    from chip.transport.loopback import LoopbackChannel
    from chip.virtual_card.card import VirtualCard
    from chip.virtual_card.from_folder import memory_of_folder

    return LoopbackChannel(VirtualCard(memory_of_folder(folder)))


def _reader_channel(reader: str, sharing: str) -> "PcscChannel":
    from chip.transport.pcsc import PcscChannel, Sharing

    if sharing not in tuple(Sharing):
        _refuse(f"--sharing `{sharing}`: one of {', '.join(Sharing)} wanted", WRONG_USE)
    return PcscChannel(reader, Sharing(sharing))


def _write_page(report: "InspectionReport", file: Path) -> None:
    from chip.terminal.html_report import to_html

    file.touch(mode=0o600)  # it shows a person's data
    file.chmod(0o600)
    file.write_text(to_html(report), encoding="utf-8")


def _keep(write: "Callable[[Path], None]", file: Path) -> None:
    try:
        write(file)
    except OSError as problem:
        _refuse(f"{file}: {problem.strerror}", WRONG_USE)


def _print_report(report: "InspectionReport") -> None:
    width = max(len(check.name) for check in report.checks)
    for check in report.checks:
        typer.echo(f"{check.name:<{width}}  {check.outcome.value.replace('_', ' '):<14}  {check.evidence}")
    typer.echo(f"verdict: {report.verdict.value}")


def _end(report: "InspectionReport", is_trust_given: bool) -> None:
    """1 for a refused card, one that did not open, and one that stays undecided with something to judge it by."""
    from chip.checks import Outcome
    from chip.terminal.report import Verdict

    if not is_trust_given:
        typer.echo("station card: without --trust nobody can say whose signature this is", err=True)
    is_open = report.check("access.password").outcome is Outcome.PASSED
    is_undecided = is_trust_given and report.verdict is not Verdict.BELIEVED
    if report.verdict is Verdict.REFUSED or is_undecided or not is_open:
        raise typer.Exit(ANSWER_IS_NO)
