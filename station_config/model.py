"""What can be configured, as frozen values; a section of the TOML file is a class here, a key is a field.

Every key has its value in `defaults/station.toml`, beside the reason or the source; none has a second default here.
"""

from datetime import date
from typing import Annotated, Literal

from msgspec import Meta, Struct

Language = Literal["fr", "de", "lb", "en"]
FingerName = Literal["index", "thumb", "middle", "ring"]
PositiveInt = Annotated[int, Meta(ge=1)]
Share = Annotated[float, Meta(ge=0, le=1)]


class Section(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A table of the TOML file: unknown keys and wrong types are refused, values never change."""


class Letterhead(Section, frozen=True):
    """The head of the letters sent from `valid_from` on (addresses move: docs/rules.md)."""

    valid_from: date
    lines: tuple[str, ...]


class Site(Section, frozen=True):
    """The office: who issues, where, in which languages."""

    name: str
    kind: Literal["ministry", "commune"]
    country: Annotated[str, Meta(pattern="^[A-Z]{3}$")]
    authority: str
    place_of_issue: str
    languages: Annotated[tuple[Language, ...], Meta(min_length=1)]
    time_zone: str
    letterhead: Annotated[tuple[Letterhead, ...], Meta(min_length=1)]


class Desk(Section, frozen=True):
    """One officer's place."""

    name: str
    has_camera: bool


class Data(Section, frozen=True):
    """Where the station keeps what it keeps: "" is the user's data folder, and the embedded database in it."""

    folder: str
    database: str
    min_free_mb: PositiveInt


class Keys(Section, frozen=True):
    """Where keys live; passphrases and PINs come from the environment, never from a file."""

    pki: str
    warn_days: Annotated[tuple[int, ...], Meta(min_length=1)]


class Readers(Section, frozen=True):
    """Names of the PC/SC readers; "" plays the card in memory. `sharing` says who else may use one meanwhile."""

    personalisation: str
    inspection: str
    sharing: Literal["exclusive", "shared"]


class Scanner(Section, frozen=True):
    """The fingerprint scanner's driver and its time limit for one capture."""

    driver: str
    timeout_ms: PositiveInt


class Fingers(Section, frozen=True):
    """How prints are taken. `min_quality_source` stands in the record of every acquisition."""

    taking: Literal["single", "slaps"]
    fallback_order: Annotated[tuple[FingerName, ...], Meta(min_length=1)]
    max_captures: Annotated[int, Meta(ge=1, le=10)]
    min_quality: dict[FingerName, Annotated[int, Meta(ge=0, le=100)]]
    min_quality_source: Annotated[str, Meta(min_length=1, max_length=120)]
    max_bytes: PositiveInt
    when_too_large: Literal["lower_rate", "refuse"]
    when_temporary: Literal["postpone", "short_validity"]
    exempt_below_years: Annotated[int, Meta(ge=0, le=18)]


class Photo(Section, frozen=True):
    """Which norm judges a portrait and how large the chip's image may be."""

    norm: str
    chip_image_max_bytes: PositiveInt


class Card(Section, frozen=True):
    """What stands on every card of this issuer."""

    document_code: Annotated[str, Meta(pattern="^[AIC][A-Z]?$")]
    number_prefix: Annotated[str, Meta(pattern="^[A-Z0-9]{0,6}$")]
    number_alphabet: Annotated[str, Meta(pattern="^[A-Z0-9]{2,36}$")]
    number_length: Annotated[int, Meta(ge=6, le=22)]


class PaceOffer(Section, frozen=True):
    """One kind of PACE: the protocol by its name, the standardised domain parameters by their number."""

    protocol: str
    parameter: Annotated[int, Meta(ge=0, le=31)]


class Chip(Section, frozen=True):
    """What the chip offers; `profile` is one of "bac+pace", "pace", "bac". Keys are named by curve or group.

    `active_authentication_key` is made where data group 15 is carried. `card_profile` names the commands of the blanks'
    applet.
    """

    profile: Literal["bac+pace", "pace", "bac"]
    data_groups: Annotated[tuple[Annotated[int, Meta(ge=1, le=16)], ...], Meta(min_length=2)]
    pace: Annotated[tuple[PaceOffer, ...], Meta(min_length=1)]
    chip_authentication: str
    chip_authentication_key: str
    active_authentication_key: str
    biometric_records: Literal["19794", "39794"]
    lds_version: Literal["1.7", "1.8"]
    card_profile: Annotated[str, Meta(min_length=1)]


class Retention(Section, frozen=True):
    """When biometrics are erased at the latest, counted from the issue of the physical card."""

    biometrics_days: PositiveInt


class Outbox(Section, frozen=True):
    """How letters and mails leave the house; the mail server's password comes from $STATION_SMTP_PASSWORD."""

    letters: Literal["file", "print"]
    mails: Literal["file", "mail"]
    folder: str
    printer: str
    sender: str
    smtp_host: str
    smtp_port: Annotated[int, Meta(ge=1, le=65535)]
    smtp_security: Literal["starttls", "tls", "plain"]
    smtp_user: str


class Station(Section, frozen=True):
    """The whole configuration of one station."""

    site: Site
    desk: Desk
    data: Data
    keys: Keys
    readers: Readers
    scanner: Scanner
    fingers: Fingers
    photo: Photo
    card: Card
    chip: Chip
    retention: Retention
    outbox: Outbox
