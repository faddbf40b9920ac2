//! What a step does and what changes nothing is told, with its place and its time, and is no
//! failure.

use goe_scenario::{State, play, read};

#[test]
fn what_changes_nothing_is_told() {
    for (steps, told) in [
        ("- power: on", "`power: on`"),
        ("- power: off\n- power: off", "`power: off`"),
        ("- power: off\n- power: on", ""),
        ("- broker: off", "`broker: off`"),
        ("- broker: on", ""),
        ("- broker: on\n- broker: on", "`broker: on`"),
        ("- garage: {car: absent}", "`car` of the garage"),
        ("- garage: {car: plugged}", ""),
        (
            "- garage: {car: plugged}\n- garage: {l1: dead, car: plugged}",
            "`car` of the garage",
        ),
        ("- garage: {wifi: {home: true}}", "`wifi` of the garage"),
        (
            "- garage: {wifi: {home: false}}\n- garage: {wifi: {home: true}}",
            "",
        ),
        (
            "- power: off\n- garage: {car: plugged}\n- garage: {car: plugged}",
            "`car` of the garage",
        ),
        ("- garage: {card: 04A1B2C3, button: pressed}", ""),
        ("- quirk: {deaf: []}", "`deaf`"),
        ("- quirk: {zero-nrg: off}", "`zero-nrg`"),
        ("- quirk: {zero-nrg: on, deaf: [amp]}", ""),
        // A client sets what is there, and again and again is meant so.
        ("- set: {amp: 32}", ""),
        ("- garage: {air_c: 9.5}\n  every: 2s\n  for: 10s", ""),
    ] {
        let text = format!("garage: {{car: absent}}\nsteps:\n{steps}\n");
        let scenario = read(&text, "notes").unwrap_or_else(|wrong| panic!("{text}{wrong:#?}"));
        let (player, _) = play(scenario);
        assert_eq!(player.state(), State::Passed, "{text}");
        let notes = player.notes();
        match notes {
            [] => assert_eq!(told, "", "{text}"),
            [note] => {
                assert_eq!(
                    note.what,
                    format!("{told} changes nothing, it is so already")
                );
                let last = text.lines().count() as u32;
                assert_eq!((note.at.line, note.at_ms), (last, 0), "{text}");
            }
            _ => panic!("{text}{notes:#?}"),
        }
    }
}
