"""Reads an application file (TOML) into one frozen value; a fault is one line with file, key and what was wanted."""

import tomllib
from pathlib import Path
from typing import NoReturn

from enrolment.applications import event_sections, sections
from enrolment.applications.facts import facts_of
from enrolment.applications.model import Application
from enrolment.errors import ApplicationError, FilingForbidden
from enrolment.rules.engine import explain
from enrolment.rules.events import FamilyFiling
from enrolment.rules.findings import Stops
from enrolment.rules.read_book import rule_book
from enrolment.typed_table import Table

# Where a broken rule is cured in the file, by its error word.
KEY_OF_ERROR = {
    "PASSPORT_EXPIRED": "passport.expiry_date",
    "REPRESENTATIVE_MISSING": "representative",
    "OUT_OF_WINDOW": "product.filed_on",
    "TOO_EARLY": "product.filed_on",
    "EXPIRED": "previous.expiry_date",
    "FILED_AFTER_EXPIRY": "previous.expiry_date",
    "PREVIOUS_DOCUMENT_MISSING": "previous",
    "NOT_ELIGIBLE": "person.nationalities",
    "ID_EXPIRED": "passport.expiry_date",
    "RULE_NOT_IN_FORCE": "product.recovery",
    "WRONG_CHANNEL": "product.filed_via",
}
MAX_FILE_BYTES = 1_000_000


def load_application(path: Path) -> Application:
    """The application in `path`, whole and such that a desk may file it.

    Raises: ApplicationError for what `read_application` refuses, FilingForbidden for a rule that forbids the filing
    (an expired passport, a child without a representative, a period that is over).
    """
    application = read_application(path)
    for rule in explain(facts_of(application), rule_book()).stopping(Stops.FILING):
        raise FilingForbidden(
            path,
            KEY_OF_ERROR.get(rule.finding.error, "product"),
            f"{rule.says['en']} ({rule.finding.error}, {rule.article})",
        )
    return application


def read_application(path: Path) -> Application:
    """The application in `path`, every key and type right, whatever the rules will say to it.

    Raises: ApplicationError for a file that is not there or not TOML, an unknown or missing key, a wrong type, an
    unknown state, a picture that is not there, an expiry that is not after the issue.
    """

    def fail(key: str, wanted: str) -> NoReturn:
        raise ApplicationError(path, key, wanted)

    top = Table(_content(path), "", fail)
    remark, sponsor = top.table_or_none("remark"), top.table_or_none("sponsor")
    family, family_filing = _family(top.table_or_none("family"))
    protection = sections.protection_remark(remark) if remark else None
    representative, previous = top.table_or_none("representative"), top.table_or_none("previous")
    application = Application(
        product=sections.product_request(top.table("product")),
        person=sections.person_details(top.table("person")),
        passport=sections.passport(top.table("passport")),
        residence=sections.residence(top.table("residence")),
        previous=sections.previous_card(previous) if previous else None,
        sponsor=sections.sponsor(sponsor) if sponsor else None,
        representative=sections.representative(representative) if representative else None,
        remark=protection,
        family=family,
        pieces=tuple(sections.piece(table) for table in top.tables("pieces")),
        files=sections.files(top.table_or_none("files"), path.resolve().parent),
        document=sections.document_request(top.table_or_none("document")),
        chip=sections.chip_request(top.table_or_none("chip")),
        events=event_sections.events(top, asked_on=protection.asked_on if protection else None, family=family_filing),
    )
    top.finish()
    _refuse_impossible_birth(application, top)
    return application


def _content(path: Path) -> dict[str, object]:
    try:
        if path.stat().st_size > MAX_FILE_BYTES:
            raise ApplicationError(path, "", f"an application of at most {MAX_FILE_BYTES} bytes is wanted")
        return tomllib.loads(path.read_bytes().decode("utf-8"))
    except OSError as error:
        raise ApplicationError(path, "", f"cannot be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise ApplicationError(path, "", "is not TOML: UTF-8 text is wanted") from None
    except tomllib.TOMLDecodeError as error:
        raise ApplicationError(path, "", f"is not TOML: {error}") from None


def _family(table: Table | None) -> tuple[str, FamilyFiling | None]:
    if table is None:
        return "", None
    batch, filing = table.text("batch"), None
    if table.has("members") or table.has("filed_together"):
        filing = FamilyFiling(table.whole_number("members"), table.whole_number("filed_together"))
        if not 1 <= filing.filed_together <= filing.members:
            table.refuse("filed_together", "a number from 1 to members is wanted")
    table.finish()
    return batch, filing


def _refuse_impossible_birth(application: Application, top: Table) -> None:
    birth, filed_on = application.person.birth_date, application.product.filed_on
    earliest = (birth.year or filed_on.year - 1, birth.month or 1, birth.day or 1)
    if earliest > (filed_on.year, filed_on.month, filed_on.day):
        top.refuse("person.birth_date", "a day before filed_on is wanted")
