"""The one error of `station_config`: it names the file, the key and what was wanted there."""


class ConfigurationError(Exception):
    """A configuration that cannot be used; `file`, `key` ("photo.norm", "" for the whole file) and `wanted`."""

    def __init__(self, file: str, key: str, wanted: str) -> None:
        super().__init__(f"{file}: {key}: {wanted}" if key else f"{file}: {wanted}")
        self.file, self.key, self.wanted = file, key, wanted
