//! Hides what may be a secret in a text that was meant to be JSON.
//!
//! The text may be cut off or no JSON at all, so this does not parse: it walks
//! over it once and prints names, structure, and literals; everything that
//! stands in a string value, and every bare word or number in the place of a
//! member's value, becomes `***`. In doubt it hides.

use core::fmt::{self, Display, Formatter};

/// Prints the text with its string values hidden.
#[derive(Clone, Copy, Debug)]
pub struct Masked<'a>(pub &'a str);

impl Display for Masked<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let mut rest = self.0;
        // The last structural character: after `{` or `,` a string may be a name.
        let mut before = b'[';
        while let Some(&byte) = rest.as_bytes().first() {
            let length = match byte {
                b'"' => string(rest, before, f)?,
                b'{' | b'}' | b'[' | b']' | b',' | b':' => {
                    before = byte;
                    f.write_str(rest.get(..1).unwrap_or_default())?;
                    1
                }
                b' ' | b'\t' | b'\n' | b'\r' => {
                    f.write_str(rest.get(..1).unwrap_or_default())?;
                    1
                }
                _ => bare(rest, before, f)?,
            };
            rest = rest.get(length..).unwrap_or_default();
        }
        Ok(())
    }
}

/// Prints the text, but for what may be the login of a URL: all from the first
/// colon to the last `@`, or to the last escape, which may be one.
#[derive(Clone, Copy, Debug)]
pub struct WithoutLogin<'a>(pub &'a str);

impl Display for WithoutLogin<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let text = self.0;
        // core's search for a text takes 1.5 KB of flash, this next to nothing.
        let escape = text.as_bytes().windows(2).rposition(|pair| pair == b"\\u");
        let end = text.rfind('@').max(escape);
        match (text.find(':'), end) {
            (Some(colon), Some(end)) if colon < end => {
                write!(f, "{}***{}", &text[..=colon], &text[end..])
            }
            _ => f.write_str(text),
        }
    }
}

/// Prints the string that `text` begins with and returns its length.
fn string(text: &str, before: u8, f: &mut Formatter<'_>) -> Result<usize, fmt::Error> {
    let Some(end) = closing_quote(text) else {
        f.write_str("\"***")?;
        return Ok(text.len());
    };
    let is_name = matches!(before, b'{' | b',')
        && text
            .get(end..)
            .unwrap_or_default()
            .trim_start_matches([' ', '\t', '\n', '\r'])
            .starts_with(':');
    f.write_str(if is_name {
        text.get(..end).unwrap_or_default()
    } else {
        "\"***\""
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

/// Prints the word or number that `text` begins with and returns its length.
fn bare(text: &str, before: u8, f: &mut Formatter<'_>) -> Result<usize, fmt::Error> {
    let end = text
        .find(['"', '{', '}', '[', ']', ',', ':', ' ', '\t', '\n', '\r'])
        .unwrap_or(text.len());
    let word = text.get(..end).unwrap_or_default();
    let literal = matches!(word, "true" | "false" | "null");
    let digits = word.starts_with(['-', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9']);
    let number = before != b':' && digits && crate::json::check(word).is_ok();
    f.write_str(if literal || number { word } else { "***" })?;
    Ok(end)
}

#[cfg(test)]
mod tests {
    use std::string::ToString;

    use super::{Masked, WithoutLogin};

    #[test]
    fn hides_the_login_of_a_url() {
        for (raw, shown) in [
            ("mqtt://me:secret@b:1", "mqtt:***@b:1"),
            (r#""mqtt:\/\/me:secret@b""#, r#""mqtt:***@b""#),
            ("mqtt://me:s@cret@b", "mqtt:***@b"),
            ("me:secret@b", "me:***@b"),
            (r#""mqtt://me:secret\u0040b""#, r#""mqtt:***\u0040b""#),
            ("mqtt://b:1", "mqtt://b:1"),
            ("a@b", "a@b"),
            ("{\"a\":1}", "{\"a\":1}"),
            ("", ""),
        ] {
            assert_eq!(WithoutLogin(raw).to_string(), shown);
        }
    }

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
            (r#"[{"key":12345678}]"#, r#"[{"key":***}]"#),
            (r#"[{"key":"a"b"c"}]"#, r#"[{"key":"***"***"***"}]"#),
            (r#"[{}, true, 5, null]"#, "[{}, true, 5, null]"),
            (r#"{"key","secret"}"#, r#"{"***","***"}"#),
            ("", ""),
        ] {
            assert_eq!(Masked(raw).to_string(), masked, "{raw}");
        }
    }
}
