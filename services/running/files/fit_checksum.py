"""The checksum of FIT files (https://developer.garmin.com/fit/protocol/, "CRC").

The decoder is stricter than the protocol, which lets the header's own be 0.
"""

from __future__ import annotations

import struct

LONG_HEADER = 14
_NIBBLES = (
    *(0x0000, 0xCC01, 0xD801, 0x1400, 0xF001, 0x3C00, 0x2800, 0xE401),
    *(0xA001, 0x6C00, 0x7800, 0xB401, 0x5000, 0x9C01, 0x8801, 0x4400),
)


def checksum(content: bytes) -> int:
    """CRC-16 of the protocol."""
    crc = 0
    for byte in content:
        crc = (crc >> 4) ^ _NIBBLES[(crc ^ byte) & 0xF]
        crc = (crc >> 4) ^ _NIBBLES[(crc ^ (byte >> 4)) & 0xF]
    return crc


def without_padding(content: bytes) -> bytes:
    """`content` without zeros after the last of its sequences, which some devices fill a block with."""
    end = 0
    while content[end + 8 : end + 12] == b".FIT":
        (size,) = struct.unpack_from("<I", content, end + 4)
        end += content[end] + size + 2
    return content[:end] if end and not any(content[end:]) else content


def with_checksums(content: bytes) -> bytes:
    """`content`, with the header's checksum filled in if it was left at 0 and the file's own is right."""
    if len(content) < LONG_HEADER or content[0] != LONG_HEADER or content[12:LONG_HEADER] != b"\0\0":
        return content
    (size,) = struct.unpack_from("<I", content, 4)
    end = LONG_HEADER + size
    # After a header with its own checksum in it the checksum is 0, so the file's is that of the data alone.
    if content[end : end + 2] != struct.pack("<H", checksum(content[:end])):
        return content
    header = content[:12] + struct.pack("<H", checksum(content[:12]))
    data = content[LONG_HEADER:end]
    return header + data + struct.pack("<H", checksum(data)) + content[end + 2 :]
