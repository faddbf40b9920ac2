//! The recognition of the adapter.

/// Recognition of the plug the charger itself hangs on.
pub trait AdapterSense {
    /// Whether it is the 16 A adapter.
    fn adapter_used(&self) -> bool;
}
