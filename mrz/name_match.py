"""Is this printed name the name in that zone? Every spelling that the tables allow is accepted, and truncation too."""

from enum import Enum

from mrz.names import components_of
from mrz.parse import parse
from mrz.parsed_zone import ParsedZone
from mrz.transliteration import ANY_LANGUAGE, checked_language, spellings_of
from mrz.zone import MachineReadableZone

_Component = list[tuple[str, ...]]  # the spellings of each letter


class NameMatch(Enum):
    """How a printed name and a name in a zone go together."""

    SAME = "same"
    TRUNCATED = "truncated"  # the same as far as the zone goes
    DIFFERENT = "different"


def compare_name(
    surname: str,
    given_names: str,
    zone: ParsedZone | MachineReadableZone | str,
    *,
    language: str | None = None,
) -> NameMatch:
    """Compare the printed names (any alphabet of the tables) with a zone, or with its name field alone.

    With `language` only that language's exceptions are accepted; without, those of every language.
    Raises: LetterError when a printed letter has no rule, FieldError("language") for another language.
    """
    if language is not None:
        checked_language(language)
    if isinstance(zone, str):
        may_be_truncated = zone[-1:] != "<"
        primary, _, secondary = zone.rstrip("<").partition("<<")
    else:
        read = parse(zone) if isinstance(zone, MachineReadableZone) else zone
        may_be_truncated = read.name_may_be_truncated
        primary, secondary = read.fields.primary_identifier, read.fields.secondary_identifier
    results = [
        _compare(_components(surname, "surname", language), _split(primary), may_be_truncated),
        _compare(_components(given_names, "given_names", language), _split(secondary), may_be_truncated),
    ]
    if NameMatch.DIFFERENT in results:
        return NameMatch.DIFFERENT
    return NameMatch.TRUNCATED if NameMatch.TRUNCATED in results else NameMatch.SAME


def matches(
    surname: str,
    given_names: str,
    zone: ParsedZone | MachineReadableZone | str,
    *,
    language: str | None = None,
) -> bool:
    """True when the zone can be the printed name's, whole or truncated. Raises: as `compare_name`."""
    return compare_name(surname, given_names, zone, language=language) is not NameMatch.DIFFERENT


def _split(identifier: str) -> list[str]:
    return identifier.split("<") if identifier else []


def _components(text: str, field: str, language: str | None) -> list[_Component]:
    components = []
    for clusters in components_of(text, field):
        last = len(clusters) - 1
        spelled = [
            spellings_of(cluster, language or ANY_LANGUAGE, is_first=index == 0, is_last=index == last, field=field)
            for index, cluster in enumerate(clusters)
        ]
        if any(spellings != ("",) for spellings in spelled):
            components.append(spelled)
    return components


def _compare(printed: list[_Component], read: list[str], may_be_truncated: bool) -> NameMatch:
    if not printed or not read:
        return NameMatch.DIFFERENT if printed or read else NameMatch.SAME
    if len(read) > len(printed):
        return NameMatch.DIFFERENT
    pairs = [_compare_component(component, text) for component, text in zip(printed, read, strict=False)]
    if NameMatch.DIFFERENT in pairs:
        return NameMatch.DIFFERENT
    is_whole = len(read) == len(printed) and NameMatch.TRUNCATED not in pairs
    if is_whole:
        return NameMatch.SAME
    return NameMatch.TRUNCATED if may_be_truncated else NameMatch.DIFFERENT


def _compare_component(component: _Component, text: str) -> NameMatch:
    """Walk all spellings side by side: `reached` holds every place of `text` that some spelling leads to."""
    reached = {0}
    is_beginning = False
    for spellings in component:
        further = set()
        for place in reached:
            rest = text[place:]
            for spelling in spellings:
                if rest.startswith(spelling):
                    further.add(place + len(spelling))
                elif spelling.startswith(rest):
                    is_beginning = True  # the text ends before this letter, or within its spelling
        reached = further
    if len(text) in reached:
        return NameMatch.SAME
    return NameMatch.TRUNCATED if is_beginning and text else NameMatch.DIFFERENT
