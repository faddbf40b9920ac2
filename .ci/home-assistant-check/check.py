"""Puts what the charger tells Home Assistant before Home Assistant's own code.

Usage: check.py HTTP_ADDRESS BROKER_ADDRESS

Each retained description goes through what the integration `mqtt` does with it:
abbreviations, and the schema of its component. Its templates are rendered by
Home Assistant's engine over the live state and over other states that there can
be, and what comes out has to be a state of the entity. Everything that can be
set is set, by what Home Assistant would publish.
"""

import asyncio
import importlib
import json
import math
import queue
import sys
import tempfile
import time
import urllib.parse
import urllib.request

import paho.mqtt.client as mqtt
import voluptuous as vol
from homeassistant.components.mqtt import discovery
from homeassistant.components.mqtt.abbreviations import ABBREVIATIONS, DEVICE_ABBREVIATIONS
from homeassistant.components.mqtt.models import MqttCommandTemplate, MqttValueTemplate
from homeassistant.components.number.const import DEVICE_CLASS_UNITS as NUMBER_UNITS
from homeassistant.components.sensor.const import DEVICE_CLASS_STATE_CLASSES, DEVICE_CLASS_UNITS
from homeassistant.core import HomeAssistant

SERIAL = "000001"
HTTP, BROKER = sys.argv[1:]
# What is not set: it would end the conversation, or move the topics.
# And one that says when a pause ends, and can only be ended, and one that the charger only shows.
LEFT_ALONE = {"hai", "mce", "mcu", "mcr", "mtp", "mhe", "mht", "mqg", "mqcn", "mqss", "rst", "mcpea", "fsp"}

failures = []
raw_options, unique, unique_names = {}, {}, {}
counts = {"descriptions": 0, "states": 0, "commands": 0}
components = {}


def fail(topic, what):
    failures.append(f"{topic}: {what}")


def http_set(**values):
    query = urllib.parse.urlencode({key: json.dumps(value) for key, value in values.items()})
    with urllib.request.urlopen(f"http://{HTTP}/api/set?{query}") as answer:
        return json.load(answer)


class Broker:
    """Everything that is published, and what is retained."""

    def __init__(self):
        self.messages = queue.Queue()
        self.client = mqtt.Client()
        self.client.on_message = lambda _client, _data, message: self.messages.put(message)
        host, port = BROKER.rsplit(":", 1)
        self.client.connect(host, int(port))
        self.client.loop_start()
        self.client.subscribe("#")
        self.kept = {}

    def drain(self, until, seconds=20):
        """Takes messages in until `until` holds."""
        deadline = time.monotonic() + seconds
        while not until():
            try:
                message = self.messages.get(timeout=max(0.0, deadline - time.monotonic()))
            except queue.Empty:
                return False
            self.take(message)
        return True

    def take(self, message):
        if message.payload:
            self.kept[message.topic] = message.payload.decode()
        else:
            self.kept.pop(message.topic, None)

    def settle(self, seconds=2.0):
        """Takes messages in until there are no more descriptions for a while."""
        deadline = time.monotonic() + seconds
        while (left := deadline - time.monotonic()) > 0:
            try:
                message = self.messages.get(timeout=left)
            except queue.Empty:
                return
            self.take(message)
            if message.topic.endswith("/config"):
                deadline = time.monotonic() + seconds

    def descriptions(self, prefix):
        return {t: p for t, p in self.kept.items() if t.startswith(f"{prefix}/") and t.endswith("/config")}


def expand(payload):
    """As homeassistant.components.mqtt.discovery does it."""
    for key in list(payload):
        payload[ABBREVIATIONS.get(key, key)] = payload.pop(key)
    device = payload.get("device", {})
    for key in list(device):
        device[DEVICE_ABBREVIATIONS.get(key, key)] = device.pop(key)
    return payload


def state(config, payload):
    template = MqttValueTemplate(config.get("value_template"), hass=hass)
    return str(template.async_render_with_possible_json_value(payload))


