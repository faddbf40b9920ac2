//! What all clients on a device's WebSocket have in common: the table of messages,
//! the watches that there are, chance, and how many passwords were wrong of late.

use goe_runtime::Keys;
use goe_runtime::device::{Observed, Watch};
use goe_runtime::websocket::Messages;

use super::session::Session;
use super::wrong::Wrong;
use crate::entropy::Entropy;

/// A place in which up to `N` clients can be served at the same time.
pub struct Hall<K: 'static, E, const N: usize> {
    messages: &'static Messages,
    entropy: E,
    watches: [Watch<K>; N],
    wrong: Wrong,
}

impl<K: Keys, E: Entropy, const N: usize> Hall<K, E, N> {
    /// Nobody is there yet.
    pub fn new(messages: &'static Messages, entropy: E) -> Self {
        Hall {
            messages,
            entropy,
            watches: core::array::from_fn(|_| Watch::default()),
            wrong: Wrong::default(),
        }
    }

    /// Lets its clients watch the device: once, before the first of them comes.
    pub fn open(&'static self, device: &impl Observed<Keys = K>) {
        self.watches.iter().for_each(|watch| device.observe(watch));
    }

    /// What serves one of them.
    pub fn session(&self) -> Session<'_, K, E> {
        Session {
            messages: self.messages,
            entropy: &self.entropy,
            watches: &self.watches,
            wrong: &self.wrong,
        }
    }
}
