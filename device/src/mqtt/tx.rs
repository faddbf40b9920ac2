//! The batch of packets that leaves in one write.
//!
//! Publishing hundreds of keys as hundreds of writes makes as many small TCP
//! segments; so packets are put here until none fits, and then sent together.

use super::codec::EncodeError;

/// Whole packets, one behind the other, in a buffer of the caller's.
#[derive(Debug)]
pub struct Tx<'b> {
    buf: &'b mut [u8],
    len: usize,
}

impl<'b> Tx<'b> {
    /// An empty batch that holds up to `buf.len()` bytes.
    pub fn new(buf: &'b mut [u8]) -> Self {
        Self { buf, len: 0 }
    }

    /// Adds the packet that `encode` writes at the start of what it is given;
    /// on an error the batch stays as it was.
    pub fn push<F>(&mut self, encode: F) -> Result<(), EncodeError>
    where
        F: FnOnce(&mut [u8]) -> Result<usize, EncodeError>,
    {
        let len = encode(self.buf.get_mut(self.len..).unwrap_or_default())?;
        self.len = (self.len + len).min(self.buf.len());
        Ok(())
    }

    /// Adds a packet that is bytes already.
    pub fn push_bytes(&mut self, packet: &[u8]) -> Result<(), EncodeError> {
        self.push(|free| {
            let to = free.get_mut(..packet.len()).ok_or(EncodeError::NoSpace)?;
            to.copy_from_slice(packet);
            Ok(packet.len())
        })
    }

    /// Returns the bytes to send.
    pub fn bytes(&self) -> &[u8] {
        self.buf.get(..self.len).unwrap_or_default()
    }

    /// Returns the number of bytes that still fit.
    pub fn free(&self) -> usize {
        self.buf.len() - self.len
    }

    /// Forgets everything, sent or not.
    pub fn clear(&mut self) {
        self.len = 0;
    }
}
