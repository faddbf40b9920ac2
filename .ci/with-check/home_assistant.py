"""docs/with-home-assistant.md, with Home Assistant itself, which this starts.

usage: home_assistant.py FOLDER

The folder is to be its own. Python is that of its packages.
"""

import asyncio
import json
import pathlib
import subprocess
import sys
import urllib.request

import aiohttp
import page
from core import Core

PAGE = "with-home-assistant.md"


def charger(key):
    with urllib.request.urlopen(f"http://127.0.0.1:8080/api/status?filter={key}", timeout=10) as answer:
        return json.load(answer)[key]


async def come_by_mqtt(core):
    """As its page for a new integration does it, with what a person types there."""
    flow = await core.post("/api/config/config_entries/flow", json={"handler": "mqtt"})
    typed = json.loads(page.block(PAGE, "json"))
    end = await core.post(f"/api/config/config_entries/flow/{flow['flow_id']}", json=typed)
    if end["type"] != "create_entry":
        sys.exit(f"FAILED: Home Assistant does not take {typed} for MQTT: {end.get('errors')}")
    page.run(PAGE)
    power = await core.state(await core.entity("000001_nrg_11"), lambda watts: float(watts) > 0)
    current = await core.entity("000001_amp")
    await core.call("number.set_value", entity_id=current, value=13)
    await core.state(current, lambda amperes: float(amperes) == 13)
    if charger("amp") != 13:
        sys.exit(f"FAILED: 13 A were set, and amp is {charger('amp')}")
    entities = await core.ask("config/entity_registry/list")
    own = [one for one in entities if one["unique_id"].startswith("000001_")]
    print(f"  by MQTT: {len(own)} entities, {float(power):.0f} W, 13 A set")


async def come_by_http(core):
    power = await core.state("sensor.charger_power", lambda watts: float(watts) > 0)
    await core.call("rest_command.charger_current", amp=10)
    if charger("amp") != 10:
        sys.exit(f"FAILED: 10 A were set, and amp is {charger('amp')}")
    print(f"  by HTTP: {float(power):.0f} W, 10 A set")


async def check():
    async with aiohttp.ClientSession() as session:
        core = Core(session, "http://127.0.0.1:8123")
        await core.begin()
        await come_by_http(core)
        await come_by_mqtt(core)


folder = pathlib.Path(sys.argv[1])
(folder / "configuration.yaml").write_text(page.block(PAGE, "yaml"))
command = [sys.executable, "-m", "homeassistant", "--config", folder, "--skip-pip"]
log = folder / "said"
with log.open("w") as said:
    program = subprocess.Popen(command, stdout=said, stderr=said)
try:
    asyncio.run(check())
except BaseException:
    print(log.read_text())
    raise
finally:
    program.terminate()
    program.wait()
