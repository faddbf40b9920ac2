//! Hides what may be a secret in a text that was meant to be JSON.
//!
//! The text may be cut off or no JSON at all, so this does not parse: it walks
//! over it once and prints structure, literals, and the names that the table
//! has; every other string, word and number becomes `***`. In doubt it hides.

use core::fmt::{self, Display, Formatter};

use crate::descriptor::Shape;
use crate::string::JsonStr;

/// Prints the text of a secret, of which only its form and the names of `shape`
/// may be seen.
#[derive(Clone, Copy, Debug)]
pub struct Masked<'a> {
    /// What was sent.
    pub text: &'a str,
    /// What is in it, if it is made of objects.
    pub shape: Option<&'static Shape>,
}

impl Display for Masked<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let mut rest = self.text;
        // The last structural character: after `{` or `,` a string may be a name.
        let mut before = b'[';
        while let Some(&byte) = rest.as_bytes().first() {
            let length = match byte {
                b'"' => string(rest, before, self.shape, f)?,
                b'{' | b'}' | b'[' | b']' | b',' | b':' => {
                    before = byte;
                    f.write_str(rest.get(..1).unwrap_or_default())?;
                    1
                }
                b' ' | b'\t' | b'\n' | b'\r' => {
                    f.write_str(rest.get(..1).unwrap_or_default())?;
                    1
                }
                _ => bare(rest, f)?,
            };
            rest = rest.get(length..).unwrap_or_default();
        }
        Ok(())
    }
}

/// Prints the text, but for what may be the login of a URL: all up to the last `@`
/// or what may stand for one, a password without a host, and a query.
#[derive(Clone, Copy, Debug)]
pub struct WithoutLogin<'a>(pub &'a str);

impl Display for WithoutLogin<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let text = self.0;
        // core's search for a text takes 1.5 KB of flash, this next to nothing.
        let last = |wanted: &[u8]| {
            let mut all = text.as_bytes().windows(wanted.len());
            all.rposition(|found| found == wanted)
        };
        // As it is, as an escape of JSON, which may be one, and as one of a URL.
        let end = text.rfind('@').max(last(b"\\u")).max(last(b"%40"));
        let (scheme, rest) = match text.find(':') {
            Some(colon) if end.is_none_or(|end| colon < end) => text.split_at(colon + 1),
            _ => ("", text),
        };
        let is_url = rest.starts_with("//") || rest.starts_with("\\/\\/");
        let shown = match end {
            _ if is_url && rest.contains(['?', '#']) => Some(text.len()),
            Some(end) => Some(end),
            None if is_url && !has_port_at_most(rest) => Some(text.len()),
            None => None,
        };
        match shown.and_then(|at| text.get(at..)) {
            Some(shown) => write!(f, "{scheme}***{shown}"),
            None => f.write_str(text),
        }
    }
}

/// Returns whether what stands behind the host is nothing or a port, and no
/// password.
fn has_port_at_most(authority: &str) -> bool {
    let authority = authority.trim_start_matches(['/', '\\']);
    let end = authority.find(['/', '\\', '"']).unwrap_or(authority.len());
    let host = authority.get(..end).unwrap_or_default();
    // The colons of an IPv6 address stand in brackets.
    let behind = host.rsplit(']').next().unwrap_or_default();
    match behind.split_once(':') {
        Some((_, port)) => port.is_empty() || port.parse::<u16>().is_ok(),
        None => true,
    }
}

/// Prints the string that `text` begins with and returns its length.
fn string(
    text: &str,
    before: u8,
    shape: Option<&Shape>,
    f: &mut Formatter<'_>,
) -> Result<usize, fmt::Error> {
    let Some(end) = closing_quote(text) else {
        f.write_str("\"***")?;
        return Ok(text.len());
    };
    let string = text.get(..end).unwrap_or_default();
    let is_name = matches!(before, b'{' | b',')
        && text
            .get(end..)
            .unwrap_or_default()
            .trim_start_matches([' ', '\t', '\n', '\r'])
            .starts_with(':');
    let is_known = |shape: &Shape| shape.knows(&JsonStr::from_quoted(string));
    f.write_str(match is_name && shape.is_some_and(is_known) {
        true => string,
        false => "\"***\"",
    })?;
    Ok(end)
}

