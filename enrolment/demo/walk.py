"""The whole walk, from opening a station of its own to what is left in the folder."""

import shutil
import tempfile
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path

from chip.pki.ceremony import VAULT_KEY_FILE, hold_ceremony
from chip.pki.ceremony_profile import load_profile
from chip.pki.pki_folder import PkiFolder
from chip.pki.signing_key import passphrase_from_environment
from chip.transport.pcsc import Sharing
from enrolment import composition
from enrolment.demo.clock import DemoClock
from enrolment.demo.contents import WHAT_EACH_IS
from enrolment.demo.demo_order import DemoOrder
from enrolment.demo.narrator import Narrator
from enrolment.demo.reader import reader_at_hand
from enrolment.errors import OfficeError
from enrolment.rules.read_book import rule_book
from station_config.model import Station

CEREMONY = "brainpool256"
FILES_LEFT = frozenset(name.rstrip("/") for names in WHAT_EACH_IS for name in names.split(", "))


class OutputInTheWay(OfficeError):
    """The folder that was named holds something that no demonstration left."""

    code = "OUTPUT_IN_THE_WAY"


def walk(order: DemoOrder, station: Station, narrator: Narrator) -> bool:
    """Whether the card is as ordered and nothing biometric stayed behind; `order.out` then holds what is left.

    Raises: OutputInTheWay; else as its steps do, and then `order.out` stays as it was.
    """
    _refuse_anothers_folder(order.out)
    with ExitStack() as stack:
        stack.enter_context(reader_at_hand(order.reader))
        home = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="station-demo-")))
        order.out.parent.mkdir(parents=True, exist_ok=True)
        made = Path(tempfile.mkdtemp(prefix=f".{order.out.name}-", dir=order.out.parent))
        stack.callback(shutil.rmtree, made, ignore_errors=True)
        clock = DemoClock.on(order.application.product.filed_on, station.site.time_zone)
        pki = _open_keys(home, clock, narrator)
        is_good = _walk(order, station, narrator, (home, made, pki, clock))
        if order.out.exists():
            shutil.rmtree(order.out)
        made.rename(order.out)
        return is_good


def _refuse_anothers_folder(out: Path) -> None:
    """Only a folder that a demonstration left, or an empty one, is replaced. Raises OutputInTheWay."""
    if out.exists() and not (out.is_dir() and {path.name for path in out.iterdir()} <= FILES_LEFT):
        raise OutputInTheWay(f"{out} is there already and holds something else; name another folder with --out")


def _open_keys(home: Path, clock: DemoClock, narrator: Narrator) -> PkiFolder:
    with narrator.step("Key ceremony of the test PKI") as step:
        folder = home / "pki"
        begins = clock.now - timedelta(days=1)
        hold_ceremony(load_profile(CEREMONY), CEREMONY, folder, begins, passphrase_from_environment())
        pki = PkiFolder(folder)
        step.say(f"CSCA, Document Signer, CRL, master list, CVCA, DV, inspection system; profile {CEREMONY}")
    return pki


def _walk(
    order: DemoOrder, station: Station, narrator: Narrator, places: tuple[Path, Path, PkiFolder, DemoClock]
) -> bool:
    home, made, pki, clock = places
    with narrator.step("Opening the office") as step:
        from enrolment.desk.start import open_office

        office = open_office(home / "data", (pki.path / VAULT_KEY_FILE).read_bytes())
        # Models may be imported once the office is open.
        from enrolment.demo import at_the_desk, left_behind, on_the_line
        from enrolment.demo.cast import engage
        from enrolment.demo.desk import seat
        from enrolment.demo.reader import card_in
        from enrolment.demo.stage import Stage

        stage = Stage(station, rule_book(), office.vault, pki, engage(clock.now), clock, narrator, order.reader)
        scanner = seat(order.application, order.application_file)
        devices = at_the_desk.Devices(composition.photo_session(station), composition.finger_session(station), scanner)
        step.say("officers with different roles, opening hours, blanks in stock, face models loaded")
    application = order.application
    case, receipt_pdf = at_the_desk.apply(stage, application)
    at_the_desk.appear(stage, case)
    portrait = at_the_desk.take_photo(stage, application, devices)
    at_the_desk.take_fingers(stage, case, application, devices, portrait)
    at_the_desk.settle(stage, case)
    ordered = on_the_line.prepare(stage, case, application)
    with card_in(order.reader, on_the_line.new_blank(station), Sharing(station.readers.sharing)) as channel:
        on_the_line.personalise(stage, ordered, channel)
        report = on_the_line.inspect_card(stage, ordered, channel)
    with narrator.step("Card faces"):
        left_behind.write_card(made, ordered.prepared, report)
        (made / "receipt.pdf").write_bytes(receipt_pdf)
        left_behind.write_trust(made, pki)
    on_the_line.hand_card_over(stage, ordered, report, scanner, application.passport)
    proof = on_the_line.erase(stage, case, ordered.pictures, {"data": home / "data"})
    left_behind.write_records(made, order, narrator, proof)
    return on_the_line.is_proven(report, proof)