def command(config, value):
    template = MqttCommandTemplate(config.get("command_template"), hass=hass)
    return str(template.async_render(value))


def states_of(component, config, raw, shown):
    """Why what is shown of a payload is no state of the entity, or None."""
    number = raw is not None and not isinstance(raw, (dict, list, str))
    if component == "sensor" and config.get("device_class") == "enum":
        return None if shown in raw_options[config["unique_id"]] else "none of its options"
    if component == "select":
        return None if shown in config["options"] or shown == "None" else "none of its options"
    if component in ("switch", "binary_sensor"):
        on = config.get("state_on", config["payload_on"])
        off = config.get("state_off", config["payload_off"])
        return None if shown in (on, off, "None") else f"neither {on} nor {off}"
    if component == "number" or "unit_of_measurement" in config or "state_class" in config:
        if shown == "None":
            return None
        try:
            value = float(shown)
        except ValueError:
            return "no number"
        # No program counts further than a double does, and these examples are of 64 bits.
        if component == "number" and abs(value) < 2**53 and not config["min"] <= value <= config["max"]:
            return "beyond its limits"
        return None if math.isfinite(value) else "not finite"
    if component == "text":
        if not config["min"] <= len(shown) <= config["max"]:
            return "too long or too short"
        if (pattern := config.get("pattern")) and not pattern.match(shown):
            return "not of its pattern"
    if len(shown) > 255:
        return "too long for a state"
    # A template's blanks at the end are none of its text.
    if isinstance(raw, str) and shown != raw.strip():
        return "another text"
    if number and not isinstance(raw, bool) and float(shown) != raw:
        return "another number"
    return None


def classes(component, config):
    """What Home Assistant checks only when it has the entity."""
    device_class = config.get("device_class")
    unit = config.get("unit_of_measurement")
    category = config.get("entity_category")
    units = DEVICE_CLASS_UNITS if component == "sensor" else NUMBER_UNITS
    if component in ("sensor", "number") and device_class in units and unit not in units[device_class]:
        yield f"{unit} does not go with {device_class}"
    if component in ("sensor", "binary_sensor") and category == "config":
        yield "a sensor is no setting"
    if component != "sensor":
        return
    allowed = DEVICE_CLASS_STATE_CLASSES.get(device_class)
    state_class = config.get("state_class")
    if state_class and allowed is not None and state_class not in allowed:
        yield f"{state_class} does not go with {device_class}"
    if device_class == "enum":
        options = raw_options[config["unique_id"]]
        if state_class or unit or not options or len(options) != len(set(options)):
            yield "an enum has different options, and neither unit nor statistics"


def examples(component, config, raw):
    """Payloads that there can be on the state topic beside the live one."""
    yield raw
    key = config["state_topic"].rsplit("/", 1)[1]
    schema = schemas[key]
    member = config["unique_id"].removeprefix(f"{SERIAL}_{key}").removeprefix("_")
    if member.isdigit():
        at = int(member)
        entries = [n % 2 == 0 if component == "binary_sensor" else round(1.5 * n, 1) for n in range(at + 1)]
        yield from (entries, entries[:at], [])
        if any(s.get("type") == "null" for s in one_of(schema)):
            yield None
    elif member:
        fields = next(s for s in one_of(schema) if "properties" in s)["properties"]
        for value in values(fields[member]):
            yield {member: value}
        if any(s.get("type") == "null" for s in one_of(schema)):
            yield None
    else:
        yield from values(schema)


def one_of(schema):
    while "$ref" in schema:
        schema = schemas[schema["$ref"].rsplit("/", 1)[1]]
    if isinstance(schema.get("type"), list):
        return [{**schema, "type": kind} for kind in schema["type"]]
    return [s for part in ("oneOf", "anyOf") for s in schema.get(part, [])] or [schema]


