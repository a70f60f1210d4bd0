"""Which letters the installed faces have: a paper never shows an empty box where a name should stand."""

import shutil
import subprocess
import unicodedata
from functools import lru_cache

from enrolment.papers.texts import PaperError

FONT_LIST = "fc-list"  # of fontconfig, which WeasyPrint's Pango rests on
ALWAYS_THERE_BELOW = 0x0530  # Latin, Greek and Cyrillic: Noto Sans itself
LETTERS_KEPT = 4096


def missing_letters(text: str) -> str:
    """The letters of `text` that no installed face has, each once. Raises PaperError where fontconfig is absent."""
    return "".join(dict.fromkeys(letter for letter in text if not _is_there(letter)))


def printable_name(name: str, latin: str) -> str:
    """A name as a paper prints it: with its Latin form beside it where that differs, or that alone.

    Raises: PaperError when the name's letters have no face and no Latin form was given; the name is not told.
    """
    lacking = missing_letters(name)
    if lacking and (not latin or missing_letters(latin)):
        script = unicodedata.name(lacking[0], "unknown").split()[0].lower()
        raise PaperError(
            f"no installed face has the letters of this name ({script}): install one, such as Debian's "
            "fonts-noto-cjk for Chinese, Japanese and Korean, or give the name in Latin letters"
        )
    if lacking:
        return latin
    return f"{name} ({latin})" if latin and latin != name else name


@lru_cache(maxsize=LETTERS_KEPT)
def _is_there(letter: str) -> bool:
    if ord(letter) < ALWAYS_THERE_BELOW or unicodedata.category(letter) in ("Cf", "Zs"):
        return True
    program = shutil.which(FONT_LIST)
    if program is None:
        raise PaperError(f"{FONT_LIST} of fontconfig is missing: it tells which letters can be printed")
    asked = [program, f":charset={ord(letter):x}", "family"]
    return bool(subprocess.run(asked, capture_output=True, check=False, timeout=20).stdout.strip())