/// Where the string that `text` begins with ends, its quote included.
fn closing_quote(text: &str) -> Option<usize> {
    let mut escaped = false;
    for (at, byte) in text.bytes().enumerate().skip(1) {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            b'"' => return Some(at + 1),
            _ => {}
        }
    }
    None
}

/// Prints the word that `text` begins with and returns its length. A number may be
/// a secret without its quotes.
fn bare(text: &str, f: &mut Formatter<'_>) -> Result<usize, fmt::Error> {
    let end = text
        .find(['"', '{', '}', '[', ']', ',', ':', ' ', '\t', '\n', '\r'])
        .unwrap_or(text.len());
    let word = text.get(..end).unwrap_or_default();
    let literal = matches!(word, "true" | "false" | "null");
    f.write_str(if literal { word } else { "***" })?;
    Ok(end)
}

#[cfg(test)]
mod tests {
    use std::string::ToString;

    use super::{Masked, WithoutLogin};
    use crate::{Access, Field, Shape, Type};

    #[test]
    fn hides_the_login_of_a_url() {
        for (raw, shown) in [
            ("mqtt://me:secret@b:1", "mqtt:***@b:1"),
            (r#""mqtt:\/\/me:secret@b""#, r#""mqtt:***@b""#),
            ("mqtt://me:s@cret@b", "mqtt:***@b"),
            ("me:secret@b", "me:***@b"),
            (r#""mqtt://me:secret\u0040b""#, r#""mqtt:***\u0040b""#),
            ("mqtt://b:1", "mqtt://b:1"),
            ("a@b", "***@b"),
            ("mqtt://me:secret", "mqtt:***"),
            (r#""mqtt://me:secret""#, r#""mqtt:***"#),
            (r#""mqtt:\/\/me:secret\/x""#, r#""mqtt:***"#),
            ("mqtt://me:123456", "mqtt:***"),
            ("mqtt://me:secret%40b", "mqtt:***%40b"),
            ("mqtt://token@b", "mqtt:***@b"),
            (r#""token@b""#, r#"***@b""#),
            ("mqtt://b?pw=secret", "mqtt:***"),
            ("mqtt://b/?pw=s@cret", "mqtt:***"),
            ("mqtt://b#secret", "mqtt:***"),
            (r#""mqtt://b:1883/""#, r#""mqtt://b:1883/""#),
            ("mqtt://[fe80::1]:1883", "mqtt://[fe80::1]:1883"),
            ("mqtt://[fe80::1]", "mqtt://[fe80::1]"),
            ("10:30", "10:30"),
            ("{\"a\":1}", "{\"a\":1}"),
            ("", ""),
        ] {
            assert_eq!(WithoutLogin(raw).to_string(), shown);
        }
    }

    static SHAPE: Shape = Shape {
        fields: &[
            Field::new("ssid", Access::ReadWrite, Type::STRING),
            Field::new("key", Access::ReadWrite, Type::BOOL).written_as(Type::STRING),
        ],
    };

    #[test]
    fn hides_values_and_shows_structure() {
        for (raw, masked) in [
            (
                r#"[{"ssid":"home","key":"secret"}]"#,
                r#"[{"ssid":"***","key":"***"}]"#,
            ),
            (
                r#"[{"ssid":"home","key":"sec"#,
                r#"[{"ssid":"***","key":"***"#,
            ),
            (
                r#"[{"ssid" : "a\"b", "key":"x\\"}]"#,
                r#"[{"ssid" : "***", "key":"***"}]"#,
            ),
            (r#""secret""#, r#""***""#),
            ("secret", "***"),
            ("12345678", "***"),
            (
                r#"[{"secret":"home","key":1}]"#,
                r#"[{"***":"***","key":***}]"#,
            ),
            (r#"{"\u006bey":1}"#, r#"{"\u006bey":***}"#),
            (r#"[{"key":12345678}]"#, r#"[{"key":***}]"#),
            (r#"[{"key":"a"b"c"}]"#, r#"[{"key":"***"***"***"}]"#),
            (r#"[{}, true, 5, null]"#, "[{}, true, ***, null]"),
            (r#"{"key","secret"}"#, r#"{"***","***"}"#),
            ("", ""),
        ] {
            let shape = Some(&SHAPE);
            assert_eq!(Masked { text: raw, shape }.to_string(), masked, "{raw}");
        }
    }
}
