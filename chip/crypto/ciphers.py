"""Block ciphers in CBC mode over whole blocks, without padding: two-key triple DES and AES.

Keys come as Doc 9303-11 writes them: 16 bytes for triple DES (K1‖K2, K3 = K1), 16, 24 or 32 for AES.
"""

from cryptography.hazmat.decrepit.ciphers.algorithms import TripleDES
from cryptography.hazmat.primitives.ciphers import BlockCipherAlgorithm, Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CBC

from chip.errors import DecodingError, EncodingError

DES_BLOCK_LENGTH, AES_BLOCK_LENGTH = 8, 16
TDES_KEY_LENGTH = 16


def tdes_encrypt(key: bytes, iv: bytes, blocks: bytes) -> bytes:
    """Triple DES, CBC. Raises EncodingError unless `blocks` are whole blocks."""
    return _encrypt(_tdes(key), iv, blocks)


def tdes_decrypt(key: bytes, iv: bytes, blocks: bytes) -> bytes:
    """The inverse of `tdes_encrypt`. Raises DecodingError unless `blocks` are whole blocks."""
    return _decrypt(_tdes(key), iv, blocks)


def des_encrypt(key: bytes, iv: bytes, blocks: bytes) -> bytes:
    """Single DES with a key of 8 bytes, CBC: a step of the retail MAC, and good for nothing else."""
    return _encrypt(TripleDES(key * 3), iv, blocks)


def des_decrypt(key: bytes, iv: bytes, blocks: bytes) -> bytes:
    """The inverse of `des_encrypt`."""
    return _decrypt(TripleDES(key * 3), iv, blocks)


def aes_encrypt(key: bytes, iv: bytes, blocks: bytes) -> bytes:
    """AES, CBC. Raises EncodingError unless `blocks` are whole blocks."""
    return _encrypt(AES(key), iv, blocks)


def aes_decrypt(key: bytes, iv: bytes, blocks: bytes) -> bytes:
    """The inverse of `aes_encrypt`. Raises DecodingError unless `blocks` are whole blocks."""
    return _decrypt(AES(key), iv, blocks)


def _tdes(key: bytes) -> TripleDES:
    if len(key) != TDES_KEY_LENGTH:
        raise EncodingError(f"a triple DES key has {TDES_KEY_LENGTH} bytes, got {len(key)}")
    return TripleDES(key + key[:8])


def _encrypt(algorithm: BlockCipherAlgorithm, iv: bytes, blocks: bytes) -> bytes:
    if len(blocks) % len(iv):
        raise EncodingError(f"blocks of {len(iv)} bytes wanted, got {len(blocks)} bytes")
    encryptor = Cipher(algorithm, CBC(iv)).encryptor()
    return encryptor.update(blocks) + encryptor.finalize()


def _decrypt(algorithm: BlockCipherAlgorithm, iv: bytes, blocks: bytes) -> bytes:
    if len(blocks) % len(iv):
        raise DecodingError(f"blocks of {len(iv)} bytes wanted, got {len(blocks)} bytes")
    decryptor = Cipher(algorithm, CBC(iv)).decryptor()
    return decryptor.update(blocks) + decryptor.finalize()
