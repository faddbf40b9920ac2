//! Files that could not be read, as findings like any other, so that one run
//! names every fault.

use super::codes;
use crate::source::{Diagnostic, ReadError, Report, Spec};

/// A report that begins with what went wrong in reading the files of `spec`.
pub(crate) fn read_errors(spec: &Spec) -> Report {
    let mut report = Report::default();
    report.extend(spec.read_errors().iter().map(finding));
    report
}

fn finding(error: &ReadError) -> Diagnostic {
    match error {
        ReadError::Unreadable { path, error } => {
            Diagnostic::new(&codes::UNREADABLE, format!("cannot be read: {error}"))
                .at_path(path)
                .help("check that the path is right and that you may read it")
        }
        ReadError::NotUtf8 { place } => Diagnostic::new(&codes::NOT_UTF8, "the file is not UTF-8")
            .at(*place, "these bytes are no character")
            .help("save the file as UTF-8"),
        ReadError::NoFiles { path } => {
            Diagnostic::new(&codes::NO_FILES, "no markdown file in the folder")
                .at_path(path)
                .help("put the key table into a file such as `api.md` there")
        }
    }
}
