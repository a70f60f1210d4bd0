"""Finds drivers by name: our own, and those that other packages bring.

A driver is named as in configuration: `simulator`, `simulator:7` (the person's seed), `replay:/folder/with/prints`.
A package adds one by the entry point group `residence_card_station.finger_scanners`: a name, and a callable that
takes what stands behind the colon (a text, maybe empty) and returns a `ScannerDriver`.
"""

from collections.abc import Callable
from importlib.metadata import entry_points
from pathlib import Path

from enrolment.fingerprints.drivers.replay import DRIVER_NAME as REPLAY
from enrolment.fingerprints.drivers.replay import ReplayDriver
from enrolment.fingerprints.drivers.simulator import DRIVER_NAME as SIMULATOR
from enrolment.fingerprints.drivers.simulator import SimulatedScanner, SimulatorDriver
from enrolment.fingerprints.errors import ScannerMissing
from enrolment.fingerprints.scanner import ScannerDriver

ENTRY_POINTS = "residence_card_station.finger_scanners"
DEFAULT_SEED = 1


def make_simulator(argument: str) -> ScannerDriver:
    """The simulator with the person of a seed before it. Raises ScannerMissing for what is no seed."""
    if argument and not argument.isdecimal():
        raise ScannerMissing(f"simulator:{argument}: wanted a seed, a whole number")
    return SimulatorDriver(SimulatedScanner(int(argument or DEFAULT_SEED)))


def make_replay(argument: str) -> ScannerDriver:
    """Prints played back from a folder; without one, a driver that finds no device."""
    return ReplayDriver(Path(argument) if argument else None)


OWN_DRIVERS: dict[str, Callable[[str], ScannerDriver]] = {SIMULATOR: make_simulator, REPLAY: make_replay}


def driver_names() -> tuple[str, ...]:
    """Every driver that can be asked for, in order of the alphabet."""
    return tuple(sorted({*OWN_DRIVERS, *(entry.name for entry in entry_points(group=ENTRY_POINTS))}))


def load_driver(spec: str) -> ScannerDriver:
    """The driver that `spec` names; an own one is never replaced by another package's. Raises ScannerMissing."""
    name, _, argument = spec.partition(":")
    make = OWN_DRIVERS.get(name)
    if make is None:
        found = next(iter(entry_points(group=ENTRY_POINTS, name=name)), None)
        if found is None:
            raise ScannerMissing(f"no scanner driver `{name}`; there are {', '.join(driver_names())}")
        try:
            make = found.load()
        except (ImportError, AttributeError):
            raise ScannerMissing(f"the scanner driver `{name}` is installed, but cannot be loaded") from None
    driver: ScannerDriver = make(argument)
    return driver
