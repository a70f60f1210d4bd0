"""States by name, as a card or a letter prints them: ISO 3166's, and those of Doc 9303's further codes."""

import gettext
from functools import cache

import pycountry

# Doc 9303-3 section 5 gives codes to more than states; their names in the languages that papers are written in.
SPECIAL_NAMES: dict[str, dict[str, str]] = {
    "D": {"fr": "Allemagne", "de": "Deutschland", "lb": "Däitschland", "en": "Germany"},
    "GBD": {
        "fr": "Royaume-Uni (territoires d'outre-mer)",
        "de": "Britische Überseegebiete",
        "en": "British Overseas Territories",
    },
    "GBN": {"fr": "Royaume-Uni (outre-mer)", "de": "Britisch (Übersee)", "en": "British National (Overseas)"},
    "GBO": {
        "fr": "Royaume-Uni (citoyen d'outre-mer)",
        "de": "Britischer Überseebürger",
        "en": "British Overseas Citizen",
    },
    "GBP": {"fr": "Royaume-Uni (personne protégée)", "de": "Britische Schutzperson", "en": "British Protected Person"},
    "GBS": {"fr": "Royaume-Uni (sujet)", "de": "Britischer Untertan", "en": "British Subject"},
    "RKS": {"fr": "Kosovo", "de": "Kosovo", "lb": "Kosovo", "en": "Kosovo"},
    "UNK": {"fr": "Kosovo (MINUK)", "de": "Kosovo (UNMIK)", "en": "Kosovo (UNMIK)"},
    "UNO": {"fr": "Nations unies", "de": "Vereinte Nationen", "en": "United Nations"},
    "UNA": {"fr": "Nations unies (agence)", "de": "Vereinte Nationen (Agentur)", "en": "United Nations (agency)"},
    "EUE": {"fr": "Union européenne", "de": "Europäische Union", "lb": "Europäesch Unioun", "en": "European Union"},
    "XOM": {"fr": "Ordre souverain de Malte", "de": "Malteserorden", "en": "Sovereign Order of Malta"},
    "XXA": {"fr": "apatride", "de": "staatenlos", "lb": "staatlos", "en": "stateless"},
    "XXB": {"fr": "réfugié", "de": "Flüchtling", "lb": "Flüchtling", "en": "refugee"},
    "XXC": {"fr": "réfugié (autre)", "de": "Flüchtling (andere)", "en": "refugee (other)"},
    "XXX": {"fr": "nationalité indéterminée", "de": "ungeklärte Staatsangehörigkeit", "en": "unspecified nationality"},
}


def state_name(code: str, language: str = "fr") -> str:
    """The name of a state by its code in machine readable zones; the code itself where no name is known.

    `language` is fr, de, lb or en; where a name is not translated the English one stands.
    """
    special = SPECIAL_NAMES.get(code)
    if special is not None:
        return special.get(language, special["fr"])
    country = pycountry.countries.get(alpha_3=code)
    if country is None:
        return code
    return _translation(language).gettext(getattr(country, "common_name", country.name))


@cache
def _translation(language: str) -> gettext.NullTranslations:
    return gettext.translation("iso3166-1", pycountry.LOCALES_DIR, [language], fallback=True)
