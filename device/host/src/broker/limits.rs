//! The bounds of a broker, as numbers that tests can make smaller.

/// What a broker takes at most; [the module](super) says why.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Clients that are connected, but for the device's own.
    pub connections: usize,
    /// Clients with the device's id that are connected.
    pub reserved: usize,
    /// Connections without a CONNECT yet; the oldest gives way to the next.
    pub waiting: usize,
    /// Time for the CONNECT, in milliseconds.
    pub connect_ms: u64,
    /// Length of a packet that a client sends, in bytes.
    pub packet: usize,
    /// Length of a topic or filter, in bytes.
    pub topic: usize,
    /// Levels of a filter.
    pub levels: usize,
    /// Filters of one client.
    pub filters: usize,
    /// Filters of all clients.
    pub all_filters: usize,
    /// Retained messages.
    pub retained: usize,
    /// What retained messages take, in bytes.
    pub retained_bytes: usize,
    /// Messages that wait for one client.
    pub queue: usize,
    /// What they take, in bytes.
    pub queue_bytes: usize,
    /// Messages of QoS 1 on their way to one client.
    pub in_flight: usize,
    /// Messages of QoS 2 that a client has sent and not released.
    pub unreleased: usize,
    /// Sessions that are kept without a connection; the oldest gives way.
    pub sessions: usize,
    /// What is held for all clients, in bytes.
    pub bytes: usize,
}

impl Default for Limits {
    fn default() -> Self {
        const KIB: usize = 1024;
        const MIB: usize = 1024 * KIB;
        Self {
            connections: 900,
            reserved: 4,
            waiting: 32,
            connect_ms: 5_000,
            packet: 256 * KIB,
            topic: KIB,
            levels: 32,
            filters: 1_000,
            all_filters: 10_000,
            retained: 10_000,
            retained_bytes: 16 * MIB,
            queue: 2_000,
            queue_bytes: MIB,
            in_flight: 32,
            unreleased: 1_000,
            sessions: 100,
            bytes: 64 * MIB,
        }
    }
}
