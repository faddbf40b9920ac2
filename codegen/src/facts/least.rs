//! Texts that have a least length, too: `4 to 64 bytes`.

use super::tokens::{TokenKind, Tokens};
use crate::model::{Fact, Length, Scalar, Type};

/// The least and the most bytes that the text states of a string.
pub(super) fn bytes(tokens: &Tokens<'_>, types: &[Type]) -> Option<(Fact<u32>, Fact<Length>)> {
    if !types.iter().any(|ty| ty.scalar == Scalar::String) {
        return None;
    }
    (0..tokens.len()).find_map(|at| {
        let is_number = |at| tokens.kind(at) == Some(TokenKind::Number);
        let stated = is_number(at)
            && matches!(tokens.word(at + 1), "to" | "bis")
            && is_number(at + 2)
            && matches!(tokens.word(at + 3), "bytes" | "Bytes")
            && is_closed(tokens, at + 4);
        let torn = (at..at + 4).any(|at| tokens.get(at).is_some_and(|token| token.torn));
        if !stated || torn {
            return None;
        }
        let least = tokens.word(at).parse().ok()?;
        let most = tokens.word(at + 2).parse().ok()?;
        let span = tokens.span(at..at + 4);
        let fact = Fact { value: least, span };
        let value = Length::Bytes(most);
        (least <= most).then_some((fact, Fact { value, span }))
    })
}

/// Nothing goes on here: `4 to 10 bytes as digits` speaks of something else.
fn is_closed(tokens: &Tokens<'_>, at: usize) -> bool {
    match tokens.kind(at) {
        None | Some(TokenKind::Mark(',' | ';' | ':' | ')' | '.')) => true,
        Some(_) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::Span;

    #[test]
    fn reads_the_least_and_the_most() {
        for (text, scalar, expected) in [
            ("name, 4 to 64 bytes", Scalar::String, Some((4, 64))),
            ("4 bis 64 Bytes", Scalar::String, Some((4, 64))),
            ("64 to 4 bytes", Scalar::String, None),
            ("4 to 6\t4 bytes", Scalar::String, None),
            ("4 to 64", Scalar::String, None),
            ("an id, 4 to 10 bytes as digits", Scalar::String, None),
            ("8 to 63 bytes or 64 digits", Scalar::String, None),
            ("4 to 64 bytes", Scalar::Array, None),
        ] {
            let tokens = Tokens::of(text, Span::new(0, 0..text.len()));
            let found = bytes(&tokens, &[Type::of(scalar)]);
            let found = found.map(|(least, most)| (least.value, most.value));
            let expected = expected.map(|(least, most)| (least, Length::Bytes(most)));
            assert_eq!(found, expected, "{text}");
        }
    }
}
