"""What in a ceremony's folder ends, and when: warnings 60, 30 and 7 days ahead."""

from dataclasses import dataclass
from datetime import UTC, date, datetime

from chip.pki.crl import load_crl
from chip.pki.pki_folder import PkiFolder

WARN_DAYS = (7, 30, 60)


@dataclass(frozen=True, slots=True)
class Ending:
    """`name` is the file's stem, `what` one of certificate, key usage and list; `ends` its last day."""

    name: str
    what: str
    ends: date
    days_left: int

    @property
    def has_ended(self) -> bool:
        """Whether its last day is over."""
        return self.days_left < 0

    @property
    def warning(self) -> str | None:
        """How near the end is, in the steps that people are warned in; None while it is further away than all."""
        if self.has_ended:
            return "ended"
        step = next((days for days in WARN_DAYS if self.days_left <= days), None)
        return f"within {step} days" if step is not None else None


def endings(folder: PkiFolder, now: datetime) -> tuple[Ending, ...]:
    """Every certificate, key usage and list of the folder, the nearest end first.

    Raises PkiError when one of the files cannot be read.
    """
    found: list[tuple[str, str, date]] = []
    for path in sorted(folder.path.glob("*.der")):
        certificate = folder.certificate(path.stem)
        found.append((path.stem, "certificate", certificate.not_after.date()))
        usage = certificate.private_key_usage
        if usage is not None and usage.not_after is not None and not _has_successor(path.stem):
            found.append((path.stem, "key usage", usage.not_after.date()))
    found += [(name, "certificate", folder.cv_certificate(name).expiry) for name in ("cvca", "dv", "is")]
    due = load_crl(folder.path / "csca.crl").next_update
    if due is not None:
        found.append(("csca.crl", "list", due.date()))
    today = now.astimezone(UTC).date()
    return tuple(
        sorted(
            (Ending(name, what, ends, (ends - today).days) for name, what, ends in found),
            key=lambda ending: (ending.ends, ending.name, ending.what),
        )
    )


def _has_successor(name: str) -> bool:
    """Whether another key signs in its place: the end of its use needs nobody's attention."""
    return name == "csca_previous" or name.startswith("ds_")
