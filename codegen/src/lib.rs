//! From the markdown tables of an API to everything that follows from them.
//!
//! ```text
//! source    the files of an API, places in them, findings as data
//!   ↓
//! syntax    markdown to located tables
//!   ↓
//! parse     located tables to typed rows
//!   ↓
//! resolve   rows to the model: overlays, families, what fields take over
//!   ↓
//! check     what is wrong only beside something else
//!   ↓
//! lower     the model to what all emitters read (`api`)
//!   ↓
//! emit      the lowered API to files in memory
//!   ↓
//! write     files to disk, only what differs
//! ```
//!
//! A stage imports only those above it, which `tests/layers.rs` holds it to.
//! Beside them stand what they speak of, [`model`], and what they share:
//! `report` (the catalogue of findings, and how they are printed), `facts` (what
//! descriptions state), [`names`], `type_names` and `suggest`. [`dump`], [`diff`],
//! [`show`], `fmt` and `mend` read the model.
//!
//! Generation is one pure function, [`generate`]: the files of a [`Spec`] in,
//! [`OutputFile`]s or a [`Report`] out. [`build`](fn@build) for build scripts,
//! `goe-codegen generate` and `goe-codegen generate --check` are three thin
//! callers of it:
//!
//! ```
//! use goe_codegen::{Spec, generate};
//!
//! let table = "| Key | R/W | Type | Category | Description |\n\
//!              | --- | --- | ---- | -------- | ----------- |\n\
//!              | dwo | R/W | optional<double> | Config | limit, measured in Wh |\n";
//! let spec = Spec::from_files([("spec/api.md", table.as_bytes().to_vec())]);
//! let generated = generate(&spec).map_err(|report| report.render(&spec, false))?;
//! assert!(generated.files.iter().any(|file| file.path == "docs/api-keys.md"));
//! # Ok::<(), String>(())
//! ```
//!
//! Nothing here knows a key of any device, and no text whatever makes it panic.

#![forbid(unsafe_code)]
#![cfg_attr(test, allow(clippy::unwrap_used))]

mod api;
mod build;
mod check;
pub mod diff;
pub mod dump;
mod emit;
mod facts;
mod fmt;
#[cfg(test)]
mod language;
mod mend;
pub mod model;
pub mod names;
mod parse;
mod report;
mod resolve;
pub mod show;
mod source;
mod suggest;
mod syntax;
mod type_names;
mod write;

/// The generator's findings about a spec: their types, the catalogue of their codes,
/// and how they are printed.
pub mod diagnostics {
    pub use crate::{
        report::{Format, Levels, Position, codes, find},
        source::{Applicability, Code, Diagnostic, Fix, Label, Report, Severity, Text},
    };
}

pub use build::{Build, BuildError, build};
pub use emit::output::OutputFile;
pub use mend::{Mend, Mended};
pub use model::Model;
pub use source::{Report, Source, Span, Spec};
pub use write::{Change, Stale, rewrite, rewrite_all, stale, unified_diff, write_changed};

/// The files made of a spec without errors, and its warnings.
#[derive(Debug)]
pub struct Generated {
    /// The files, by path.
    pub files: Vec<OutputFile>,
    /// Warnings, if any.
    pub report: Report,
}

/// Everything that follows from `spec`, or the errors in it.
pub fn generate(spec: &Spec) -> Result<Generated, Report> {
    let (model, report) = read(spec);
    if report.has_errors() {
        return Err(report);
    }
    let files = emit::emit(&api::lower(&model));
    Ok(Generated { files, report })
}

/// Reads `spec`: returns all that could be read, and everything that is wrong with it.
///
/// The model is complete and consistent only if the report has no errors.
pub fn read(spec: &Spec) -> (Model, Report) {
    let mut report = report::read_errors(spec);
    let documents = syntax::read(spec, &mut report);
    let parsed = parse::parse(spec, documents, &mut report);
    let (mut model, key_names) = resolve::resolve(spec, parsed, &mut report);
    check::check(&model, &key_names, &mut report);
    model.unread = check::unread(spec, &model, &report);
    (model, report)
}

/// What people should know of `model` that is no fault of it: documents that stay empty,
/// and what would fill them.
pub fn notes(model: &Model) -> Vec<&'static str> {
    let routes = "no routes, so OpenAPI has no paths: describe HTTP by a table \
                  `| Method | Path | Query | Action | Description |` if the device has it";
    let topics = "no topics, so AsyncAPI has no channels: describe MQTT by a table \
                  `| Topic | Payload | Action | Retained | Description |` if the device has it";
    let notes = [
        (model.routes.is_empty(), routes),
        (model.topics.is_empty(), topics),
    ];
    let notes = notes.into_iter().filter(|(empty, _)| *empty);
    notes.map(|(_, note)| note).collect()
}

/// The text of the first file of `spec` with its key tables laid out, their
/// rows in the order of their keys if `sort`; or why that is not safe.
pub fn format(spec: &Spec, sort: bool) -> Result<String, Report> {
    fmt::format(spec, sort, |spec| read(spec).0)
}

/// `spec` with all that is certainly wrong put right, and what was done; findings that
/// `levels` allow are left alone. Nothing is written.
pub fn mend(spec: Spec, levels: &diagnostics::Levels) -> Mended {
    mend::mend(spec, levels, read)
}
