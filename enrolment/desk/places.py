"""Where the office keeps what it keeps; known before Django starts."""

import os
from pathlib import Path

APPLICATION_FOLDER = "residence-card-station"
SECRET_FILE = "django.key"  # noqa: S105 (a file's name)
DATABASE_FILE = "office.sqlite3"


def data_folder() -> Path:
    """`$STATION_DATA_DIR`, or `residence-card-station` in the user's folder for data (XDG base directories)."""
    named = os.environ.get("STATION_DATA_DIR")
    if named:
        return Path(named)
    base = os.environ.get("XDG_DATA_HOME") or Path.home() / ".local/share"
    return Path(base) / APPLICATION_FOLDER