def values(schema):
    for one in one_of(schema):
        if one_of(one) != [one]:
            yield from values(one)
        elif "const" in one:
            yield one["const"]
        elif one.get("type") == "null":
            yield None
        elif one.get("type") == "boolean":
            yield from (True, False)
        elif one.get("type") == "integer":
            yield from {one.get("minimum", 0), min(one.get("maximum", 7), 2**53 - 1)}
        elif one.get("type") == "number":
            yield from (one.get("minimum", -0.5), one.get("maximum", 1234.5))
        elif one.get("type") == "string" and "pattern" in one:
            yield "#00FFaa"
        elif one.get("type") == "string":
            yield from (text[: one.get("maxLength", 64)] for text in ("a text", "it's {{ not }} \"a\" \\"))


def check(topic, payload):
    prefix_free = topic.split("/", 1)[1]
    match = discovery.TOPIC_MATCHER.match(prefix_free)
    if not match or match.end() != len(prefix_free):
        return fail(topic, "not a topic of discovery")
    component = match["component"]
    if component not in discovery.SUPPORTED_COMPONENTS or match["node_id"] != SERIAL:
        return fail(topic, "an unknown component or node")
    config = expand(json.loads(payload))
    raw_options[config["unique_id"]] = config.get("options")
    module = importlib.import_module(f"homeassistant.components.mqtt.{component}")
    known = set(names(module.PLATFORM_SCHEMA_MODERN)) | {"options"}
    if unknown := set(config) - known:
        fail(topic, f"Home Assistant knows nothing of {unknown}")
    try:
        config = module.DISCOVERY_SCHEMA({**config, "platform": "mqtt"})
    except vol.Invalid as error:
        return fail(topic, error)
    counts["descriptions"] += 1
    components[component] = components.get(component, 0) + 1
    if config["unique_id"] in unique.setdefault(component, set()):
        fail(topic, "the unique id is taken")
    unique[component].add(config["unique_id"])
    if (name := config["name"]) in unique_names.setdefault(component, set()):
        fail(topic, f"another is called {name}")
    unique_names[component].add(name)
    for what in classes(component, config):
        fail(topic, what)
    available = broker.kept.get(config["availability_topic"])
    if available != config["payload_available"]:
        fail(topic, f"available is {available}")
    if component == "button":
        check_button(topic, config)
        return None
    live = broker.kept.get(config["state_topic"])
    if live is None:
        return fail(topic, f"nothing on {config['state_topic']}")
    for value in examples(component, config, json.loads(live)):
        counts["states"] += 1
        try:
            shown = state(config, json.dumps(value))
        except Exception as error:  # noqa: BLE001
            fail(topic, f"{value!r}: {error}")
            continue
        if isinstance(value, list) or (value is None and config["unique_id"].rsplit("_", 1)[1].isdigit()):
            at = int(config["unique_id"].rsplit("_", 1)[1])
            expected = str(value[at]) if at < len(value or []) else "None"
            if shown != expected:
                fail(topic, f"{value!r} is shown as {shown!r}")
        whole = not isinstance(value, dict)
        if why := states_of(component, config, value if whole else None, shown):
            fail(topic, f"{value!r} is shown as {shown!r}: {why}")
    if "command_topic" in config:
        check_commands(topic, component, config)
    return None


def names(schema):
    """The members that a schema has."""
    if isinstance(schema, vol.Schema):
        schema = schema.schema
    if isinstance(schema, dict):
        return [str(key) for key in schema]
    return [name for one in getattr(schema, "validators", []) for name in names(one)]


def check_button(topic, config):
    key = config["command_topic"].split("/")[-2]
    if key in LEFT_ALONE:
        return
    publish(topic, config, config["payload_press"])


