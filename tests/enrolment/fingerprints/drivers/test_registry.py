"""Drivers by name, our own and other packages'."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest

from enrolment.fingerprints.capturing import capture
from enrolment.fingerprints.drivers import registry
from enrolment.fingerprints.errors import ScannerMissing
from enrolment.fingerprints.finger import FingerPosition
from enrolment.fingerprints.images import encode_png
from enrolment.fingerprints.scanner import CaptureRequest
from enrolment.fingerprints.synthesis import synthesise


def test_the_simulator_is_there() -> None:
    assert "simulator" in registry.driver_names()
    assert len(registry.load_driver("simulator").list_devices()) == 1


def test_an_unknown_driver_is_refused_with_those_there_are() -> None:
    with pytest.raises(ScannerMissing, match=r"no scanner driver `acme`.*simulator"):
        registry.load_driver("acme")


def test_the_simulator_takes_a_seed() -> None:
    (device,) = registry.load_driver("simulator:7").list_devices()
    with device.open() as session:
        image = capture(session, CaptureRequest((FingerPosition.LEFT_INDEX,))).fingers[0].image
    assert np.array_equal(image.pixels, synthesise(7, FingerPosition.LEFT_INDEX).pixels)
    with pytest.raises(ScannerMissing, match="a seed"):
        registry.load_driver("simulator:seven")


def test_replay_takes_a_folder_and_finds_nothing_without_one(tmp_path: Path) -> None:
    (tmp_path / "left_index.png").write_bytes(encode_png(synthesise(7, FingerPosition.LEFT_INDEX)))
    (device,) = registry.load_driver(f"replay:{tmp_path}").list_devices()
    assert device.info.driver == "replay"
    assert registry.load_driver("replay").list_devices() == ()
    with pytest.raises(ScannerMissing):
        registry.load_driver("replay:/no/such/folder").list_devices()


@pytest.fixture
def install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Puts a distribution with a driver of its own among those that are installed."""

    def put(entry: str) -> None:
        metadata = tmp_path / "acme_scanners-1.0.dist-info"
        metadata.mkdir()
        (metadata / "METADATA").write_text("Metadata-Version: 2.1\nName: acme-scanners\nVersion: 1.0\n")
        (metadata / "entry_points.txt").write_text(f"[{registry.ENTRY_POINTS}]\n{entry}\n")
        (tmp_path / "acme_scanners.py").write_text(ACME)
        monkeypatch.syspath_prepend(tmp_path)

    return put


ACME = """
from enrolment.fingerprints.drivers.simulator import SimulatedScanner, SimulatorDriver

def make(argument):
    return SimulatorDriver(SimulatedScanner(3, serial=f"ACME-{argument}"))

def fail(argument):
    raise OSError("no library")

text = "no callable"
"""


def test_another_package_may_bring_a_driver(install: Callable[[str], None]) -> None:
    install("acme = acme_scanners:make")
    assert {"acme", "libfprint", "replay", "simulator"} <= set(registry.driver_names())
    (device,) = registry.load_driver("acme:4").list_devices()
    assert device.info.serial == "ACME-4"
    with device.open() as session:
        assert capture(session, CaptureRequest((FingerPosition.LEFT_INDEX,))).fingers


@pytest.mark.parametrize(
    "target", ["no.such.module:Driver", "acme_scanners:no_such_callable", "acme_scanners:fail", "acme_scanners:text"]
)
def test_a_driver_that_cannot_be_loaded_is_named(install: Callable[[str], None], target: str) -> None:
    install(f"acme = {target}")
    with pytest.raises(ScannerMissing, match="acme"):
        registry.load_driver("acme")


def test_nobody_replaces_our_own(install: Callable[[str], None]) -> None:
    install("simulator = acme_scanners:make")
    (device,) = registry.load_driver("simulator").list_devices()
    assert device.info.serial == "SIM-0001"
    (device,) = registry.load_driver("simulator", in_real_time=True).list_devices()
    assert device.info.serial == "SIM-0001"


def test_in_real_time_a_played_scanner_keeps_the_machines_clock() -> None:
    (device,) = registry.load_driver("simulator:7", in_real_time=True).list_devices()
    with device.open() as session:
        event = next(iter(session.capture(CaptureRequest((FingerPosition.LEFT_INDEX,)))))
    assert abs((datetime.now(UTC) - event.at).total_seconds()) < 60
