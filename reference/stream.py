"""Known answers for gosset_stats::Stream: BLAKE3 from PyPI, ChaCha in plain Python."""

import json
import struct
from importlib.metadata import version

from blake3 import blake3

CONTEXT = "gosset-stats 2026 v1 named stream"
MASK = 0xFFFFFFFF


def rotate(x, n):
    return ((x << n) | (x >> (32 - n))) & MASK


def quarter(s, a, b, c, d):
    s[a] = (s[a] + s[b]) & MASK
    s[d] = rotate(s[d] ^ s[a], 16)
    s[c] = (s[c] + s[d]) & MASK
    s[b] = rotate(s[b] ^ s[c], 12)
    s[a] = (s[a] + s[b]) & MASK
    s[d] = rotate(s[d] ^ s[a], 8)
    s[c] = (s[c] + s[d]) & MASK
    s[b] = rotate(s[b] ^ s[c], 7)


def block(key, last_four_words, rounds):
    state = list(struct.unpack("<4I", b"expand 32-byte k")) + list(struct.unpack("<8I", key)) + list(last_four_words)
    s = state[:]
    for _ in range(rounds // 2):
        quarter(s, 0, 4, 8, 12)
        quarter(s, 1, 5, 9, 13)
        quarter(s, 2, 6, 10, 14)
        quarter(s, 3, 7, 11, 15)
        quarter(s, 0, 5, 10, 15)
        quarter(s, 1, 6, 11, 12)
        quarter(s, 2, 7, 8, 13)
        quarter(s, 3, 4, 9, 14)
    return struct.pack("<16I", *[(x + y) & MASK for x, y in zip(s, state)])


def numbers(key, count):
    """64-bit words of ChaCha8 with nonce 0 and a 64-bit counter from 0."""
    stream = b"".join(block(key, (counter, 0, 0, 0), 8) for counter in range(count // 8 + 1))
    return [str(word) for word in struct.unpack(f"<{count}Q", stream[: 8 * count])]


# RFC 8439, section 2.3.2: twenty rounds, counter 1.
rfc = block(bytes(range(32)), (1, 0x09000000, 0x4A000000, 0), 20)
assert rfc.hex().startswith("10f1e7e4d13b5915500fdd1fa32071c4"), rfc.hex()

cases = []
for key, name in [(bytes(32), ""), (bytes(range(32)), "primary/bootstrap"), (b"\xff" * 32, "größe")]:
    derived = blake3(key + name.encode(), derive_key_context=CONTEXT).digest()
    third = blake3((3).to_bytes(8, "little"), key=derived).digest()
    cases.append({
        "key": list(key),
        "name": name,
        "numbers": numbers(derived, 20),
        "substream_3": numbers(third, 4),
        "substream_3_of_3": numbers(blake3((3).to_bytes(8, "little"), key=third).digest(), 2),
    })

print(json.dumps({"tool": f"blake3 {version('blake3')} (PyPI) and ChaCha8 in plain Python", "cases": cases}, indent=1))
