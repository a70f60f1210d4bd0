"""Writes a prepared card into its folder, whole or not at all."""

import shutil
import tempfile
from pathlib import Path

from enrolment.production.artwork import draw_back, draw_front
from enrolment.production.prepare import PreparedCard

PRINT_PPI = 600


def write_card(card: PreparedCard, folder: Path) -> None:
    """The card folder with both faces. An older one of that name is replaced only when the new one is whole.

    Raises: OSError where the folder cannot be written.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    made = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    try:
        card.folder.write(made)
        write_faces(card, made)
        if folder.exists():
            _replace_files(made, folder)
        else:
            made.rename(folder)
    finally:
        shutil.rmtree(made, ignore_errors=True)


def write_faces(card: PreparedCard, folder: Path) -> None:
    """`front.png` and `back.png` at the resolution of the printer."""
    draw_front(card.faces).save(folder / "front.png", dpi=(PRINT_PPI, PRINT_PPI))
    draw_back(card.faces).save(folder / "back.png", dpi=(PRINT_PPI, PRINT_PPI))


def _replace_files(made: Path, folder: Path) -> None:
    """Files of an older card would be read as this one's: they go first."""
    for old in [*folder.glob("EF.*.bin"), *folder.glob("secrets.json"), *folder.glob("cvca.cv")]:
        old.unlink()
    for new in made.iterdir():
        new.replace(folder / new.name)
