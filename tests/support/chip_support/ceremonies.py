"""Key ceremonies of the tests, each held once a run."""

from datetime import UTC, datetime
from pathlib import Path

from chip.pki.ceremony import hold_ceremony
from chip.pki.ceremony_profile import load_profile
from chip.pki.pki_folder import PkiFolder

CEREMONY_DAY = datetime(2026, 3, 2, 15, 30, tzinfo=UTC)


class Ceremonies:
    """Ceremonies by profile, held when they are first asked for."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._held: dict[str, PkiFolder] = {}

    def __call__(self, profile: str) -> PkiFolder:
        if profile not in self._held:
            path = self._folder / Path(profile).stem
            hold_ceremony(load_profile(profile), profile, path, CEREMONY_DAY, None)
            self._held[profile] = PkiFolder(path)
        return self._held[profile]
