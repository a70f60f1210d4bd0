"""Drivers by name, our own and other packages'."""

from importlib.metadata import EntryPoint, EntryPoints

import pytest

from enrolment.fingerprints.drivers import registry
from enrolment.fingerprints.drivers.simulator import SimulatorDriver
from enrolment.fingerprints.errors import ScannerMissing


def test_the_simulator_is_there() -> None:
    assert "simulator" in registry.driver_names()
    assert len(registry.load_driver("simulator").list_devices()) == 1


def test_an_unknown_driver_is_refused_with_those_there_are() -> None:
    with pytest.raises(ScannerMissing, match=r"no scanner driver `acme`.*simulator"):
        registry.load_driver("acme")


def with_entry(monkeypatch: pytest.MonkeyPatch, name: str, target: str) -> None:
    entries = EntryPoints([EntryPoint(name, target, registry.ENTRY_POINTS)])
    monkeypatch.setattr(registry, "entry_points", lambda **query: entries.select(**query))


def test_another_package_may_bring_a_driver(monkeypatch: pytest.MonkeyPatch) -> None:
    with_entry(monkeypatch, "acme", "enrolment.fingerprints.drivers.simulator:SimulatorDriver")
    assert registry.driver_names() == ("acme", "simulator")
    assert isinstance(registry.load_driver("acme"), SimulatorDriver)


def test_a_driver_that_cannot_be_loaded_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    with_entry(monkeypatch, "acme", "no.such.module:Driver")
    with pytest.raises(ScannerMissing, match="acme"):
        registry.load_driver("acme")


def test_nobody_replaces_our_own(monkeypatch: pytest.MonkeyPatch) -> None:
    with_entry(monkeypatch, "simulator", "no.such.module:Driver")
    assert isinstance(registry.load_driver("simulator"), SimulatorDriver)
