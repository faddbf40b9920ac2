"""pymodbus and mbpoll against the registers of a charger: every row of the reference beside what HTTP says of
its key, in every order of bytes and registers, and writes with what is refused.

The rows are those of the spec's own table; which number of the status stands where, and how, is worked out here
anew, by pymodbus and by Python's own numbers.

usage: modbus.py HTTP MODBUS MBPOLL
"""

import itertools
import re
import struct
import subprocess
import sys
from pathlib import Path

from pymodbus import FramerType
from pymodbus.client import ModbusTcpClient
from pymodbus.exceptions import ConnectionException

from charger import checked, equal, expect

MODBUS, MBPOLL = sys.argv[2:4]
HOST, PORT = MODBUS.rsplit(":", 1)

# The least number of rows, so that nobody reads an empty table and is content.
ROWS = 63

# A charger that takes a step between two answers may say something else; then it is asked again.
TRIES = 10

client = ModbusTcpClient(HOST, port=int(PORT), framer=FramerType.SOCKET, timeout=10)


def table():
    """The rows of the table of registers, as dictionaries."""
    lines = Path("spec/modbus.md").read_text(encoding="utf-8").splitlines()
    head = next(at for at, line in enumerate(lines) if line.startswith("| Register "))
    titles = [cell.strip() for cell in lines[head].strip("|").split("|")]
    for line in itertools.takewhile(lambda line: line.startswith("|"), lines[head + 2 :]):
        yield dict(zip(titles, (cell.strip() for cell in line.strip()[1:-1].split("|")), strict=True))


def value_of(path, status):
    """`nrg[4]`, `ccw.ip`; None where there is none."""
    value = status
    for step in re.findall(r"\w+", path):
        if value is None:
            return None
        if isinstance(value, list):
            value = value[int(step)] if int(step) < len(value) else None
        else:
            value = value[step]
    return value if path else None


def rounded(number):
    return int(number + 0.5)


def expected(row, status):
    """The registers that a row must have, the highest first."""
    value, kind, count = value_of(row["Key"], status), row["Type"], int(row["Registers"])
    if kind in ("ascii", "binary"):
        text = value or ""
        octets = bytes.fromhex(text) if kind == "binary" else text.encode()
        octets = octets[: 2 * count].ljust(2 * count, b"\0")
    elif kind == "ipv4":
        parts = value.split(".") if value else ["0"] * 4
        octets = b"".join(struct.pack(">H", int(part)) for part in parts)
    elif kind == "bits":
        octets = struct.pack(">H", sum(bit << at for at, bit in enumerate(value or [])))
    else:
        null = row["Null"] or "0"
        if isinstance(value, bool):
            number = int(value != (row["Scale"] == "not"))
        elif value is None:
            number = float(null) if kind == "double" else int(null)
        else:
            by, _, of = row["Scale"].partition("/")
            number = value * int(by or 1) / int(of or 1)
        octets = {
            "uint16": lambda: struct.pack(">H", rounded(number)),
            "uint32": lambda: struct.pack(">I", rounded(number)),
            "double": lambda: struct.pack(">d", number),
        }[kind]()
    return list(struct.unpack(f">{count}H", octets))


def is_number(row):
    return row["Type"] in ("uint16", "uint32", "double")


def sent(row, registers, order):
    """As they lie on the wire."""
    swap_bytes, swap_registers = order
    if swap_registers and is_number(row):
        registers = registers[::-1]
    return [(r >> 8 | r << 8) & 0xFFFF for r in registers] if swap_bytes else registers


def read(row):
    ask = client.read_holding_registers if row["Function"] == "3" else client.read_input_registers
    return ask(int(row["Register"]), count=int(row["Registers"]), device_id=1)


def same_as_http(row, order, ask):
    """What is asked for is what HTTP says before or after."""
    found = before = after = None
    for _ in range(TRIES):
        before = sent(row, expected(row, charger.status()), order)
        found = ask(row)
        after = sent(row, expected(row, charger.status()), order)
        if found in (before, after):
            return
    expect(False, row["Name"], "is", found, "and not", before, "or", after)


def by_pymodbus(row):
    answer = read(row)
    return answer.exception_code if answer.isError() else answer.registers


def by_mbpoll(row):
    """mbpoll counts registers from 1, and prints a line each."""
    kind = {"3": "4:hex", "4": "3:hex"}[row["Function"]]
    command = [MBPOLL, "-m", "tcp", "-p", PORT, "-t", kind, "-r", str(int(row["Register"]) + 1)]
    command += ["-c", row["Registers"], "-1", "-q", "-o", "10", HOST]
    said = subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)
    registers = re.findall(r"^\[\d+\]:\s+0x([0-9A-F]{4})$", said.stdout, re.MULTILINE)
    return [int(register, 16) for register in registers] or said.stdout + said.stderr


