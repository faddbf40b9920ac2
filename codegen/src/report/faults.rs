//! Files that could not be read, as findings like any other, so that one run
//! names every fault.

use super::codes;
use crate::source::{Diagnostic, Fault, Report, Spec};

/// Adds a finding for each fault in reading the files of `spec`.
pub(crate) fn report_faults(spec: &Spec, report: &mut Report) {
    report.extend(spec.faults().iter().map(finding));
}

fn finding(fault: &Fault) -> Diagnostic {
    match fault {
        Fault::Unreadable { path, error } => {
            Diagnostic::new(&codes::UNREADABLE, format!("cannot be read: {error}"))
                .at_path(path)
                .help("check that the path is right and that you may read it")
        }
        Fault::NotUtf8 { place } => Diagnostic::new(&codes::NOT_UTF8, "the file is not UTF-8")
            .at(*place, "these bytes are no character")
            .help("save the file as UTF-8"),
        Fault::NoFiles { path } => {
            Diagnostic::new(&codes::NO_FILES, "no markdown file in the folder")
                .at_path(path)
                .help("put the key table into a file such as `api.md` there")
        }
    }
}
