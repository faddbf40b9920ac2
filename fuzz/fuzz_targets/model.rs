//! Several files around a table that is right: whatever is accepted gives Rust
//! that parses, and the same output twice.

#![no_main]

use goe_codegen::{Spec, generate};
use libfuzzer_sys::fuzz_target;

const TABLE: &str =
    "| Key | R/W | Type | Category | Description |\n| --- | --- | --- | --- | --- |\n";

fuzz_target!(|input: (&str, &str, &str)| {
    let (rows, shapes, wire) = input;
    let files = || {
        Spec::from_files([
            ("spec/api.md", format!("{TABLE}{rows}").into_bytes()),
            ("spec/shapes.md", shapes.as_bytes().to_vec()),
            ("spec/wire.md", wire.as_bytes().to_vec()),
        ])
    };
    let Ok(generated) = generate(&files()) else {
        return;
    };
    for file in &generated.files {
        if file.path.ends_with(".rs") {
            if let Err(error) = syn::parse_file(&file.contents) {
                panic!("{}: {error}\n{}", file.path, file.contents);
            }
        }
    }
    let again = generate(&files()).expect("the same spec");
    assert!(
        generated
            .files
            .iter()
            .map(|file| &file.contents)
            .eq(again.files.iter().map(|file| &file.contents))
    );
});
