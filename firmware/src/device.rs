//! What the network and the store need of a device, whatever its keys.
//!
//! HTTP, MQTT and the store are written against this trait and against the
//! tables of the generated crate; none of them knows a key by name.

use goe_runtime::{DocumentView, KeyIndex, Keys, Registry, WriteError};

/// A device with an API of keys.
///
/// All methods return at once, on the one thread that everything runs on, so
/// that a write and what it changes are one step for every reader.
pub trait Device {
    /// A set of its keys.
    type Keys: Keys;

    /// Its keys.
    const REGISTRY: &'static Registry;

    /// Reads the status. The view must not be kept: render runs between two
    /// awaits of anybody.
    fn with_document<R>(&self, read: impl FnOnce(DocumentView<'_>) -> R) -> R;

    /// Whether HTTP may read and set the keys now.
    fn serves_http(&self) -> bool {
        true
    }

    /// Sets one key from JSON text; the status shows it when this returns.
    ///
    /// # Errors
    /// The key cannot be written, the value does not satisfy the table, or the
    /// device refuses it. Nothing changed then.
    fn set(&self, key: KeyIndex, json: &str) -> Result<(), WriteError>;
}
