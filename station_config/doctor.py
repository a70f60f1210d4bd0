"""Is this station fit to open? The shape of an answer, and the questions that need no other package.

What only others can know (readers, keys, the database) is asked by probes that the office hands in.
"""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime
from pathlib import Path

from station_config.model import Station

# Faces that cards and papers are drawn with, and the Debian package that has them.
FONTS = {"OCR B": "fonts-ocr-b", "Noto Sans": "fonts-noto-core"}


@dataclass(frozen=True, slots=True)
class Finding:
    """One answer of the doctor; `remedy` says what a person can do, "" where nothing needs doing."""

    check: str
    ok: bool
    detail: str
    remedy: str = ""

    def to_json(self) -> dict[str, object]:
        """`{"check", "ok", "detail", "remedy"}`."""
        return asdict(self)


Probe = Callable[[], Finding]


def examine(probes: Iterable[Probe]) -> list[Finding]:
    """Every probe's answer, in order."""
    return [probe() for probe in probes]


def check_python() -> Finding:
    """The interpreter is one that the lock file was made for."""
    ok = (3, 11) <= sys.version_info < (3, 13)
    found = ".".join(map(str, sys.version_info[:3]))
    return Finding("python", ok, f"Python {found}", "" if ok else "use Python 3.11 or 3.12, then run ./station setup")


def check_folder(folder: Path) -> Finding:
    """The data folder can be written, and by this user alone."""
    remedy = f"make {folder} a folder that only this user can read and write (chmod 700)"
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        return Finding("data folder", False, f"{folder} cannot be made: {error.strerror}", remedy)
    if not os.access(folder, os.W_OK | os.X_OK):
        return Finding("data folder", False, f"{folder} cannot be written", remedy)
    if folder.stat().st_mode & 0o077:
        return Finding("data folder", False, f"{folder} can be read by others", remedy)
    return Finding("data folder", True, str(folder))


def check_disk(folder: Path, min_free_mb: int) -> Finding:
    """There is room for a day's work (`data.min_free_mb`)."""
    existing = next(parent for parent in [folder, *folder.absolute().parents] if parent.exists())
    free_mb = shutil.disk_usage(existing).free // 2**20
    ok = free_mb >= min_free_mb
    return Finding("disk", ok, f"{free_mb} MB free, {min_free_mb} MB wanted", "" if ok else "free some space")


def check_clock(now: datetime | None = None, not_before: date = date(2026, 1, 1)) -> Finding:
    """The clock is not in the past: a wrong clock makes receipts, signatures and deadlines wrong."""
    now = now or datetime.now(UTC)
    ok = now.date() >= not_before
    detail = f"{now:%Y-%m-%d %H:%M} UTC, local zone {time.tzname[0]}"
    return Finding("clock", ok, detail, "" if ok else "set the clock; use a time service")


def check_fonts() -> Finding:
    """The faces of cards and papers are installed."""
    missing = [package for family, package in FONTS.items() if not _has_font(family)]
    if missing:
        return Finding("fonts", False, f"missing: {', '.join(missing)}", f"apt-get install {' '.join(missing)}")
    return Finding("fonts", True, "OCR-B and Noto Sans")


def _has_font(family: str) -> bool:
    listing = shutil.which("fc-list")
    if listing is None:
        return False
    found = subprocess.run([listing, f":family={family}"], capture_output=True, text=True, timeout=20, check=False)
    return bool(found.stdout.strip())


def check_camera(station: Station) -> Finding:
    """Where the desk is said to have a camera, the machine has a video device."""
    if not station.desk.has_camera:
        return Finding("camera", True, "this desk has none; photos are brought as files")
    devices = sorted(Path("/dev").glob("video*"))
    if devices:
        return Finding("camera", True, ", ".join(device.name for device in devices))
    return Finding("camera", False, "no video device", "plug the camera in, or set desk.has_camera = false")


def own_probes(station: Station, data_folder: Path) -> list[Probe]:
    """The questions that need no other package."""
    return [
        check_python,
        check_clock,
        lambda: check_folder(data_folder),
        lambda: check_disk(data_folder, station.data.min_free_mb),
        check_fonts,
        lambda: check_camera(station),
    ]
