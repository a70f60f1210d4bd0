"""Typed, frozen configuration of a station: one TOML file over the package's defaults, secrets from the environment."""

from station_config.errors import ConfigurationError
from station_config.load import load_station
from station_config.model import Station

__all__ = ["ConfigurationError", "Station", "load_station"]
