"""`station desk-agent`: owns this machine's scanner and card reader for the office's page."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

if TYPE_CHECKING:
    from enrolment.agent.app import Benches, Log
    from enrolment.agent.card_bench import CardSettings, OpenChannel
    from station_config.model import Station

WRONG_USE, DEVICE_MISSING = 2, 3
app = typer.Typer(add_completion=False, help="Own scanner and card reader of this desk, and serve them to its page.")


def fail(problem: object, code: int) -> NoReturn:
    """One line, and the exit code."""
    typer.echo(f"station desk-agent: {problem}", err=True)
    raise typer.Exit(code) from None


@app.command()
def desk_agent(
    port: Annotated[int, typer.Option(min=1, max=65535, help="Where to listen, on 127.0.0.1.")] = 4501,
    pair: Annotated[
        str | None, typer.Option(metavar="ORIGIN", help="Pair with the page of this origin: https://office.example.")
    ] = None,
    scanner: Annotated[
        str | None, typer.Option(metavar="DRIVER", help="The scanner's driver; else the configured one.")
    ] = None,
    reader: Annotated[
        str | None, typer.Option(metavar="NAME", help="The PC/SC reader; else the configured one.")
    ] = None,
    card: Annotated[
        Path | None, typer.Option(metavar="CARD", help="A card folder, played in memory instead of a reader.")
    ] = None,
    trust: Annotated[Path | None, typer.Option(metavar="DIR", help="CSCA certificates and lists.")] = None,
    terminal: Annotated[Path | None, typer.Option(metavar="DIR", help="What opens the prints on cards.")] = None,
    folder: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Where the pairing is kept; else the user's configuration.")
    ] = None,
    simulator_control: Annotated[
        bool, typer.Option("--simulator-control", help="Let a test steer the simulator, by a key shown at the start.")
    ] = False,
    config: Annotated[Path | None, typer.Option(help="The site's TOML file; else $STATION_CONFIG.")] = None,
) -> None:
    """Serves until it is told to end (Ctrl-C, SIGTERM): finger scanner and card reader, to one page and nobody else."""
    from chip.errors import ChipError
    from enrolment.agent.errors import AgentError, DeskTaken, PortTaken
    from enrolment.agent.pairing import is_origin
    from enrolment.fingerprints.errors import EngineMissing, FingerprintError, ScannerError
    from station_config import ConfigurationError, load_station

    if reader and card:
        fail("either --reader or --card", WRONG_USE)
    if pair is not None and not is_origin(pair):
        fail(f"--pair {pair}: wanted an origin such as https://office.example or http://127.0.0.1:8000", WRONG_USE)
    try:
        station = load_station(config)
        settings = card_settings(station, reader, card, trust, terminal)
        benches = benches_of(scanner or station.scanner.driver, settings, is_steered=simulator_control)
        run(benches, folder or default_folder(), port, pair)
    except (PortTaken, DeskTaken, EngineMissing, ScannerError) as problem:
        fail(problem, DEVICE_MISSING)
    except (AgentError, FingerprintError, ChipError, ConfigurationError) as problem:
        fail(problem, WRONG_USE)
    except OSError as problem:
        fail(f"{problem.filename}: {problem.strerror}", WRONG_USE)


def default_folder() -> Path:
    """Where a user's pairing is kept (XDG base directories)."""
    import os

    return Path(os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config") / "residence-card-station"


def card_settings(
    station: "Station", reader: str | None, card: Path | None, trust: Path | None, terminal: Path | None
) -> "CardSettings":
    """How cards are read here. Raises ChipError."""
    from datetime import UTC, datetime

    from chip.pki.trust_store import TrustStore
    from chip.protocols.terminal_authentication import TerminalIdentity
    from enrolment.agent.card_bench import CardSettings

    return CardSettings(
        open_channel=channel_opener(reader or station.readers.inspection, card),
        trust=None if trust is None else TrustStore.load(trust),
        terminal=None if terminal is None else TerminalIdentity.load(terminal),
        today=lambda: datetime.now(UTC).date(),
    )


def channel_opener(reader: str, card: Path | None) -> "OpenChannel | None":
    """What opens a channel to a card; None where there is neither reader nor played card. Raises ChipError."""
    if card is not None:
        from chip.card_folder import CardFolder
        from chip.transport.loopback import LoopbackChannel
        from chip.virtual_card.card import VirtualCard
        from chip.virtual_card.from_folder import memory_of_folder

        played = VirtualCard(memory_of_folder(CardFolder.read(card)))
        return lambda: LoopbackChannel(played)
    if reader:
        from chip.transport.pcsc import PcscChannel

        return lambda: PcscChannel(reader)
    return None


def benches_of(spec: str, settings: "CardSettings", *, is_steered: bool) -> "Benches":
    """The devices of this desk. Raises ScannerError for a driver that is not there."""
    import secrets
    from functools import cache

    from enrolment.agent.app import Benches
    from enrolment.agent.card_bench import CardBench
    from enrolment.agent.scanner_bench import ScannerBench
    from enrolment.fingerprints.clock import SystemClock
    from enrolment.fingerprints.drivers.registry import load_driver
    from enrolment.fingerprints.drivers.simulator import SimulatedScanner
    from enrolment.fingerprints.drivers.steered import SteeredDriver, SteeredScanner
    from enrolment.fingerprints.errors import ScannerMissing
    from enrolment.fingerprints.quality import default_quality

    driver = load_driver(spec, in_real_time=True)
    steered = None
    if is_steered:
        (device,) = driver.list_devices() or (None,)
        if not isinstance(device, SimulatedScanner):
            raise ScannerMissing(f"--simulator-control: the scanner is `{spec}`, and not the simulator")
        steered = SteeredScanner(device, SystemClock())
        driver = SteeredDriver(steered)
    key = secrets.token_urlsafe(24) if is_steered else None
    return Benches(ScannerBench(driver), CardBench(settings), cache(default_quality), steered, key)


def run(benches: "Benches", folder: Path, port: int, pair: str | None) -> None:
    """Serves. Raises AgentError, ScannerError."""
    from datetime import UTC, datetime

    from enrolment.agent.app import DeskAgent
    from enrolment.agent.errors import NotPaired
    from enrolment.agent.pairing import Pairing, PairingOffer, new_code
    from enrolment.agent.server import listening_socket, only_agent, serve

    file = folder / "desk-agent.json"
    with only_agent(folder), listening_socket(port) as listener:
        offer = None
        if pair is not None:
            code = new_code()
            offer = PairingOffer(pair, code, datetime.now(UTC))
            typer.echo(f"pairing code for {pair}: {code} (valid for five minutes, once)", err=True)
        elif Pairing.read(file) is None:
            raise NotPaired("no page is paired with this agent yet; start it with --pair ORIGIN, the office's address")
        if benches.control_key is not None:
            typer.echo(f"simulator control key: {benches.control_key}", err=True)
        log = logger()
        agent = DeskAgent(benches, file, port, log, offer)
        report_scanners(benches)
        serve(
            agent.asgi(),
            listener,
            agent.leave,
            ready=lambda: typer.echo(f"ready on {agent.callback}", err=True),
            tell=lambda words: log.info("server", words=words),
        )


def report_scanners(benches: "Benches") -> None:
    """Says which scanner is there, or that none is: one may be connected later. Raises StackMissing."""
    import asyncio

    from enrolment.fingerprints.errors import ScannerError, StackMissing

    try:
        found = asyncio.run(benches.scanner.describe())
    except StackMissing:
        raise
    except ScannerError as problem:
        typer.echo(f"scanner: {problem}", err=True)
        return
    for device in found:
        typer.echo(f"scanner: {device.info.make} {device.info.model}, {device.status.value}", err=True)
    if not found:
        typer.echo("scanner: none is connected; it is found when it is", err=True)


def logger() -> "Log":
    """Lines of words and numbers on standard error."""
    import structlog

    stamp = structlog.processors.TimeStamper(fmt="iso", utc=True)
    renderer = structlog.processors.LogfmtRenderer(key_order=["timestamp", "event"])
    made: Log = structlog.wrap_logger(structlog.PrintLogger(sys.stderr), processors=[stamp, renderer])
    return made
