//! What can go wrong between a program and a charger, in words that say what to do.

use std::fmt;
use std::time::Duration;

/// Why a charger did not answer, or did not do as it was told.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Error {
    /// The address of a charger or a broker is none.
    Address {
        /// As it was given, without a password.
        text: String,
        /// What is wrong with it.
        reason: String,
    },
    /// A value is not JSON.
    Value {
        /// Of this key.
        key: String,
        /// What is wrong with it; the value itself may be a secret.
        reason: String,
    },
    /// Nobody could be reached there.
    Unreachable {
        /// Where.
        address: String,
        /// As the system tells it.
        reason: String,
    },
    /// There was no answer in time.
    Timeout {
        /// Where.
        address: String,
        /// So long was waited.
        after: Duration,
    },
    /// The connection ended before the answer: what was asked for may have happened.
    Interrupted {
        /// Where.
        address: String,
        /// How it ended.
        reason: String,
    },
    /// HTTP has another status than the API's.
    Http {
        /// The request, without its values.
        address: String,
        /// The status.
        status: u16,
    },
    /// It answers, and not as a charger does.
    Protocol {
        /// Where.
        address: String,
        /// What was there instead.
        what: String,
    },
    /// The charger took none or not all of the values.
    Refused(Refused),
    /// The password is not the charger's.
    WrongPassword {
        /// Where.
        address: String,
        /// The charger's words.
        message: String,
    },
    /// The charger lets nobody in for now, whatever the password.
    NotAdmitted {
        /// Where.
        address: String,
        /// The charger's words.
        message: String,
    },
}

/// What became of each value of a set that was not taken as a whole.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Refused {
    /// The keys whose values were taken: they hold.
    pub accepted: Vec<String>,
    /// The others. There is at least one.
    pub refused: Vec<Refusal>,
}

/// A value that the charger did not take.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// Of this key.
    pub key: String,
    /// The charger's words.
    pub reason: String,
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Error::Address { text, reason } => write!(f, "`{text}` is no address: {reason}"),
            Error::Value { key, reason } => write!(f, "the value of `{key}` is not JSON: {reason}"),
            Error::Unreachable { address, reason } => write!(
                f,
                "cannot reach {address}: {reason}; is it on, and is this its address?"
            ),
            Error::Timeout { address, after } => write!(
                f,
                "{address} did not answer within {} s; is it on, and in the same network?",
                after.as_secs_f32()
            ),
            Error::Interrupted { address, reason } => write!(
                f,
                "{address} ended the connection before it answered ({reason}); whether it did as it was told is not known"
            ),
            Error::Http {
                address,
                status: 404,
            } => write!(
                f,
                "{address} is not there (HTTP 404); is this a charger, and is its local HTTP API v2 allowed in the app?"
            ),
            Error::Http {
                address,
                status: 503,
            } => write!(
                f,
                "{address} has no place left (HTTP 503): other clients are connected, and one of them has to end"
            ),
            Error::Http {
                address,
                status: 414,
            } => write!(
                f,
                "{address}: a value is longer than the charger takes (HTTP 414)"
            ),
            Error::Http { address, status } => write!(
                f,
                "{address} answers with HTTP {status}; is this a charger, and is its local HTTP API v2 allowed in the app?"
            ),
            Error::Protocol { address, what } => {
                write!(f, "{address} does not answer as a charger does: {what}")
            }
            Error::Refused(refused) => refused.fmt(f),
            Error::WrongPassword { address, message } => write!(
                f,
                "{address} does not take the password (\"{message}\"); that of a charger is the one of its settings in the app"
            ),
            Error::NotAdmitted { address, message } => {
                write!(f, "{address} lets nobody in for now: \"{message}\"")
            }
        }
    }
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the charger refused ")?;
        for (at, refusal) in self.refused.iter().enumerate() {
            let comma = if at == 0 { "" } else { "; " };
            write!(f, "{comma}`{}`: {}", refusal.key, refusal.reason)?;
        }
        if !self.accepted.is_empty() {
            write!(f, "; it took {}", self.accepted.join(", "))?;
        }
        Ok(())
    }
}

impl std::error::Error for Error {}

impl Error {
    /// Returns whether it may help to try the same again later.
    pub fn is_passing(&self) -> bool {
        !matches!(
            self,
            Error::Address { .. }
                | Error::Value { .. }
                | Error::Refused(_)
                | Error::WrongPassword { .. }
        )
    }
}
