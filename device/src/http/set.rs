//! Sets one key per query parameter and answers what became of each.
//!
//! Everything is applied first, in the order sent, in one synchronous step per
//! parameter; then the answer is written from the outcomes, which are all that
//! is kept. A parameter given twice is answered once, with its last outcome.

use core::cell::RefCell;
use core::fmt::{self, Display, Formatter, Write as _};

use goe_runtime::device::Device;
use goe_runtime::error::Sent;
use goe_runtime::json::JsonError;
use goe_runtime::out::Escaping;
use goe_runtime::{KeyIndex, Reason, Refusal, Registry, ValuePath, WriteError};
use picoserve::io::Write;

use super::query::{Parameter, decode, decoded, parameters};

/// Most parameters that one set may have.
pub const PARAMETERS_MAX: usize = 64;

/// Most refusals of one request whose reasons are kept. A reason takes 64 bytes,
/// and there are three connections' worth of them.
const REASONS_MAX: usize = 8;

/// What clients of a vendor's cloud send to every address: ignored, as a status does
/// with whatever it does not know.
const TOKEN: &str = "token";

/// The parameters that are sets: all, but for a token that is no key.
fn sets<'q>(query: &'q str, token_is_key: bool) -> impl Iterator<Item = Parameter<'q>> + Clone {
    let is_token = |name: &str| decoded(name).eq(TOKEN.bytes());
    parameters(query).filter(move |parameter| token_is_key || !is_token(parameter.name))
}

/// The outcomes of the parameters of one request.
pub(super) struct Outcomes<'q> {
    query: &'q str,
    token_is_key: bool,
    results: heapless::Vec<Outcome, PARAMETERS_MAX>,
    /// Where [`Outcome::Refused`] points to.
    reasons: heapless::Vec<WriteError, REASONS_MAX>,
}

/// The outcome of one parameter, in a byte or two.
#[derive(Clone, Copy)]
enum Outcome {
    Accepted,
    UnknownKey,
    WithoutSetter,
    /// For the reason of this number.
    Refused(u8),
}

const TOO_MANY: WriteError = WriteError::Refused(Refusal::new("a request may set 64 keys at most"));

const TOO_MANY_REASONS: WriteError = WriteError::Refused(Refusal::new(
    "refused, like 8 before it, whose reasons are told",
));

/// Applies every parameter.
pub(super) fn apply<'q, D: Device>(device: &D, query: &'q str, scratch: &mut [u8]) -> Outcomes<'q> {
    let mut results = heapless::Vec::new();
    let mut reasons = heapless::Vec::new();
    let token_is_key = device.find(TOKEN).is_some();
    for parameter in sets(query, token_is_key).take(PARAMETERS_MAX) {
        let outcome = match apply_one(device, parameter, scratch) {
            Ok(()) => Outcome::Accepted,
            Err(WriteError::UnknownKey) => Outcome::UnknownKey,
            Err(WriteError::WithoutSetter) => Outcome::WithoutSetter,
            Err(error) => {
                // Without room the number points nowhere, which says so.
                let number = reasons.len();
                let _ = reasons.push(error);
                Outcome::Refused(number as u8)
            }
        };
        // The vector has room for as many as are taken.
        let _ = results.push(outcome);
    }
    Outcomes {
        query,
        token_is_key,
        results,
        reasons,
    }
}

fn apply_one<D: Device>(
    device: &D,
    parameter: Parameter<'_>,
    scratch: &mut [u8],
) -> Result<(), WriteError> {
    let key = find(|name| device.find(name), parameter.name, scratch);
    let key = key.ok_or(WriteError::UnknownKey)?;
    let bytes = decode(parameter.value, scratch).ok_or(WriteError::PayloadTooLong)?;
    // A key that cannot be set is refused as such, whatever is wrong with the value.
    match core::str::from_utf8(bytes) {
        Ok(json) => device.set(key, json),
        Err(_) if !device.registry().descriptor(key).access.writable() => {
            Err(WriteError::WithoutSetter)
        }
        Err(_) => Err(WriteError::Rejected {
            reason: Reason::Json(JsonError::InvalidInput),
            path: ValuePath::TOP,
        }),
    }
}

fn find(
    known: impl FnOnce(&str) -> Option<KeyIndex>,
    name: &str,
    scratch: &mut [u8],
) -> Option<KeyIndex> {
    let name = core::str::from_utf8(decode(name, scratch)?).ok()?;
    known(name)
}

