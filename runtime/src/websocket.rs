//! The messages of a WebSocket, as the table of the spec has them.
//!
//! Each is a JSON object whose member `type` is its name; the table says which other
//! members it has, and where each comes from. It must never know a device, nor how
//! frames are read and written.

use crate::key_set::KeyIndex;

/// What the protocol knows of itself, and a member may hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Known {
    /// Whether sets have to come in a secured message.
    Secured,
    /// The first half of the challenge.
    Token1,
    /// The second half of the challenge.
    Token2,
    /// The kind of hash that stands for the password.
    Hash,
    /// What the client adds to the challenge.
    Token3,
    /// The client's answer to the challenge.
    Proof,
    /// Why something was refused.
    Message,
    /// An object of keys with their values.
    Status,
    /// Whether more of the status follows.
    Partial,
    /// The number by which a client knows the answer to its wish.
    Request,
    /// The name of a key.
    Key,
    /// A value for it.
    Value,
    /// The text of another message.
    Data,
    /// What proves who wrote that text.
    Hmac,
    /// Whether a wish was granted.
    Success,
}

/// Where the value of a member comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// A key's value; a key that the device lacks leaves the member out.
    Key(KeyIndex),
    /// It is always this JSON.
    Literal(&'static str),
    /// The protocol.
    Known(Known),
}

/// A member of a message besides its type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Member {
    /// Its name.
    pub name: &'static str,
    /// Where its value comes from.
    pub source: Source,
}

/// One kind of message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Message {
    /// Its `type`.
    pub name: &'static str,
    /// Its other members, in order.
    pub members: &'static [Member],
}

impl Message {
    /// The name of the member that holds this, if it has one.
    pub fn name_of(&self, known: Known) -> Option<&'static str> {
        let mut members = self.members.iter();
        let member = members.find(|member| member.source == Source::Known(known));
        member.map(|member| member.name)
    }
}

/// All of them, by what they do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Messages {
    /// The device says who it is.
    pub hello: Option<Message>,
    /// The device asks who the client is.
    pub challenge: Message,
    /// The client proves that it knows the password.
    pub auth: Message,
    /// The device believes it.
    pub accepted: Message,
    /// The device does not.
    pub denied: Message,
    /// The device gives its whole status, or a part of it.
    pub full: Message,
    /// The device gives what has changed.
    pub delta: Message,
    /// The client wants a key set.
    pub set: Message,
    /// The client wants the same, and proves that it is the one who does; where there
    /// is this one, `set` is refused outside of it.
    pub secure: Option<Message>,
    /// The device says what became of a wish.
    pub response: Message,
}
