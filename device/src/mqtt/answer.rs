//! A setting as it comes in by MQTT: it is applied, and answered in MQTT's words.

use core::fmt;

use goe_runtime::device::Published;
use goe_runtime::error::Sent;
use goe_runtime::json::JsonError;
use goe_runtime::{Reason, ValuePath, WriteError};

/// Applies one setting: `key` as the topic had it, so perhaps no key at all, and
/// `payload` as it came, so perhaps no JSON and no UTF-8. An answer that runs out
/// of space is cut off, and nothing is undone.
pub(super) fn set(device: &impl Published, key: &str, payload: &[u8], answer: &mut dyn fmt::Write) {
    let registry = device.registry();
    let key = device.find(key);
    let mut sent = Sent {
        raw: "",
        profile: key.map(|key| registry.descriptor(key).profile),
    };
    let outcome = match (key, core::str::from_utf8(payload)) {
        (None, _) => Err(WriteError::UnknownKey),
        (Some(_), _) if device.is_readonly() => {
            let _ = answer.write_str("MQTT is readonly");
            return;
        }
        (Some(key), Ok(json)) => {
            sent.raw = json;
            device.set(key, json)
        }
        (Some(_), Err(_)) => Err(WriteError::Rejected {
            reason: Reason::Json(JsonError::InvalidInput),
            path: ValuePath::TOP,
        }),
    };
    let _ = match outcome {
        Ok(()) => answer.write_str("success"),
        Err(error) => write!(answer, "{}", error.mqtt(sent)),
    };
}

/// The answer to a setting that was too long for the receive buffer.
pub(super) fn too_long(answer: &mut dyn fmt::Write) {
    let _ = write!(answer, "{}", WriteError::PayloadTooLong.mqtt(Sent::NOTHING));
}
