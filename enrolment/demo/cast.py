"""Who works in the demonstration, and what lies ready: officers with different roles, opening hours, blanks."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta

from enrolment.accounts.models import Officer, Role
from enrolment.accounts.services import register_officer
from enrolment.appointments.models import Site
from enrolment.appointments.services import Hours, open_site
from enrolment.production.services import receive_blanks

SITE = "LUX-DEMO"
BLANKS = 5
WORKING_DAYS = range(5)


@dataclass(frozen=True, slots=True)
class Cast:
    """Nobody may do two things that two people must do."""

    clerk: Officer
    decider: Officer
    maker: Officer
    keeper: Officer
    site: Site


def engage(at: datetime) -> Cast:
    """Registers the officers, opens the site and counts the blanks into the stock."""
    clerk = register_officer("clerk", "TEST Clerk", [Role.FILE, Role.ENROL], at, site=SITE)
    decider = register_officer("decider", "TEST Decider", [Role.DECIDE], at, site=SITE)
    maker = register_officer("maker", "TEST Card maker", [Role.PRODUCE], at)
    keeper = register_officer("keeper", "TEST Stock keeper", [Role.PRODUCE, Role.DELIVER], at)
    morning = at.date() - timedelta(days=1)
    hours = [Hours(day, time(8, 30), time(11, 0), morning, counters=2) for day in WORKING_DAYS]
    site = open_site(SITE, "Direction de l'immigration (demonstration)", hours, at)
    serials = [f"TEST-{at:%y%m%d}-{number:04}" for number in range(1, BLANKS + 1)]
    receive_blanks(serials, maker, keeper, at, box="TEST-BOX-1")
    return Cast(clerk, decider, maker, keeper, site)
