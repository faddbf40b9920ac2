"""What integrations of Home Assistant read of a charger and make sensors of, with units and ranges, and the sets
behind their switches, selects and numbers, by plain HTTP.

usage: home_assistant.py HTTP
"""

import datetime

from charger import checked, check_energy, equal, expect, is_number


def text(value):
    return isinstance(value, str) and value != ""


def boolean(value):
    return isinstance(value, bool)


def whole(least, most):
    return lambda value: isinstance(value, int) and not isinstance(value, bool) and least <= value <= most


def number(least, most):
    return lambda value: is_number(value) and least <= value <= most


def nullable(is_right):
    return lambda value: value is None or is_right(value)


def many(count, is_right):
    return lambda value: isinstance(value, list) and len(value) == count and all(map(is_right, value))


def colour(value):
    return text(value) and value[0] == "#" and len(value) == 7 and int(value[1:], 16) >= 0


def moment(value):
    """Of the form that Python's own reader takes, as integrations show it as a time."""
    return text(value) and datetime.datetime.fromisoformat(value.replace(" ", "")) is not None


AGE = whole(0, 2**53)

# Device page, sensors, diagnostic sensors, and what is behind the controls.
READ = {
    "sse": lambda v: text(v) and len(v) == 6, "fna": lambda v: isinstance(v, str), "typ": text, "oem": text, "fwv": text,
    "var": lambda v: v in (11, 22), "mod": whole(0, 255), "rbc": whole(1, 2**32), "rbt": AGE, "utc": moment, "loc": moment,
    "tof": whole(-720, 840), "tds": whole(0, 3), "lbr": whole(0, 255), "clp": lambda v: 1 <= len(v) <= 5 and many(len(v), whole(6, 32))(v),
    "cid": colour, "cwc": colour, "cch": colour, "cfi": colour, "lse": boolean,
    "car": whole(1, 5), "err": whole(0, 23), "modelStatus": whole(0, 41), "alw": boolean, "frc": whole(0, 2), "lmo": lambda v: v in (3, 4, 5),
    "amp": whole(6, 32), "ama": whole(6, 32), "acu": whole(6, 32), "amt": whole(6, 32), "mca": whole(6, 32), "cbl": nullable(whole(1, 63)),
    "adi": boolean, "acs": whole(0, 2), "trx": nullable(whole(0, 10)), "ust": whole(0, 2), "lck": whole(0, 3), "cus": whole(0, 5), "ffb": whole(0, 2),
    "wh": number(0, 1e6), "eto": AGE, "etop": AGE, "dwo": nullable(number(0, 1e9)), "tpa": number(0, 25_000),
    "nrg": many(16, is_number), "pha": many(6, boolean), "pnp": whole(0, 3), "fhz": number(49, 51), "tma": many(2, number(-20, 90)),
    "psm": whole(0, 2), "fup": boolean, "awe": boolean, "awp": is_number, "fst": is_number, "spl3": is_number, "pgt": is_number,
    "fmt": AGE, "mpwst": AGE, "mptwt": AGE, "pgrid": nullable(is_number), "ppv": nullable(is_number), "pakku": nullable(is_number),
    "lccfi": nullable(AGE), "lccfc": nullable(AGE), "lcctc": nullable(AGE), "lmsc": AGE, "alwt": AGE, "rfb": whole(0, 1),
    "wst": whole(0, 10), "rssi": nullable(whole(-100, 0)), "ccw": lambda v: v is None or {"ssid", "ip"} <= v.keys(),
    "hai": boolean, "mce": boolean, "mcs": boolean, "mcc": boolean,
    **{f"c{card}{part}": is_right for card in range(10) for part, is_right in (("n", lambda v: isinstance(v, str)), ("e", AGE), ("i", boolean))},
}

# The states that a control goes through; the first one is not what it was.
SETS = {
    "fna": ["Garage left", "say \"b\""], "amp": [6, 16, 32], "frc": [1, 2, 0], "lmo": [4, 5, 3], "psm": [1, 0, 2], "acs": [1, 2, 0],
    "trx": [0, 1, 10, None], "ust": [1, 2, 0], "dwo": [1000, 1000.5, None], "lbr": [0, 255], "lse": [True, False],
    "cch": ["#123456", "#00FFFF"], "fup": [True, False], "awe": [True, False], "awp": [3.5, 21, -4], "fst": [2000, 1400],
    "spl3": [5000, 4200], "pgt": [-100, 50.5, 0], "mca": [8, 6], "fmt": [60_000, 300_000], "mpwst": [60_000, 120_000],
    "mptwt": [300_000, 600_000], "clp": [[6, 16, 32], [6, 10, 12, 14, 16]], "tof": [-300, 60], "tds": [0, 1],
}


def check_reads(charger):
    status = charger.status()
    for key, is_right in READ.items():
        expect(key in status and is_right(status[key]), key, "is", status.get(key, "not there"))
    check_energy(status["nrg"])
    # In pieces, as they poll: first who it is, then what changes.
    for keys in (["sse", "fna", "typ", "var", "fwv"], list(READ)[30:60], ["nrg"]):
        equal("keys of a part", list(charger.status(*keys)), [key for key in status if key in keys])


def check_sets(charger):
    before = charger.status(*SETS)
    for key, values in SETS.items():
        for value in values:
            charger.set(**{key: value})
            equal(key, charger.value(key), value)
    charger.set(**before)
    equal("what it was", charger.status(*SETS), before)
    # A house that tells its surplus, as an automation would every five seconds.
    charger.set(ids={"pGrid": -1500.5, "pPv": 4000, "pAkku": 0})
    equal("surplus", charger.status("pgrid", "ppv", "pakku"), {"pgrid": -1500.5, "ppv": 4000, "pakku": 0})


with checked("Home Assistant") as charger:
    check_reads(charger)
    check_sets(charger)
