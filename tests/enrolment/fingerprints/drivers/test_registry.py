"""Drivers by name, our own and other packages'."""

from importlib.metadata import EntryPoint, EntryPoints
from pathlib import Path

import numpy as np
import pytest

from enrolment.fingerprints.capturing import capture
from enrolment.fingerprints.drivers import registry
from enrolment.fingerprints.drivers.simulator import SimulatorDriver
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


def with_entry(monkeypatch: pytest.MonkeyPatch, name: str, target: str) -> None:
    entries = EntryPoints([EntryPoint(name, target, registry.ENTRY_POINTS)])
    monkeypatch.setattr(registry, "entry_points", lambda **query: entries.select(**query))


def test_another_package_may_bring_a_driver(monkeypatch: pytest.MonkeyPatch) -> None:
    with_entry(monkeypatch, "acme", "enrolment.fingerprints.drivers.registry:make_simulator")
    assert registry.driver_names() == ("acme", "replay", "simulator")
    assert isinstance(registry.load_driver("acme:4"), SimulatorDriver)


def test_a_driver_that_cannot_be_loaded_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    with_entry(monkeypatch, "acme", "no.such.module:Driver")
    with pytest.raises(ScannerMissing, match="acme"):
        registry.load_driver("acme")


def test_nobody_replaces_our_own(monkeypatch: pytest.MonkeyPatch) -> None:
    with_entry(monkeypatch, "simulator", "no.such.module:Driver")
    assert isinstance(registry.load_driver("simulator"), SimulatorDriver)
