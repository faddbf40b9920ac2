"""Three nodes of NATS on this machine, with the configuration of packaging/fleet.

A node can be killed as a power cut kills it, and started again on what it stored.
"""

import base64
import json
import os
import pathlib
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request

CONFIGURATION = pathlib.Path(__file__).parents[2] / "packaging" / "fleet" / "nats.conf"
PATIENCE_S = 60
NODES = 3
USER, PASSWORD = "fleet", "not a secret"


def free_ports(count):
    """Ports that nobody listens on. All are held until all are known, so that none is given twice."""
    sockets = [socket.socket() for _ in range(count)]
    try:
        for each in sockets:
            each.bind(("127.0.0.1", 0))
        return [each.getsockname()[1] for each in sockets]
    finally:
        for each in sockets:
            each.close()


class Node:
    """One server of the cluster."""

    def __init__(self, server, folder, index, ports, routes):
        self.name = f"nats-{index + 1}"
        self.clients, self.monitor, cluster, self.mqtt = ports
        self.server, self.log = server, folder / f"{self.name}.log"
        self.environment = os.environ | {
            "NATS_NAME": self.name,
            "NATS_USER": USER,
            # Quoted, as the server reads it as a value of its configuration.
            "NATS_PASSWORD": f'"{PASSWORD}"',
            "NATS_STORE": str(folder / self.name),
            "NATS_CLIENTS": f"127.0.0.1:{self.clients}",
            "NATS_MONITOR": f"127.0.0.1:{self.monitor}",
            "NATS_CLUSTER": f"127.0.0.1:{cluster}",
            "NATS_MQTT": f"127.0.0.1:{self.mqtt}",
        } | {f"NATS_ROUTE_{number}": route for number, route in enumerate(routes, 1)}
        self.process = None

    def start(self):
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [self.server, "--config", CONFIGURATION], env=self.environment, stdout=log, stderr=log
            )

    def kill(self):
        """As a power cut ends it."""
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()
        self.process = None

    def stop(self):
        if self.process is not None:
            self.process.terminate()
            try:
                self.process.wait(10)
            except subprocess.TimeoutExpired:
                self.kill()

    def ask(self, path):
        """What its monitor answers; None where it does not answer with success."""
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.monitor}{path}", timeout=5) as answer:
                return json.load(answer)
        except (urllib.error.URLError, OSError, ValueError):
            return None

    def is_healthy(self):
        """It has caught up with all that is stored for it."""
        if self.process is not None and self.process.poll() is not None:
            log = self.log.read_text()[-2000:]
            raise SystemExit(f"FAILED: {self.name} ended with {self.process.returncode}:\n{log}")
        return (self.ask("/healthz") or {}).get("status") == "ok"

    def stored(self, topic):
        """What the stream has of a retained topic, asked by NATS's own protocol, past all that a node remembers."""
        subject = "$MQTT.rmsgs." + topic.replace("/", ".")
        query = json.dumps({"last_by_subj": subject}).encode()
        login = json.dumps({"user": USER, "pass": PASSWORD, "verbose": False, "lang": "ci", "version": "0"})
        with socket.create_connection(("127.0.0.1", self.clients), timeout=10) as connection:
            with connection.makefile("rwb") as wire:
                wire.write(f"CONNECT {login}\r\nSUB answer 1\r\n".encode())
                wire.write(f"PUB $JS.API.STREAM.MSG.GET.$MQTT_rmsgs answer {len(query)}\r\n".encode() + query + b"\r\n")
                wire.flush()
                for line in wire:
                    if line.startswith(b"MSG "):
                        answer = json.loads(wire.read(int(line.split()[-1])))
                        message = answer.get("message")
                        return message and base64.b64decode(message["data"])

    def streams(self):
        """What it knows of the streams of MQTT, by their names."""
        accounts = (self.ask("/jsz?streams=true&config=true") or {}).get("account_details", [])
        return {stream["name"]: stream for account in accounts for stream in account.get("stream_detail", [])}


class Cluster:
    """Three nodes, each with a store of its own in `folder`."""

    def __init__(self, server, folder):
        ports = [free_ports(4) for _ in range(NODES)]
        routes = [f"nats-route://127.0.0.1:{cluster}" for _, _, cluster, _ in ports]
        self.nodes = [Node(server, folder, index, ports[index], routes) for index in range(NODES)]

    def __enter__(self):
        for node in self.nodes:
            node.start()
        self.wait_for_health()
        return self

    def __exit__(self, *_):
        for node in self.nodes:
            node.stop()

    def wait_for_health(self):
        """Waits until all nodes have what they should; says how long it took."""
        began = time.monotonic()
        while not all(node.is_healthy() for node in self.nodes):
            if time.monotonic() - began > PATIENCE_S:
                raise SystemExit(f"FAILED: the cluster is not whole after {PATIENCE_S} s")
            time.sleep(0.1)
        return time.monotonic() - began

    def leader_of(self, stream):
        """The node that leads a stream."""
        return self.named(self.nodes[0].streams()[stream]["cluster"]["leader"])

    def named(self, name):
        return next(node for node in self.nodes if node.name == name)
