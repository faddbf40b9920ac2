//! Records: what a device stores beside its settings. It must never know what is in one.

/// The bytes of a record, in the device's own form.
pub type Record = heapless::Vec<u8, 52>;

/// What is stored beside the settings, in a form of the device's own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RecordKind {
    /// What it counts.
    Counters,
    /// What stands for its password.
    Credential,
}

impl RecordKind {
    /// All of them.
    pub const ALL: [RecordKind; 2] = [RecordKind::Counters, RecordKind::Credential];
}
