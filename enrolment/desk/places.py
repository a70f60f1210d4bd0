"""Where the office keeps what it keeps; known before Django starts."""

import os
from pathlib import Path

from station_config import load_station

APPLICATION_FOLDER = "residence-card-station"
SECRET_FILE = "django.key"  # noqa: S105 (a file's name)
DATABASE_FILE = "office.sqlite3"


def data_folder(configured: str | None = None) -> Path:
    """Where this station's data lies: `$STATION_DATA_DIR`, else what the configuration says (`data.folder`), else
    `residence-card-station` in the user's folder for data (XDG base directories).

    `configured` spares reading the configuration again. Raises: ConfigurationError where it cannot be read.
    """
    named = os.environ.get("STATION_DATA_DIR") or (load_station().data.folder if configured is None else configured)
    if named:
        return Path(named).expanduser()
    base = os.environ.get("XDG_DATA_HOME") or Path.home() / ".local/share"
    return Path(base) / APPLICATION_FOLDER
