"""The doctor's own questions, each answered both ways."""

from datetime import UTC, date, datetime

import msgspec

from station_config import load_station
from station_config.doctor import Finding, check_camera, check_clock, check_disk, check_folder, examine, own_probes


def test_a_private_folder_is_fit(tmp_path):
    folder = tmp_path / "data"
    assert check_folder(folder).ok
    assert folder.is_dir()


def test_a_folder_that_others_can_read_is_not_fit(tmp_path):
    tmp_path.chmod(0o755)
    finding = check_folder(tmp_path)
    assert not finding.ok
    assert "chmod 700" in finding.remedy


def test_a_file_in_the_place_of_the_folder_is_not_fit(tmp_path):
    (tmp_path / "data").write_text("")
    assert not check_folder(tmp_path / "data").ok


def test_the_disk_is_measured_against_what_is_wanted(tmp_path):
    assert check_disk(tmp_path / "not" / "yet", 1).ok
    assert not check_disk(tmp_path, 10**12).ok


def test_a_clock_in_the_past_is_found():
    assert not check_clock(datetime(1980, 1, 1, tzinfo=UTC), not_before=date(2026, 1, 1)).ok
    assert check_clock(datetime(2026, 1, 1, tzinfo=UTC), not_before=date(2026, 1, 1)).ok


def test_a_desk_without_a_camera_needs_none():
    station = load_station(environment={})
    assert check_camera(station).ok
    wanting = msgspec.structs.replace(station, desk=msgspec.structs.replace(station.desk, has_camera=True))
    assert check_camera(wanting).ok == ("video" in check_camera(wanting).detail and not check_camera(wanting).remedy)


def test_every_finding_that_is_not_ok_has_a_remedy(tmp_path):
    findings = examine(own_probes(load_station(environment={}), tmp_path / "data"))
    assert [finding.check for finding in findings] == ["python", "clock", "data folder", "disk", "fonts", "camera"]
    assert all(finding.ok or finding.remedy for finding in findings)


def test_a_finding_is_json_as_others_read_it():
    assert Finding("disk", False, "full", "empty it").to_json() == {
        "check": "disk",
        "ok": False,
        "detail": "full",
        "remedy": "empty it",
    }
