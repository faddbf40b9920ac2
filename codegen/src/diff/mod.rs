//! Changes from one API to another, and whom they break.
//!
//! Takes two models, gives a [`Diff`]: a [`Finding`] for each change, with its
//! [`Rule`], severity, both places and a fingerprint, and the version bump that
//! all of them ask for. Models that were read with errors are compared as far as
//! they were read, and what was not is a finding too, unless it reads the same. One law stands behind every [rule](rules) about values:
//!
//! | what a key can be | those who read it | those who write it |
//! |---|---|---|
//! | grows (wider type, `null`, range, named value gained) | break: they meet what they cannot hold | notice nothing |
//! | shrinks (narrower type, no `null`, range, named value lost) | notice nothing | break: what was accepted is refused |
//!
//! The R/W column of both sides decides who is concerned. A key that is
//! read and written breaks somebody either way. What was never stated is no
//! promise: a limit stated for the first time, or no longer, is risky at most.
//!
//! Left out on purpose: the order of keys and of named values (JSON has none),
//! rows of placeholders but for their defaults
//! (a topic that uses one is reported).

mod compare;
mod effects;
mod facts;
mod families;
mod finding;
mod github;
mod json;
mod limit;
mod markdown;
mod moved;
mod pair;
mod positions;
mod release;
pub mod rules;
mod sarif;
mod sets;
mod severity;
mod subject;
mod text;
mod unread;
mod values;
mod waivers;
mod wire;

use std::{
    cmp::Reverse,
    io::{self, Write},
};

pub use finding::{Diff, Finding, Side};
pub use release::{NotRaised, raised};
pub use rules::Rule;
pub use severity::{Bump, Severity};
pub use waivers::Waivers;

use crate::model::Model;

/// The format in which changes are printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// For whoever checks a change: places and fingerprints.
    Text,
    /// A changelog to publish.
    Markdown,
    /// For scripts.
    Json,
    /// For code hosts: SARIF 2.1.0.
    Sarif,
    /// For GitHub Actions: workflow commands.
    Github,
}

impl Diff {
    /// Prints the changes to `out`; `names` are those of the two sides.
    pub fn write(&self, format: Format, names: [&str; 2], out: &mut dyn Write) -> io::Result<()> {
        match format {
            Format::Text => text::write(self, out),
            Format::Markdown => markdown::write(self, names, out),
            Format::Json => json::write(self, out),
            Format::Sarif => sarif::write(self, out),
            Format::Github => github::write(self, out),
        }
    }
}

/// Returns the changes from `old` to `new`.
pub fn diff(old: &Model, new: &Model) -> Diff {
    let mut findings = Vec::new();
    compare::models(old, new, &mut findings);
    findings.sort_by_key(|finding| Reverse(finding.severity));
    let unread = findings.iter().filter(|f| f.rule == &rules::NOT_COMPARED);
    let mut partial: Vec<String> = unread.map(|f| f.subject().to_owned()).collect();
    partial.sort();
    partial.dedup();
    Diff {
        findings,
        partial,
        ..Diff::default()
    }
}
