//! Objects whose members are fields of a struct: all keys of a table, or the fields of
//! a shape.
//!
//! Every member may be absent, and what fits no field is kept beside them. The macros of
//! [`table`](super::table) implement [`Members`] from a list of names.

use alloc::borrow::ToOwned;
use alloc::collections::BTreeMap;
use alloc::string::String;
use alloc::vec::Vec;
use core::ops::{Deref, DerefMut};

use super::json::{Json, quote};
use super::text::JsonText;
use crate::json::{Cursor, JsonError, check};

/// Members that are no field, or whose values are not of the field's type.
pub type Others = BTreeMap<String, JsonText>;

/// A field of such a struct: a value, or nothing.
pub trait Member {
    /// Takes a checked text; `false`, and the field is empty, if it is not of its type.
    fn take(&mut self, json: &str) -> bool;

    /// Empties it.
    fn clear(&mut self);

    /// Appends the value; `false` if there is none.
    fn give(&self, out: &mut String) -> bool;
}

impl<T: Json> Member for Option<T> {
    fn take(&mut self, json: &str) -> bool {
        *self = T::read(json);
        self.is_some()
    }

    fn clear(&mut self) {
        *self = None;
    }

    fn give(&self, out: &mut String) -> bool {
        match self {
            Some(value) => {
                value.print(out);
                true
            }
            None => false,
        }
    }
}

/// The values of keys that differ in a number only, each of which may be absent.
#[derive(Clone, Debug, PartialEq)]
pub struct Family<T, const N: usize>(pub [Option<T>; N]);

impl<T, const N: usize> Default for Family<T, N> {
    fn default() -> Self {
        Family([const { None }; N])
    }
}

impl<T, const N: usize> Deref for Family<T, N> {
    type Target = [Option<T>; N];

    fn deref(&self) -> &Self::Target {
        &self.0
    }
}

impl<T, const N: usize> DerefMut for Family<T, N> {
    fn deref_mut(&mut self) -> &mut Self::Target {
        &mut self.0
    }
}

/// A struct of which every field is a member of a JSON object.
pub trait Members: Default {
    /// Every field by its name on the wire.
    fn fields(&self) -> Vec<(&'static str, &dyn Member)>;

    /// The same to change.
    fn fields_mut(&mut self) -> Vec<(&'static str, &mut dyn Member)>;

    /// What is no field, or not of its type.
    fn others(&self) -> &Others;

    /// The same to change.
    fn others_mut(&mut self) -> &mut Others;

    /// Gives a member this value.
    fn put(&mut self, name: &str, json: &JsonText) {
        let mut fields = self.fields_mut().into_iter();
        let member = fields.find(|(known, _)| *known == name);
        if member.is_some_and(|(_, member)| member.take(json)) {
            self.others_mut().remove(name);
        } else {
            self.others_mut().insert(name.to_owned(), json.clone());
        }
    }

    /// Takes a member away.
    fn remove(&mut self, name: &str) {
        for (known, member) in self.fields_mut() {
            if known == name {
                member.clear();
            }
        }
        self.others_mut().remove(name);
    }

    /// The value of a member; `None` when there is none.
    fn get(&self, name: &str) -> Option<JsonText> {
        let fields = self.fields();
        let member = fields.iter().find(|(known, _)| *known == name);
        let json = member.and_then(|(_, member)| given(*member));
        json.or_else(|| self.others().get(name).cloned())
    }

    /// All members with their values: in the order of the table, then those that are
    /// no field by their names.
    fn entries(&self) -> Vec<(&str, JsonText)> {
        let others = self.others();
        let mut all = Vec::new();
        for (name, member) in self.fields() {
            let json = given(member).or_else(|| others.get(name).cloned());
            all.extend(json.map(|json| (name, json)));
        }
        let fields = self.fields();
        let is_field = |name: &str| fields.iter().any(|(known, _)| *known == name);
        let rest = others.iter().filter(|(name, _)| !is_field(name));
        all.extend(rest.map(|(name, json)| (name.as_str(), json.clone())));
        all
    }

    /// Reads an object.
    ///
    /// # Errors
    /// The text is not JSON, or not an object.
    fn parse(json: &str) -> Result<Self, JsonError> {
        check(json)?;
        read(json).ok_or(JsonError::InvalidInput)
    }
}

fn given(member: &dyn Member) -> Option<JsonText> {
    let mut out = String::new();
    member.give(&mut out).then(|| JsonText::of_printed(out))
}

/// Reads a checked object.
pub fn read<T: Members>(json: &str) -> Option<T> {
    if !crate::json::trim(json).starts_with('{') {
        return None;
    }
    let mut all = T::default();
    let mut others = Others::new();
    let mut fields = all.fields_mut();
    // Devices send members in the order of the table: the next one is most often the
    // one behind the last.
    let mut next = 0;
    let mut cursor = Cursor::new(json);
    cursor.enter();
    while let Some(name) = cursor.member() {
        let text = cursor.value()?;
        let name: String = name.chars().collect();
        let behind = fields[next..].iter().position(|(known, _)| *known == name);
        let at = behind.map(|at| next + at).or_else(|| {
            let mut before = fields[..next].iter();
            before.position(|(known, _)| *known == name)
        });
        next = at.map_or(next, |at| at + 1);
        let member = at.and_then(|at| fields.get_mut(at));
        if member.is_some_and(|(_, member)| member.take(text)) {
            // The last of two wins.
            others.remove(&name);
        } else {
            others.insert(name, JsonText::of_checked(text));
        }
    }
    drop(fields);
    *all.others_mut() = others;
    Some(all)
}

/// Appends an object.
pub fn print<T: Members>(all: &T, out: &mut String) {
    out.push('{');
    for (at, (name, json)) in all.entries().into_iter().enumerate() {
        if at > 0 {
            out.push(',');
        }
        quote(name, out);
        out.push(':');
        out.push_str(&json);
    }
    out.push('}');
}
