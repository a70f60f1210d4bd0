"""A card folder: everything of one chip as files that a person can open, and that a reader's card can be played from.

`EF.….bin` are the raw files; `card.json` says what is printed and ordered; `cvca.cv` is the chip's trust point;
`secrets.json` (0600) holds the keys that a real chip never gives out. A finished card's folder lives without it.
"""

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from types import MappingProxyType
from typing import Any

from chip.elementary_files import FILES
from chip.errors import DecodingError
from chip.lds.chip_image import ChipImage, ChipSecrets

CARD_FILE, SECRETS_FILE, TRUST_POINT_FILE, SUFFIX = "card.json", "secrets.json", "cvca.cv", ".bin"
PRIVATE_MODE = 0o600
CHIP_PROFILES = ("bac+pace", "pace", "bac")


@dataclass(frozen=True, slots=True, repr=False)
class CardDescription:
    """What `card.json` says: dates of the document as YYMMDD, the chip's own date as a date. Never printed."""

    document_number: str
    birth_date: str
    expiry_date: str
    can: str
    issuing_state: str
    chip_profile: str
    chip_date: date

    def to_json(self) -> dict[str, str]:
        """As it is written."""
        return {
            "document_number": self.document_number,
            "birth_date": self.birth_date,
            "expiry_date": self.expiry_date,
            "can": self.can,
            "issuing_state": self.issuing_state,
            "chip_profile": self.chip_profile,
            "chip_date": self.chip_date.isoformat(),
        }


@dataclass(frozen=True, slots=True, repr=False)
class CardFolder:
    """One chip; `secrets` is None where the folder holds none. Never printed: it is a person's data."""

    image: ChipImage
    secrets: ChipSecrets | None
    description: CardDescription
    trust_point: bytes | None = None

    def write(self, folder: Path) -> None:
        """Write the folder, new or over an older one, whose files of other names stay. Raises OSError."""
        folder.mkdir(parents=True, exist_ok=True)
        for name, content in self.image.files.items():
            (folder / f"{name}{SUFFIX}").write_bytes(content)
        _write_text(folder / CARD_FILE, _json(self.description.to_json()))
        if self.trust_point is not None:
            (folder / TRUST_POINT_FILE).write_bytes(self.trust_point)
        if self.secrets is not None:
            _write_private(folder / SECRETS_FILE, _json(_secrets_to_json(self.secrets)))

    @classmethod
    def read(cls, folder: Path) -> "CardFolder":
        """The folder's chip. Raises DecodingError naming the file and what was wanted, never a secret."""
        if not folder.is_dir():
            raise DecodingError(f"{folder} is no card folder: a folder with {CARD_FILE} wanted")
        description = _read_description(folder / CARD_FILE)
        files: dict[str, bytes] = {}
        for name in FILES:
            file = folder / f"{name}{SUFFIX}"
            if file.is_file():
                files[name] = _read_bytes(file)
        if not files:
            raise DecodingError(f"{folder} is no card folder: it holds no EF.….bin")
        secrets_file, trust_point = folder / SECRETS_FILE, folder / TRUST_POINT_FILE
        return cls(
            ChipImage(MappingProxyType(files)),
            _read_secrets(secrets_file) if secrets_file.is_file() else None,
            description,
            _read_bytes(trust_point) if trust_point.is_file() else None,
        )


def _json(content: Mapping[str, object]) -> str:
    return json.dumps(content, indent=2, ensure_ascii=False) + "\n"


def _write_text(file: Path, text: str) -> None:
    file.write_text(text, encoding="utf-8")


def _write_private(file: Path, text: str) -> None:
    """A file that its owner alone may read, from its first byte on."""
    file.unlink(missing_ok=True)
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, PRIVATE_MODE)
    with os.fdopen(descriptor, "w", encoding="utf-8") as private:
        private.write(text)


def _read_bytes(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as problem:
        raise DecodingError(f"{file}: {problem.strerror}") from None


def _read_object(file: Path, wanted: tuple[str, ...]) -> dict[str, Any]:
    try:
        content = json.loads(_read_bytes(file))
    except ValueError:
        content = None
    if not isinstance(content, dict):
        raise DecodingError(f"{file}: a JSON object wanted")
    missing = next((key for key in wanted if key not in content), None)
    if missing is not None:
        raise DecodingError(f"{file}: `{missing}` is missing")
    unknown = next((key for key in content if key not in wanted), None)
    if unknown is not None:
        raise DecodingError(f"{file}: there is no entry `{unknown}`")
    return content


def _text(file: Path, content: dict[str, Any], key: str) -> str:
    value = content[key]
    if not isinstance(value, str):
        raise DecodingError(f"{file}: `{key}` wants a text")
    return value


def _read_description(file: Path) -> CardDescription:
    keys = tuple(CardDescription.__dataclass_fields__)
    content = _read_object(file, keys)
    texts = {key: _text(file, content, key) for key in keys}
    try:
        chip_date = date.fromisoformat(texts.pop("chip_date"))
    except ValueError:
        raise DecodingError(f"{file}: `chip_date` wants a date YYYY-MM-DD") from None
    if texts["chip_profile"] not in CHIP_PROFILES:
        raise DecodingError(f"{file}: `chip_profile` wants one of {', '.join(CHIP_PROFILES)}")
    return CardDescription(chip_date=chip_date, **texts)


_SECRET_KEYS = (
    "access_information",
    "can",
    "chip_authentication_key",
    "chip_authentication_key_id",
    "active_authentication_key",
    "chip_profile",
)


def _secrets_to_json(secrets: ChipSecrets) -> dict[str, object]:
    """Keys as PKCS#8 DER in hexadecimal, null where the chip has none."""
    content = {key: getattr(secrets, key) for key in _SECRET_KEYS}
    return {key: value.hex() if isinstance(value, bytes) else value for key, value in content.items()}


def _read_secrets(file: Path) -> ChipSecrets:
    content = _read_object(file, _SECRET_KEYS)
    key_id = content["chip_authentication_key_id"]
    if key_id is not None and (not isinstance(key_id, int) or isinstance(key_id, bool)):
        raise DecodingError(f"{file}: `chip_authentication_key_id` wants a number or null")
    profile = _text(file, content, "chip_profile")
    if profile not in CHIP_PROFILES:
        raise DecodingError(f"{file}: `chip_profile` wants one of {', '.join(CHIP_PROFILES)}")
    return ChipSecrets(
        access_information=_text(file, content, "access_information"),
        can=_text(file, content, "can"),
        chip_authentication_key=_key(file, content, "chip_authentication_key"),
        chip_authentication_key_id=key_id,
        active_authentication_key=_key(file, content, "active_authentication_key"),
        chip_profile=profile,
    )


def _key(file: Path, content: dict[str, Any], key: str) -> bytes | None:
    value = content[key]
    if value is None:
        return None
    try:
        return bytes.fromhex(value)
    except (TypeError, ValueError):
        raise DecodingError(f"{file}: `{key}` wants hexadecimal digits or null") from None
