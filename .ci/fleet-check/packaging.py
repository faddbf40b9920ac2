"""What packaging/fleet has for containers, of which there are none here: it fits together, and the programs take it.

usage: packaging.py GOE-CHARGER NATS-SERVER
"""

import os
import pathlib
import re
import subprocess
import sys

import charger
import yaml
from charger import equal, expect

PROGRAM, SERVER = sys.argv[1:3]
FOLDER = pathlib.Path("packaging/fleet")
CONFIGURATION = FOLDER / "nats.conf"
# What stands in place of the owner's: `openssl rand` gives such ones.
SECRET = "12e4567890abcdef"


def filled(text):
    """As the compose program replaces variables."""
    return re.sub(r"\$\{NATS_PASSWORD(:\?[^}]*)?\}", SECRET, text)


def check_nodes(nodes):
    named = set(re.findall(r"\$(NATS_\w+)", CONFIGURATION.read_text()))
    for name, node in nodes.items():
        given = node["environment"]
        equal(f"what {name} is given", set(given), named)
        equal(f"what {name} is called", given["NATS_NAME"], name)
        routes = {given[each] for each in given if each.startswith("NATS_ROUTE_")}
        equal(f"routes of {name}", routes, {f"nats-route://{each}:6222" for each in nodes})
        command = [SERVER, "-t", "--config", CONFIGURATION]
        taken = subprocess.run(command, env=os.environ | given, capture_output=True, text=True)
        expect(taken.returncode == 0, f"the server refuses the configuration of {name}:", taken.stderr)
    stores = [volume for node in nodes.values() for volume in node["volumes"] if not volume.startswith(".")]
    equal("stores", len(set(stores)), len(nodes))


def check_shards(shards, nodes):
    about = subprocess.run([PROGRAM, "fleet", "--help"], capture_output=True, text=True, check=True).stdout
    known = set(re.findall(r"--[a-z-]+", about))
    for name, shard in shards.items():
        options = [*shard["entrypoint"][2:], *shard["command"]]
        unknown = {option.split("=")[0] for option in options if option.startswith("--")} - known
        equal(f"options of {name} that there are not", unknown, set())
        brokers = {found[1] for option in options if (found := re.search(r"@([^:]+):1883\?qos=1$", option))}
        equal(f"brokers of {name}", brokers, set(nodes))
    parts = sorted(shard["command"][-1] for shard in shards.values())
    equal("shards", parts, [f"{part}/{len(parts)}" for part in range(1, len(parts) + 1)])


services = yaml.safe_load(filled((FOLDER / "compose.yaml").read_text()))["services"]
nodes = {name: service for name, service in services.items() if name.startswith("nats-")}
shards = {name: service for name, service in services.items() if name.startswith("fleet-")}
equal("nodes", len(nodes), 3)
expect(len(shards) > 1 and len(nodes) + len(shards) == len(services), "services:", set(services))
check_nodes(nodes)
check_shards(shards, nodes)
ports = [port for service in services.values() for port in service["ports"]]
equal("ports that are given once", len(set(ports)), len(services))
print(f"  {len(nodes)} nodes and {len(shards)} shards fit together")
sys.exit(charger.failures > 0)
