//! The schema and the program say the same of a scenario, right or wrong; what only the
//! program can say is told in `docs/scenarios.md`, each with an example here.

use boon::{Compiler, SchemaIndex, Schemas};
use serde_json::Value;

use crate::grammar::BEYOND;
use crate::{read, yaml};

/// The schema, as an editor uses it.
struct Editor {
    schemas: Schemas,
    whole: SchemaIndex,
}

impl Editor {
    fn new() -> Self {
        let schema: Value = serde_json::from_str(&super::schema()).expect("JSON");
        let (mut schemas, mut compiler) = (Schemas::new(), Compiler::new());
        let url = "https://localhost/scenario.schema.json";
        compiler.add_resource(url, schema).expect("a resource");
        let whole = compiler.compile(url, &mut schemas).expect("a schema");
        Editor { schemas, whole }
    }

    /// Why a text is wrong, if it is.
    fn wrong(&self, text: &str) -> Option<String> {
        let json = json(text);
        let checked = self.schemas.validate(&json, self.whole);
        checked.err().map(|error| error.to_string())
    }
}

/// A text as an editor reads it, by the core schema of YAML 1.2.
fn json(text: &str) -> Value {
    let options = serde_saphyr::options! {
        strict_booleans: true,
        merge_keys: serde_saphyr::MergeKeyPolicy::AsOrdinary,
        underscored_numbers_as_strings: true,
    };
    serde_saphyr::from_str_with_options(text, options).expect("YAML")
}

/// Why a text is wrong to the program, if it is.
fn wrong(text: &str) -> Option<String> {
    let findings = read(text, "agreement").err()?;
    Some(
        findings
            .into_iter()
            .map(|one| one.told("x", text))
            .collect(),
    )
}

/// A scenario that is right but for a line that is added.
fn with(line: &str) -> String {
    match line {
        line if line.starts_with("lasts") => format!("{line}\n"),
        line if line.starts_with("- ") => format!("lasts: 1h\nsteps:\n{line}\n"),
        line => format!("lasts: 1h\n{line}\n"),
    }
}

