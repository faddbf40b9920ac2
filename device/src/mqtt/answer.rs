//! A setting as it comes in by MQTT: it is applied, and answered in MQTT's words.

use core::fmt;

use goe_runtime::device::Published;
use goe_runtime::error::Sent;
use goe_runtime::json::JsonError;
use goe_runtime::{Reason, ValuePath, WriteError};

/// Applies one setting: `name` as the topic had it, so perhaps no key at all, and
/// `payload` as it came, so perhaps no JSON and no UTF-8. An answer that runs out
/// of space is cut off, and nothing is undone.
pub(super) fn set(
    device: &impl Published,
    name: &str,
    payload: &[u8],
    answer: &mut dyn fmt::Write,
) {
    let Some(key) = device.find(name) else {
        return refuse(device, name, WriteError::UnknownKey, answer);
    };
    if device.is_readonly() {
        let why = "MQTT is readonly";
        device.refused(name, &why);
        let _ = answer.write_str(why);
        return;
    }
    let Ok(json) = core::str::from_utf8(payload) else {
        let error = WriteError::Rejected {
            reason: Reason::Json(JsonError::InvalidInput),
            path: ValuePath::TOP,
        };
        return refuse(device, name, error, answer);
    };
    let profile = Some(device.registry().descriptor(key).profile);
    let sent = Sent { raw: json, profile };
    let _ = match device.set(key, json) {
        Ok(()) => answer.write_str("success"),
        Err(error) => write!(answer, "{}", error.mqtt(sent)),
    };
}

/// The answer to a setting that was too long for the receive buffer.
pub(super) fn too_long(device: &impl Published, name: &str, answer: &mut dyn fmt::Write) {
    refuse(device, name, WriteError::PayloadTooLong, answer);
}

/// What the device need not be asked for.
fn refuse(device: &impl Published, name: &str, error: WriteError, answer: &mut dyn fmt::Write) {
    let why = error.mqtt(Sent::NOTHING);
    device.refused(name, &why);
    let _ = write!(answer, "{why}");
}
