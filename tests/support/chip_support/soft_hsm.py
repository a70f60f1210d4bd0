"""SoftHSM2 as the tests' security module: tokens in a folder of their own, which can be pulled out and put back."""

import subprocess
import uuid
from pathlib import Path

import pytest

from chip.pki.token import DEFAULT_MODULE, MODULE_VARIABLE, PIN_VARIABLE, Token

PIN, SO_PIN = "471100", "08154711"
LONGEST_LABEL = 32  # CK_TOKEN_INFO
CONFIGURATION = "directories.tokendir = {folder}\nobjectstore.backend = file\nlog.level = ERROR\n"


class SoftHsm:
    """A module of its own for one test. No two tests share a label, since a login is the whole process's."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self._tokens, self._away, self._name = folder / "tokens", folder / "away", uuid.uuid4().hex[:12]
        self._tokens.mkdir(parents=True)
        configuration = folder / "softhsm2.conf"
        configuration.write_text(CONFIGURATION.format(folder=self._tokens))
        monkeypatch.setenv("SOFTHSM2_CONF", str(configuration))
        monkeypatch.setenv(PIN_VARIABLE, PIN)
        monkeypatch.delenv(MODULE_VARIABLE, raising=False)

    def new_label(self, name: str = "station") -> str:
        """The label of a fresh token."""
        label = f"{name} {self._name}"[:LONGEST_LABEL]
        command = ["softhsm2-util", "--init-token", "--free", "--label", label, "--so-pin", SO_PIN, "--pin", PIN]
        subprocess.run(command, check=True, capture_output=True)
        return label

    def new_token(self, name: str = "station", pin: str = PIN) -> Token:
        """A fresh token that is opened with this PIN."""
        return Token(self.new_label(name), DEFAULT_MODULE, lambda: pin)

    def pull_out(self) -> None:
        """All tokens are gone."""
        self._tokens.rename(self._away)
        self._tokens.mkdir()

    def put_back(self) -> None:
        """All tokens are there again."""
        self._tokens.rmdir()
        self._away.rename(self._tokens)