const RIGHT: &[&str] = &[
    "name: 5",
    "name: true",
    "name: 'on'",
    "seed: 0",
    "seed: 18446744073709551615",
    "seed: 7.0",
    "starts: 2026-06-21T12:00Z",
    "starts: 2026-06-21T12:00:00Z",
    "release: 59.4",
    "release: '60.4'",
    "wifi: off",
    "broker: on",
    "quirk: {}",
    "quirk: {deaf: [], zero-nrg: on, jumping-age: on, status-400: on}",
    "quirk: {deaf: [amp, rst]}",
    "set: {amp: 16, frc: On}",
    "set: {frc: on}",
    "set: {frc: OFF}",
    "set: {frc: 2}",
    "set: {frc: 2.0}",
    "set: {amp: 16.0}",
    "set: {trx: null}",
    "set: {fna: '0123'}",
    "set: {fna: abcd}",
    "set: {dwo: 0.5}",
    "set: {ids: {pGrid: 1}}",
    "set: {ids: null}",
    "set: {sch_week: {control: Block}}",
    "set: {sch_week: {control: block, ranges: [{begin: {hour: 1, minute: 2}, end: {hour: 3, minute: 4}}]}}",
    "set: {wifis: [{}, {ssid: garage}]}",
    "set: {clp: [6, 10]}",
    "set: {cid: '#ff00FF'}",
    "set: {fup: true}",
    "garage: {car: plugged}",
    "garage: {card: 04a1b2c3}",
    "garage: {card: '04112233'}",
    "garage: {card: null}",
    "garage: {car: {max_a: 32, kind: full}}",
    "garage: {sun: {peak_w: 8000}, house: null}",
    "garage: {l1: dead, residual: ac, button: held}",
    "garage: {prices: [10, 20]}",
    "garage: {wifi: {home: false}}",
    "garage: {air_c: -3.5}",
    "always: {amp: 16}",
    "always: [{amp: 16}, {car: Idle}]",
    "never: {err: {not: None}}",
    "never: {err: [Phase, GndInvalid]}",
    "never: {car: {any: [Charging, 4, null]}}",
    "never: {car: charging}",
    "never: {car: {not: [1, 2]}}",
    "never: {fna: x}",
    "never: {fna: ''}",
    "never: {cid: '#ff00ff'}",
    "never: {amp: [6, 16]}",
    "never: {amp: {above: 10, most: 20}}",
    "never: {amp: {below: 6.5}}",
    "never: {tcl: null}",
    "never: {tcl: {not: null}}",
    "never: {nrg.11: {above: 1}}",
    "never: {nrg.0: 230}",
    "never: {nrg.15: [1, 2]}",
    "never: {pha: [true, true, true, true, true, true]}",
    "never: {pha.0: true}",
    "never: {pha: {any: [[true, true, true, true, true, true]]}}",
    "never: {ids: null}",
    "never: {ids: {pGrid: 1}}",
    "never: {ids: {pGrid: {above: 1}, pPv: [1, 2]}}",
    "never: {ids.pGrid: 1}",
    "never: {ids: {not: null}}",
    "never: {ids: {any: [null]}}",
    "never: {cards.9.energy: {above: 5}}",
    "never: {cards.0.name: somebody}",
    "never: {sch_week.control: block}",
    "never: {sch_week.ranges.1.begin.hour: 5}",
    "never: {sch_week: {control: [Block, Allow]}}",
    "never: {awcp.marketprice: {least: 3}}",
    "never: {ccw.ssid: home}",
    "never: {ccw.ipv6.0: x}",
    "never: {garage.car.full: true}",
    "never: {garage: {car: {full: true}}}",
    "never: {garage.car: {full: [true]}}",
    "never: {garage.car: {max_a: {above: 10}}}",
    "never: {garage.sun: null}",
    "never: {garage.sun: {not: null}}",
    "never: {garage.air_c: {above: 10.5}}",
    "never: {garage.lock: [free, stuck]}",
    "never: {garage.card: null}",
    "never: {garage.wifi.home: true}",
    "- at: 10s",
    "- at: 0d0h3m4s",
    "- after: 0s",
    "- {when: {car: Idle}, within: 1m}",
    "- {when: {car: Idle}}",
    "- {when: {car: Idle}, expect: {car: Idle}}",
    "- {expect: {car: Idle}, within: 1m}",
    "- {always: {car: Idle}, for: 1m}",
    "- {set: {amp: 6}, every: 5s, for: 1m}",
    "- {power: off}",
    "- {broker: on}",
    "- {refused: {amp: 5}}",
    "- {refused: {rbt: what, amp: null}}",
    "- {quirk: {deaf: [amp]}}",
    "- {garage: {car: plugged}}",
];

