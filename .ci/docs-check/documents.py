"""What a device really says, against the schemas that describe it.

usage: documents.py DOCS HTTP BROKER RECORDINGS

HTTP is the address of a running device and BROKER that of its broker, or `-`;
RECORDINGS is a folder with logs of real devices, one `topic payload` a line.
A recording agrees where it has keys that the table has, too.
"""

import json
import pathlib
import subprocess
import sys
import urllib.error
import urllib.parse
import urllib.request

from jsonschema import Draft202012Validator

failures = 0


def expect(condition, *text):
    global failures
    if not condition:
        failures += 1
        print("FAILED:", *text)


def agree(validator, value, what):
    for error in validator.iter_errors(value):
        expect(False, what, "at", "/".join(map(str, error.absolute_path)) or "the top:", error.message)


def load(path):
    return json.loads(path.read_text(encoding="utf-8"))


def get(base, path):
    """Status code, headers and text of an answer."""
    try:
        with urllib.request.urlopen(base + path) as answer:
            return answer.status, answer.headers, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.headers, error.read().decode()


def definition(schema, name):
    """A validator of one definition, whose references stay those of the file."""
    return Draft202012Validator(schema).evolve(schema=schema["$defs"][name])


def routes(openapi):
    """The paths of the two kinds of route, by what their answer is."""
    found = {}
    for path, methods in openapi["paths"].items():
        content = methods.get("get", {}).get("responses", {}).get("200", {}).get("content")
        if content:
            name = content["application/json"]["schema"]["$ref"].rsplit("/", 1)[1]
            parameters = methods["get"].get("parameters", [])
            found[name] = (path, parameters[0]["name"] if parameters else None)
    return found


def check_status(base, openapi, schema):
    path, filter_name = routes(openapi)["Status"]
    code, headers, text = get(base, path)
    document = json.loads(text)
    expect(code == 200 and headers["Content-Type"] == "application/json", "status", code)
    agree(definition(schema, "full-status"), document, "the whole status")
    expect(list(document) == list(schema["properties"]), "keys in the order of the table")
    names = list(document)
    for picked in [names[:1], names[1::3], [*names[:2], "no_such_key"]]:
        for spelled in [",".join(picked), json.dumps(picked)]:
            _, _, text = get(base, f"{path}?{filter_name}={urllib.parse.quote(spelled)}")
            answer = json.loads(text)
            agree(Draft202012Validator(schema), answer, f"filter {spelled}")
            expect(list(answer) == [n for n in names if n in picked], "filter", spelled, list(answer))
    print(f"  live status: {len(document)} keys, and {6} filtered ones")
    return document


def check_set(base, openapi, schema):
    """Refusals read as the page says, and the answer is what its schema says."""
    path, _ = routes(openapi)["SetAnswer"]
    answers = definition(schema, "set-answer")
    read_only = next(iter(load(docs / "status.schema.json")["properties"].keys() - schema["properties"].keys()))
    # One in which nothing is secret: of others what is no JSON is masked.
    a_key = next(key for key in schema["properties"] if schema["$defs"][key].get("type") == "boolean")
    cases = [
        ("no_such_key", "1", "no_such_key: unknown api key"),
        (read_only, "1", f"{read_only}: tried to set api key without setter (1)"),
        (a_key, "{", f"{a_key}: tried to set api key with invalid json IncompleteInput ({{)"),
        (a_key, "nul", f"{a_key}: tried to set api key with invalid json IncompleteInput (nul)"),
        (a_key, "x", f"{a_key}: tried to set api key with invalid json InvalidInput (x)"),
    ]
    for key, value, reason in cases:
        code, _, text = get(base, f"{path}?{key}={urllib.parse.quote(value)}")
        answer = json.loads(text)
        agree(answers, answer, f"answer to {key}={value}")
        expect(code == 500 and answer == {key: reason}, "refusal", code, answer, "expected", reason)
    ranges = [
        (name, one) for name, one in schema["$defs"].items()
        if isinstance(one.get("maximum"), int) and one["maximum"] < 2**53 and "oneOf" not in one
    ]
    for name, one in ranges:
        value = one["maximum"] + 1
        code, _, text = get(base, f"{path}?{name}={value}")
        said = f"{name}: failed: Value {value} exceeds range {one['minimum']} to {one['maximum']} ({value})"
        expect(code == 500 and json.loads(text) == {name: said}, "out of range", text)
    code, _, text = get(base, path)
    expect(code == 200 and json.loads(text) == {}, "a set of nothing", code, text)
    print(f"  refusals: {len(cases) + len(ranges)} read as documented")