impl<'q> Outcomes<'q> {
    /// The parameters that are answered, each with its last outcome.
    fn answered(&self) -> impl Iterator<Item = (Parameter<'q>, Result<(), WriteError>)> + '_ {
        let sets = sets(self.query, self.token_is_key);
        let all = sets.clone().enumerate();
        let same = |a: &str, b: &str| decoded(a).eq(decoded(b));
        all.clone()
            .filter(move |&(index, parameter)| {
                !sets
                    .clone()
                    .take(index)
                    .any(|before| same(before.name, parameter.name))
            })
            .filter_map(move |(_, first)| {
                let (index, last) = all
                    .clone()
                    .filter(|(_, other)| same(other.name, first.name))
                    .last()?;
                Some((last, self.result(index)))
            })
    }

    fn result(&self, index: usize) -> Result<(), WriteError> {
        match self.results.get(index) {
            Some(Outcome::Accepted) => Ok(()),
            Some(Outcome::UnknownKey) => Err(WriteError::UnknownKey),
            Some(Outcome::WithoutSetter) => Err(WriteError::WithoutSetter),
            Some(&Outcome::Refused(number)) => {
                let reason = self.reasons.get(usize::from(number)).copied();
                Err(reason.unwrap_or(TOO_MANY_REASONS))
            }
            None => Err(TOO_MANY),
        }
    }

    /// Returns whether the answer is all `true`.
    pub(super) fn all_accepted(&self) -> bool {
        self.answered().all(|(_, result)| result.is_ok())
    }
}

/// The answer: `{"dwo":true,"alw":"alw: tried to set api key without setter (1)"}`.
pub(super) struct Answer<'a> {
    pub(super) outcomes: &'a Outcomes<'a>,
    pub(super) scratch: RefCell<&'a mut [u8]>,
    pub(super) registry: &'static Registry,
}

impl<'a> Answer<'a> {
    fn entries(&self) -> impl Iterator<Item = Entry<'_, 'a>> {
        self.outcomes
            .answered()
            .enumerate()
            .map(|(index, (parameter, result))| Entry {
                first: index == 0,
                parameter,
                result,
                scratch: &self.scratch,
                registry: self.registry,
            })
    }

    pub(super) fn length(&self) -> usize {
        let mut count = Count(0);
        for entry in self.entries() {
            // Counting takes everything.
            let _ = write!(count, "{entry}");
        }
        count.0.max(1) + 1
    }

    /// Writes all but its end, and gives that.
    pub(super) async fn write<W: Write>(&self, writer: &mut W) -> Result<&'static [u8], W::Error> {
        let mut end: &[u8] = b"{}";
        for entry in self.entries() {
            write!(writer, "{entry}").await?;
            end = b"}";
        }
        Ok(end)
    }
}

struct Count(usize);

impl fmt::Write for Count {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.0 += text.len();
        Ok(())
    }
}

/// `{"name":true` or `,"name":"reason"`.
struct Entry<'s, 'a> {
    first: bool,
    parameter: Parameter<'a>,
    result: Result<(), WriteError>,
    scratch: &'s RefCell<&'a mut [u8]>,
    registry: &'static Registry,
}

impl Display for Entry<'_, '_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_char(if self.first { '{' } else { ',' })?;
        // Nobody else holds the connection's scratch while it formats.
        let mut scratch = self.scratch.try_borrow_mut().map_err(|_| fmt::Error)?;
        let by_name = |name: &str| self.registry.find(name);
        let known = find(by_name, self.parameter.name, &mut scratch);
        let name_length = match known {
            Some(_) => 0,
            None => decode(self.parameter.name, &mut scratch).map_or(0, <[u8]>::len),
        };
        let (name_room, value_room) = scratch.split_at_mut(name_length);
        let name = match known {
            Some(key) => self.registry.descriptor(key).name,
            None => readable(name_room),
        };
        write!(f, "\"")?;
        write!(Escaping(f), "{name}")?;
        let Err(error) = self.result else {
            return f.write_str("\":true");
        };
        // Only refusals of known keys repeat the value.
        let length = known
            .and_then(|_| decode(self.parameter.value, value_room))
            .map_or(0, <[u8]>::len);
        let sent = Sent {
            raw: readable(&mut value_room[..length]),
            profile: known.map(|key| self.registry.descriptor(key).profile),
        };
        f.write_str("\":\"")?;
        write!(Escaping(f), "{}", error.http(name, sent))?;
        f.write_str("\"")
    }
}

/// The bytes as text; those that are none become `?`.
fn readable(bytes: &mut [u8]) -> &str {
    while let Err(error) = core::str::from_utf8(bytes) {
        let start = error.valid_up_to();
        let end = error
            .error_len()
            .map_or(bytes.len(), |length| start + length);
        bytes[start..end].fill(b'?');
    }
    core::str::from_utf8(bytes).unwrap_or_default()
}
