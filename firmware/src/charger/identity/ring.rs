//! What the LED ring shows: an animation in one of the owner's colours, or nothing.

use core::fmt::Write as _;

use heapless::String;

use super::looks::{Colour, Looks};

/// LEDs of the ring, as the table has it.
const LEDS: u8 = 64;

/// A ring that saves energy goes dark so long after its last change, ms.
const DARK_AFTER_MS: u64 = 600_000;

/// What there is to show.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::charger) enum Scene {
    Booting,
    Fault,
    /// Nobody is there.
    Idle,
    /// For the car, or for somebody who lets it charge.
    Waiting,
    Charging,
    Finished,
}

/// The ring.
#[derive(Debug)]
pub(in crate::charger) struct Ring {
    shown: Option<(Scene, Colour, bool)>,
    changed_at_ms: u64,
    text: String<256>,
}

impl Ring {
    pub(in crate::charger) fn new() -> Self {
        Ring {
            shown: None,
            changed_at_ms: 0,
            text: String::new(),
        }
    }

    /// What it shows, as JSON; nothing before the first step.
    pub(in crate::charger) fn text(&self) -> &str {
        &self.text
    }

    /// Shows a scene; spells it out when it is another.
    pub(in crate::charger) fn step(&mut self, now_ms: u64, scene: Scene, looks: &Looks) {
        let colour = match scene {
            Scene::Booting => "#FFFFFF",
            Scene::Fault => "#FF0000",
            Scene::Idle => &looks.idle,
            Scene::Waiting => &looks.waiting,
            Scene::Charging => &looks.charging,
            Scene::Finished => &looks.finished,
        };
        let before = self.shown.as_ref();
        let same = before.is_some_and(|(old, paint, _)| (*old, &**paint) == (scene, colour));
        if !same {
            self.changed_at_ms = now_ms;
        }
        let rests = now_ms.saturating_sub(self.changed_at_ms) >= DARK_AFTER_MS;
        let dark = looks.saves_energy && rests;
        if same && before.is_some_and(|&(.., was_dark)| was_dark == dark) {
            return;
        }
        // A colour has seven bytes.
        let colour = Colour::try_from(colour).unwrap_or_default();
        self.spell(scene, &colour, dark);
        self.shown = Some((scene, colour, dark));
    }

    /// In the form that is recorded of a real ring.
    fn spell(&mut self, scene: Scene, colour: &str, dark: bool) {
        let (id, name, fade_ms) = match scene {
            _ if dark => (0, "Off", 0),
            Scene::Booting => (1, "Boot", 512),
            Scene::Fault => (2, "Error", 256),
            Scene::Idle => (17, "Pulsate", 2_048),
            Scene::Waiting => (18, "Wait", 1_024),
            Scene::Charging => (19, "Charge", 512),
            Scene::Finished => (20, "Finished", 0),
        };
        let colour = if dark { "#000000" } else { colour };
        // Another colour to fade to, where it fades.
        let other = if fade_ms > 0 { "#000000" } else { colour };
        self.text.clear();
        // Some 180 bytes.
        let _ = write!(
            self.text,
            "{{\"id\":{id},\"name\":\"{name}\",\"norwayOverlay\":false,\"modeOverlay\":false,\
             \"subtype\":\"renderCmds\",\"ranges\":[{{\"from\":0,\"to\":{},\"fade\":\"{fade_ms}ms\",\
             \"colors0\":[\"{colour}\"],\"colors1\":[\"{other}\"]}}]}}",
            LEDS - 1
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shows_each_scene_in_its_colour_until_it_goes_dark() {
        let mut looks = Looks::new("000001");
        let mut ring = Ring::new();
        for (now_ms, scene, saves, name, colour) in [
            (0, Scene::Booting, false, "Boot", "#FFFFFF"),
            (3_000, Scene::Idle, false, "Pulsate", "#0000FF"),
            (700_000, Scene::Idle, false, "Pulsate", "#0000FF"),
            (701_000, Scene::Idle, true, "Off", "#000000"),
            (702_000, Scene::Charging, true, "Charge", "#00FFFF"),
            (1_301_999, Scene::Charging, true, "Charge", "#00FFFF"),
            (1_302_000, Scene::Charging, true, "Off", "#000000"),
            (1_303_000, Scene::Fault, true, "Error", "#FF0000"),
        ] {
            looks.saves_energy = saves;
            ring.step(now_ms, scene, &looks);
            let text = ring.text();
            assert!(text.contains(name) && text.contains(colour), "{text}");
            assert!(text.len() < 200, "{text}");
        }
        looks.idle = Colour::try_from("#123456").expect("seven bytes");
        ring.step(1_304_000, Scene::Idle, &looks);
        assert!(ring.text().contains("\"colors0\":[\"#123456\"]"));
    }
}
