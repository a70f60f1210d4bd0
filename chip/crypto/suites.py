"""A cipher suite: the cipher, its MAC and its key derivation, as PACE, Chip Authentication and BAC name them together.

What differs between triple DES and AES stands here once, so that protocols and secure messaging read the same for both.
Source: Doc 9303-11 §9.7.1, §9.8
"""

from collections.abc import Callable
from dataclasses import dataclass

from chip.crypto.ciphers import (
    AES_BLOCK_LENGTH,
    DES_BLOCK_LENGTH,
    aes_decrypt,
    aes_encrypt,
    tdes_decrypt,
    tdes_encrypt,
)
from chip.crypto.mac import aes_cmac, retail_mac
from chip.crypto.padding import pad


@dataclass(frozen=True, slots=True)
class CipherSuite:
    """One of `TDES`, `AES_128`, `AES_192`, `AES_256`; `name` is the ending that protocols' names carry."""

    name: str
    key_length_bytes: int
    block_length_bytes: int
    kdf_hash: str
    encrypt: Callable[[bytes, bytes, bytes], bytes]
    decrypt: Callable[[bytes, bytes, bytes], bytes]
    mac_of_blocks: Callable[[bytes, bytes], bytes]

    @property
    def is_aes(self) -> bool:
        """Whether the cipher is AES, of any key length."""
        return self.encrypt is aes_encrypt

    @property
    def zero_iv(self) -> bytes:
        """An initialisation vector of zeros."""
        return bytes(self.block_length_bytes)

    def pad(self, data: bytes) -> bytes:
        """Padding method 2 up to this cipher's block."""
        return pad(data, self.block_length_bytes)

    def mac(self, key: bytes, message: bytes) -> bytes:
        """Eight bytes over a message that is not padded yet: the retail MAC pads it, CMAC needs no padding."""
        return self.mac_of_blocks(key, message if self.is_aes else self.pad(message))


def _aes(bits: int, kdf_hash: str) -> CipherSuite:
    name = f"AES-CBC-CMAC-{bits}"
    return CipherSuite(name, bits // 8, AES_BLOCK_LENGTH, kdf_hash, aes_encrypt, aes_decrypt, aes_cmac)


TDES = CipherSuite("3DES-CBC-CBC", 16, DES_BLOCK_LENGTH, "sha1", tdes_encrypt, tdes_decrypt, retail_mac)
AES_128 = _aes(128, "sha1")
AES_192 = _aes(192, "sha256")
AES_256 = _aes(256, "sha256")
# The last arc of the object identifiers of PACE and Chip Authentication (TR-03110-3 A.1.1.1, A.1.1.2)
SUITES_BY_ARC = {1: TDES, 2: AES_128, 3: AES_192, 4: AES_256}
