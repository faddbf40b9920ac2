//! What a step does in vain is told, with its place and its time, and is no
//! failure.

use goe_scenario::{State, play, read};

#[test]
fn what_is_done_in_vain_is_told() {
    for (steps, told) in [
        ("- power: on", "`power: on` changes nothing"),
        ("- power: off\n- power: off", "`power: off` changes nothing"),
        ("- power: off\n- power: on", ""),
        ("- broker: off", "`broker: off` changes nothing"),
        ("- broker: on", ""),
        ("- broker: on\n- broker: on", "`broker: on` changes nothing"),
        (
            "- garage: {car: absent}",
            "`car` of the garage changes nothing",
        ),
        ("- garage: {car: plugged}", ""),
        (
            "- garage: {car: plugged}\n- garage: {l1: dead, car: plugged}",
            "`car` of the garage changes nothing",
        ),
        (
            "- garage: {wifi: {home: true}}",
            "`wifi` of the garage changes nothing",
        ),
        (
            "- garage: {wifi: {home: false}}\n- after: 1s\n  garage: {wifi: {home: true}}",
            "",
        ),
        (
            "- power: off\n- garage: {car: plugged}\n- garage: {car: plugged}",
            "`car` of the garage changes nothing",
        ),
        ("- garage: {card: 04A1B2C3, button: pressed}", ""),
        (
            "- garage: {car: plugged}\n- garage: {car: absent}",
            "`garage.car.plugged` is again as it was",
        ),
        (
            "- garage: {earth: missing, l1: dead}\n- garage: {earth: present}",
            "`garage.earth` is again as it was",
        ),
        ("- quirk: {deaf: []}", "`deaf` changes nothing"),
        ("- quirk: {zero-nrg: off}", "`zero-nrg` changes nothing"),
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
                assert!(
                    !told.is_empty() && note.what.starts_with(told),
                    "{text}{}",
                    note.what
                );
                let last = text.lines().count() as u32;
                assert_eq!((note.at.line, note.at_ms), (last, 0), "{text}");
            }
            _ => panic!("{text}{notes:#?}"),
        }
    }
}
