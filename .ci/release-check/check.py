"""Tries the programs of a release in a root with nothing else in it.

usage: check.py ROOT SPEC

ROOT is the unpacked archive; SPEC a folder with a spec beside `generated`. It runs in
namespaces of its own (.ci/release makes them), where it may change the root and where
there is no network but loopback.
"""

import http.client
import json
import os
import re
import shutil
import socket
import statistics
import struct
import subprocess
import sys
import threading
import time
from pathlib import Path

ROOT = Path(sys.argv[1])
SPEC = Path(sys.argv[2])
# Of the best of all starts, which other work on this machine does not make later.
LATEST_ANSWER_MS = 50
MOST_MEMORY = 8_000_000
STARTS = 15


def main() -> None:
    for folder in ("etc", "project", "state"):
        (ROOT / folder).mkdir()
    (ROOT / "etc/hosts").write_text("127.0.0.1 localhost broker.test\n")
    # A module that must not be loaded, as a system may name ones that its own programs can load.
    (ROOT / "etc/nsswitch.conf").write_text("hosts: trap files dns\npasswd: trap files\n")
    generator()
    scenarios()
    charger = Charger("first")
    client(charger)
    names(charger)
    memory(charger)
    charger.stop()
    starts()


def generator() -> None:
    shutil.copytree(SPEC, ROOT / "project/spec")
    says(run("goe-codegen", "check", "project/spec"), "")
    run("goe-codegen", "generate", "--spec", "project/spec", "--out", "project/generated")
    committed = files(SPEC.parent / "generated")
    equal(files(ROOT / "project/generated"), committed, "what the generator wrote")
    says(run("goe-codegen", "init", "project/device", code=1), "--goe")
    print(f"goe-codegen wrote {len(committed)} files as they are committed")


def files(folder: Path) -> dict[str, bytes]:
    all_files = (path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): path.read_bytes() for path in all_files}


def scenarios() -> None:
    all_files = sorted(str(path.relative_to(ROOT)) for path in (ROOT / "scenarios").iterdir())
    began = time.monotonic()
    run("goe-charger", "run", *all_files)
    print(f"goe-charger run played {len(all_files)} scenarios in {time.monotonic() - began:.1f} s")


def client(charger: "Charger") -> None:
    def ask(*words: str, code: int = 0) -> str:
        return run("goectl", "--host", charger.http, *words, code=code)

    says(ask("status"), "go-eCharger 000001")
    says(ask("set", "amp=10"), "10 A")
    equal(ask("get", "amp").strip(), "10", "amp")
    says(ask("set", "amp=99", code=2), "6")
    says(ask("doctor", code=0), "")
    says(run("goectl", "explain", "amp"), "Current that the owner wants")
    status = charger.get("/api/status?filter=amp,sse")
    equal(status, {"amp": 10, "sse": "000001"}, "the status")
    says(run("goectl", "--host", "nowhere.test", "status", code=3), "nowhere.test")
    print("goectl reads and sets")


def names(first: "Charger") -> None:
    """Others find the first one's broker by names of the hosts file and of a name server."""
    port = first.broker.rpartition(":")[2]
    for name in ("localhost", "broker.test"):
        Charger(name, "--mqtt-url", f"mqtt://{name}:{port}").connects().stop()
    (ROOT / "etc/resolv.conf").write_text("nameserver 127.0.0.1\n")
    with NameServer("broker.example"):
        Charger("server", "--mqtt-url", f"mqtt://broker.example:{port}").connects().stop()
    print("names lead to a broker: localhost, one of the hosts file, one of a name server")


def memory(charger: "Charger") -> None:
    status = Path(f"/proc/{charger.process.pid}/status").read_text()
    most = int(re.search(r"VmHWM:\s+(\d+) kB", status)[1]) * 1024
    print(f"memory of a charger with its broker, at most so far: {most:,} bytes")
    if most > MOST_MEMORY:
        sys.exit(f"error: that is more than {MOST_MEMORY:,} bytes")