def check_commands(topic, component, config):
    key = config["state_topic"].rsplit("/", 1)[1]
    if key in LEFT_ALONE:
        return
    if component == "switch":
        wishes = [(True, config["payload_on"]), (False, config["payload_off"])]
    elif component == "select":
        wishes = [(option, command(config, option)) for option in config["options"]]
    elif component == "number":
        least, most = config["min"], config["max"]
        wishes = [(wish, command(config, int(wish))) for wish in (least, most)]
    elif config.get("pattern"):
        wishes = [(wish, command(config, wish)) for wish in ("#00FFaa",)]
    else:
        wishes = [(wish, command(config, wish)) for wish in (f"it's \"{key}\"", "")]
    before = json.loads(broker.kept[config["state_topic"]])
    taken = False
    for wish, payload in wishes:
        json.loads(payload)
        # Ranges that no table states, a time, a name that is taken, are the charger's to judge.
        result = publish(topic, config, payload, judged=component in ("number", "text"))
        if result != "success":
            continue
        taken = True
        raw = json.loads(http_value(key))
        shown = state(config, json.dumps(raw))
        if component == "switch":
            shown = shown in ("true", "True")
        if component == "number":
            # As long as floats of 32 bits are meant to be exact.
            if shown != "None" and math.isclose(float(shown), float(wish), rel_tol=1e-6):
                continue
        if shown != wish:
            fail(topic, f"{wish!r} was set by {payload!r}, and {shown!r} is shown")
    if taken:
        http_set(**{key: before})


def http_value(key):
    with urllib.request.urlopen(f"http://{HTTP}/api/status?filter={key}") as answer:
        return json.dumps(json.load(answer)[key])


def publish(topic, config, payload, judged=False):
    counts["commands"] += 1
    result = config["command_topic"].removesuffix("/set") + "/result"
    broker.kept.pop(result, None)
    broker.client.publish(config["command_topic"], payload)
    if not broker.drain(lambda: result in broker.kept):
        fail(topic, f"{payload}: no answer")
        return None
    said = broker.kept[result]
    if said != "success" and not judged:
        fail(topic, f"{payload}: {said}")
    if said.startswith(("value must be", "invalid json", "unknown api key", "without setter")):
        fail(topic, f"{payload}: {said}")
    return said


def has_left(prefix):
    return not broker.descriptions(prefix)


async def home_assistant():
    """Its core, which wants to begin in a loop; it is never started."""
    return HomeAssistant(tempfile.gettempdir())


def main():
    global hass, broker, schemas
    hass = asyncio.run(home_assistant())
    broker = Broker()
    with open("generated/docs/status.schema.json", encoding="utf-8") as file:
        schemas = json.load(file)["$defs"]
    if not broker.drain(lambda: f"go-eCharger/{SERIAL}/lsstc" in broker.kept):
        sys.exit("the charger says nothing")
    broker.settle()
    if broker.descriptions("homeassistant"):
        fail("homeassistant/#", "told without being asked")
    http_set(mhe=True)
    broker.drain(lambda: broker.descriptions("homeassistant"))
    broker.settle()
    told = broker.descriptions("homeassistant")
    for topic, payload in sorted(told.items()):
        check(topic, payload)
    if not told:
        fail("homeassistant/#", "nothing was told")

    # A change of the prefix takes everything along, and switching off everything away.
    http_set(mht="elsewhere/ha")
    broker.drain(lambda: broker.descriptions("elsewhere/ha"))
    broker.settle()
    moved = broker.descriptions("elsewhere/ha")
    if {t.removeprefix("elsewhere/ha") for t in moved} != {t.removeprefix("homeassistant") for t in told}:
        fail("elsewhere/ha/#", f"{len(moved)} of {len(told)} moved")
    if not broker.drain(lambda: has_left("homeassistant")):
        fail("homeassistant/#", f"left behind: {sorted(broker.descriptions('homeassistant'))}")
    http_set(mhe=False, mht=None)
    for prefix in ("elsewhere/ha", "homeassistant"):
        if not broker.drain(lambda: has_left(prefix)):
            fail(f"{prefix}/#", f"left behind: {sorted(broker.descriptions(prefix))}")

    for failure in failures:
        print(failure)
    of = ", ".join(f"{count} {name}" for name, count in sorted(components.items()))
    print(f"{counts['descriptions']} of {len(told)} descriptions are valid ({of});")
    print(f"{counts['states']} states shown, {counts['commands']} commands sent, {len(failures)} failures")
    return 1 if failures else 0


sys.exit(main())
