"""One holder of a device among all processes of a user: a lock on a file that the system takes back when one dies."""

import fcntl
import hashlib
import os
import stat
import tempfile
import threading
from pathlib import Path

from enrolment.fingerprints.errors import ScannerNotReady

FOLDER_NAME = "residence-card-station"


def lock_folder() -> Path:
    """Where the lock files lie: the user's runtime folder, else one of their own among the temporary files.

    Raises ScannerNotReady where that folder cannot be made or belongs to somebody else.
    """
    runtime = os.environ.get("XDG_RUNTIME_DIR")
    folder = Path(runtime) / FOLDER_NAME if runtime else Path(tempfile.gettempdir()) / f"{FOLDER_NAME}-{os.getuid()}"
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        found = folder.lstat()
    except OSError as problem:
        raise ScannerNotReady(f"{folder}: {problem.strerror}; scanners are locked there") from None
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.getuid() or found.st_mode & 0o022:
        raise ScannerNotReady(f"{folder} must be a folder that this user alone may write to: scanners are locked there")
    return folder


class DeviceLock:
    """The lock of one device, named by its id; a `HolderLock`. It goes with the process that holds it.

    Asking for it, or whether it is taken, raises ScannerNotReady where there is no place for it.
    """

    def __init__(self, device_id: str) -> None:
        self._name = hashlib.sha256(device_id.encode()).hexdigest()[:24] + ".lock"
        self._guard = threading.Lock()
        self._file: int | None = None

    def _take(self) -> int | None:
        path = lock_folder() / self._name
        try:
            file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
        except OSError as problem:
            raise ScannerNotReady(f"{path}: {problem.strerror}; wanted a file to lock a scanner by") from None
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(file)
            return None
        return file

    def acquire(self, blocking: bool = False) -> bool:
        """Whether it is ours now; never waits."""
        del blocking
        with self._guard:
            if self._file is not None:
                return False
            self._file = self._take()
            return self._file is not None

    def release(self) -> None:
        """It is free again; nothing where it was not ours."""
        with self._guard:
            if self._file is not None:
                os.close(self._file)
                self._file = None

    def locked(self) -> bool:
        """Whether somebody has it, in this process or in another."""
        with self._guard:
            if self._file is not None:
                return True
            file = self._take()
            if file is not None:
                os.close(file)
            return file is None
