"""The page: it says what the report says, needs nothing else, and shows no secret."""

import re
from dataclasses import replace

import pytest

from chip.checks import Check, Outcome
from chip.protocols.terminal_authentication import TerminalIdentity
from chip.terminal.browser_image import portrait_data_url
from chip.terminal.contents import Contents, Portrait
from chip.terminal.html_report import to_html
from chip.terminal.policy import AccessPolicy
from chip_support.issued_cards import CAN, IssuedCard, Look, portrait_jp2


def test_a_believed_card_is_shown_whole(card: IssuedCard, terminal: TerminalIdentity) -> None:
    report = Look(card, terminal=terminal).report()
    page = to_html(report)
    assert "The card is believed" in page
    assert "data:image/png;base64," in page
    assert all(check.name in page for check in report.checks)
    assert "right index (WSQ, 17.6 kB)" in page
    assert page.count("<tr>") > len(report.checks) + len(report.notes)


def test_the_page_loads_nothing_from_anywhere(card: IssuedCard) -> None:
    page = to_html(Look(card).report())
    assert "default-src 'none'" in page
    assert not re.search(r"(?:src|href)=\"(?!data:)", page)
    assert "<script" not in page
    assert "url(" not in page


def test_no_password_and_no_key_stands_in_the_page(card: IssuedCard) -> None:
    page = to_html(Look(card).report())
    assert CAN not in page.replace("data:image", "").split("base64,")[0]
    assert CAN not in re.sub(r"base64,[A-Za-z0-9+/=]+", "", page)
    key = card.secrets.chip_authentication_key
    assert key is not None
    assert key.hex() not in page


def test_a_refused_card_names_what_failed(card: IssuedCard) -> None:
    page = to_html(Look(card, access=AccessPolicy(can="999999")).report())
    assert "The card is refused" in page
    assert "Failed: access.password." in page
    assert "no portrait was read" in page
    assert "DG1 was not read." in page


def test_what_a_card_says_cannot_become_markup(card: IssuedCard) -> None:
    report = Look(card).report()
    evil = '<script>alert("x")</script>'
    page = to_html(
        replace(
            report,
            checks=(*report.checks, Check("further.check", Outcome.INCONCLUSIVE, evil)),
            contents=replace(report.contents, mrz_lines=(evil,)),
            refusals={"EF.DG3": evil},
        )
    )
    assert "<script" not in page
    assert "further.check" in page


@pytest.mark.parametrize("image", [b"", b"\x00" * 50, portrait_jp2()[:200]], ids=["empty", "zeros", "cut off"])
def test_a_portrait_that_cannot_be_decoded_is_said_to_be_so(card: IssuedCard, image: bytes) -> None:
    portrait = Portrait("image/jp2", 480, 620, image)
    assert portrait_data_url(portrait) is None
    page = to_html(replace(Look(card).report(), contents=Contents(portrait=portrait)))
    assert "the portrait cannot be shown" in page


def test_a_portrait_out_of_proportion_is_not_decoded() -> None:
    assert portrait_data_url(Portrait("image/jp2", 60_000, 60_000, portrait_jp2())) is None


def test_a_picture_whose_box_claims_another_size_is_not_decoded() -> None:
    image = portrait_jp2()
    size_at = image.index(b"ihdr") + 4
    huge = image[:size_at] + bytes.fromhex("0000C350 0000C350") + image[size_at + 8 :]
    assert portrait_data_url(Portrait("image/jp2", 480, 620, huge)) is None


def test_a_jpeg_stays_what_it_is() -> None:
    assert portrait_data_url(Portrait("image/jpeg", 10, 10, b"\xff\xd8")) == "data:image/jpeg;base64,/9g="


def test_the_picture_can_be_made_by_someone_else(card: IssuedCard) -> None:
    page = to_html(Look(card).report(), show_portrait=lambda portrait: "data:image/png;base64,AAAA")
    assert 'src="data:image/png;base64,AAAA"' in page
