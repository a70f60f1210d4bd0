"""Reads the configuration: the package's defaults, a site's file over them, secrets from the environment."""

import difflib
import os
import re
import tomllib
from collections.abc import Mapping
from importlib import resources
from pathlib import Path
from typing import Any

import msgspec

from station_config.errors import ConfigurationError
from station_config.model import Station

CONFIG_VARIABLE = "STATION_CONFIG"
DEFAULTS = "station_config/defaults/station.toml"
Table = dict[str, Any]


def load_station(site_file: Path | None = None, environment: Mapping[str, str] = os.environ) -> Station:
    """The configuration of this station.

    `site_file` (else the file named by `$STATION_CONFIG`, else none) holds what differs from the defaults.
    Raises ConfigurationError, which names file, key and what was wanted.
    """
    defaults = tomllib.loads(resources.files("station_config").joinpath("defaults/station.toml").read_text("utf-8"))
    if site_file is None and environment.get(CONFIG_VARIABLE):
        site_file = Path(environment[CONFIG_VARIABLE])
    site = _read_table(site_file) if site_file else {}
    try:
        return msgspec.convert(_merge(defaults, site), Station)
    except msgspec.ValidationError as error:
        raise _named(error, site, str(site_file) if site_file else DEFAULTS) from None


def _read_table(file: Path) -> Table:
    try:
        return tomllib.loads(file.read_text("utf-8"))
    except FileNotFoundError:
        raise ConfigurationError(str(file), "", "no such file; a TOML file was wanted") from None
    except IsADirectoryError:
        raise ConfigurationError(str(file), "", "this is a folder; a TOML file was wanted") from None
    except PermissionError:
        raise ConfigurationError(str(file), "", "may not be read by this user") from None
    except UnicodeDecodeError:
        raise ConfigurationError(str(file), "", "is not UTF-8 text; a TOML file was wanted") from None
    except tomllib.TOMLDecodeError as error:
        raise ConfigurationError(str(file), "", f"is not TOML: {error}") from None


def _merge(lower: Table, upper: Table) -> Table:
    """`upper` over `lower`, table by table; lists are replaced whole."""
    merged = dict(lower)
    for key, value in upper.items():
        below = lower.get(key)
        merged[key] = _merge(below, value) if isinstance(below, dict) and isinstance(value, dict) else value
    return merged


def _named(error: msgspec.ValidationError, site: Table, site_name: str) -> ConfigurationError:
    """msgspec's error, told as file, key and what was wanted."""
    text, _, where = str(error).partition(" - at ")
    key = where.strip("`").removeprefix("$").removeprefix(".")
    unknown = re.fullmatch(r"Object contains unknown field `(.*)`", text)
    if unknown:
        name = unknown.group(1)
        known = _known_keys(key)
        close = difflib.get_close_matches(name, known, n=1)
        hint = f"did you mean `{close[0]}`?" if close else f"known here: {', '.join(known)}"
        return ConfigurationError(site_name, ".".join(filter(None, [key, name])), f"there is no such key; {hint}")
    stands_in_site_file = not site or _holds(site, key)
    return ConfigurationError(site_name if stands_in_site_file else DEFAULTS, key, text[0].lower() + text[1:])


def _known_keys(path: str) -> list[str]:
    section: Any = Station
    for name in filter(None, re.split(r"\.|\[[^]]*\]", path)):
        fields = {field.name: field.type for field in msgspec.structs.fields(section)}
        section = fields[name]
        inside = getattr(section, "__args__", ())
        if inside:
            section = inside[0]
    while not isinstance(section, type):  # an annotated list of tables
        section = section.__args__[0]
    return [field.name for field in msgspec.structs.fields(section)]


def _holds(table: Any, path: str) -> bool:
    for name in filter(None, re.split(r"\.|\[[^]]*\]", path)):
        if not isinstance(table, dict) or name not in table:
            return False
        table = table[name]
    return True
