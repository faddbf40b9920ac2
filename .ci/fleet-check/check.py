"""A small fleet at a cluster of NATS: what docs/fleet.md promises, on one machine.

usage: check.py GOE-CHARGER NATS-SERVER FOLDER SEED

Two shards of 150 chargers publish to three nodes. Every value that a charger has by HTTP is kept by every node;
what is set by MQTT at one node is said by the charger at another soon; the node that leads what is kept is killed
while settings change, and comes back; a shard that is started twice is refused.
"""

import collections
import functools
import pathlib
import random
import sys
import threading
import time

import charger
from charger import equal, expect
from cluster import Cluster
from listener import Listener, retained
from shards import Shard, begin, connections

PROGRAM, SERVER = sys.argv[1:3]
FOLDER, SEED = pathlib.Path(sys.argv[3]), int(sys.argv[4])

COUNT = 150
# A fleet has at least so many keys for each charger, so that nobody compares nothing with nothing.
KEYS = 300
# Milliseconds from a set to the state that follows, at the 99th percentile.
SOON_MS = 250
SETS = 600
SETS_A_SECOND = 40
# Seconds after which all chargers are heard of again.
BACK_S = 30
# A node hands out for two minutes what it read once, even if that was on its way to be replaced.
CACHE_S = 130
# Seconds for a shard that is refused to say so.
REFUSED_S = 20

# A setting that follows nothing else, and changes little.
KEY, LEAST, MOST = "amp", 6, 32
# Counts on, so that a charger that publishes is heard each second.
TICKS = "rbt"

chance = random.Random(SEED)


def said(what, *figures):
    print(f"  {what}:", *figures, flush=True)


