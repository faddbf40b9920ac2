//! A key or a field on both sides.

use super::{
    finding::{Finding, finding},
    rules::Rule,
    subject::Subject,
};

/// Two ends of the same thing.
#[derive(Clone, Copy)]
pub(super) struct Pair<'a> {
    pub(super) old: &'a Subject<'a>,
    pub(super) new: &'a Subject<'a>,
}

impl Pair<'_> {
    /// Returns whether there are readers, and writers, before and after. An access that
    /// could not be read is taken to be the other one's.
    pub(super) fn sides(&self) -> [bool; 2] {
        let old = self.old.access.or(self.new.access);
        let new = self.new.access.or(self.old.access);
        let (Some(old), Some(new)) = (old, new) else {
            return [true, true];
        };
        [
            old.readable() && new.readable(),
            old.writable() && new.writable(),
        ]
    }

    /// A change of what is stated from `old` to `new`, which concerns `sides`;
    /// nothing if it concerns nobody.
    pub(super) fn finding(
        &self,
        rule: &'static Rule,
        sides: [bool; 2],
        [old, new]: [String; 2],
        message: String,
        out: &mut Vec<Finding>,
    ) {
        let old = Some(self.old.side(old));
        let new = Some(self.new.side(new));
        out.extend(finding(rule, sides, old, new, message));
    }
}
