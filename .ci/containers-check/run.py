"""The image by itself, and the services of packaging/compose.yaml, as containers.

usage: run.py IMAGE

The image is a folder. Python is that of Home Assistant's packages.
"""

import asyncio
import json
import os
import pathlib
import shlex
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request

import aiohttp
import yaml
from charger import Charger
from container import PATIENCE_S, Container, Image, computer, mount
from core import Core

MOST = 8_000_000
PACKAGING = pathlib.Path("packaging")


def fail(*what):
    sys.exit(" ".join(map(str, ("FAILED:", *what))))


def check_image(image):
    size = image.size()
    print(f"  the image has {size:,} bytes")
    if size > MOST:
        fail("that are more than", MOST)
    if image.config["User"].partition(":")[0] in ("", "0", "root"):
        fail("it runs as root")


def check_page(image):
    """Each command of the page: its arguments, and that what it publishes is served."""
    lines = pathlib.Path("docs/containers.md").read_text().splitlines()
    commands = [shlex.split(line) for line in lines if line.startswith("docker run ")]
    if not commands:
        fail("docs/containers.md starts nothing")
    for command in commands:
        at = command.index("goe-charger")
        running = Container.of(image, image.root(), command[at + 1 :])
        running.comes_up(image)
        for port in (word.split(":")[2] for flag, word in zip(command[:at], command[1:at]) if flag == "-p"):
            listens(int(port))
        running.stop()
        print(f"  {shlex.join(command)}")


def check_alone(image):
    """It stops at once, and what was set is there again."""
    root = image.root()
    running = Container.of(image, root)
    print(" ", running.comes_up(image))
    charger = Charger("127.0.0.1:8080")
    charger.set(dwo=3500)
    # The flash of a scenario is a file of its own.
    play(running, "plug-to-full", lambda played: played and played["name"] == "Plug to full")
    play(running, None, lambda played: played is None)
    took, code = running.stop()
    print(f"  it ended {took:.2f} s after SIGTERM")
    if took > 1 or code != 0:
        fail("it ended after", took, "s with", code, running.log.read_text())
    if running.health(image):
        fail("it is well, and has ended")
    again = Container.of(image, root)
    again.comes_up(image)
    if charger.value("dwo") != 3500:
        fail("what was set is lost: dwo is", charger.value("dwo"))
    again.stop()


def play(running, name, is_played):
    """Asks for a scenario, and waits until it is served; by HTTP nothing tells that it will be."""
    url = "http://127.0.0.1:8080/scenario"
    asked = urllib.request.Request(url, json.dumps({"play": name}).encode())
    urllib.request.urlopen(asked, timeout=10).close()
    for _ in range(PATIENCE_S * 20):
        try:
            with urllib.request.urlopen(url, timeout=10) as answer:
                if is_played(json.load(answer)):
                    return
        except urllib.error.URLError:
            pass
        time.sleep(0.05)
    fail("the scenario", name, "is not played:", running.log.read_text())


def check_fleet(image):
    fleet = Container.of(image, image.root(), ["fleet", "--count=10", "--http=0.0.0.0:8080"])
    print(" ", fleet.comes_up(image))
    fleet.stop()


def started(service, root, argv, **more):
    """A service in the root that it has, with its volumes over it."""
    for volume in service.get("volumes", []):
        source, place, *_ = volume.split(":")
        inside = root / place.lstrip("/")
        if source.startswith("./"):
            inside.parent.mkdir(parents=True, exist_ok=True)
            inside.touch()
            mount("--bind", "-o", "ro", PACKAGING / source, inside)
        else:
            inside.mkdir(parents=True, exist_ok=True)
    env = [f"PATH={os.environ['PATH']}", "HOME=/root"]
    return Container(root, argv, env, **more)


def listens(port):
    """Waits until something does; nothing tells that it will."""
    for _ in range(PATIENCE_S * 20):
        try:
            return socket.create_connection(("127.0.0.1", port)).close()
        except ConnectionRefusedError:
            time.sleep(0.05)
    fail("nothing listens at", port)


async def check_home_assistant(charger):
    async with aiohttp.ClientSession() as session:
        core = Core(session, "http://127.0.0.1:8123")
        await core.begin()
        current = await core.entity("000001_amp")
        await core.state(await core.entity("000001_car"), lambda car: True)
        await core.call("number.set_value", entity_id=current, value=13)
        await core.state(current, lambda amperes: float(amperes) == 13)
        if charger.value("amp") != 13:
            fail("13 A were set, and amp is", charger.value("amp"))
        entities = await core.ask("config/entity_registry/list")
    return sum(one["unique_id"].startswith("000001_") for one in entities)


def check_compose(image):
    services = yaml.safe_load((PACKAGING / "compose.yaml").read_text())["services"]
    if set(services) != {"charger", "mosquitto", "home-assistant"}:
        fail("there are other services:", *services)
    # Engines answer for the names of services by DNS, there.
    dns = ["dnsmasq", "--keep-in-foreground", "--user=root", "--no-resolv", "--no-hosts", "--listen-address=127.0.0.11",
           "--bind-interfaces", *(f"--address=/{name}/127.0.0.1" for name in services)]
    names = subprocess.Popen(dns)
    broker = started(services["mosquitto"], computer(services), ["mosquitto", "-c", "/mosquitto/config/mosquitto.conf"])
    charger = Container.of(image, image.root(), services["charger"]["command"])
    root = computer(services)
    # As the image has it; of what a new configuration wants not all is here.
    (root / "init").write_text(f"#!/bin/sh\nexec {sys.executable} -m homeassistant --config /config --skip-pip\n")
    (root / "init").chmod(0o755)
    (root / "config").mkdir()
    (root / "config/configuration.yaml").write_text("# nothing\n")
    home_assistant = started(services["home-assistant"], root, services["home-assistant"]["entrypoint"])
    try:
        print(" ", charger.comes_up(image))
        for port in (port for service in services.values() for port in service["ports"]):
            address, _, inside = port.split(":")
            if address != "127.0.0.1":
                fail("others reach", port)
            listens(int(inside))
        count = asyncio.run(check_home_assistant(Charger("127.0.0.1:8080")))
        print(f"  Home Assistant has {count} entities of it, and sets 13 A")
    except BaseException:
        for one in (broker, charger, home_assistant):
            print(one.log.read_text())
        raise
    for one in (home_assistant, charger, broker):
        one.stop()
    names.terminate()
    names.wait()


subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
image = Image(sys.argv[1])
check_image(image)
check_page(image)
check_alone(image)
check_fleet(image)
check_compose(image)