const WRONG: &[&str] = &[
    "nam: x",
    "name: null",
    "name: [x]",
    "seed: -1",
    "seed: 1.5",
    "seed: x",
    "starts: 2026-06-21",
    "starts: 2026-06-21T12:00:00+02:00",
    "lasts: 10",
    "lasts: ''",
    "release: 60.3",
    "wifi: true",
    "wifi: yes",
    "quirk: [deaf]",
    "quirk: {deaf: amp}",
    "quirk: {deaf: [ampp]}",
    "quirk: {deaf: [rbt]}",
    "quirk: {zero-nrg: true}",
    "quirk: {zero: on}",
    "set: {}",
    "set: [amp]",
    "set: {ampp: 6}",
    "set: {amp: 5}",
    "set: {amp: 33}",
    "set: {amp: '16'}",
    "set: {amp: 6.5}",
    "set: {amp: null}",
    "set: {frc: 3}",
    "set: {frc: Onn}",
    "set: {frc: true}",
    "set: {fup: on}",
    "set: {fna: 12345}",
    "set: {fna: 0x1234}",
    "set: {fna: true}",
    "set: {fna: abc}",
    "set: {rbt: 1}",
    "set: {ids: {pgrid: 1}}",
    "set: {ids: 1}",
    "set: {sch_week: {controll: Block}}",
    "set: {sch_week: {ranges: [{}, {}, {}]}}",
    "set: {sch_week: {control: 7}}",
    "set: {clp: [6, 10, 12, 14, 16, 18]}",
    "set: {clp: 6}",
    "set: {cid: red}",
    "garage: {}",
    "garage: {cra: plugged}",
    "garage: {car: pluged}",
    "garage: {car: {max_a: 99}}",
    "garage: {car: {max_a: 6.5}}",
    "garage: {car: {maxa: 9}}",
    "garage: {speed: 9}",
    "garage: {advance_s: 9}",
    "garage: {card: 04112233}",
    "garage: {card: 0x04a1b2c3}",
    "garage: {card: xyz}",
    "garage: {l1: gone}",
    "garage: {sun: {peak_w: -1}}",
    "garage: {air_c: warm}",
    "garage: {wifi: {nowhere: true}}",
    "always: []",
    "always: {}",
    "always: [{}]",
    "always: car",
    "never: {cra: 2}",
    "never: {car: Chargng}",
    "never: {car: 17}",
    "never: {car: []}",
    "never: {car: {any: []}}",
    "never: {car: {any: 2}}",
    "never: {car: {above: 2}}",
    "never: {car: {}}",
    "never: {cid: red}",
    "never: {cid: ''}",
    "never: {amp: 99}",
    "never: {amp: sixteen}",
    "never: {amp: {over: 6}}",
    "never: {amp: {above: many}}",
    "never: {amp: {above: 32}}",
    "never: {amp: {least: 33}}",
    "never: {amp: {below: 6}}",
    "never: {amp: {not: 99}}",
    "never: {amp: [6, 99]}",
    "never: {amp.1: 1}",
    "never: {amp: null}",
    "never: {alw: yes}",
    "never: {alw: {above: 0}}",
    "never: {nrg.16: 1}",
    "never: {nrg.01: 1}",
    "never: {nrg.x: 1}",
    "never: {nrg.0.1: 1}",
    "never: {'nrg[11]': 1}",
    "never: {nrg: 1}",
    "never: {nrg: {above: 1}}",
    "never: {nrg.0: x}",
    "never: {pha: [true]}",
    "never: {ids: {pgrid: 1}}",
    "never: {ids.pgrid: 1}",
    "never: {ids: 5}",
    "never: {ids: {}}",
    "never: {cards.10.energy: 1}",
    "never: {cards.0.rfid: x}",
    "never: {cards.0: 1}",
    "never: {sch_week.ranges.2.begin.hour: 5}",
    "never: {sch_week.ranges.1.begin.hour: x}",
    "never: {sch_week.control: 9}",
    "never: {rst: 1}",
    "never: {garage.cra.full: true}",
    "never: {garage.car: absent}",
    "never: {garage.car.kind: zoe}",
    "never: {garage.car: {kind: full}}",
    "never: {garage.car.max_a: 6.5}",
    "never: {garage.lock: stukc}",
    "never: {garage.lock: {above: 1}}",
    "never: {garage.air_c: warm}",
    "never: {garage.air_c: 500}",
    "never: {garage: null}",
    "never: {garage: {}}",
    "never: {garage.sun: 5}",
    "never: {garage.wifi.nowhere: true}",
    "- {}",
    "- {at: 10}",
    "- {at: 10 s}",
    "- {at: 1.5h}",
    "- {at: 1m1h}",
    "- {at: 1s, after: 1s}",
    "- {after: 1s, when: {car: Idle}}",
    "- {at: 1s, when: {car: Idle}}",
    "- {after: 1s, within: 1m}",
    "- {within: 1m}",
    "- {when: {car: Idle}, within: 1m, expect: {car: Idle}}",
    "- {after: 1s, for: 1m}",
    "- {for: 1m}",
    "- {after: 1s, every: 9s}",
    "- {every: 9s, expect: {car: Idle}}",
    "- {set: {amp: 6}, every: 0s}",
    "- {set: {amp: 6}, every: 0h0s}",
    "- {refused: {}}",
    "- {refused: {ampp: 1}}",
    "- {power: true}",
    "- {exepct: {car: Idle}}",
    "- x",
    "steps: {}",
    "steps:",
];

