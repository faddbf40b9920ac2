//! The recognition of the adapter.

/// Recognition of the plug the charger itself hangs on.
pub trait AdapterSense {
    /// Returns whether the charger hangs on the 16 A adapter.
    fn adapter_used(&self) -> bool;
}
