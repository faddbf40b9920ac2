//! The messages of a WebSocket: who sends each, what it does, and where each of its
//! members comes from. It must never know how a device keeps that.

use goe_runtime::websocket::Known;
use serde::{Serialize, Serializer};

use super::place::{At, Origin};

/// Who sends a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum Sender {
    /// The device.
    Device,
    /// Its client.
    Client,
}

impl Sender {
    /// Both, with their spelling.
    pub const ALL: &[(&str, Sender)] = &[("device", Sender::Device), ("client", Sender::Client)];

    /// As the table spells it.
    pub fn name(self) -> &'static str {
        super::types::spelling(Self::ALL, self)
    }
}

/// What the protocol knows of itself, with the word in braces.
pub const KNOWN: &[(&str, Known)] = &[
    ("secured", Known::Secured),
    ("token1", Known::Token1),
    ("token2", Known::Token2),
    ("hash", Known::Hash),
    ("token3", Known::Token3),
    ("proof", Known::Proof),
    ("message", Known::Message),
    ("status", Known::Status),
    ("partial", Known::Partial),
    ("request", Known::Request),
    ("key", Known::Key),
    ("value", Known::Value),
    ("data", Known::Data),
    ("hmac", Known::Hmac),
    ("success", Known::Success),
];

/// What the protocol knows as the table spells it, in braces.
pub fn braced(known: Known) -> String {
    format!("{{{}}}", super::types::spelling(KNOWN, known))
}

/// What a message does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum MessageAction {
    /// The device says who it is.
    Hello,
    /// The device asks who the client is.
    Challenge,
    /// The client proves that it knows the password.
    Auth,
    /// The device believes it.
    Accepted,
    /// The device does not.
    Denied,
    /// The device gives its whole status, or a part of it.
    Full,
    /// The device gives what has changed.
    Delta,
    /// The client wants a key set.
    Set,
    /// The client wants the same, and proves that it is the one who does.
    Secure,
    /// The device says what became of a wish.
    Response,
}

/// The rules for the message of an action.
#[derive(Clone, Copy, Debug)]
pub struct Rules {
    /// Who sends it.
    pub from: Sender,
    /// There is no socket without it.
    pub is_necessary: bool,
    /// What one of its members has to hold.
    pub needs: &'static [Known],
    /// What else its members may hold.
    pub knows: &'static [Known],
}

impl MessageAction {
    /// Every action, with its spelling, in the order of a conversation.
    pub const ALL: &[(&str, MessageAction)] = &[
        ("hello", MessageAction::Hello),
        ("challenge", MessageAction::Challenge),
        ("auth", MessageAction::Auth),
        ("accepted", MessageAction::Accepted),
        ("denied", MessageAction::Denied),
        ("full", MessageAction::Full),
        ("delta", MessageAction::Delta),
        ("set", MessageAction::Set),
        ("secure", MessageAction::Secure),
        ("response", MessageAction::Response),
    ];

    /// As the table spells it.
    pub fn name(self) -> &'static str {
        super::types::spelling(Self::ALL, self)
    }

    /// What its message has to be.
    pub fn rules(self) -> Rules {
        use Known::{
            Data, Hash, Hmac, Key, Message, Partial, Proof, Request, Secured, Status, Success,
            Token1, Token2, Token3, Value,
        };
        use Sender::{Client, Device};
        let (from, is_necessary, needs, knows): (_, _, &[Known], &[Known]) = match self {
            MessageAction::Hello => (Device, false, &[], &[Secured]),
            MessageAction::Challenge => (Device, true, &[Token1, Token2], &[Hash]),
            MessageAction::Auth => (Client, true, &[Token3, Proof], &[]),
            MessageAction::Accepted => (Device, true, &[], &[Token3, Proof]),
            MessageAction::Denied => (Device, true, &[Message], &[Token3, Proof]),
            MessageAction::Full => (Device, true, &[Status, Partial], &[]),
            MessageAction::Delta => (Device, true, &[Status], &[]),
            MessageAction::Set => (Client, true, &[Request, Key, Value], &[]),
            MessageAction::Secure => (Client, false, &[Data, Hmac], &[Request]),
            MessageAction::Response => (Device, true, &[Request, Success], &[Status, Message]),
        };
        Rules {
            from,
            is_necessary,
            needs,
            knows,
        }
    }
}

/// Where the value of a member comes from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub enum Source {
    /// The key of this name.
    Key(String),
    /// It is always this JSON.
    Literal(String),
    /// The protocol.
    #[serde(serialize_with = "name_in_code")]
    Known(Known),
}

/// Writes what the protocol knows by its name in Rust, as all that this enumerates.
fn name_in_code<S: Serializer>(known: &Known, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(&format_args!("{known:?}"))
}

/// A member of a message besides its `type`, which is the message's name.
#[derive(Clone, Debug, Serialize)]
pub struct Member {
    /// `friendly_name`.
    pub name: At<String>,
    /// Where its value comes from.
    pub source: At<Source>,
}

/// One kind of message.
#[derive(Clone, Debug, Serialize)]
pub struct Message {
    /// `hello`.
    pub name: At<String>,
    /// Who sends it.
    pub from: At<Sender>,
    /// Its members, in order.
    pub members: At<Vec<Member>>,
    /// What it does.
    pub action: At<MessageAction>,
    /// The text of its Description cell.
    pub description: String,
    /// Its row.
    pub origin: Origin,
}
