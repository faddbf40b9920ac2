"""A charger's keys, its garage and its time, as tests use them."""

import socket
import urllib.request
from datetime import timedelta
from pathlib import Path

import pytest
from goe_charger import NotReached, Refused, VirtualCharger
from goe_charger.api import Car, ErrValue, Frc

pytestmark = pytest.mark.goe_charger(car="absent")


def test_it_is_reached_on_every_wire(goe_charger: VirtualCharger) -> None:
    with urllib.request.urlopen(f"{goe_charger.url}/api/status?filter=sse") as answer:
        assert answer.read() == b'{"sse":"000001"}'
    assert goe_charger.url == f"http://{goe_charger.http}"
    assert goe_charger.ws == f"ws://{goe_charger.http}/ws"
    for address in (goe_charger.mqtt.removeprefix("mqtt://"), goe_charger.modbus):
        host, port = address.split(":")
        socket.create_connection((host, int(port)), 5).close()


@pytest.mark.goe_charger(serial="007007", firmware="59.4", speed=60, wifi="none", modbus=False)
def test_it_is_as_it_was_asked_for(goe_charger: VirtualCharger) -> None:
    assert goe_charger.status("sse", "fwv", "car") == {"sse": "007007", "fwv": "59.4", "car": Car.Idle}
    assert "c0n" not in goe_charger.status()
    assert goe_charger.garage()["speed"] == 60
    assert goe_charger.get("wifis")[0]["ssid"] == ""
    with pytest.raises(Exception, match="no address of Modbus"):
        _ = goe_charger.modbus


def test_a_part_of_a_value(goe_charger: VirtualCharger) -> None:
    assert goe_charger.get("nrg.11") == 0
    assert goe_charger.get("ccw.ssid") == "home"
    for key, reason in (("zzz", "no key zzz"), ("nrg.16", "no 16 in"), ("nrg.x", "no x in"), ("amp.0", "no 0 in 32")):
        with pytest.raises(KeyError, match=reason):
            goe_charger.get(key)


def test_sets_and_refusals(goe_charger: VirtualCharger) -> None:
    goe_charger.set(amp=10, frc=Frc.Off, fna='The "left" one & more: Größe 1', dwo=None)
    assert goe_charger.status("amp", "frc", "fna", "dwo") == {
        "amp": 10, "frc": 1, "fna": 'The "left" one & more: Größe 1', "dwo": None,
    }
    with pytest.raises(Refused, match="Value 5 exceeds range 6 to 32") as refused:
        goe_charger.set({"zzz": 1}, amp=5, frc=Frc.On)
    assert refused.value.reasons == {"amp": "amp: failed: Value 5 exceeds range 6 to 32 (5)", "zzz": "zzz: unknown api key"}
    # The one that was right was taken.
    assert goe_charger.status("amp", "frc") == {"amp": 10, "frc": Frc.On}


def test_the_garage(goe_charger: VirtualCharger) -> None:
    goe_charger.plug({"phases": 1, "max_a": 16})
    state = goe_charger.garage(sun={"peak_w": 8000}, residual="dc")
    assert state["car"]["phases"] == 1 and state["sun"]["peak_w"] == 8000
    with pytest.raises(Refused, match=r"peak_w: .* a whole number from 1 to 1000000"):
        goe_charger.garage(sun={"peak_w": 0}, residual="none")
    goe_charger.wait_for("err", ErrValue.FiDc)
    goe_charger.garage(residual="none")
    goe_charger.unplug()
    goe_charger.wait_for("err", ErrValue.None_)


def test_time_passes_at_once(goe_charger: VirtualCharger) -> None:
    goe_charger.plug("three-phase")
    goe_charger.wait_for("nrg.11", lambda watts: watts > 10_000, within=30)
    before = goe_charger.status("rbt", "wh")
    goe_charger.advance(timedelta(hours=1))
    after = goe_charger.status("rbt", "wh")
    # Steps are whole seconds; what real time passed meanwhile passed in the charger, too.
    assert 3599 <= (after["rbt"] - before["rbt"]) / 1000 < 3620
    assert after["wh"] - before["wh"] == pytest.approx(11_000, rel=0.1)
    goe_charger.advance(0)
    for wrong in (-1, 0.5, timedelta(milliseconds=1)):
        with pytest.raises(ValueError, match="whole seconds"):
            goe_charger.advance(wrong)


def test_what_does_not_come_in_time(goe_charger: VirtualCharger) -> None:
    before = goe_charger.get("rbt")
    with pytest.raises(NotReached, match=r"car did not become .*Charging.* within 120 s of simulated time; it is 1$"):
        goe_charger.wait_for("car", Car.Charging, within=timedelta(minutes=2), every=7)
    assert 120 <= (goe_charger.get("rbt") - before) / 1000 < 130

    def draws(watts: float) -> bool:
        return watts > 0

    with pytest.raises(NotReached, match=r"nrg\.11 did not become draws within 0 s"):
        goe_charger.wait_for("nrg.11", draws, within=0)


@pytest.mark.goe_charger(speed=1000)
def test_time_is_left_alone(goe_charger: VirtualCharger) -> None:
    goe_charger.plug()
    assert goe_charger.wait_for("car", Car.Charging, within=3600, live=True) == 2
    with pytest.raises(NotReached, match="within 100 s"):
        goe_charger.wait_for("car", Car.Idle, within=100, live=True)


def test_a_scenario_is_played(goe_charger: VirtualCharger, tmp_path: Path) -> None:
    scenario = tmp_path / "comes.yaml"
    scenario.write_text("name: A car comes\nsteps:\n  - at: 10s\n    garage: {car: plugged}\n", encoding="utf-8")
    with VirtualCharger(scenario=scenario) as charger:
        assert charger.get("car") == Car.Idle
        assert charger.wait_for("car", Car.Charging) == 2
