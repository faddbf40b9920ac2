"""A client of MQTT at one node, as backends and dashboards are."""

import json
import queue
import threading
import time

import paho.mqtt.client as mqtt
from cluster import PASSWORD, USER

PATIENCE_S = 30
# A node has said all that it keeps of a topic when it said nothing more of it for so long.
QUIET_S = 1.0
# So many subscriptions go out in one packet. A node looks up all that it keeps for them before it goes on.
TOGETHER = 10


class Listener:
    """Hands each message with the time at which it came to `heard`."""

    def __init__(self, node, name, heard):
        self.answers = queue.Queue()
        self.client = mqtt.Client(mqtt.CallbackAPIVersion.VERSION2, name, clean_session=True)
        self.client.on_message = lambda _client, _data, message: heard(message, time.monotonic())
        self.client.on_connect = lambda _client, _data, _flags, code, _properties: self.answers.put(code)
        self.client.on_subscribe = lambda _client, _data, _id, codes, _properties: self.answers.put(codes)
        self.client.username_pw_set(USER, PASSWORD)
        self.client.connect("127.0.0.1", node.mqtt, keepalive=120)
        self.client.loop_start()
        code = self.answers.get(timeout=PATIENCE_S)
        if code.is_failure:
            raise SystemExit(f"FAILED: {node.name} refuses {name}: {code}")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.client.disconnect()
        self.client.loop_stop()

    def subscribe(self, *filters):
        for begin in range(0, len(filters), TOGETHER):
            self.client.subscribe([(each, 0) for each in filters[begin : begin + TOGETHER]])
            codes = self.answers.get(timeout=PATIENCE_S)
            if any(code.is_failure for code in codes):
                raise SystemExit(f"FAILED: a subscription is refused: {codes}")

    def publish(self, topic, payload):
        self.client.publish(topic, payload, qos=0)


def retained(node, serials):
    """What a node keeps of these chargers, by topic, to a client that comes anew."""
    kept, last = {}, time.monotonic()
    lock = threading.Lock()

    def heard(message, now):
        nonlocal last
        # What is said meanwhile is newer than what was kept.
        with lock:
            if message.retain:
                last = now
            if message.retain or message.topic in kept:
                kept[message.topic] = json.loads(message.payload)

    with Listener(node, f"reader-at-{node.name}", heard) as reader:
        reader.subscribe(*(f"go-eCharger/{serial}/+" for serial in serials))
        last = max(last, time.monotonic())
        while (silence := time.monotonic() - last) < QUIET_S:
            time.sleep(QUIET_S - silence)
    with lock:
        return dict(kept)
