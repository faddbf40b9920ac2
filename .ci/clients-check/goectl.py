"""`goectl` at a charger: what it prints for other programs, read by those of others.

usage: GOECTL=PROGRAM goectl.py HOST:PORT
"""

import csv
import io
import json
import os
import subprocess

from prometheus_client.parser import text_string_to_metric_families

from charger import checked, equal, expect


def check(charger):
    def said(*args, code=0):
        """What it prints, and how it ends."""
        command = [os.environ["GOECTL"], "--host", charger.address, *args]
        run = subprocess.run(command, capture_output=True, text=True, timeout=30)
        equal(f"the end of {args}", run.returncode, code)
        return run.stdout if code == 0 else run.stderr

    status = json.loads(said("status", "--json"))
    check_prometheus(said("export", "--prometheus"), status)
    check_table(said("export", "--csv"), status)
    equal("amp alone", said("get", "amp"), f"{status['amp']}\n")
    said("set", "amp=11")
    equal("amp that was set", charger.value("amp"), 11)
    expect("6 to 32" in said("set", "amp=40", code=2), "a range is not told")
    expect("Current that the owner wants" in said("explain", "amp"), "amp is not explained")
    expect("are what the table says" in said("doctor"), "the doctor does not look at values")


def check_prometheus(text, status):
    families = list(text_string_to_metric_families(text))
    samples = {}
    for family in families:
        expect(family.documentation, family.name, "has no HELP")
        expect(family.type in ("gauge", "counter"), family.name, "is of type", family.type)
        for sample in family.samples:
            equal(f"the charger of {sample.name}", sample.labels.get("charger"), status["sse"])
            samples[sample.name, sample.labels.get("entry")] = sample.value
    names = [family.name for family in families]
    equal("metrics that are told once", len(names), len(set(names)))
    expect(len(families) > 150, "only", len(families), "metrics")
    equal("amp for Prometheus", samples["goe_amp_amperes", None], float(status["amp"]))
    equal("alw for Prometheus", samples["goe_alw", None], float(status["alw"]))
    expect(("goe_eto_watthours_total", None) in samples, "there is no total energy")
    expect(("goe_nrg_watts", "11") in samples, "there is no total power")


def check_table(text, status):
    rows = list(csv.DictReader(io.StringIO(text)))
    table = {row["key"]: row for row in rows}
    equal("the rows of the table", len(rows), len(table))
    equal("amp of the table", [table["amp"]["value"], table["amp"]["unit"]], [str(status["amp"]), "A"])
    equal("the model in the table", table["typ"]["value"], status["typ"])


with checked("goectl") as charger:
    check(charger)
