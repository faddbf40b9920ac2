//! Changes as workflow commands of GitHub Actions, one a line; waived ones aside.

use std::io::{self, Write};

use super::{effects::effects, finding::Diff};
use crate::report::github::command;

pub(super) fn write(diff: &Diff, out: &mut dyn Write) -> io::Result<()> {
    for finding in diff.findings.iter().filter(|f| f.waived.is_none()) {
        let place = diff.place(finding);
        let whom = effects(finding).map_or(String::new(), |whom| format!("; {whom}"));
        let command = command(
            finding.severity.level("notice"),
            place.map(|(file, _)| file),
            place.and_then(|(_, line)| line),
            None,
            &format!("{} {}", finding.rule.id, finding.rule.title),
            &format!("{}{whom}", finding.message),
        );
        writeln!(out, "{command}")?;
    }
    Ok(())
}