def starts() -> None:
    """How long it takes from the start of the program until HTTP has answered."""
    for what, flash in (("blank", lambda number: f"start-{number}"), ("used", lambda _: "start-0")):
        took = []
        for number in range(STARTS):
            charger = Charger(flash(number))
            took.append(charger.first_answer_ms)
            charger.stop()
        best, middle = min(took), statistics.median(took)
        print(f"first answer with a {what} flash after {middle:.0f} ms, at best {best:.0f}, at worst {max(took):.0f}")
        if best > LATEST_ANSWER_MS:
            sys.exit(f"error: that is more than {LATEST_ANSWER_MS} ms at best")


def inside(program: str, *words: str) -> list[str]:
    return ["chroot", str(ROOT), f"/{program}", *words]


# Nothing of whoever runs this.
VARIABLES = {"PATH": os.environ["PATH"], "HOME": "/state"}


def run(program: str, *words: str, code: int = 0) -> str:
    """What a program says, after it ended with this code."""
    command = inside(program, *words)
    done = subprocess.run(command, env=VARIABLES, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60)
    said = done.stdout + done.stderr
    if done.returncode != code:
        sys.exit(f"error: `{' '.join(command)}` ended with {done.returncode}, not {code}:\n{said}")
    return said


class Charger:
    """A charger that serves on free ports."""

    def __init__(self, flash: str, *flags: str) -> None:
        own = [] if flags else ["--broker", "127.0.0.1:0"]
        command = inside("goe-charger", "--http", "127.0.0.1:0", "--flash", f"/state/{flash}", *own, *flags)
        began = time.monotonic()
        self.process = subprocess.Popen(
            command, env=VARIABLES, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        self.http = self.broker = ""
        for line in self.process.stdout:
            if found := re.search(r"\bHTTP +http://([0-9.:]+)/", line):
                self.http = found[1]
                self.get("/api/status?filter=car")
                self.first_answer_ms = (time.monotonic() - began) * 1000
            elif found := re.search(r"\bMQTT +mqtt://([0-9.:]+)", line):
                self.broker = found[1]
            elif line.startswith("try:"):
                break
        if not self.http:
            sys.exit(f"error: the charger did not come up:\n{self.process.stderr.read()}")

    def get(self, path: str) -> object:
        connection = http.client.HTTPConnection(self.http, timeout=10)
        connection.request("GET", path)
        answer = connection.getresponse()
        equal(answer.status, 200, path)
        return json.load(answer)

    def connects(self) -> "Charger":
        """Waits until its log says that it is at the broker, or that it cannot be."""
        for line in self.process.stderr:
            if "mqtt: connected" in line:
                return self
            if "WARN" in line or "ERROR" in line:
                break
        self.process.kill()
        sys.exit(f"error: it does not reach the broker:\n{line}")

    def stop(self) -> None:
        self.process.terminate()
        self.process.communicate(timeout=10)
        equal(self.process.returncode, 0, "how the charger ended")


class NameServer:
    """Answers every question for an IPv4 address of one name, and says that there is no other."""

    def __init__(self, name: str) -> None:
        self.name = name.encode()
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind(("127.0.0.1", 53))

    def __enter__(self) -> None:
        threading.Thread(target=self.serve, daemon=True).start()

    def __exit__(self, *_: object) -> None:
        self.socket.close()

    def serve(self) -> None:
        asked_name = b"".join(bytes([len(label)]) + label for label in self.name.split(b".")) + b"\0"
        while True:
            try:
                question, who = self.socket.recvfrom(512)
            except OSError:
                return
            # Behind the header: the name, its type and its class.
            is_ours = question[12:].startswith(asked_name)
            kind = question[12 + len(asked_name):][:2] if is_ours else b""
            answers = [socket.inet_aton("127.0.0.1")] if kind == b"\0\1" else []
            flags = 0x8180 if is_ours else 0x8183
            end = 12 + question[12:].index(b"\0") + 5
            head = question[:2] + struct.pack(">HHHHH", flags, 1, len(answers), 0, 0)
            body = b"".join(b"\xc0\x0c" + struct.pack(">HHIH", 1, 1, 60, 4) + address for address in answers)
            self.socket.sendto(head + question[12:end] + body, who)


def says(text: str, part: str) -> None:
    if part not in text:
        sys.exit(f"error: no `{part}` in\n{text}")


def equal(found: object, expected: object, what: str) -> None:
    if found != expected:
        found, expected = str(found)[:300], str(expected)[:300]
        sys.exit(f"error: {what}: {found}, not {expected}")


if __name__ == "__main__":
    main()
