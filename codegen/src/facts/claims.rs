//! What descriptions claim, and when that is a fact: if nothing contradicts it.

use std::borrow::Cow;

use super::tokens::Tokens;
use crate::model::{Fact, Unread, UnreadKind};

/// One place of a text that states a fact, or looks as if it did.
#[derive(Debug)]
pub(super) enum Claim<T> {
    /// It leaves no second reading.
    Fact(Fact<T>),
    /// It does.
    Unread(Unread),
}

/// The fact that a text states, or what in it was not read.
#[derive(Debug)]
pub(super) struct Mined<T> {
    pub(super) fact: Option<Fact<T>>,
    pub(super) unread: Vec<Unread>,
}

impl<T> Default for Mined<T> {
    fn default() -> Self {
        Mined {
            fact: None,
            unread: Vec::new(),
        }
    }
}

impl<T: PartialEq> Mined<T> {
    /// The fact of all `claims`, if they agree.
    pub(super) fn of(
        claims: impl IntoIterator<Item = Claim<T>>,
        kind: UnreadKind,
        write: &'static str,
    ) -> Self {
        let mut mined = Mined::default();
        for claim in claims {
            match (claim, &mined.fact) {
                (Claim::Unread(unread), _) => mined.unread.push(unread),
                (Claim::Fact(fact), None) => mined.fact = Some(fact),
                (Claim::Fact(fact), Some(first)) if fact.value == first.value => {}
                (Claim::Fact(fact), Some(first)) => mined.unread.push(Unread {
                    kind,
                    span: fact.span,
                    why: Cow::Borrowed("differs from what is stated before"),
                    write: Cow::Borrowed(write),
                    other: Some(first.span),
                }),
            }
        }
        if !mined.unread.is_empty() {
            mined.fact = None;
        }
        mined
    }
}

impl Tokens<'_> {
    /// Words that are left as prose, with the reason.
    pub(super) fn unread(
        &self,
        kind: UnreadKind,
        tokens: std::ops::Range<usize>,
        why: impl Into<Cow<'static, str>>,
        write: impl Into<Cow<'static, str>>,
    ) -> Unread {
        Unread {
            kind,
            span: self.span(tokens),
            why: why.into(),
            write: write.into(),
            other: None,
        }
    }
}
