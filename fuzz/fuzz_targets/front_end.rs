//! Any bytes as a spec file: never a panic, and every diagnostic can be shown.

#![no_main]

use goe_codegen::{Spec, read};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let spec = Spec::from_files([("spec/api.md", bytes.to_vec())]);
    let (model, report) = read(&spec);
    let shown = report.render(&spec, false);
    // Nothing is refused without a word.
    assert!(!report.has_errors() || shown.contains("error["));
    for key in &model.keys {
        assert!(!key.name.value.is_empty());
    }
});
