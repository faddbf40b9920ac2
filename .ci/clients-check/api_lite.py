"""goecharger-api-lite against a charger: every getter and setter that it has.

usage: api_lite.py HTTP
"""

import inspect

from charger import checked, check_energy, equal, expect, near
from goecharger_api_lite import GoeCharger
from goecharger_api_lite.exception import GoeChargerError

MODES, PHASES, LOCKS = (
    GoeCharger.SettableValueEnum.ChargingMode,
    GoeCharger.SettableValueEnum.PhaseMode,
    GoeCharger.SettableValueEnum.CableLockMode,
)


class Tried:
    """Notes which of the client's methods were called, so that none is forgotten."""

    def __init__(self, client):
        self.client, self.names = client, set()

    def __getattr__(self, name):
        self.names.add(name)
        return getattr(self.client, name)

    def forgotten(self):
        public = {name for name, _ in inspect.getmembers(GoeCharger, inspect.isfunction) if not name.startswith("_")}
        return public - self.names


def refused(what, call, reason=""):
    try:
        call()
    except GoeChargerError as error:
        expect(reason in str(error), what, "is refused with", error)
    else:
        expect(False, what, "is taken")


def check_status(client, charger):
    default = client.get_status()
    raw = charger.status("acu", "ama", "dwo", "tma", "var")
    for name, expected in {
        "car_state": "Charging", "charging_mode": "neutral", "error": None, "phase_mode": "three",
        "cable_lock_mode": "unlock car first", "ampere": raw["acu"], "ampere_device_maximum": raw["ama"],
        "charge_limit": raw["dwo"], "device_model": {11: "11KW/16A", 22: "22KW/32A"}[raw["var"]],
    }.items():
        equal(name, default.pop(name), expected)
    # It warms while it charges.
    near("temperature", default.pop("temperature"), sum(raw["tma"]) / len(raw["tma"]), least=2)
    energy = default.pop("energy")
    equal("what else the default status has", dict(default), {})
    u, i, p, factor = (energy[name] for name in ("voltage", "current", "power", "power_factor"))
    lines = ("L1", "L2", "L3")
    flat = [*(u[x] for x in (*lines, "N")), *(i[x] for x in lines), *(p[x] for x in (*lines, "N", "total"))]
    check_energy([*flat, *(factor[x] for x in lines), 0])
    expect(p["total"] > 1000, "the car charges with", p["total"], "W")

    minimum = client.get_status(GoeCharger.STATUS_MINIMUM)
    equal("minimum", dict(minimum), {"car_state": "Charging", "charging_mode": "neutral", "error": None})
    equal("one key", dict(client.get_status("sse")), {"sse": charger.value("sse")})
    full, document = client.get_status(GoeCharger.STATUS_FULL), charger.status()
    equal("how many there are of the full status", len(full), len(document))
    for name in ("sse", "typ", "fwv", "wifis", "clp"):
        equal(name, full[name], document[name])


def check_setters(client, charger):
    client.set_ampere(10)
    equal("get_ampere", dict(client.get_ampere()), {"ampere_allowed": 10})
    equal("ampere", client.get_status("acu")["ampere"], 10)
    charger.draws(10)
    client.set_ampere("12")
    equal("amp of a text", charger.value("amp"), 12)

    client.set_absolute_max_current(8)
    equal("get_absolute_max_current", dict(client.get_absolute_max_current()), {"ampere_device_maximum": 8})
    equal("ampere below the maximum", client.get_status("acu")["ampere"], 8)
    charger.draws(8)
    client.set_absolute_max_current("32")
    equal("ama of a text", charger.value("ama"), 32)

    client.set_phase_mode(PHASES.one)
    equal("get_phase_mode", dict(client.get_phase_mode()), {"phase_mode": "one"})
    equal("pnp on one phase", charger.draws(12, phases=1)["pnp"], 1)
    client.set_phase_mode(PHASES.auto)
    equal("get_phase_mode", dict(client.get_phase_mode()), {"phase_mode": "auto"})
    client.set_phase_mode(PHASES.three)
    equal("pnp on three phases", charger.draws(12)["pnp"], 3)

    for mode, name, order in (
        (LOCKS.automatic, "automatic", 1), (LOCKS.locked, "locked", 2), (LOCKS.unlockcarfirst, "unlock car first", 0),
    ):
        client.set_cable_lock_mode(mode)
        equal("get_cable_lock_mode", dict(client.get_cable_lock_mode()), {"cable_lock_mode": name})
        charger.wait(f"the lock to be told {name}", lambda status: status["lck"] == order, "lck")

    client.set_charging_mode(MODES.off)
    equal("get_charging_mode", dict(client.get_charging_mode()), {"charging_mode": "off"})
    charger.stops(reason=4)
    equal("a car that was stopped", client.get_status()["car_state"], "Complete")
    client.set_charging_mode(MODES.on)
    charger.starts(reason=3)
    equal("a car that was started", client.get_status()["car_state"], "Charging")
    client.set_charging_mode(MODES.neutral)
    equal("get_charging_mode", dict(client.get_charging_mode()), {"charging_mode": "neutral"})

    charger.wait("a Wh", lambda status: status["wh"] > 1, "wh")
    client.set_charge_limit(1.0)
    equal("get_charge_limit", dict(client.get_charge_limit()), {"charge_limit": 1})
    charger.stops(reason=6)
    client.set_charge_limit("123456.5")
    equal("dwo of a text", charger.value("dwo"), 123456.5)
    client.set_charge_limit(None)
    equal("no limit", dict(client.get_charge_limit()), {"charge_limit": None})
    charger.starts(reason=15)

    # Quotes and blanks go through its URL; `&` and `+` it would not encode.
    client.set_key("fna", 'The "left" one: Größe 1')
    equal("fna", client.get_status("fna")["fna"], 'The "left" one: Größe 1')


def check_refusals(client, charger):
    before = charger.status("amp", "ama", "frc", "psm", "ust", "dwo", "fna")
    refused("5 A", lambda: client.set_ampere(5), "Value 5 exceeds range 6 to 32")
    refused("33 A", lambda: client.set_ampere(33), "" if charger.value("var") == 11 else "Value 33 exceeds range 6 to 32")
    refused("no number of A", lambda: client.set_ampere("much"))
    refused("a maximum of 0 A", lambda: client.set_absolute_max_current(0), "Value 0 exceeds range 6 to 32")
    refused("no number of Wh", lambda: client.set_charge_limit("much"))
    for key, value in (("frc", 3), ("psm", 3), ("ust", 4), ("fna", 5), ("alw", True), ("nrg", []), ("zzz", 1)):
        refused(f"{key} = {value}", lambda: client.set_key(key, value), f"{key}: ")
    equal("what refusals left", charger.status(*before), before)


with checked("goecharger-api-lite") as charger:
    client = Tried(GoeCharger(charger.address))
    check_status(client, charger)
    check_setters(client, charger)
    check_refusals(client, charger)
    equal("what was not tried", client.forgotten(), set())
