//! The files of one API, places in them, and what there is to say about them.
//!
//! This is the leaf that every other module stands on: it imports nothing of
//! the crate, prints nothing, and knows no code of the catalogue. A file that
//! could not be read is a [`ReadError`] here; [`report`](crate::report) makes a
//! finding of it.

mod diagnostic;
mod file;
mod fnv;
mod spec;

pub use diagnostic::{Applicability, Code, Diagnostic, Fix, Label, Report, Severity, Text};
pub use file::{Source, Span};
pub(crate) use file::{between, trim};
pub(crate) use fnv::Fnv1a;
pub(crate) use spec::ReadError;
pub use spec::Spec;
