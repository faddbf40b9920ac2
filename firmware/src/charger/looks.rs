//! How the charger looks and what it is called: settings that clients show and
//! the LED ring follows. None of them decides anything about charging.

use goe_runtime::{JsonStr, Refusal, error::Place};
use heapless::{String, Vec};

/// Steps of the button.
const PRESETS: usize = 5;

/// As many characters as five numbers of two digits take as JSON.
type PresetsText = String<16>;

/// `#RRGGBB`.
pub(super) type Colour = String<7>;

/// Everything here, as it was written.
#[derive(Debug)]
pub(super) struct Looks {
    pub(super) name: String<64>,
    pub(super) brightness: u8,
    pub(super) saves_energy: bool,
    pub(super) idle: Colour,
    pub(super) waiting: Colour,
    pub(super) charging: Colour,
    pub(super) finished: Colour,
    /// As JSON.
    presets: PresetsText,
}

impl Looks {
    pub(super) fn new(serial: &str) -> Self {
        let mut name = String::new();
        // Eleven bytes, and a serial number has at most sixteen.
        let _ = name
            .push_str("go-eCharger ")
            .and_then(|()| name.push_str(serial));
        Looks {
            name,
            brightness: 255,
            saves_energy: false,
            idle: colour("#0000FF"),
            waiting: colour("#FFFF00"),
            charging: colour("#00FFFF"),
            finished: colour("#00FF00"),
            presets: preset_text(&[6, 10, 12, 14, 16]),
        }
    }

    /// The steps of the button, as JSON.
    pub(super) fn presets(&self) -> &str {
        &self.presets
    }

    pub(super) fn rename(&mut self, name: JsonStr<'_>) -> Result<(), Refusal> {
        self.name = name.decode().ok_or(LONG)?;
        Ok(())
    }

    /// Takes the steps of the button from a JSON array.
    pub(super) fn set_presets(&mut self, json: &str) -> Result<(), Refusal> {
        let inside = json.trim().strip_prefix('[');
        let inside = inside
            .and_then(|rest| rest.strip_suffix(']'))
            .ok_or(NO_PRESETS)?;
        let mut presets = Vec::<u8, PRESETS>::new();
        for number in inside.split(',').map(str::trim) {
            if number.is_empty() && inside.trim().is_empty() {
                break;
            }
            let amperes = number
                .parse()
                .ok()
                .filter(|amperes| (6..=32).contains(amperes));
            let amperes = amperes.ok_or(NO_PRESETS)?;
            if presets.last().is_some_and(|&before| before >= amperes) {
                return Err(NO_PRESETS);
            }
            presets.push(amperes).map_err(|_| NO_PRESETS)?;
        }
        self.presets = preset_text(&presets);
        Ok(())
    }
}

/// Takes a colour, which the table has checked.
pub(super) fn paint(colour: &mut Colour, value: JsonStr<'_>) -> Result<(), Refusal> {
    *colour = value.decode().ok_or(LONG)?;
    Ok(())
}

fn colour(text: &str) -> Colour {
    // Seven bytes each.
    Colour::try_from(text).unwrap_or_default()
}

fn preset_text(presets: &[u8]) -> PresetsText {
    use core::fmt::Write as _;
    let mut text = PresetsText::new();
    for (index, amperes) in presets.iter().enumerate() {
        let before = if index == 0 { '[' } else { ',' };
        let _ = write!(text, "{before}{amperes}");
    }
    let _ = text.push_str(if presets.is_empty() { "[]" } else { "]" });
    text
}

const LONG: Refusal = Refusal {
    place: Place::TOP,
    reason: "is too long",
};

const NO_PRESETS: Refusal = Refusal {
    place: Place::TOP,
    reason: "must be at most five currents from 6 to 32, each above the one before",
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn presets_are_currents_that_rise() {
        let mut looks = Looks::new("000001");
        assert_eq!(looks.name, "go-eCharger 000001");
        assert_eq!(looks.presets(), "[6,10,12,14,16]");
        for (json, taken) in [
            ("[6]", Some("[6]")),
            (" [ 28, 29 ,30,31,32 ] ", Some("[28,29,30,31,32]")),
            ("[ ]", Some("[]")),
            ("[5]", None),
            ("[33]", None),
            ("[6,6]", None),
            ("[10,6]", None),
            ("[6,,10]", None),
            ("[6.5]", None),
            ("[\"6\"]", None),
            ("[[6]]", None),
            ("[null]", None),
            ("[6,7,8,9,10,11]", None),
        ] {
            let before = PresetsText::try_from(looks.presets()).expect("short");
            assert_eq!(looks.set_presets(json).is_ok(), taken.is_some(), "{json}");
            assert_eq!(looks.presets(), taken.unwrap_or(&before), "{json}");
        }
    }
}
