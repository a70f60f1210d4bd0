"""What every step of the demonstration may use."""

from dataclasses import dataclass

from chip.pki.pki_folder import PkiFolder
from enrolment.capture.vault import Vault
from enrolment.composition import paper_sealer
from enrolment.demo.cast import Cast
from enrolment.demo.clock import DemoClock
from enrolment.demo.narrator import Narrator
from enrolment.papers.letterhead import letterhead_on
from enrolment.papers.sheet import Letterhead
from enrolment.rules.book import RuleBook
from enrolment.seal.sealing import PaperSealer
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
        return letterhead_on(self.station.site, self.clock.today)

    def sealer(self) -> PaperSealer:
        """Who seals the papers."""
        return paper_sealer(self.pki, self.station)
