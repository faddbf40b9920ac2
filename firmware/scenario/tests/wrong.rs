//! What is wrong with a scenario is told with its place and, where it may be known, what
//! was meant; an expectation that is not true fails at its place.

use goe_scenario::{Finding, play, read};

fn wrong(text: &str) -> Vec<Finding> {
    read(text, "wrong").err().unwrap_or_default()
}

#[test]
fn what_is_wrong_is_told_with_its_place() {
    let mut amiss = String::new();
    for (text, line, column, what, help) in [
        (
            "stepps: []", 1, 1, "no member `stepps`", "did you mean `steps`?",
        ),
        ("steps: {}", 1, 8, "a list of steps", "dash"),
        ("- at: 10s", 1, 1, "a scenario is expected", "steps:"),
        (
            "steps:\n- expect: {or: [{car: Charging}]}",
            2,
            12,
            "no key `or`",
            "one map",
        ),
        (
            "steps:\n- expect: {car:Charging}",
            2,
            12,
            "no key `car:Charging`",
            "a space behind the colon of `car:`",
        ),
        (
            "steps:\n- garage: {temp: 30}",
            2,
            12,
            "no member `temp`",
            "`prices`, `noon_utc_h`",
        ),
        ("steps: []", 1, 1, "nothing happens", "`steps`"),
        ("steps:\n- set: {}", 2, 8, "a map of keys", "amp"),
        (
            "steps:\n- expect: {garage.lock: stukc}",
            2,
            25,
            "it is \"free\", \"stuck\"",
            "",
        ),
        (
            "steps:\n- expect: {garage.car: absent}",
            2,
            24,
            "has members",
            "",
        ),
        (
            "steps:\n- expect: {garage.car.kind: zoe}",
            2,
            12,
            "never shown",
            "",
        ),
        (
            "steps:\n- expect: {garage.air_c: warm}",
            2,
            26,
            "is never",
            "",
        ),
        (
            "steps:\n- set: {amp: '10'}",
            2,
            14,
            "a number",
            "without quotes",
        ),
        ("steps:\n- {after: 1s, every: 9s}", 2, 15, "belongs to", ""),
        (
            "never: {nrg: {above: 0}}\nsteps:\n- after: 1s",
            1,
            22,
            "no order",
            "",
        ),
        (
            "never: {alw: {above: 0}}\nsteps:\n- after: 1s",
            1,
            22,
            "no order",
            "",
        ),
        (
            "never: {amp: {above: 40}}\nsteps:\n- after: 1s",
            1,
            14,
            "never holds",
            "",
        ),
        (
            "never: {nrg.11: {above: 9, below: 9}}\nsteps:\n- after: 1s",
            1,
            17,
            "never holds",
            "",
        ),
        (
            "never: {amp: []}\nsteps:\n- after: 1s",
            1,
            14,
            "a list of values",
            "[6, 16]",
        ),
        (
            "never: {amp: {any: []}}\nsteps:\n- after: 1s",
            1,
            20,
            "an empty list",
            "[6, 16]",
        ),
        ("steps:\n- {}", 2, 3, "does nothing", ""),
        (
            "steps:\n- exepct: {car: Idle}",
            2,
            3,
            "no member `exepct`",
            "`expect`",
        ),
        ("steps:\n- at: 10", 2, 7, "a time span", "90s"),
        ("steps:\n- at: 10 s", 2, 7, "a time span", "90s"),
        (
            "steps:\n- at: 1m\n- at: 30s",
            3,
            3,
            "one before it at 1m",
            "order",
        ),
        (
            "lasts: 1m\nsteps:\n- at: 2m",
            3,
            3,
            "the scenario lasts 1m",
            "",
        ),
        (
            "steps:\n- {at: 1s, after: 1s}",
            2,
            12,
            "`at` and `after`",
            "two steps",
        ),
        (
            "steps:\n- {when: {car: Idle}}",
            2,
            4,
            "wait for ever",
            "`within`",
        ),
        (
            "steps:\n- {when: {car: Idle}, within: 1m, expect: {car: Idle}}",
            2,
            23,
            "not clear",
            "two steps",
        ),
        (
            "steps:\n- {after: 1s, within: 1m}",
            2,
            15,
            "belongs to `expect` or `when`",
            "",
        ),
        (
            "steps:\n- {after: 1s, for: 1m}",
            2,
            15,
            "belongs to `always` or `never`",
            "",
        ),
        (
            "steps:\n- expect: {}", 2, 11, "a condition", "car: Charging",
        ),
        ("steps:\n- expect: [car]", 2, 11, "a condition", "one map"),
        ("steps:\n- expect: {cra: 2}", 2, 12, "no key `cra`", "`car`"),
        (
            "steps:\n- expect: {car: Chargng}",
            2,
            17,
            "no value `Chargng`",
            "`Charging`",
        ),
        (
            "steps:\n- expect: {amp: 99}",
            2,
            17,
            "99 exceeds range 6 to 32",
            "",
        ),
        (
            "steps:\n- expect: {amp: sixteen}",
            2,
            17,
            "must be uint8",
            "",
        ),
        (
            "steps:\n- expect: {alw: yes}",
            2,
            17,
            "a truth value",
            "YAML 1.2",
        ),
        (
            "steps:\n- expect: {nrg.16: 1}",
            2,
            12,
            "entries from 0 to 15",
            "`nrg.0`",
        ),
        (
            "steps:\n- expect: {'nrg[11]': 1}",
            2,
            12,
            "is no path",
            "`nrg.11`",
        ),
        ("steps:\n- expect: {nrg: 1}", 2, 17, "must be array", ""),
        ("steps:\n- expect: {amp.1: 1}", 2, 12, "has no parts", ""),
        (
            "steps:\n- expect: {ids: {pgrid: 1}}",
            2,
            18,
            "no member `pgrid`",
            "`pGrid`",
        ),
        (
            "steps:\n- expect: {amp: {over: 6}}",
            2,
            18,
            "no member `over`",
            "above",
        ),
        (
            "steps:\n- expect: {amp: {above: many}}",
            2,
            25,
            "a number",
            "",
        ),
        (
            "steps:\n- expect: {car: {above: 2}}",
            2,
            25,
            "no order",
            "list",
        ),
        ("steps:\n- expect: {rst: 1}", 2, 12, "only be set", ""),
        (
            "steps:\n- expect: {garage.cra.full: true}",
            2,
            12,
            "no member `cra`",
            "`car`",
        ),
        ("steps: []\nset: {ampp: 6}", 2, 7, "no key `ampp`", "`amp`"),
        (
            "steps: []\nset: {amp: 5}",
            2,
            12,
            "exceeds range 6 to 32",
            "",
        ),
        ("steps: []\nset: {frc: true}", 2, 12, "must be uint8", ""),
        (
            "steps: []\nset: {fup: on}",
            2,
            12,
            "a truth value",
            "true or false",
        ),
        ("steps: []\nset: {rbt: 1}", 2, 7, "can only be read", ""),
        (
            "steps: []\nset: {sch_week: {controll: Block}}",
            2,
            18,
            "`controll`",
            "`control`",
        ),
        ("steps: []\nset: [amp]", 2, 6, "a map of keys", ""),
        (
            "release: 59.4\nsteps: []\nset: {c0n: x}",
            3,
            7,
            "59.4 has no key",
            "`release`",
        ),
        (
            "release: 61\nsteps: []", 1, 10, "a release", "59.4 and 60.4",
        ),
        (
            "steps: []\ngarage: {cra: plugged}",
            2,
            10,
            "no member `cra`",
            "`car`",
        ),
        (
            "steps: []\ngarage: {car: pluged}",
            2,
            15,
            "car: expected",
            "",
        ),
        (
            "steps: []\ngarage: {car: {max_a: 99}}",
            2,
            23,
            "from 6 to 32",
            "",
        ),
        (
            "steps: []\ngarage: {car: {maxa: 9}}",
            2,
            16,
            "no member `maxa`",
            "`max_a`",
        ),
        (
            "steps: []\ngarage: {speed: 9}",
            2,
            10,
            "nothing of a scenario",
            "--speed",
        ),
        (
            "steps: []\nquirk: {deaff: [amp]}",
            2,
            9,
            "no member `deaff`",
            "`deaf`",
        ),
        ("steps: []\nquirk: {deaf: amp}", 2, 15, "a list of keys", ""),
        (
            "steps: []\nquirk: {deaf: [amp, nrg]}",
            2,
            21,
            "`nrg` can only be read",
            "",
        ),
        (
            "steps: []\ngarage: {card: 04112233}",
            2,
            16,
            "a text is expected",
            "'04112233'",
        ),
        (
            "steps: []\nset: {fna: 0x1234}",
            2,
            12,
            "a text is expected",
            "'0x1234'",
        ),
        (
            "steps: []\ngarage: {card: 04e12345}",
            2,
            16,
            "too large",
            "'04e12345'",
        ),
        (
            "steps: []\nquirk: {deaf: [ampp]}",
            2,
            16,
            "no key `ampp`",
            "`amp`",
        ),
        ("steps: []\nbroker: true", 2, 9, "`on` or `off`", ""),
        ("steps: []\nseed: -1", 2, 7, "a whole number", ""),
        ("steps: []\nstarts: 2026-06-21", 2, 9, "a moment", "UTC"),
        ("name: x", 1, 1, "nothing happens", "`steps`"),
        ("name:x", 1, 1, "a scenario", "a space behind"),
        (
            "steps:\n- {after: 1s}\n- set:{amp: 6}",
            3,
            3,
            "no member `set:{amp`",
            "a space behind",
        ),
        (
            "name: x\nname: y\nsteps: []",
            2,
            1,
            "again",
            "leave one of them out",
        ),
        ("steps: [", 1, 8, "has no `]`", "close it"),
    ] {
        let findings = wrong(text);
        let is_told = |finding: &Finding| {
            let place = (finding.at.line, finding.at.column);
            let told = finding.help.as_deref().unwrap_or_default();
            place == (line, column) && finding.what.contains(what) && told.contains(help)
        };
        if !matches!(findings.as_slice(), [finding] if is_told(finding)) {
            amiss += &format!("{text}\n{line}:{column} {what}: {findings:#?}\n");
        }
    }
    assert!(amiss.is_empty(), "{amiss}");
}

