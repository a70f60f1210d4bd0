"""What every step of the demonstration may use."""

from dataclasses import dataclass
from datetime import date

from chip.pki.pki_folder import PkiFolder
from enrolment.capture.vault import Vault
from enrolment.demo.cast import Cast
from enrolment.demo.clock import DemoClock
from enrolment.demo.narrator import Narrator
from enrolment.papers.pdf import Letterhead
from enrolment.rules.book import RuleBook
from station_config.model import Station


@dataclass(frozen=True, slots=True)
class Stage:
    """`reader` is the name of a PC/SC reader, None for a card played in memory."""

    station: Station
    book: RuleBook
    vault: Vault
    pki: PkiFolder
    cast: Cast
    clock: DemoClock
    narrator: Narrator
    reader: str | None

    def letterhead(self) -> Letterhead:
        """The head of papers as it stands on the clock's day."""
        return letterhead_on(self.station, self.clock.today)


def letterhead_on(station: Station, day: date) -> Letterhead:
    """The latest letterhead that holds on `day`."""
    heads = sorted(station.site.letterhead, key=lambda head: head.valid_from)
    holding = [head for head in heads if head.valid_from <= day] or heads[:1]
    return Letterhead(lines=holding[-1].lines, place=station.site.place_of_issue)
