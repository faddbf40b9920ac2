"""What evcc asks of a charger, and what it needs of the answers, by plain HTTP.

usage: evcc.py HTTP

evcc is a program of its own with a site to configure; these are the requests its charger `go-e` makes, and what
it reads of them into fixed types: an integer must have no fraction, a missing or null number is zero.
"""

from charger import checked, check_energy, equal, expect, is_number, near

# It asks for keys of several firmwares; this charger has them all.
ASKED = "alw,acu,amp,car,eto,frc,nrg,wh,trx,cards,psm,loe,tma,err,modelStatus"


def integer(what, value, least, most):
    expect(isinstance(value, int) and not isinstance(value, bool) and least <= value <= most, what, "is", value)


def check_document(charger):
    code, kind, status = charger.get(f"/api/status?filter={ASKED}")
    equal("code of a status", code, 200)
    equal("type of a status", kind, "application/json")
    equal("keys of a status", set(status), set(ASKED.split(",")))
    expect(isinstance(status["alw"], bool), "alw is", status["alw"])
    integer("acu", status["acu"], 6, 32)
    integer("amp", status["amp"], 6, 32)
    integer("car", status["car"], 1, 5)
    integer("eto", status["eto"], 0, 2**53)
    integer("frc", status["frc"], 0, 2)
    integer("psm", status["psm"], 0, 2)
    integer("err", status["err"], 0, 255)
    expect(status["trx"] is None or status["trx"] in range(11), "trx is", status["trx"])
    expect(is_number(status["wh"]), "wh is", status["wh"])
    expect(all(map(is_number, status["tma"])), "tma is", status["tma"])
    check_energy(status["nrg"])


def set_to(charger, key, value):
    code, kind, answer = charger.get(f"/api/set?{key}={value}")
    equal(f"a set of {key}", (code, kind, answer), (200, "application/json", {key: True}))
    equal(f"{key} at once", charger.value(key), value)


def check_energies(charger):
    """Both energies are in Wh and are what the power makes of the time."""
    before = charger.draws()
    watts = before["nrg"][11]
    after = charger.wait("20 seconds", lambda s: s["rbt"] - before["rbt"] >= 20_000, "rbt", "wh", "nrg")
    expected = watts * (after["rbt"] - before["rbt"]) / 3_600_000
    near("Wh of the session", after["wh"] - before["wh"], expected, least=0, share=0.03)
    eto = charger.value("eto")
    charger.wait("50 Wh", lambda s: s["wh"] - after["wh"] >= 50, "wh")
    expect(charger.value("eto") - eto >= 49, "eto does not follow wh:", eto, charger.value("eto"))


def check_commands(charger):
    """Enable, current and phases, as its loadpoint uses them."""
    set_to(charger, "frc", 1)
    charger.stops(reason=4)
    # It sets a current while charging is off, and then switches on.
    set_to(charger, "amp", 6)
    set_to(charger, "frc", 2)
    charger.starts(reason=3)
    status = charger.draws(6)
    near("power of 6 A on three phases", status["nrg"][11], 6 * sum(status["nrg"][0:3]), least=0, share=0.05)
    set_to(charger, "psm", 1)
    status = charger.draws(6, phases=1)
    equal("currents on one phase", status["nrg"][5:7], [0, 0])
    near("power of 6 A on one phase", status["nrg"][11], 6 * status["nrg"][0], least=0, share=0.05)
    set_to(charger, "amp", 13)
    charger.draws(13, phases=1)
    set_to(charger, "psm", 2)
    charger.draws(13, phases=3)
    set_to(charger, "psm", 0)
    set_to(charger, "frc", 0)


def check_refusals(charger):
    for key, value in (("amp", 5), ("amp", 33), ("frc", 3), ("psm", 3), ("car", 1), ("no_such_key", 1)):
        code, kind, answer = charger.get(f"/api/set?{key}={value}")
        expect((code, kind) == (500, "application/json") and answer[key] is not True, key, value, code, kind, answer)


with checked("evcc") as charger:
    check_document(charger)
    check_energies(charger)
    check_commands(charger)
    check_refusals(charger)