/// Wherever somebody stops to type, what is wrong stands in a line that there is.
#[test]
fn every_beginning_of_a_scenario_is_told_of() {
    let text = "name: \"it's\"\nset: {fna: 'a: b', ids: [1,\n 2]} # {\nsteps:\n\t- at: 1s: {}\n  - a\\ü: *x\n   b: %";
    let mut wrongs = 0;
    for (end, _) in text.char_indices() {
        for from in [0, end / 2] {
            let Some(part) = text.get(from..end) else {
                continue;
            };
            for finding in wrong(part) {
                let told = finding.told("x.yaml", part);
                let has_line = part.is_empty() || told.contains(" | ");
                assert!(has_line, "{part}\n---\n{told}");
                wrongs += 1;
            }
        }
    }
    assert!(wrongs > 150, "{wrongs}");
}

#[test]
fn all_of_it_is_told_in_order() {
    let findings = wrong("set: {ampp: 1, amp: 99}\nsteps:\n- at: 1\n  expect: {cra: 1}\n");
    let lines: Vec<_> = findings.iter().map(|finding| finding.at.line).collect();
    assert_eq!(lines, [1, 1, 3, 4]);
}

#[test]
fn a_secret_is_not_told() {
    let told = format!(
        "{:?}",
        wrong(
            "steps: []\nset: {wifis: [{key: 'correct horse', ssid: 7.5}], mcu: 'x://me:hunter22@b'}"
        )
    );
    assert!(
        !told.contains("correct horse") && !told.contains("hunter22"),
        "{told}"
    );
    let text = "steps:\n- set: {mcu: 'mqtt://me:hunter22@b:99999'}\n- refused: {mcu: 'mqtt://me:hunter22@b'}\n";
    let told = match read(text, "secret") {
        Ok(scenario) => format!("{:?}", failures(scenario)),
        Err(findings) => format!("{findings:?}"),
    };
    assert!(told.contains("mcu") && !told.contains("hunter22"), "{told}");
}

