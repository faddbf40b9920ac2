"""goechargerv2 against a charger: its status, and each setter with `wait`.

usage: v2.py HTTP
"""

import contextlib
import threading

from charger import checked, equal, expect, near
from goechargerv2.goecharger import GoeChargerApi

# What this client never knows, of any charger: it compares truth values with texts (`adi`, `wen`), a text
# with a number (`wst`, `acu`), and asks for keys of the first API (`dws`, `uby`, cards).
BLIND = {
    "adapter": "unknown", "wifi_enabled": "unknown", "wifi": "not connected", "allowed_ampere": None,
    "unlocked_by_card": 0, "current_session_charged_energy": 0,
}


def check_status(api, charger):
    status, raw = api.request_status(), charger.status()
    for name, value in BLIND.items():
        equal(name, status[name], value)
    unknown = [name for name, value in status.items() if value == "unknown" and name not in BLIND]
    equal("what is unknown to it", unknown, [])
    for name, expected in {
        "car_status": "Car is charging", "charger_force_charging": "neutral", "charger_err": "OK", "charger_access": True,
        "charging_allowed": "on", "charger_max_current": raw["amp"], "min_charging_current_limit": raw["mca"],
        "max_charging_current_limit": raw["ama"], "cable_max_current": raw["cbl"], "cable_lock_mode": raw["ust"],
        "phase_switch_mode": raw["psm"], "phases_number_connected": 3, "charging_limit": 0, "firmware": raw["fwv"],
        "serial_number": raw["sse"], "timezone_offset": raw["tof"] - 100, "timezone_dst_offset": raw["tds"],
        "min_charging_time": raw["fmt"], "transaction": None, "car_consumption": raw["cco"],
    }.items():
        equal(name, status[name], expected)
    # It counts while the car charges.
    equal("the duration counts up", status["charging_duration"]["type"], 0)
    near("charging_duration", status["charging_duration"]["value"], raw["cdi"]["value"], least=60_000)
    contacts = [f"{side}_contactor_l{phase}" for side in ("pre", "post") for phase in (3, 2, 1)]
    equal("the contactor", [status[name] for name in contacts], [True] * 6)
    for name in ("u_l1", "u_l2", "u_l3"):
        expect(205 < status[name] < 250, name, status[name])
    # It divides what is in A and W by what the first API's units asked for.
    amperes = [10 * status[name] for name in ("i_l1", "i_l2", "i_l3")]
    watts = [10 * status[name] for name in ("p_l1", "p_l2", "p_l3")]
    for phase, (i, p) in enumerate(zip(amperes, watts), 1):
        expect(6 <= i <= 32, f"current of L{phase}:", i)
        factor = status[f"lf_l{phase}"] / 100
        # Whole volts, amperes and percents are left of them.
        near(f"power of L{phase}", p, status[f"u_l{phase}"] * i * factor, least=0, share=0.02 + 1 / i)
    near("power of all phases", 100 * status["p_all"], sum(watts), least=4)
    near("energy of the session", status["energy_since_car_connected"], raw["wh"], least=50)
    near("energy of all time", status["energy_total"], raw["eto"], least=50)
    near("rssi_signal_strength", status["rssi_signal_strength"], raw["rssi"], least=10)
    for sensor in (0, 1):
        near(f"temperature {sensor}", status[f"charger_temp{sensor}"], raw["tma"][sensor], least=2)


def check_setters(api, charger):
    """With `wait` it asks for the status after the set, and again each second in a thread until it agrees. A
    charger in which a set is in effect at once never makes it start one."""
    for call, value, key, expected in (
        (api.set_max_current, 10, "amp", 10), (api.set_max_current, 40, "amp", 32), (api.set_max_current, 6, "amp", 6),
        (api.set_phase, 1, "psm", 1), (api.set_phase, 0, "psm", 0), (api.set_phase, 2, "psm", 2),
        (api.set_access_control, 1, "acs", 1), (api.set_transaction, 0, "trx", 0), (api.set_access_control, 0, "acs", 0),
        (api.set_force_charging, False, "frc", 1), (api.set_force_charging, True, "frc", 2),
    ):
        answer = call(value)
        # What was taken is `true`, of which it makes a number.
        expect(answer.get("success") is not False, call.__name__, value, answer)
        equal(f"{key} after {call.__name__}({value})", charger.value(key), expected)
        equal("threads that wait for the set", threading.active_count(), 1)
    equal("transaction", api.request_status()["transaction"], 0)
    charger.set(trx=None)
    # It sends nothing at all for None.
    api.set_transaction(None)
    equal("trx", charger.value("trx"), None)


def check_effects(api, charger):
    # Phases have changed meanwhile.
    charger.draws()
    api.set_force_charging(False)
    charger.stops(reason=4)
    status = api.request_status()
    equal("car_status", status["car_status"], "Charging finished, car can be disconnected")
    equal("charging_allowed", status["charging_allowed"], "off")
    equal("p_all", status["p_all"], 0)
    equal("post_contactor_l1", status["pre_contactor_l3"], False)
    api.set_force_charging(True)
    charger.starts(reason=3)
    charger.set(frc=0)
    # Nobody was let in.
    api.set_access_control(1)
    charger.stops(reason=2)
    equal("charger_access", api.request_status()["charger_access"], False)
    api.set_transaction(0)
    charger.starts(reason=15)
    api.set_access_control(0)


def check_refusals(charger):
    """It makes a number of what it is answered, so that a reason ends in an error."""
    try:
        answer = GoeChargerApi(charger.base, "token").set_max_current(5)
    except ValueError as error:
        expect("amp: failed: Value 5 exceeds range 6 to 32 (5)" in str(error), "5 A are refused with", error)
    else:
        expect(False, "5 A are taken:", answer)


@contextlib.contextmanager
def on_wifi(charger):
    """It takes `rssi` for a number, as on a charger that its user's WiFi reaches; without one it is null, and this
    client's status ends in an error. A simulated charger joins the simulated WiFi, and leaves it again."""
    if charger.value("rssi") is not None:
        yield
        return
    if charger.value("wifis")[0]["ssid"] != "":
        raise SystemExit("FAILED: the charger is not on its WiFi, without which this client reads no status")
    charger.set(wifis=[{"ssid": "home", "key": "correct horse"}])
    try:
        charger.wait("the WiFi", lambda status: status["rssi"] is not None, "rssi")
        yield
    finally:
        charger.set(wifis=[{"ssid": "", "key": ""}])


with checked("goechargerv2") as charger, on_wifi(charger):
    # The token is for the vendor's cloud; a charger takes no password.
    api = GoeChargerApi(charger.base, "token", wait=True)
    check_status(api, charger)
    check_setters(api, charger)
    check_effects(api, charger)
    check_refusals(charger)
