"""What is written is read back, over all formats; and what one wrong character does to it."""

from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from mrz import MachineReadableZone, are_blind_pair, compose, parse, states
from mrz.check_digit import ALPHABET, is_zone_text
from mrz.document_codes import PASSPORT_KINDS
from mrz.layouts import LAYOUTS
from mrz.parsed_zone import ParsedZone

CODES = {
    "TD1": ["I", "IR", "A", "AC", "C", "CA"],
    "TD2": ["I", "ID", "A", "C"],
    "TD3": ["P", *PASSPORT_KINDS],
    "MRVA": ["V", "VC"],
    "MRVB": ["V", "VB"],
}
ROOM = {"TD1": (15, 11), "TD2": (7, 0), "TD3": (14, 0), "MRVA": (16, 0), "MRVB": (8, 0)}
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
CHECKED = ("document_number", "birth_date", "expiry_date")

component = st.text(LETTERS, min_size=1, max_size=9)
components = st.lists(component, min_size=1, max_size=4).map(" ".join)
days = st.dates(date(1950, 1, 1), date(2049, 12, 31)).map(lambda day: f"{day:%y%m%d}")
partial_days = st.one_of(
    days, days.map(lambda day: day[:4] + "<<"), days.map(lambda day: day[:2] + "<<<<"), st.just("<<<<<<")
)
issuers = st.sampled_from(sorted(state.code for state in states().values() if state.role == "both"))
nationalities = st.sampled_from(sorted(state.code for state in states().values() if state.role != "read"))
filled = st.text(ALPHABET, max_size=16).map(lambda text: text.rstrip("<"))


@st.composite
def documents(draw: st.DrawFn) -> dict[str, str]:
    """The arguments of a zone of any format."""
    name = draw(st.sampled_from(sorted(LAYOUTS)))
    longest = LAYOUTS[name].longest_document_number
    number = draw(st.text(LETTERS + "0123456789", min_size=1, max_size=longest))
    if len(number) < 10 and draw(st.booleans()):
        number = draw(st.from_regex(r"[A-Z][A-Z0-9<]{0,7}[0-9]", fullmatch=True))
    first, second = ROOM[name]
    first -= max(0, len(number) - 9 + 2) if len(number) > 9 else 0
    return {
        "format": name,
        "document_code": draw(st.sampled_from(CODES[name])),
        "issuing_state": draw(issuers),
        "document_number": number.replace("<", "-"),
        "birth_date": draw(partial_days),
        "sex": draw(st.sampled_from("FMX")),
        "expiry_date": draw(days),
        "nationality": draw(nationalities),
        "surname": draw(components),
        "given_names": draw(st.one_of(st.just(""), components)),
        "optional_data_1": draw(filled)[:first].rstrip("<"),
        "optional_data_2": draw(filled)[:second].rstrip("<"),
    }


@settings(max_examples=300)
@given(documents())
def test_what_is_written_is_read_back(document):
    zone = compose(**document)
    assert all(is_zone_text(line) for line in zone.lines)
    read = parse(zone.lines)
    assert (read.format, read.errors) == (document["format"], ())
    for name, text in document.items():
        if name in ("surname", "given_names", "format"):
            continue
        assert getattr(read.fields, name) == text.replace("-", "<")
    if not zone.name_truncated:
        assert (read.fields.surname, read.fields.given_names) == (document["surname"], document["given_names"])
    assert read.name_may_be_truncated or not zone.name_truncated or " " in document["surname"] + document["given_names"]


@settings(max_examples=200)
@given(documents())
def test_what_is_read_is_written_again_to_the_same_lines(document):
    zone = compose(**document)
    fields = parse(zone.lines).fields
    if zone.name_truncated:
        return
    again = compose(
        format=zone.format,
        **{name: getattr(fields, name) for name in document if name != "format"},
    )
    assert again.lines == zone.lines


def covered(zone: ParsedZone) -> list[tuple[int, str]]:
    """The offsets of every character that has a check digit of its own, and the digits themselves."""
    layout = LAYOUTS[zone.format]
    offsets = []
    for name in CHECKED:
        place, digit = getattr(layout, name), getattr(layout, f"{name}_digit")
        offsets += [(offset, name) for offset in range(place.start, place.stop)] + [(digit, name)]
    return offsets


@settings(max_examples=300)
@given(documents())
def test_a_zone_made_of_sound_parts_is_sound_as_a_whole(document):
    zone = compose(**document)
    assert MachineReadableZone(zone.format, zone.lines, zone.name_truncated) == zone


@settings(max_examples=300)
@given(documents(), st.data())
def test_one_wrong_character_under_a_check_digit_is_found_or_is_a_blind_pair(document, data):
    zone = compose(**document)
    text, layout = zone.text, LAYOUTS[zone.format]
    offset, _ = data.draw(st.sampled_from(covered(parse(zone))))
    wrong = data.draw(st.sampled_from(sorted(set(ALPHABET) - {text[offset]})))
    changed = text[:offset] + wrong + text[offset + 1 :]
    step = layout.line_length
    read = parse([changed[start : start + step] for start in range(0, layout.length, step)], zone.format)
    assert not read.valid or are_blind_pair(text[offset], wrong)


@settings(max_examples=200)
@given(documents(), st.data())
def test_one_wrong_character_of_the_optional_data_is_seen_by_the_composite_or_is_blind(document, data):
    zone = compose(**document)
    layout, text = LAYOUTS[zone.format], zone.text
    if layout.composite_digit is None:
        return
    place = layout.optional_data_2 or layout.optional_data_1
    offset = data.draw(st.integers(place.start, place.stop - 1))
    wrong = data.draw(st.sampled_from(sorted(set(ALPHABET) - {text[offset]})))
    changed = text[:offset] + wrong + text[offset + 1 :]
    step = layout.line_length
    read = parse([changed[start : start + step] for start in range(0, layout.length, step)], zone.format)
    assert not read.valid or are_blind_pair(text[offset], wrong)