fn failures(scenario: goe_scenario::Scenario) -> Vec<goe_scenario::Failure> {
    let (player, _) = play(scenario);
    player.failures().to_vec()
}

/// One expectation after the other is made wrong, and each fails where it stands.
#[test]
fn an_expectation_that_is_not_true_fails_at_its_place() {
    const RIGHT: &str = "\
lasts: 2m
garage: {car: plugged}
always: {amp: 32}
never: {car: Error}
steps:
  - expect: {car: Charging}
    within: 30s
  - after: 20s
    expect: {nrg.11: {above: 9000}, pnp: 3}
  - when: {wh: {above: 50}}
    refused: {amp: 5}
  - set: {ama: 20}
    expect: {ama: 20}
  - always: {acu: 20}
    for: 10s
";
    let play =
        |text: &str| failures(read(text, "x").unwrap_or_else(|findings| panic!("{findings:#?}")));
    assert_eq!(play(RIGHT), []);
    for (right, wrong, line, column) in [
        ("always: {amp: 32}", "always: {amp: 16}", 3, 10),
        ("never: {car: Error}", "never: {car: Charging}", 4, 9),
        ("expect: {car: Charging}", "expect: {car: Complete}", 6, 14),
        ("{above: 9000}", "{below: 9000}", 9, 14),
        ("pnp: 3", "pnp: 1", 9, 37),
        ("{wh: {above: 50}}", "{wh: {above: 50000}}", 10, 12),
        ("refused: {amp: 5}", "refused: {amp: 32}", 11, 15),
        ("expect: {ama: 20}", "expect: {ama: 21}", 13, 14),
        ("always: {acu: 20}", "always: {acu: {above: 20}}", 14, 14),
    ] {
        let text = RIGHT.replace(right, wrong);
        assert_ne!(text, RIGHT, "{right}");
        let failures = play(&text);
        let [failure] = failures.as_slice() else {
            panic!("{wrong}: {failures:#?}");
        };
        let place = (failure.at.line, failure.at.column);
        assert_eq!(place, (line, column), "{wrong}: {failure:#?}");
    }
}

