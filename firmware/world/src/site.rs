//! What a world begins with.

use goe_firmware::charger::Firmware;

/// The charger and its surroundings at the beginning.
#[derive(Clone, Debug)]
pub struct Site {
    /// Of everything that is left to chance.
    pub seed: u64,
    /// Six letters or digits.
    pub serial: String,
    /// The release that the charger is one of.
    pub release: &'static Firmware,
    /// Whether a car is plugged in.
    pub plugged: bool,
    /// Whether the charger is on the WiFi of the house from the factory.
    pub home: bool,
    /// UTC, ms since 1970; `None` when nothing tells the time.
    pub utc_ms: Option<i64>,
    /// Whether the board prescribes a broker, which is there from the start.
    pub broker: bool,
}

impl Default for Site {
    fn default() -> Self {
        Site {
            seed: 1,
            serial: "000001".to_owned(),
            release: Firmware::NEWEST,
            plugged: true,
            home: true,
            // A noon in June.
            utc_ms: Some(1_782_036_000_000),
            broker: true,
        }
    }
}
