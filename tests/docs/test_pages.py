"""The pages' links lead somewhere, and so does every source that the code names by anchor."""

import re
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[2]
PAGES = [REPOSITORY / "docs" / f"{name}.md" for name in ("card-artwork", "glossary", "limits", "sources")]
PACKAGES = ("chip", "enrolment", "mrz", "photo_check", "station_config")


def anchors(page: Path) -> set[str]:
    """The places of a page that a link may name: its own anchors and its headings."""
    text = page.read_text(encoding="utf-8")
    headings = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    slugs = {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}
    return slugs | set(re.findall(r'<a id="([^"]+)">', text))


@pytest.mark.parametrize("page", [*PAGES, REPOSITORY / "sample_data" / "README.md"], ids=lambda page: page.stem)
def test_every_relative_link_leads_to_a_file_and_a_place_in_it(page):
    for link in re.findall(r"\]\(([^)\s]+)\)", page.read_text(encoding="utf-8")):
        if "://" in link:
            continue
        path, _, place = link.partition("#")
        target = (page.parent / path).resolve() if path else page
        assert target.exists(), link
        assert not place or place in anchors(target), link


def test_no_two_places_of_the_sources_share_a_name():
    found = re.findall(r'<a id="([^"]+)">', PAGES[3].read_text(encoding="utf-8"))
    assert len(found) == len(set(found))


def test_every_source_that_the_code_names_by_anchor_is_on_the_page():
    known = anchors(REPOSITORY / "docs" / "sources.md")
    for package in PACKAGES:
        for file in (REPOSITORY / package).rglob("*"):
            if file.suffix in (".py", ".toml"):
                for anchor in re.findall(r"docs/sources\.md#([\w-]+)", file.read_text(encoding="utf-8")):
                    assert anchor in known, (file.name, anchor)


def test_a_word_stands_once_in_a_table_of_the_glossary():
    text = (REPOSITORY / "docs" / "glossary.md").read_text(encoding="utf-8")
    for table in text.split("\n## ")[1:]:
        words = re.findall(r"^\| ([^|]+) \|", table, re.MULTILINE)
        assert len(words) == len(set(words))
