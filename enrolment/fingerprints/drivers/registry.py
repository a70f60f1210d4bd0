"""Finds drivers by name: our own, and those that other packages bring.

A package adds a driver by the entry point group `residence_card_station.finger_scanners`: a name and a callable
without arguments that returns a `ScannerDriver`.
"""

from collections.abc import Callable
from importlib.metadata import entry_points

from enrolment.fingerprints.drivers.simulator import DRIVER_NAME as SIMULATOR
from enrolment.fingerprints.drivers.simulator import SimulatorDriver
from enrolment.fingerprints.errors import ScannerMissing
from enrolment.fingerprints.scanner import ScannerDriver

ENTRY_POINTS = "residence_card_station.finger_scanners"
OWN_DRIVERS: dict[str, Callable[[], ScannerDriver]] = {SIMULATOR: SimulatorDriver}


def driver_names() -> tuple[str, ...]:
    """Every driver that can be asked for, in order of the alphabet."""
    return tuple(sorted({*OWN_DRIVERS, *(entry.name for entry in entry_points(group=ENTRY_POINTS))}))


def load_driver(name: str) -> ScannerDriver:
    """The driver called `name`; an own one is never replaced by another package's. Raises ScannerMissing."""
    make = OWN_DRIVERS.get(name)
    if make is None:
        found = next(iter(entry_points(group=ENTRY_POINTS, name=name)), None)
        if found is None:
            raise ScannerMissing(f"no scanner driver `{name}`; there are {', '.join(driver_names())}")
        try:
            make = found.load()
        except (ImportError, AttributeError):
            raise ScannerMissing(f"the scanner driver `{name}` is installed, but cannot be loaded") from None
    driver: ScannerDriver = make()
    return driver
