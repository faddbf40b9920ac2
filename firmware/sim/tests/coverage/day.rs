//! The day in which everything happens that a charger can tell of.

use crate::garage::Script;

/// Before the day begins.
pub(crate) const SETUP: &[&str] = &["clock 0", "c0i=\"04A1B2C3\"", "rde=true", "acs=1", "ust=1"];

/// Summer time ends in its first hour, once somebody knows the time.
pub(crate) const DAY: Script<'_> = &[
    ("", 60),
    ("clock 1792889400000", 10),
    // Somebody with a card, in the house's own electricity.
    ("card", 5),
    ("plug", 120),
    ("sun 4000", 60),
    ("battery 1000", 120),
    ("battery -500", 60),
    ("sun off", 20),
    ("unplug", 30),
    ("acs=0", 5),
    // The network, and the broker in it.
    ("started", 5),
    ("connected", 30),
    ("lost", 5),
    ("ended", 5),
    // A master, which reads and writes registers.
    ("read", 5),
    ("written", 5),
    (r#"wifis=[{},{"ssid":"garage","key":"told wrong"}]"#, 0),
    ("home off", 120),
    ("home on", 120),
    // The person at the charger.
    ("press", 5),
    ("hold", 5),
    ("input on", 10),
    ("input off", 10),
    ("adapter on", 10),
    ("adapter off", 10),
    ("stuck on", 1),
    ("plug", 20),
    ("stuck off", 20),
    ("residual on", 10),
    ("residual off", 5),
    ("unplug", 10),
    ("air 65", 60),
    ("air 20", 60),
    // Trip, prices, and a pause.
    ("mcpd=60000", 0),
    ("lmo=5", 0),
    ("plug", 120),
    (
        r#"awpl={"marketprice":[9,2],"start":1792890000,"interval":3600}"#,
        5,
    ),
    ("awe=true", 5),
    ("lmo=4", 120),
    // The sun: one phase, then three.
    ("sun 2500", 900),
    ("sun 9000", 900),
    ("sun off", 600),
    ("full on", 60),
    ("unplug", 60),
    ("rst=true", 82_614),
];
