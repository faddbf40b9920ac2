"""The processes of a fleet, as users start them: shards of `goe-charger fleet`."""

import collections
import json
import re
import subprocess
import time
import urllib.request

from charger import Charger

PATIENCE_S = 60


def begin(program, folder, name, *arguments):
    """Starts a shard on a free port; its log is in the folder."""
    log = folder / f"{name}.log"
    command = [program, "fleet", "--http", "127.0.0.1:0", "--no-page", *arguments]
    with log.open("w") as stderr:
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=stderr, text=True)
    return process, log


class Shard:
    """A process that serves a part of the chargers, until the block ends."""

    def __init__(self, program, folder, name, *arguments):
        self.name = name
        self.process, self.log = begin(program, folder, name, *arguments)
        # It says where it listens once it does, or ends.
        self.http, self.said = None, []
        for line in self.process.stdout:
            self.said.append(line)
            if found := re.match(r" *HTTP +http://([^/\s]+)", line):
                self.http = found[1]
                break
        if self.http is None:
            raise SystemExit(f"FAILED: {name} did not come up: {''.join(self.said)}{self.log.read_text()}")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()

    def figures(self):
        with urllib.request.urlopen(f"http://{self.http}/fleet", timeout=10) as answer:
            return json.load(answer)

    def chargers(self):
        """Its chargers, by their serials."""
        figures = self.figures()
        first = int(figures["serial"])
        serials = [f"{first + number:06}" for number in range(figures["count"])]
        return {serial: Charger(f"{self.http}/{serial}") for serial in serials}

    def stop(self):
        """As Ctrl-C does; says how long it took, and with what it ended."""
        began = time.monotonic()
        self.process.terminate()
        code = self.process.wait(PATIENCE_S)
        return time.monotonic() - began, code


def connections(nodes):
    """The connections of MQTT at these nodes, by the ids of the clients: the node, and what it says of each."""
    found = collections.defaultdict(list)
    for node in nodes:
        for connection in (node.ask("/connz?limit=10000") or {}).get("connections", []):
            if client := connection.get("mqtt_client"):
                found[client].append((node, connection))
    return found