def is_served():
    """A machine takes clients before its firmware listens."""
    try:
        return client.connect() and client.read_coils(0, count=1, device_id=1).exception_code == 1
    except (ConnectionException, ConnectionError):
        client.close()
        return False


def check_reads(rows):
    for order in itertools.product((False, True), repeat=2):
        charger.set(msb=order[0], msr=order[1])
        for row in rows:
            same_as_http(row, order, by_pymodbus)
    charger.set(msb=False, msr=True)
    for row in rows:
        same_as_http(row, (False, True), by_mbpoll)


def check_words():
    """What pymodbus makes of registers by itself, the lowest first as chargers send them."""
    types = client.DATATYPE
    limit = client.read_holding_registers(333, count=4, device_id=1).registers
    equal("no limit", client.convert_from_registers(limit, types.FLOAT64, word_order="little"), float("inf"))
    charger.set(dwo=1234.5)
    limit = client.read_holding_registers(333, count=4, device_id=1).registers
    equal("the limit", client.convert_from_registers(limit, types.FLOAT64, word_order="little"), 1234.5)
    serial = client.read_input_registers(304, count=6, device_id=1).registers
    equal("the serial number", client.convert_from_registers(serial, types.STRING), charger.value("sse"))
    volts = client.read_input_registers(108, count=2, device_id=1).registers
    volts = client.convert_from_registers(volts, types.UINT32, word_order="little")
    expect(200 < volts < 255, "volts of L1:", volts)


def write(first, *registers):
    """The number of the exception; nothing if it was taken."""
    answer = client.write_registers(first, list(registers), device_id=1)
    return answer.exception_code if answer.isError() else None


def check_writes():
    for first, registers, key, value in (
        (300, [16], "amp", 16),
        (299, [8], "amp", 8),
        (211, [20], "ama", 20),
        (332, [1], "psm", 1),
        (337, [1], "frc", 1),
        (337, [0], "frc", 0),
        (333, [0, 0, 0, 0x40AF], "dwo", 3968.0),
        (333, [0, 0, 0, 0x7FF0], "dwo", None),
        (217, [0], "cwe", True),
        (217, [1], "cwe", False),
        (332, [2, 0, 0, 0, 0x40AF, 1], "frc", 1),
    ):
        equal(f"a write to {first}", write(first, *registers), None)
        equal(f"{key} after it", charger.value(key), value)
    equal("what was written with it", charger.status("psm", "dwo"), {"psm": 2, "dwo": 3968.0})
    before = charger.status("amp", "ama", "psm", "dwo", "frc", "clp", "acs", "att")
    for first, registers, exception, why in (
        (300, [5], 3, "out of range"),
        (337, [3], 3, "no name"),
        (200, [1], 3, "can only be read"),
        (333, [0, 0], 3, "half a number"),
        (202, [1], 3, "a gap"),
        (332, [1, 0, 0, 0, 0x7FF0, 9], 3, "the last one is refused"),
        (209, [5, 1, 16, 10, 9, 0, 0, 0], 3, "the charger refuses the last one"),
        (338, [1], 2, "nothing is there"),
        (100, [1], 2, "nothing can be written there"),
    ):
        equal(f"a write to {first}, {why}", write(first, *registers), exception)
    equal("what was set", charger.status(*before), before)
    equal("function 6", client.write_register(300, 10, device_id=1).exception_code, 1)
    equal("function 1", client.read_coils(0, count=1, device_id=1).exception_code, 1)
    # One value goes by function 6, which chargers have not; several by function 16.
    for values, heard, amperes in ((["14"], "Illegal function", 8), (["15", "14"], "Written 2 references", 14)):
        command = [MBPOLL, "-m", "tcp", "-p", PORT, "-t", "4", "-r", "300", HOST, *values]
        said = subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)
        expect(heard in said.stdout + said.stderr, "mbpoll writes", values, "and says", said.stdout, said.stderr)
        equal(f"amp after {values} by mbpoll", charger.value("amp"), amperes)


KEPT = ("cwe", "clp", "att", "msb", "msr", "men", "rde")

with checked("pymodbus and mbpoll") as charger:
    kept = charger.status(*KEPT)
    try:
        charger.set(men=True, rde=True, clp=[7, 9, 32], att=23399)
        expect(any(is_served() for _ in range(1000)), "pymodbus is not served at", MODBUS)
        rows = list(table())
        expect(len(rows) >= ROWS, "the table has", len(rows), "rows and not", ROWS)
        check_reads(rows)
        check_words()
        check_writes()
        client.close()
    finally:
        charger.set(**kept)
