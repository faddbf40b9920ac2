"""docs/with-evcc.md, by the requests that evcc makes for such a configuration.

usage: evcc.py

evcc itself is in none of the registries. Its template `go-e-v3` asks http://HOST, and
.ci/clients-check/evcc.py knows what.
"""

import subprocess
import sys
import urllib.parse

import page
import yaml
from charger import Charger

page.run("with-evcc.md")
configuration = yaml.safe_load(page.block("with-evcc.md", "yaml"))

(charger,) = configuration["chargers"]
(meter,) = configuration["meters"]
(loadpoint,) = configuration["loadpoints"]
for what, found, expected in (
    ("type of the charger", (charger["type"], charger["template"]), ("template", "go-e-v3")),
    ("charger of the loadpoint", loadpoint["charger"], charger["name"]),
    ("meter of the grid", configuration["site"]["meters"], {"grid": meter["name"]}),
    ("kind of meter", (meter["type"], meter["power"]["source"]), ("custom", "http")),
):
    if found != expected:
        sys.exit(f"FAILED: {what} is {found} and not {expected}")

# Every five seconds the house says what it takes, the car included.
uri, key = urllib.parse.urlsplit(meter["power"]["uri"]), meter["power"]["jq"].removeprefix(".")
told = Charger(uri.netloc).wait("a house with a car", lambda s: s["pgrid"] is not None and s["pgrid"] + s["ppv"] > s["nrg"][11] > 0, "pgrid", "ppv", "nrg")
_, _, read = Charger(uri.netloc).get(f"{uri.path}?{uri.query}")
if not isinstance(read.get(key), (int, float)):
    sys.exit(f"FAILED: the meter of the grid reads {key} in {read}")
print(f"  the grid gives {told['pgrid']:.0f} W, of which the car takes {told['nrg'][11]:.0f} W")
sys.exit(subprocess.run([sys.executable, ".ci/clients-check/evcc.py", charger["host"]]).returncode)
