//! The looks and the name of the charger: settings that clients show and
//! the LED ring follows. None of them decides anything about charging.

use goe_runtime::{JsonStr, List, Refusal};
use heapless::String;

/// Steps of the button, A.
type Presets = List<u8, 5>;

/// `#RRGGBB`.
pub(in crate::charger) type Colour = String<7>;

/// Everything here, as it was written.
#[derive(Debug)]
pub(in crate::charger) struct Looks {
    pub(in crate::charger) name: String<64>,
    pub(in crate::charger) brightness: u8,
    pub(in crate::charger) saves_energy: bool,
    pub(in crate::charger) idle: Colour,
    pub(in crate::charger) waiting: Colour,
    pub(in crate::charger) charging: Colour,
    pub(in crate::charger) finished: Colour,
    presets: Presets,
}

impl Looks {
    pub(in crate::charger) fn new(serial: &str) -> Self {
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
            presets: [6, 10, 12, 14, 16].into_iter().collect(),
        }
    }

    /// The steps of the button, A.
    pub(in crate::charger) fn presets(&self) -> &Presets {
        &self.presets
    }

    /// The step that follows a current, A: the next above it, and the first behind the
    /// last.
    pub(in crate::charger) fn next_preset(&self, amperes: u8) -> Option<u8> {
        let above = self.presets.iter().find(|&&preset| preset > amperes);
        above.or(self.presets.first()).copied()
    }

    pub(in crate::charger) fn rename(&mut self, name: JsonStr<'_>) -> Result<(), Refusal> {
        self.name = name.decode().ok_or(LONG)?;
        Ok(())
    }

    /// Takes the steps of the button, which the table keeps within the currents
    /// there are: what it cannot say is that they rise.
    pub(in crate::charger) fn set_presets(
        &mut self,
        written: impl Iterator<Item = u8>,
    ) -> Result<(), Refusal> {
        let mut presets = Presets::new();
        for amperes in written {
            if presets.last().is_some_and(|&before| before >= amperes) {
                return Err(NO_PRESETS);
            }
            presets.push(amperes).map_err(|_| NO_PRESETS)?;
        }
        self.presets = presets;
        Ok(())
    }
}

/// Takes a colour, which the table has checked.
pub(in crate::charger) fn paint(colour: &mut Colour, value: JsonStr<'_>) -> Result<(), Refusal> {
    *colour = value.decode().ok_or(LONG)?;
    Ok(())
}

fn colour(text: &str) -> Colour {
    // Seven bytes each.
    Colour::try_from(text).unwrap_or_default()
}

const LONG: Refusal = Refusal::new("is too long");

const NO_PRESETS: Refusal =
    Refusal::new("must be at most five currents from 6 to 32, each above the one before");

#[cfg(test)]
mod tests {
    use goe_api::{Key, Write};

    use super::*;

    #[test]
    fn the_button_goes_from_step_to_step() {
        let mut looks = Looks::new("000001");
        for (amperes, next) in [(6, 10), (7, 10), (14, 16), (16, 6), (32, 6)] {
            assert_eq!(looks.next_preset(amperes), Some(next));
        }
        looks.set_presets(core::iter::empty()).expect("none");
        assert_eq!(looks.next_preset(6), None);
    }

    #[test]
    fn presets_are_currents_that_rise() {
        let mut looks = Looks::new("000001");
        assert_eq!(looks.name, "go-eCharger 000001");
        assert_eq!(looks.presets(), &[6, 10, 12, 14, 16]);
        let table = |json| match Write::parse(Key::Clp, json) {
            Ok(Write::Clp(presets)) => Some(presets),
            _ => None,
        };
        for (json, taken) in [
            ("[6]", &[6][..]),
            (" [ 28, 29 ,30,31,32 ] ", &[28, 29, 30, 31, 32]),
            ("[ ]", &[]),
            ("[1e1]", &[10]),
        ] {
            let presets = table(json).expect(json);
            assert!(looks.set_presets(presets.iter()).is_ok(), "{json}");
            assert_eq!(looks.presets(), taken, "{json}");
        }
        let before = looks.presets().clone();
        for json in ["[6,6]", "[10,6]", "[6,7,8,9,8]"] {
            let presets = table(json).expect(json);
            assert_eq!(looks.set_presets(presets.iter()), Err(NO_PRESETS), "{json}");
            assert_eq!(looks.presets(), &before, "{json}");
        }
        for json in [
            "[5]", "[33]", "[6,,10]", "[6.5]", "[\"6\"]", "[[6]]", "[null]", "[6,7,8,9,10,11]", "6",
        ] {
            assert!(table(json).is_none(), "{json}");
        }
    }
}
