//! Why a connection is over, and what becomes of it.

use core::fmt;

use goe_runtime::device::Unreachable;

use super::codec::{DecodeError, EncodeError, Refusal};
use super::session::SessionError;

/// The status of the connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// The broker has accepted it.
    Connected,
    /// It is over, or there was none to be had; the client goes on trying.
    Lost(Lost),
    /// The client was told to stop, and has.
    Stopped,
}

/// Why a connection is over, or did not come about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lost {
    /// The board did not get through to the broker.
    Unreachable(Unreachable),
    /// The broker closed the connection.
    Closed,
    /// The network reported an error.
    Network,
    /// The broker took nothing for five seconds.
    Stalled,
    /// A packet did not fit into the send buffer, empty as it was. Excluded by
    /// what a client checks before it starts.
    Unsendable,
    /// The broker refused the client, fell silent, or does not keep to MQTT.
    Session(SessionError),
}

impl Lost {
    /// At most 64 bytes.
    pub const fn text(self) -> &'static str {
        match self {
            Self::Unreachable(reason) => reason.text(),
            Self::Closed => "the broker closed the connection",
            Self::Network => "the network lost the connection",
            Self::Stalled => "the broker takes nothing any more",
            Self::Unsendable => "the send buffer is too short",
            Self::Session(SessionError::Refused(refusal)) => match refusal {
                Refusal::ProtocolVersion => "the broker does not speak MQTT 3.1.1",
                Refusal::ClientId => "the broker refuses the client id",
                Refusal::Unavailable => "the broker is not available",
                Refusal::BadCredentials => "the broker refuses user or password",
                Refusal::NotAuthorized => "the broker does not authorize this client",
            },
            Self::Session(SessionError::NoAnswer | SessionError::NoPong) => {
                "the broker does not answer"
            }
            Self::Session(SessionError::Malformed(_) | SessionError::OutOfOrder) => {
                "the broker does not keep to MQTT"
            }
        }
    }
}

impl fmt::Display for Lost {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.text())
    }
}

impl From<SessionError> for Lost {
    fn from(error: SessionError) -> Self {
        Self::Session(error)
    }
}

impl From<DecodeError> for Lost {
    fn from(error: DecodeError) -> Self {
        Self::Session(SessionError::Malformed(error))
    }
}

impl From<EncodeError> for Lost {
    fn from(_: EncodeError) -> Self {
        Self::Unsendable
    }
}
