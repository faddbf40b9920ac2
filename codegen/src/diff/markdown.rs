//! Changes as a changelog that a person would publish.
//!
//! Worst first, sorted by key within a heading; what is new as a table, with what
//! its rows say; changed texts as they were and are. Without descriptions, which
//! are their author's words, changed texts are a list of keys only.

use std::io::{self, Write};

use super::{
    effects::effects,
    finding::{Diff, Finding},
    rules,
    severity::{Bump, Severity},
    subject::codes,
};
use crate::emit::escape;

pub(super) fn write(diff: &Diff, [old, new]: [&str; 2], out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "# Changes from {old} to {new}\n")?;
    if diff.findings.is_empty() {
        return writeln!(out, "None.");
    }
    writeln!(out, "{}", introduction(diff))?;
    section(out, "Breaking", diff.of(Severity::Breaking))?;
    section(out, "Worth a look", diff.of(Severity::Risky))?;
    let is_new = |finding: &&Finding| finding.rule == &rules::ADDED;
    let compatible = || diff.of(Severity::Compatible);
    new_keys(out, diff, compatible().filter(is_new).collect())?;
    section(out, "Compatible", compatible().filter(|f| !is_new(f)))?;
    let is_text = |finding: &&Finding| finding.rule == &rules::DESCRIPTION;
    let editorial = || diff.of(Severity::Editorial);
    section(out, "Editorial", editorial().filter(|f| !is_text(f)))?;
    texts(out, diff, editorial().filter(is_text).collect())?;
    section(
        out,
        "Waived",
        diff.findings.iter().filter(|f| f.waived.is_some()),
    )
}

fn introduction(diff: &Diff) -> String {
    let advice = match diff.bump() {
        Bump::Major => "Clients have to be looked through: this is a **major** version.",
        Bump::Minor if diff.open_questions().next().is_some() => {
            "Not everything could be compared. As far as is known, this is a **minor** version."
        }
        Bump::Minor if diff.worst() == Some(Severity::Risky) => {
            "Some clients may have to be looked through: this is a **minor** version."
        }
        Bump::Minor => "Clients go on working: this is a **minor** version.",
        Bump::Patch => "Only words changed: this is a **patch**.",
        Bump::None => "All of it is waived.",
    };
    let counts = diff.counts().join(", ");
    match diff.partial.is_empty() {
        true => format!("{advice} {counts}."),
        false => format!(
            "{advice} {counts}. Not compared in full, because not everything of them could be read: {}.",
            codes(&diff.partial)
        ),
    }
}

fn section<'a>(
    out: &mut dyn Write,
    title: &str,
    findings: impl Iterator<Item = &'a Finding>,
) -> io::Result<()> {
    let mut findings: Vec<_> = findings.collect();
    if findings.is_empty() {
        return Ok(());
    }
    findings.sort_by_key(|finding| (finding.subject(), finding.rule.id));
    writeln!(out, "\n## {title}\n")?;
    for finding in findings {
        let whom = effects(finding).map_or(String::new(), |whom| format!("; {whom}"));
        let why = finding.waived.as_ref();
        let why = why.map_or(String::new(), |why| format!("; waived: {why}"));
        writeln!(out, "- {}{whom}{why}", finding.message)?;
    }
    Ok(())
}

fn new_keys(out: &mut dyn Write, diff: &Diff, mut findings: Vec<&Finding>) -> io::Result<()> {
    if findings.is_empty() {
        return Ok(());
    }
    findings.sort_by_key(|finding| finding.subject());
    writeln!(out, "\n## New\n")?;
    match diff.without_words {
        true => writeln!(out, "| Key | What it is |\n| --- | ---------- |")?,
        false => writeln!(
            out,
            "| Key | What it is | Description |\n| --- | ---------- | ----------- |"
        )?,
    }
    for finding in findings {
        let what = finding.new.as_ref().map_or("", |side| &side.text);
        write!(out, "| `{}` | {what} |", finding.subject())?;
        if !diff.without_words {
            let text = diff.texts(finding).and_then(|[_, new]| new);
            let text = text.map_or(String::new(), |text| format!(" {}", escape::text(text)));
            write!(out, "{text} |")?;
        }
        writeln!(out)?;
    }
    Ok(())
}

fn texts(out: &mut dyn Write, diff: &Diff, mut findings: Vec<&Finding>) -> io::Result<()> {
    if findings.is_empty() {
        return Ok(());
    }
    findings.sort_by_key(|finding| finding.subject());
    writeln!(out, "\n## Descriptions\n")?;
    if diff.without_words {
        let names: Vec<&str> = findings.iter().map(|f| f.subject()).collect();
        return writeln!(out, "Reworded: {}.", codes(&names));
    }
    for finding in findings {
        let [old, new] = diff
            .texts(finding)
            .unwrap_or_default()
            .map(|text| match text {
                None | Some("") => "nothing".to_owned(),
                Some(text) => escape::text(text),
            });
        let name = codes(&[finding.subject()]);
        writeln!(out, "- {name}\n  - before: {old}\n  - now: {new}")?;
    }
    Ok(())
}
