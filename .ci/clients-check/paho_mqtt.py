"""paho-mqtt against the broker of a virtual charger: what its users do with any broker.

usage: paho_mqtt.py BROKER
"""

import queue
import sys

import charger
import paho.mqtt.client as mqtt
from charger import PATIENCE_S, equal, expect

HOST, PORT = sys.argv[1].rsplit(":", 1)


class Client:
    """A client that notes what it hears."""

    def __init__(self, client_id="", clean=True, will=None):
        self.messages, self.answers = queue.Queue(), queue.Queue()
        self.client = mqtt.Client(mqtt.CallbackAPIVersion.VERSION2, client_id, clean_session=clean)
        self.client.on_message = lambda _client, _data, message: self.messages.put(message)
        self.client.on_connect = lambda _client, _data, flags, code, _properties: self.answers.put((flags, code))
        self.client.on_subscribe = lambda _client, _data, _id, codes, _properties: self.answers.put(codes)
        if will:
            self.client.will_set(*will)
        self.client.connect(HOST, int(PORT))
        self.client.loop_start()
        flags, code = self.answers.get(timeout=PATIENCE_S)
        expect(not code.is_failure, client_id, "is refused:", code)
        self.session_present = flags.session_present

    def subscribe(self, topic, qos):
        self.client.subscribe(topic, qos)
        codes = self.answers.get(timeout=PATIENCE_S)
        equal(f"QoS of {topic}", codes[0].value, min(qos, 1))

    def publish(self, topic, payload, qos, retain=False):
        self.client.publish(topic, payload, qos, retain).wait_for_publish(PATIENCE_S)

    def message(self):
        return self.messages.get(timeout=PATIENCE_S)

    def leave(self):
        self.client.disconnect()
        self.client.loop_stop()

    def vanish(self):
        """Without DISCONNECT, as in a power cut."""
        self.client.loop_stop()
        self.client.socket().close()


def check_delivery(publisher):
    for wanted in (0, 1, 2):
        subscriber = Client()
        subscriber.subscribe("paho/+/t", wanted)
        for sent in (0, 1, 2):
            publisher.publish(f"paho/{sent}/t", b"\x00\xff" * 1000, sent)
            message = subscriber.message()
            equal("topic", message.topic, f"paho/{sent}/t")
            equal("QoS", message.qos, min(sent, wanted, 1))
            expect(message.payload == b"\x00\xff" * 1000 and not message.retain, "the message is another")
        subscriber.leave()


def check_retained(publisher, count):
    for number in range(count):
        publisher.publish(f"paho/retained/{number}", str(number), 1, retain=True)
    for qos in (0, 1, 2):
        late = Client()
        late.subscribe("paho/retained/#", qos)
        topics = {late.message().topic for _ in range(count)}
        equal("retained messages", len(topics), count)
        late.leave()
    for number in range(count):
        publisher.publish(f"paho/retained/{number}", None, 1, retain=True)


def check_session(publisher):
    client = Client("paho-kept", clean=False)
    expect(not client.session_present, "there is a session before there was one")
    client.subscribe("paho/kept", 1)
    client.leave()
    for number in range(20):
        publisher.publish("paho/kept", str(number), 1)
    client = Client("paho-kept", clean=False)
    expect(client.session_present, "the session is gone")
    payloads = [client.message().payload.decode() for _ in range(20)]
    equal("what was missed", payloads, [str(number) for number in range(20)])
    client.leave()
    Client("paho-kept").leave()


def check_will(publisher):
    publisher.subscribe("paho/will", 1)
    mortal = Client("paho-mortal", will=("paho/will", "gone", 1))
    mortal.vanish()
    equal("the will", publisher.message().payload, b"gone")


publisher = Client("paho-publisher")
check_delivery(publisher)
check_retained(publisher, 300)
check_session(publisher)
check_will(publisher)
publisher.leave()
print("  delivery at every QoS, 300 retained messages, a session and a will")
sys.exit(charger.failures > 0)