def percentile(values, percent):
    ranked = sorted(values)
    return ranked[min(len(ranked) - 1, len(ranked) * percent // 100)]


def differences(node, chargers, expected=None):
    """Which values of these chargers a node keeps otherwise than they are; how many it keeps that could be compared."""
    before = {serial: each.status() for serial, each in chargers.items()}
    kept = retained(node, chargers)
    wrong, compared = {}, 0
    for serial, each in chargers.items():
        after = each.status()
        if len(after) < KEYS:
            raise SystemExit(f"FAILED: {serial} has {len(after)} keys")
        for key, value in after.items():
            topic = f"go-eCharger/{serial}/{key}"
            if topic not in kept:
                wrong[topic] = "is not kept"
            elif value == before[serial][key]:
                compared += 1
                if kept[topic] != value:
                    wrong[topic] = f"is {kept[topic]!r} and not {value!r}"
        if expected and after[KEY] != expected[serial]:
            wrong[f"{serial}'s own {KEY}"] = f"is {after[KEY]} and not {expected[serial]}"
    return wrong, compared


def check_kept(cluster, chargers, expected=None):
    """Every node keeps what every charger says of itself."""
    for node in cluster.nodes:
        began, readings = time.monotonic(), 1
        wrong, compared = differences(node, chargers, expected)
        first = len(wrong)
        while wrong and time.monotonic() - began < CACHE_S:
            serials = {serial for serial in chargers if any(serial in topic for topic in wrong)}
            wrong, _ = differences(node, {serial: chargers[serial] for serial in serials}, expected)
            readings += 1
        expect(not wrong, f"{len(wrong)} values at {node.name}, such as", *list(wrong.items())[:3])
        expect(compared > 0.8 * len(chargers) * KEYS, f"only {compared} values at {node.name} could be compared")
        took = time.monotonic() - began
        said(f"{node.name} keeps", f"{compared} values that stood still, {first} others at first, after {readings} "
             f"readings and {took:.1f} s none")


class Sets:
    """Sets a key of chargers by MQTT, each at another node than the charger's, and hears there what they say."""

    def __init__(self, nodes, chargers):
        self.nodes, self.chargers, self.lock = nodes, chargers, threading.Lock()
        self.wanted = {serial: each.value(KEY) for serial, each in chargers.items()}
        # What is waited for at which node since when, what came, and when each was heard of last.
        self.waiting, self.took_ms, self.last, self.silence = {}, [], {}, dict.fromkeys(chargers, 0)
        self.listeners = []

    def __enter__(self):
        for node in self.nodes:
            listener = Listener(node, f"sets-at-{node.name}", functools.partial(self.heard, node))
            self.listeners.append(listener)
            listener.subscribe(*(f"go-eCharger/{serial}/{key}" for serial in self.chargers for key in (KEY, TICKS)))
        return self

    def __exit__(self, *_):
        for listener in self.listeners:
            listener.__exit__()

    def heard(self, node, message, now):
        _, serial, key = message.topic.split("/")
        with self.lock:
            if key == TICKS and not message.retain:
                self.silence[serial] = max(self.silence[serial], now - self.last.get(serial, now))
                self.last[serial] = now
            at, since, value = self.waiting.get(serial, (None, 0, None))
            if key == KEY and at is node and int(message.payload) == value:
                del self.waiting[serial]
                self.took_ms.append(1000 * (now - since))

    def set(self, serial, homes):
        """Sets another value, at a node that is not the charger's."""
        at = chance.choice([at for at, node in enumerate(self.nodes) if node not in homes])
        with self.lock:
            value = chance.choice([value for value in range(LEAST, MOST + 1) if value != self.wanted[serial]])
            self.wanted[serial] = value
            self.waiting[serial] = (self.nodes[at], time.monotonic(), value)
        self.listeners[at].publish(f"go-eCharger/{serial}/{KEY}/set", str(value))

    def repeat_lost(self):
        """Sets again, by HTTP, what did not arrive, as QoS 0 promises nothing; says how many that were."""
        lost = [serial for serial, each in self.chargers.items() if each.value(KEY) != self.wanted[serial]]
        for serial in lost:
            self.chargers[serial].set(**{KEY: self.wanted[serial]})
        return len(lost)

    def silent_for(self, serial):
        """The longest time in which the charger was not heard of, until now."""
        with self.lock:
            return max(self.silence[serial], time.monotonic() - self.last.get(serial, 0))


def homes_of(nodes, serials):
    """At which nodes each charger is connected. Each is at one."""
    found = connections(nodes)
    homes = {}
    for serial in serials:
        places = [place for client, places in found.items() if serial in client for place in places]
        homes[serial] = [node for node, _ in places]
    return homes


def check_one_each(nodes, serials):
    homes = homes_of(nodes, serials)
    wrong = {serial: [node.name for node in places] for serial, places in homes.items() if len(places) != 1}
    expect(not wrong, "chargers that are not connected once:", wrong)
    counts = collections.Counter(node.name for places in homes.values() for node in places)
    said("chargers at", ", ".join(f"{name} {count}" for name, count in sorted(counts.items())))
    return homes


def in_turn(serials):
    """All of them in any order, again and again: none is set twice within a second, in which it is said once."""
    serials = list(serials)
    while True:
        chance.shuffle(serials)
        # The last of one turn is not among the first of the next.
        yield from serials


def check_sets(cluster, chargers, homes):
    with Sets(cluster.nodes, chargers) as sets:
        began = time.monotonic()
        for number, serial in zip(range(SETS), in_turn(chargers)):
            time.sleep(max(0, began + number / SETS_A_SECOND - time.monotonic()))
            sets.set(serial, homes[serial])
        end = time.monotonic() + 5
        while sets.waiting and time.monotonic() < end:
            time.sleep(0.05)
        expect(not sets.waiting, "sets without a state:", sets.waiting)
        took = sets.took_ms
        median, p99 = percentile(took, 50), percentile(took, 99)
        expect(p99 <= SOON_MS, f"a set takes {p99:.0f} ms to its state at the 99th percentile")
        said("from a set at one node to the state of a charger at another", f"{len(took)} sets, median {median:.0f} ms, "
             f"99th percentile {p99:.0f} ms, longest {max(took):.0f} ms")
