"""Finds drivers by name: our own, and those that other packages bring.

A driver is named as in configuration, with what it needs behind a colon: `simulator:7` (the person's seed),
`replay:/folder/with/prints`, `libfprint:ppi=500,area=20x25`, `sbi:4501`. Every driver, ours too, is an entry point of
the group `residence_card_station.finger_scanners`: a name, and a callable that takes what stands behind the colon (a
text, maybe empty) and returns a `ScannerDriver`. A package cannot replace one of ours by giving its own the same name.
"""

from collections.abc import Callable
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path

from enrolment.fingerprints.clock import Clock, SystemClock
from enrolment.fingerprints.drivers.replay import ReplayDriver
from enrolment.fingerprints.drivers.simulator import SimulatedScanner, SimulatorDriver
from enrolment.fingerprints.errors import FingerprintError, ScannerMissing
from enrolment.fingerprints.scanner import ScannerDriver

ENTRY_POINTS = "residence_card_station.finger_scanners"
OURS = f"{__name__}:"
DEFAULT_SEED = 1

MakeDriver = Callable[[str], ScannerDriver]


def make_simulator(argument: str, clock: Clock | None = None) -> ScannerDriver:
    """The simulator with the person of a seed before it; without a clock a capture takes no time at all.

    Raises ScannerMissing for what is no seed.
    """
    if argument and not argument.isdecimal():
        raise ScannerMissing(f"simulator:{argument}: wanted a seed, a whole number")
    return SimulatorDriver(SimulatedScanner(int(argument or DEFAULT_SEED), clock=clock))


def make_replay(argument: str, clock: Clock | None = None) -> ScannerDriver:
    """Prints played back from a folder; without one, a driver that finds no device."""
    return ReplayDriver(Path(argument) if argument else None, clock)


def make_libfprint(argument: str) -> ScannerDriver:
    """The scanners that libfprint knows. Raises ScannerMissing for facts about the sensor that cannot be."""
    from enrolment.fingerprints.drivers.libfprint import LibfprintDriver, SensorFacts

    return LibfprintDriver(SensorFacts.parse(argument))


def make_sbi(argument: str) -> ScannerDriver:
    """The scanners of device services on this machine. Raises ScannerMissing for a place that cannot be."""
    from enrolment.fingerprints.drivers.sbi import SbiDriver, SbiPlace

    return SbiDriver(SbiPlace.parse(argument))


PLAYED = {"simulator": make_simulator, "replay": make_replay}  # no device behind them: their time is whatever is wanted


def known_drivers() -> dict[str, EntryPoint]:
    """Every driver by name; ours before another package's of the same name."""
    found = sorted(entry_points(group=ENTRY_POINTS), key=lambda entry: not entry.value.startswith(OURS))
    return {entry.name: entry for entry in reversed(found)}


def driver_names() -> tuple[str, ...]:
    """Every driver that can be asked for, in order of the alphabet."""
    return tuple(sorted(known_drivers()))


def load_driver(spec: str, *, in_real_time: bool = False) -> ScannerDriver:
    """The driver that `spec` names. `in_real_time` lets simulator and replay take as long as a scanner would.

    Raises ScannerMissing, and what the driver raises for what stands behind the colon.
    """
    name, _, argument = spec.partition(":")
    entry = known_drivers().get(name)
    if entry is None:
        raise ScannerMissing(f"no scanner driver `{name}`; there are {', '.join(driver_names())}")
    if in_real_time and name in PLAYED and entry.value.startswith(OURS):
        return PLAYED[name](argument, SystemClock())
    try:
        make: MakeDriver = entry.load()
        return make(argument)
    except FingerprintError:
        raise
    except Exception as fault:  # noqa: BLE001 - another package's code: whatever it does, the desk names it and goes on
        kind = type(fault).__name__
        raise ScannerMissing(f"the scanner driver `{name}` is installed, but cannot be loaded ({kind})") from None