def check_methods(base, openapi):
    path, _ = routes(openapi)["Status"]
    for method, where, expected in [("DELETE", path, 405), ("GET", path + "/none", 404), ("HEAD", path, 200)]:
        request = urllib.request.Request(base + where, method=method)
        try:
            with urllib.request.urlopen(request) as answer:
                code, headers, body = answer.status, answer.headers, answer.read()
        except urllib.error.HTTPError as error:
            code, headers, body = error.code, error.headers, error.read()
        expect(code == expected, method, where, code)
        expect(headers["Access-Control-Allow-Origin"] == "*", method, where, "from any origin")
        expect(code != 405 or headers["Allow"] == "GET, HEAD", "Allow", headers["Allow"])
        expect(method != "HEAD" or body == b"", "HEAD with a body")
    code, _, _ = get(base, f"{path}?filter={'a' * 9000}")
    expect(code == 414, "a long line", code)
    print("  404, 405, 414 and HEAD are as documented")


def check_mqtt(broker, asyncapi, schema):
    """Every retained state satisfies the payload of the channel with its address."""
    host, port = broker.rsplit(":", 1)
    channels = {name: one for name, one in asyncapi["channels"].items() if name.startswith("state-")}
    defaults = {name: one.get("default") for name, one in asyncapi["components"]["parameters"].items()}
    # Whatever its serial number is.
    prefix = defaults["prefix"].replace("{serial}", "+")
    command = ["mosquitto_sub", "-h", host, "-p", port, "-t", f"{prefix}/+"]
    command += ["-C", str(len(channels)), "-W", "30", "-F", "%t %p"]
    lines = subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()
    seen = set()
    for line in lines:
        topic, payload = line.split(" ", 1)
        before, key = topic.rsplit("/", 1)
        address = channels[f"state-{key}"]["address"]
        expect(topic == address.replace("{prefix}", before), topic, "is not", address)
        message = asyncapi["components"]["messages"][f"state-{key}"]["payload"]
        agree(Draft202012Validator(message), json.loads(payload), topic)
        seen.add(key)
    expect(seen == set(schema["properties"]), "not published:", set(schema["properties"]) - seen)
    print(f"  live MQTT: {len(seen)} states")


# Keys that firmware before the one of the table had in another form, by a part of the
# recording's name.
OTHERWISE_BEFORE = {("053.1", "bac"), ("053.1", "dns")}


def check_recordings(folder, schema):
    for path in sorted(folder.glob("*.log")):
        compared = unknown = cut = 0
        for line in path.read_text(encoding="utf-8").splitlines():
            topic, _, payload = line.partition(" ")
            key = topic.rsplit("/", 1)[-1]
            if key not in schema["properties"]:
                unknown += 1
                continue
            # Whoever recorded it made some values unreadable, on purpose; others are of before.
            older = any(release in path.name and key == one for release, one in OTHERWISE_BEFORE)
            if older or "redacted" in payload or "..." in payload:
                cut += 1
                continue
            value = json.loads(payload)
            compared += 1
            agree(definition(schema, key), value, f"{path.name}, {key}")
        expect(compared > 0, path.name, "has no key of the table")
        print(f"  {path.name}: {compared} values agree; {unknown} of keys that are not in the table, {cut} made unreadable by who recorded them, or in another form before")


docs = pathlib.Path(sys.argv[1])
status_schema, set_schema = load(docs / "status.schema.json"), load(docs / "set.schema.json")
for one in (status_schema, set_schema):
    Draft202012Validator.check_schema(one)
base = f"http://{sys.argv[2]}"
openapi = load(docs / "openapi.json")
check_status(base, openapi, status_schema)
check_set(base, openapi, set_schema)
check_methods(base, openapi)
if sys.argv[3] == "-":
    print("  SKIPPED: MQTT, for mosquitto_sub is not here")
else:
    check_mqtt(sys.argv[3], load(docs / "asyncapi.json"), status_schema)
recordings = pathlib.Path(sys.argv[4])
if recordings.is_dir():
    check_recordings(recordings, status_schema)
else:
    print(f"  SKIPPED: {recordings} is not here, so nothing is compared with real devices")
sys.exit(1 if failures else 0)
