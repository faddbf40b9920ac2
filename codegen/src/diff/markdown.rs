//! Changes as a changelog that a person would publish.
//!
//! Worst first, sorted by key within a heading; what is new as a table; changed
//! texts as a list of keys only. Descriptions are never repeated: they are the
//! author's words, and a changelog tells facts.

use std::io::{self, Write};

use super::{
    effects::effects,
    finding::{Diff, Finding},
    rules,
    severity::{Bump, Severity},
    subject::codes,
};

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
    new_keys(out, compatible().filter(is_new).collect())?;
    section(out, "Compatible", compatible().filter(|f| !is_new(f)))?;
    let is_text = |finding: &&Finding| finding.rule == &rules::DESCRIPTION;
    let editorial = || diff.of(Severity::Editorial);
    section(out, "Editorial", editorial().filter(|f| !is_text(f)))?;
    texts(out, editorial().filter(is_text))?;
    section(
        out,
        "Waived",
        diff.findings.iter().filter(|f| f.waived.is_some()),
    )
}

fn introduction(diff: &Diff) -> String {
    let advice = match diff.bump() {
        Bump::Major => "Clients have to be looked through: this is a **major** version.",
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

fn new_keys(out: &mut dyn Write, mut findings: Vec<&Finding>) -> io::Result<()> {
    if findings.is_empty() {
        return Ok(());
    }
    findings.sort_by_key(|finding| finding.subject());
    writeln!(
        out,
        "\n## New\n\n| Key | What it is |\n| --- | ---------- |"
    )?;
    for finding in findings {
        let what = finding.new.as_ref().map_or("", |side| &side.text);
        writeln!(out, "| `{}` | {what} |", finding.subject())?;
    }
    Ok(())
}

fn texts<'a>(out: &mut dyn Write, findings: impl Iterator<Item = &'a Finding>) -> io::Result<()> {
    let mut names: Vec<&str> = findings.map(Finding::subject).collect();
    if names.is_empty() {
        return Ok(());
    }
    names.sort_unstable();
    writeln!(out, "\n## Descriptions\n\nReworded: {}.", codes(&names))
}
