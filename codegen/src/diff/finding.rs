//! Changes as data: one, its two ends, and all of them.

use serde::Serialize;

use super::{
    rules::{ADDED, DESCRIPTION, NOT_COMPARED, Rule},
    severity::{Bump, Severity},
};
use crate::{model::Origin, source::Fnv1a};

/// A file, and a line of it if that is known.
pub(super) type Place<'a> = (&'a str, Option<usize>);

/// One end of a change.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Side {
    /// The name there: `scan.rssi`.
    pub name: String,
    /// The statement there, in short: `uint8`, `3=Error`.
    pub text: String,
    /// The file, as the caller spelled it.
    pub file: String,
    /// The line, from 1.
    pub line: usize,
    /// What the row says of a key or field that is new or gone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
}

impl Side {
    pub(super) fn new(name: impl Into<String>, text: impl Into<String>, origin: &Origin) -> Self {
        Side {
            name: name.into(),
            text: text.into(),
            file: origin.path.clone(),
            line: origin.line,
            description: None,
        }
    }

    /// The same with what the row says, if it says anything.
    pub(super) fn described(self, description: &str) -> Self {
        let description = Some(words(description)).filter(|text| !text.is_empty());
        Side {
            description,
            ..self
        }
    }
}

/// Text with one space between its words.
pub(super) fn words(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// One change.
#[derive(Clone, Debug)]
pub struct Finding {
    /// The kind of change.
    pub rule: &'static Rule,
    /// The worst of `readers` and `writers`.
    pub severity: Severity,
    /// The severity for readers; nothing if they are not concerned.
    pub readers: Option<Severity>,
    /// The severity for writers; nothing if they are not concerned.
    pub writers: Option<Severity>,
    /// The change in a sentence, lower case, without a full stop.
    pub message: String,
    /// Before; nothing if there was none.
    pub old: Option<Side>,
    /// After; nothing if there is none.
    pub new: Option<Side>,
    /// Why it is waived, if it is.
    pub waived: Option<String>,
}

impl Finding {
    /// The key, field, route or topic: as it is called now, or else was.
    pub fn subject(&self) -> &str {
        let side = self.new.as_ref().or(self.old.as_ref());
        side.map_or("", |side| &side.name)
    }

    /// One of its ends without what the author says of it.
    pub(super) fn without_words(&self, side: &Side) -> Side {
        let mut side = side.clone();
        side.description = None;
        if self.rule == &DESCRIPTION {
            side.text.clear();
        }
        side
    }

    /// The same for the same change, wherever its rows stand: a hash of rule,
    /// subject, old and new, 16 hexadecimal digits.
    pub fn fingerprint(&self) -> String {
        let text = |side: &Option<Side>| side.as_ref().map(|side| side.text.clone());
        let (old, new) = (text(&self.old), text(&self.new));
        let mut hash = Fnv1a::default();
        for part in [
            Some(self.rule.id),
            Some(self.subject()),
            old.as_deref(),
            new.as_deref(),
        ] {
            hash.write(part.unwrap_or("\u{1}").as_bytes());
            hash.write(&[0]);
        }
        hash.hex()
    }
}

/// A finding, unless it concerns nobody.
pub(super) fn finding(
    rule: &'static Rule,
    [readers, writers]: [bool; 2],
    old: Option<Side>,
    new: Option<Side>,
    message: String,
) -> Option<Finding> {
    let readers: Option<Severity> = readers.then_some(rule.readers);
    let writers: Option<Severity> = writers.then_some(rule.writers);
    Some(Finding {
        rule,
        severity: readers.max(writers)?,
        readers,
        writers,
        message,
        old,
        new,
        waived: None,
    })
}

/// All changes from one API to another, worst first.
#[derive(Clone, Debug, Default)]
pub struct Diff {
    /// The changes.
    pub findings: Vec<Finding>,
    /// Keys, rows and files of which not everything could be compared, because it
    /// could not be read; of each there is a finding.
    pub partial: Vec<String>,
    /// Descriptions are left out: they are the authors' words, which not everybody
    /// may publish.
    pub without_words: bool,
    /// What stands before the paths of a side that was read from a revision:
    /// `HEAD~1:`. Hosts know the file without it.
    pub revisions: [Option<String>; 2],
}

impl Diff {
    /// The version bump that the changes ask for, waived ones aside.
    pub fn bump(&self) -> Bump {
        match self.worst() {
            None => Bump::None,
            Some(Severity::Editorial) => Bump::Patch,
            Some(Severity::Compatible | Severity::Risky) => Bump::Minor,
            Some(Severity::Breaking) => Bump::Major,
        }
    }

    /// Returns the severity of the worst change that is not waived.
    pub fn worst(&self) -> Option<Severity> {
        let open = self.findings.iter().filter(|f| f.waived.is_none());
        open.map(|finding| finding.severity).max()
    }

    /// What could not be compared, waived or set below risky aside: nobody knows
    /// how bad it is.
    pub fn open_questions(&self) -> impl Iterator<Item = &Finding> {
        let unknown = |f: &&Finding| f.rule == &NOT_COMPARED && f.severity >= Severity::Risky;
        let open = self.findings.iter().filter(|f| f.waived.is_none());
        open.filter(unknown)
    }

    /// The texts of a finding before and after, if it is of a new key or a reworded
    /// one, and they may be shown; nothing where there was none.
    pub(super) fn texts<'a>(&self, finding: &'a Finding) -> Option<[Option<&'a str>; 2]> {
        let ends = [&finding.old, &finding.new].map(Option::as_ref);
        let texts = match finding.rule {
            rule if rule == &DESCRIPTION => ends.map(|side| Some(side?.text.as_str())),
            rule if rule == &ADDED => ends.map(|side| side?.description.as_deref()),
            _ => return None,
        };
        let some = texts.iter().flatten().any(|text| !text.is_empty());
        (some && !self.without_words).then_some(texts)
    }

    /// Where a code host shows a finding: as it is now, or else was.
    pub(super) fn place<'a>(&self, finding: &'a Finding) -> Option<Place<'a>> {
        let new = finding.new.as_ref().map(|side| (side, &self.revisions[1]));
        let old = || finding.old.as_ref().map(|side| (side, &self.revisions[0]));
        let (side, revision) = new.or_else(old)?;
        let inside = revision
            .as_deref()
            .and_then(|before| side.file.strip_prefix(before));
        Some(match inside {
            // The line is one of another revision of the file.
            Some(file) => (file.strip_prefix("./").unwrap_or(file), None),
            None => (side.file.as_str(), Some(side.line)),
        })
    }

    /// How many there are of each severity, but for waived ones: `3 breaking`.
    pub(super) fn counts(&self) -> Vec<String> {
        let counts = Severity::ALL.iter().map(|&of| (self.of(of).count(), of));
        let some = counts.filter(|(count, _)| *count > 0);
        some.map(|(count, of)| format!("{count} {of}")).collect()
    }

    /// The changes of this severity that are not waived.
    pub fn of(&self, severity: Severity) -> impl Iterator<Item = &Finding> {
        let all = self.findings.iter();
        all.filter(move |f| f.severity == severity && f.waived.is_none())
    }
}