/// The last twenty changes are told, of what is concerned and of nothing else.
#[test]
fn the_last_changes_are_told() {
    let text = "garage: {car: plugged}\nsteps:\n- after: 1m\n  expect: {rbt: 0, car: Charging}\n- expect: {amp: 32}\n";
    let failures = failures(read(text, "x").expect("a scenario"));
    let changes = &failures[0].changes;
    assert_eq!(changes.len(), 20);
    assert!(
        changes.iter().all(|changed| changed.path == "rbt"),
        "{changes:#?}"
    );
    assert_eq!((changes[0].at_ms, changes[19].at_ms), (41_000, 60_000));
}

#[test]
fn a_step_that_misses_its_time_is_told_then() {
    let text = "steps:\n- {expect: {amp: 7}, within: 1m}\n- {at: 10s, set: {amp: 7}}\n";
    let scenario = read(text, "late").expect("it can be played");
    let (player, took_ms) = play(scenario);
    assert_eq!(took_ms, 10_000);
    let failure = &player.failures()[0];
    assert_eq!(failure.at.line, 3);
    assert!(failure.found.contains("amp is 7"), "{}", failure.found);
}

#[test]
fn what_counts_for_a_while_is_counted_out() {
    let text =
        "set: {amp: 16}\nsteps:\n- {always: {amp: 16}, for: 1m}\n- {after: 30s, set: {amp: 10}}\n";
    let scenario = read(text, "always").expect("it can be played");
    let (player, took_ms) = play(scenario);
    assert_eq!(took_ms, 30_000);
    assert_eq!(player.failures().len(), 1);
    let text = "set: {amp: 10}\nsteps:\n- {set: {lbr: 1}, every: 7s, for: 20s}\n- {after: 5s, set: {lbr: 2}, expect: {ids: null}}\n- {after: 5s, expect: {lbr: 1}}\n";
    let scenario = read(text, "every").expect("it can be played");
    let (player, took_ms) = play(scenario);
    assert_eq!(took_ms, 20_000, "{:?}", player.failures());
    assert!(player.failures().is_empty(), "{:?}", player.failures());
    let text = "steps:\n- expect: {ids: {not: null}}\n";
    assert!(read(text, "object").is_ok());
}
