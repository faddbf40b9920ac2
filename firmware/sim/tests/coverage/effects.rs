//! Of each setting with effect: a value under which a charger does something else, what
//! else is set and happens so that it matters, and where that is seen.

use crate::garage::{Script, TRIED};

/// Key, value, settings beside it, what happens, and what takes another course: a key,
/// or a door in brackets.
pub(crate) type Effect = (
    &'static str,
    &'static str,
    &'static [&'static str],
    Script<'static>,
    &'static str,
);

/// A known card.
const CARD: &str = "c0i=\"04A1B2C3\"";

/// It is cheap.
const PRICES: &str = r#"awpl={"marketprice":[2],"start":1782036000}"#;

const BROKER: &str = "mcu=\"mqtts://broker.example\"";

/// Nothing is allowed on such a day.
const NEVER: &str =
    r#"{"control":2,"ranges":[{"begin":{"hour":0,"minute":0},"end":{"hour":24,"minute":0}}]}"#;

/// A car comes, charges, is full, and goes; then nobody comes for long.
const CHARGE: Script<'_> = &[(TRIED, 5), ("plug", 300), ("full on", 20), ("unplug", 620)];

/// A card is held to the reader before and after.
const HELD: Script<'_> = &[("card", 30), (TRIED, 5), ("card", 5)];

/// Somebody else reduces the charger.
const INPUT: Script<'_> = &[(TRIED, 5), ("plug", 60), ("input on", 60)];

/// A car that falls asleep pauses for longer than it can stay awake.
const PAUSE: Script<'_> = &[
    (TRIED, 0),
    ("car sleepy", 0),
    ("plug", 60),
    ("lmo=4", 420),
    ("lmo=3", 120),
];

/// The sun comes, clouds pass, a battery charges, and nobody tells for a while.
const SUN: Script<'_> = &[
    (TRIED, 0),
    ("lmo=4", 0),
    ("sun 2500", 5),
    ("plug", 300),
    ("sun 9000", 900),
    ("battery -500", 60),
    ("battery off", 60),
    ("sun 4300", 300),
    ("sun 2000", 900),
    ("sun 1200", 400),
    ("sun off", 30),
    ("sun 3000", 60),
];

/// What the inverter holds back is not seen.
const HELD_BACK: Script<'_> = &[
    (TRIED, 0),
    ("lmo=4", 0),
    ("held on", 0),
    ("sun 5000", 30),
    ("plug", 300),
];

/// Somebody presses the button, and a network goes that could be left for another.
const DESK: Script<'_> = &[
    ("clock 0", 0),
    (TRIED, 5),
    ("clock 1782036000000", 5),
    ("press", 5),
    ("home off", 30),
    ("home on", 30),
];

/// It is told to boot.
const BOOT: Script<'_> = &[("", 5), (TRIED, 5), ("rst=true", 5)];