#[test]
fn they_agree_on_what_is_right_and_what_is_wrong() {
    let editor = Editor::new();
    let mut amiss = String::new();
    for (lines, is_right) in [(RIGHT, true), (WRONG, false)] {
        for line in lines {
            let text = with(line);
            for (who, wrong) in [("program", wrong(&text)), ("schema", editor.wrong(&text))] {
                if wrong.is_none() != is_right {
                    let why = wrong.unwrap_or_else(|| "it is right".to_owned());
                    amiss += &format!("{line}\nto the {who}: {why}\n\n");
                }
            }
        }
    }
    assert!(amiss.is_empty(), "{amiss}");
}

#[test]
fn what_only_the_program_says_has_an_example() {
    let editor = Editor::new();
    for beyond in BEYOND {
        let text = beyond.example;
        let said = wrong(text).unwrap_or_default();
        assert!(said.contains(beyond.told), "{text}{said}");
        let why = editor.wrong(text);
        assert!(why.is_none(), "the schema says it, too: {text}{why:?}");
    }
}

/// Every scenario that there is, and each word of it replaced by others.
#[test]
fn they_agree_on_scenarios_that_are_played() {
    let editor = Editor::new();
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../scenarios");
    let (mut right, mut wrongs, mut amiss) = (0, 0, String::new());
    for file in std::fs::read_dir(folder).expect("a folder") {
        let text = std::fs::read_to_string(file.expect("a file").path()).expect("a text");
        assert_eq!(editor.wrong(&text), None, "{text}");
        let changed = changed(&text);
        // Some are no YAML, which no schema sees.
        for text in changed.iter().filter(|text| yaml::read(text).is_ok()) {
            match (wrong(text), editor.wrong(text)) {
                (None, None) => right += 1,
                (Some(_), Some(_)) => wrongs += 1,
                (Some(said), None) if BEYOND.iter().any(|one| said.contains(one.told)) => {}
                (Some(said), None) => amiss += &said,
                (None, Some(why)) => amiss += &format!("{text}is right, and the {why}\n"),
            }
        }
    }
    assert!(amiss.is_empty(), "{amiss}");
    assert!(right > 1_000 && wrongs > 5_000, "{right} {wrongs}");
}

/// What the docs teach is right to both, or wrong to both.
#[test]
fn they_agree_on_the_examples_of_the_docs() {
    let editor = Editor::new();
    let page = include_str!("../../../../docs/scenarios.md");
    let blocks = page.split("```yaml").skip(1);
    let texts = blocks.filter_map(|block| block.split_once('\n')?.1.split("```").next());
    // One is no YAML.
    let texts: Vec<_> = texts.filter(|text| yaml::read(text).is_ok()).collect();
    assert!(texts.len() > 10, "{}", texts.len());
    for text in texts {
        let verdicts = (wrong(text), editor.wrong(text));
        let agree = verdicts.0.is_some() == verdicts.1.is_some();
        assert!(agree, "{text}{verdicts:#?}");
    }
}

/// A text with each word replaced by some others, but for its first line, which is a comment.
fn changed(text: &str) -> Vec<String> {
    const OTHERS: [&str; 12] = [
        "x", "-1", "null", "[]", "{}", "1m", "true", "[1, 2]", "6.5", "99999", "above", "'16'",
    ];
    let is_word = |letter: char| letter.is_alphanumeric() || "._-".contains(letter);
    let mut others = OTHERS.iter().cycle();
    let mut all = Vec::new();
    let mut at = text.find('\n').expect("lines");
    while let Some(start) = text[at..].find(is_word).map(|start| at + start) {
        let word = text[start..].find(|letter| !is_word(letter));
        at = word.map_or(text.len(), |length| start + length);
        let some = others.by_ref().take(5);
        all.extend(some.map(|other| format!("{}{other}{}", &text[..start], &text[at..])));
    }
    all
}
