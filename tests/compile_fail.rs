//! The compiler's messages to firmware that does not follow the table.
//!
//! The cases compile against what is generated from a table of five keys, as
//! a firmware does against its own; each `.stderr` beside a case names the very
//! field or variant.

#[test]
fn firmware_that_does_not_follow_the_table_does_not_compile() {
    let cases = trybuild::TestCases::new();
    cases.pass("tests/ui/complete.rs");
    cases.compile_fail("tests/ui/readings_without_a_key.rs");
    cases.compile_fail("tests/ui/readings_with_a_removed_key.rs");
    cases.compile_fail("tests/ui/readings_with_a_retyped_key.rs");
    cases.compile_fail("tests/ui/write_without_a_key.rs");
    cases.compile_fail("tests/ui/settings_without_a_key.rs");
    cases.compile_fail("tests/ui/text_beyond_its_bound.rs");
    cases.compile_fail("tests/ui/document_too_small.rs");
}
