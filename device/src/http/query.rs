//! Query strings: parameters in their order, percent-decoded.
//!
//! Decoding is lenient the way deployed servers are: a `%` that does not begin
//! an escape stands for itself. The meaning of the bytes is decided later.

/// One parameter, as it was sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Parameter<'q> {
    /// Before the first `=`, still encoded.
    pub name: &'q str,
    /// After it; empty without one.
    pub value: &'q str,
}

/// The parameters of a query, in order; empty ones (`a=1&&b=2`) are none.
pub fn parameters(query: &str) -> impl Iterator<Item = Parameter<'_>> + Clone {
    query
        .split('&')
        .filter(|parameter| !parameter.is_empty())
        .map(|parameter| {
            let (name, value) = parameter.split_once('=').unwrap_or((parameter, ""));
            Parameter { name, value }
        })
}

/// The value of the first parameter of a name, as it was sent.
pub fn parameter<'q>(query: &'q str, name: &str) -> Option<&'q str> {
    let mut all = parameters(query);
    let wanted = all.find(|wanted| decoded(wanted.name).eq(name.bytes()))?;
    Some(wanted.value)
}

/// The bytes that an encoded text stands for.
pub fn decoded(encoded: &str) -> impl Iterator<Item = u8> + Clone + '_ {
    let mut rest = encoded.as_bytes();
    core::iter::from_fn(move || {
        let (&first, tail) = rest.split_first()?;
        let (byte, tail) = match (first, tail) {
            (b'+', _) => (b' ', tail),
            (b'%', [high, low, tail @ ..]) => match (hex(*high), hex(*low)) {
                (Some(high), Some(low)) => (high << 4 | low, tail),
                _ => (first, rest.split_at(1).1),
            },
            _ => (first, tail),
        };
        rest = tail;
        Some(byte)
    })
}

/// Decodes into a buffer; `None` when it does not fit.
pub(super) fn decode<'b>(encoded: &str, buffer: &'b mut [u8]) -> Option<&'b [u8]> {
    let mut length = 0;
    for byte in decoded(encoded) {
        *buffer.get_mut(length)? = byte;
        length += 1;
    }
    buffer.get(..length)
}

fn hex(digit: u8) -> Option<u8> {
    char::from(digit).to_digit(16).map(|digit| digit as u8)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_in_order() {
        let found: std::vec::Vec<_> = parameters("a=1&&b&=2&c==3&a=").collect();
        let expected = [("a", "1"), ("b", ""), ("", "2"), ("c", "=3"), ("a", "")];
        assert_eq!(
            found,
            expected.map(|(name, value)| Parameter { name, value })
        );
        assert_eq!(parameters("").next(), None);
    }

    #[test]
    fn the_first_of_a_name() {
        let query = "sp%61n=1&span=2&filter=%2c";
        assert_eq!(parameter(query, "span"), Some("1"));
        assert_eq!(parameter(query, "filter"), Some("%2c"));
        assert_eq!(parameter(query, "spa"), None);
    }

    #[test]
    fn escapes() {
        for (encoded, expected) in [
            ("abc", b"abc".as_slice()),
            ("a+b%20c", b"a b c"),
            ("%5B%22%C3%A4%22%5d", "[\"ä\"]".as_bytes()),
            ("100%", b"100%"),
            ("%4", b"%4"),
            ("%zz%41", b"%zzA"),
            ("%%41", b"%A"),
            ("%00%ff", b"\x00\xff"),
        ] {
            let mut buffer = [0; 16];
            assert_eq!(decode(encoded, &mut buffer), Some(expected), "{encoded}");
        }
        assert_eq!(decode("%41%42", &mut [0; 1]), None);
    }
}