#[rustfmt::skip]
pub(crate) const EFFECTS: &[Effect] = &[
    ("rde", "true", &[], HELD, "lri"),
    ("lrn", "0", &[], HELD, "lrc"),
    ("del", "0", &[CARD], HELD, "lrc"),
    ("c0i", r#""04A1B2C3""#, &[], HELD, "lrc"),
    ("txt", "10000", &[CARD], HELD, "trx"),
    ("acs", "1", &[], CHARGE, "modelStatus"),
    ("lse", "true", &[], CHARGE, "led"),
    ("cid", r##""#112233""##, &[], CHARGE, "led"),
    ("cwc", r##""#112233""##, &[], CHARGE, "led"),
    ("cch", r##""#112233""##, &[], CHARGE, "led"),
    ("cfi", r##""#112233""##, &[], CHARGE, "led"),
    ("frc", "1", &[], CHARGE, "modelStatus"),
    ("amp", "8", &[], CHARGE, "nrg"),
    ("ama", "8", &[], CHARGE, "nrg"),
    ("tcl", "8", &[], CHARGE, "nrg"),
    ("ust", "1", &[], CHARGE, "cus"),
    ("dwo", "50", &[], CHARGE, "modelStatus"),
    ("lmo", "4", &[], CHARGE, "modelStatus"),
    ("sch_week", NEVER, &["utc=\"2026-06-22T10:00:00\""], CHARGE, "modelStatus"),
    ("sch_satur", NEVER, &["utc=\"2026-06-20T10:00:00\""], CHARGE, "modelStatus"),
    ("sch_sund", NEVER, &[], CHARGE, "modelStatus"),
    ("att", "43800", &["lmo=5"], CHARGE, "modelStatus"),
    ("ate", "0", &["lmo=5"], CHARGE, "modelStatus"),
    ("fte", "0", &["lmo=5"], CHARGE, "modelStatus"),
    ("awe", "true", &["lmo=4", PRICES], CHARGE, "modelStatus"),
    ("awp", "1", &["lmo=4", "awe=true", PRICES], CHARGE, "modelStatus"),
    ("awpl", r#"{"marketprice":[2],"start":1782036000}"#, &["lmo=4", "awe=true"], CHARGE, "modelStatus"),
    ("ara", "false", &["lmo=5", "ate=0", "awe=true", PRICES], CHARGE, "modelStatus"),
    ("mci", "60000", &["lmo=4"], CHARGE, "modelStatus"),
    ("rst", "true", &[], CHARGE, "rbc"),
    ("la1", "8", &["psm=1"], INPUT, "nrg"),
    ("la3", "8", &[], INPUT, "nrg"),
    ("die", "false", &["la3=8"], INPUT, "nrg"),
    ("dii", "true", &["la3=8"], INPUT, "nrg"),
    ("di1", "true", &[], INPUT, "pha"),
    ("acp", "false", &[], PAUSE, "modelStatus"),
    ("mcpd", "500000", &[], PAUSE, "modelStatus"),
    ("su", "true", &[], PAUSE, "modelStatus"),
    ("sumd", "60000", &["su=true"], PAUSE, "modelStatus"),
    ("sua", "true", &[], PAUSE, "nrg"),
    ("fup", "false", &[], SUN, "modelStatus"),
    ("pgt", "-500", &[], SUN, "nrg"),
    ("fst", "4000", &[], SUN, "modelStatus"),
    ("fmt", "3600000", &[], SUN, "modelStatus"),
    ("mca", "8", &[], SUN, "nrg"),
    ("psm", "1", &[], SUN, "pha"),
    ("spl3", "6000", &[], SUN, "pha"),
    ("mpwst", "0", &[], SUN, "pha"),
    ("mptwt", "0", &[], SUN, "pha"),
    ("psmd", "60000", &[], SUN, "modelStatus"),
    ("po", "-1000", &[], SUN, "nrg"),
    ("sh", "3000", &[], SUN, "modelStatus"),
    ("psh", "2500", &[], SUN, "pha"),
    ("frm", "0", &[], SUN, "nrg"),
    ("csd", "false", &[], SUN, "pvopt_averagePGrid"),
    ("fzf", "true", &[], HELD_BACK, "nrg"),
    ("zfo", "20", &["fzf=true"], HELD_BACK, "nrg"),
    ("clp", "[7,8]", &[], DESK, "amp"),
    ("bac", "0", &[], DESK, "amp"),
    ("tof", "120", &[], DESK, "loc"),
    ("tds", "0", &[], DESK, "loc"),
    ("tse", "false", &[], DESK, "utc"),
    ("wifis", r#"[{"ssid":"garage","key":"battery staple"}]"#, &[], DESK, "ccw"),
    ("delw", "0", &[], DESK, "ccw"),
    ("hai", "false", &[], DESK, "(http)"),
    ("mcr", "true", &[], DESK, "(readonly)"),
    ("mce", "true", &[BROKER], DESK, "(wanted)"),
    ("mcu", r#""mqtt://broker.example""#, &["mce=true"], DESK, "(wanted)"),
    ("mtp", r#""garage/""#, &["mce=true", BROKER], DESK, "(wanted)"),
    ("mqg", "false", &["mce=true", BROKER], DESK, "(wanted)"),
    ("mqcn", "true", &["mce=true", BROKER], DESK, "(wanted)"),
    ("mqss", "true", &["mce=true", BROKER], DESK, "(wanted)"),
    ("men", "true", &[], DESK, "(modbus)"),
    // The port is that of a boot.
    ("msp", "1502", &[], BOOT, "(modbus)"),
    ("msb", "true", &[], DESK, "(modbus)"),
    ("msr", "false", &[], DESK, "(modbus)"),
    ("mhe", "true", &["mce=true", BROKER], DESK, "(wanted)"),
    ("mht", r#""house""#, &["mce=true", BROKER, "mhe=true"], DESK, "(wanted)"),
];
