#!/usr/bin/env python3
"""Writes and reads TensorBoard event files in plain Python, sharing nothing with the project's own code: CRC-32C bit by bit
(polynomial and check values of RFC 3720, appendix B.4), TFRecord framing, and the few protobuf fields of event.proto and
summary.proto.

  tfevents_reference.py write FILE   makes the file that TensorBoardEventFileTests writes again byte for byte
  tfevents_reference.py read FILE... verifies every checksum and prints one line per event
"""
import struct
import sys

# A whole PNG file, RGB, 3 wide and 2 high.
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000030000000208020000001216f14d"
    "0000001049444154789c63f8cfc0c000c17016003bd805fbde1037650000000049454e44ae426082"
)


def crc32c(data):
    crc = 0xFFFFFFFF
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = (crc >> 1) ^ (0x82F63B78 if crc & 1 else 0)
    return crc ^ 0xFFFFFFFF


# RFC 3720, appendix B.4: 32 bytes of zeros, of ones, ascending, descending.
assert crc32c(bytes(32)) == 0x8A9136AA
assert crc32c(b"\xff" * 32) == 0x62A8AB43
assert crc32c(bytes(range(32))) == 0x46DD794E
assert crc32c(bytes(reversed(range(32)))) == 0x113FDB5C


def masked(data):
    crc = crc32c(data)
    return struct.pack("<I", (((crc >> 15) | (crc << 17)) + 0xA282EAD8) & 0xFFFFFFFF)


def varint(value):
    value &= 0xFFFFFFFFFFFFFFFF
    encoded = bytearray()
    while value >= 0x80:
        encoded.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes(encoded) + bytes([value])


def integer(field, value):
    return varint(field << 3) + varint(value)


def double(field, value):
    return varint(field << 3 | 1) + struct.pack("<d", value)


def single(field, value):
    return varint(field << 3 | 5) + struct.pack("<f", value)


def sized(field, value):
    value = value.encode("utf-8") if isinstance(value, str) else value
    return varint(field << 3 | 2) + varint(len(value)) + value


def event(time, step, rest):
    return double(1, time) + integer(2, step) + rest


def scalar(tag, value):
    return sized(5, sized(1, sized(1, tag) + single(2, value)))


def image(tag, height, width, png):
    return sized(5, sized(1, sized(1, tag) + sized(4, integer(1, height) + integer(2, width) + integer(3, 3) + sized(4, png))))


EVENTS = [
    event(1700000000.25, 400, sized(3, "brain.Event:2")),
    event(1700000000.25, 401, sized(7, integer(1, 1))),
    event(1700000001.25, 410, scalar("loss/train", 2.5)),
    event(1700000002.25, 420, scalar("größe", -0.1)),
    event(1700000003.25, 420, image("panel", 2, 3, PNG)),
    event(1700000003.25, 5000000000, scalar("loss/train", 1e-20)),
]


def write(path):
    with open(path, "wb") as file:
        for payload in EVENTS:
            length = struct.pack("<Q", len(payload))
            file.write(length + masked(length) + payload + masked(payload))


def fields(data):
    position = 0

    def take_varint():
        nonlocal position
        value = shift = 0
        while True:
            byte = data[position]
            position += 1
            value |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80:
                return value

    while position < len(data):
        tag = take_varint()
        kind = tag & 7
        if kind == 0:
            yield tag >> 3, take_varint()
            continue
        size = {1: 8, 5: 4}.get(kind) or take_varint()
        yield tag >> 3, data[position : position + size]
        position += size


def describe(payload):
    text = []
    for field, value in fields(payload):
        if field == 1:
            text.append("time=%r" % struct.unpack("<d", value))
        elif field == 2:
            text.append("step=%d" % value)
        elif field == 3:
            text.append("version=" + value.decode())
        elif field == 7:
            text.append("session=%r" % dict(fields(value)))
        elif field == 5:
            for _, entry in fields(value):
                parts = dict(fields(entry))
                text.append("tag=" + parts[1].decode())
                if 2 in parts:
                    text.append("value=%r" % struct.unpack("<f", parts[2]))
                if 4 in parts:
                    picture = dict(fields(parts[4]))
                    text.append("image=%dx%d png=%d bytes" % (picture[2], picture[1], len(picture[4])))
    return " ".join(text)


def read(path):
    with open(path, "rb") as file:
        data = file.read()
    position = 0
    while position < len(data):
        (length,) = struct.unpack_from("<Q", data, position)
        assert data[position + 8 : position + 12] == masked(data[position : position + 8]), "length checksum at %d" % position
        payload = data[position + 12 : position + 12 + length]
        assert data[position + 12 + length : position + 16 + length] == masked(payload), "payload checksum at %d" % position
        print(describe(payload))
        position += 16 + length


if __name__ == "__main__":
    for name in sys.argv[2:]:
        {"write": write, "read": read}[sys.argv[1]](name)
