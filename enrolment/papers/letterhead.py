"""The letterhead by day and site: addresses and names of ministries move, papers keep the head of their day (C16)."""

from datetime import date

from enrolment.papers.sheet import Letterhead
from station_config.model import Site


def letterhead_on(site: Site, day: date, check_url: str = "", *, specimen: bool = True) -> Letterhead:
    """The latest head of `site` that holds on `day`; before the first one, the first."""
    heads = sorted(site.letterhead, key=lambda head: head.valid_from)
    holding = [head for head in heads if head.valid_from <= day] or heads[:1]
    return Letterhead(
        lines=holding[-1].lines,
        place=site.place_of_issue,
        check_url=check_url,
        specimen=specimen,
        is_commune=site.kind == "commune",
    )
