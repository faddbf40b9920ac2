//! The device as a Modbus TCP server: the registers of its spec, by functions 3, 4
//! and 16.
//!
//! `frame` answers one request, whatever its bytes are, and `serve` a connection. It is
//! generic over [`Registered`](goe_runtime::device::Registered) and must never know a
//! register, a key or a network stack.

mod frame;
mod serve;

pub use frame::{FRAME_MAX, HEADER, answer, frame_for, rest};
pub use serve::serve;
