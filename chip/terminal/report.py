"""What an inspection found: named checks with their evidence, the contents, and how the session went."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from chip.checks import Check, Outcome
from chip.elementary_files import FILES
from chip.lds.details import DOCUMENT_FIELDS, PERSON_FIELDS
from chip.terminal.connection import ApduNote
from chip.terminal.contents import Contents, finger_format

# Each must have passed before a card is believed …
ESSENTIAL = (
    "access.password",
    "secure_messaging",
    "lds.structure",
    "passive_authentication.sod_signature",
    "passive_authentication.ds_chain",
    "passive_authentication.ds_validity",
    "passive_authentication.dg_hashes",
    "passive_authentication.dg_not_listed",
)
# … and each of these, unless it does not apply to the card.
ESSENTIAL_WHERE_APPLICABLE = ("access.downgrade", "chip_authentication", "active_authentication")


class Verdict(StrEnum):
    """`refused` when any check failed; `undecided` when something essential is not proven."""

    BELIEVED = "believed"
    UNDECIDED = "undecided"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class AccessSummary:
    """How the card was opened: protocol as the standards name it, PACE's parameter id, "CAN" or "MRZ"."""

    protocol: str | None
    parameter: int | None
    password: str | None


@dataclass(frozen=True, slots=True)
class InspectionReport:
    """The whole report. `files` are the raw files that came, `refusals` say why others did not."""

    inspected_on: date
    access: AccessSummary
    checks: tuple[Check, ...]
    contents: Contents = field(repr=False)
    files: Mapping[str, bytes] = field(repr=False)
    refusals: Mapping[str, str]
    listed: tuple[int, ...]
    timings_ms: Mapping[str, float]
    notes: tuple[ApduNote, ...] = field(repr=False)
    atr: bytes = b""

    @property
    def apdus(self) -> int:
        """How many commands were sent."""
        return len(self.notes)

    def check(self, name: str) -> Check:
        """The check of that name. Raises KeyError where there is none."""
        return next((check for check in self.checks if check.name == name), None) or _no_check(name)

    @property
    def verdict(self) -> Verdict:
        """One word, never without the checks beside it."""
        if any(check.outcome is Outcome.FAILED for check in self.checks):
            return Verdict.REFUSED
        essential = all(self.check(name).outcome is Outcome.PASSED for name in ESSENTIAL)
        fitting = (Outcome.PASSED, Outcome.NOT_APPLICABLE)
        applicable = all(self.check(name).outcome in fitting for name in ESSENTIAL_WHERE_APPLICABLE)
        return Verdict.BELIEVED if essential and applicable else Verdict.UNDECIDED

    def to_json(self) -> dict[str, object]:
        """The object that `card read --json` prints."""
        return {
            "verdict": self.verdict.value,
            "inspected_on": self.inspected_on.isoformat(),
            "access": {
                "protocol": self.access.protocol,
                "parameter": self.access.parameter,
                "password": self.access.password,
            },
            "checks": [
                {"name": check.name, "outcome": check.outcome.value, "evidence": check.evidence}
                for check in self.checks
            ],
            "data_groups": self._data_groups(),
            "mrz": list(self.contents.mrz_lines),
            "timings_ms": {name: round(elapsed, 3) for name, elapsed in self.timings_ms.items()},
            "apdus": self.apdus,
        }

    def _data_groups(self) -> dict[str, object]:
        groups: dict[str, object] = {}
        for number in self.listed:
            name = f"EF.DG{number}"
            if name in self.files:
                groups[f"DG{number}"] = self._data_group(number, self.files[name])
            else:
                groups[f"DG{number}"] = {"unread": self.refusals.get(name, "not asked for")}
        return groups

    def _data_group(self, number: int, raw: bytes) -> dict[str, object]:
        contents = self.contents
        if fault := contents.faults.get(f"EF.DG{number}"):
            return {"bytes": len(raw), "fault": fault}
        if number == 1:
            return {"mrz": list(contents.mrz_lines)}
        if number == 2 and contents.portrait is not None:
            portrait = contents.portrait
            return {
                "mime": portrait.media_type,
                "width": portrait.width_px,
                "height": portrait.height_px,
                "bytes": len(portrait.image),
            }
        if number == 3 and contents.fingers is not None:
            return {
                "fingers": [
                    {
                        "position": finger.position.name.lower(),
                        "format": finger_format(finger),
                        "bytes": len(finger.image),
                    }
                    for finger in contents.fingers
                ]
            }
        details = {11: (contents.dg11, PERSON_FIELDS), 12: (contents.dg12, DOCUMENT_FIELDS)}.get(number)
        if details is not None and details[0] is not None:
            names = {tag: name for name, tag in details[1].items()}
            fields = [names.get(tag, f"{tag:X}") for tag in details[0].fields.values]
            return {"bytes": len(raw), "fields": fields}
        return {"bytes": len(raw), "tag": f"{FILES[f'EF.DG{number}'].tag:X}"}


def _no_check(name: str) -> Check:
    raise KeyError(name)
