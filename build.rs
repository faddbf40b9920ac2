//! Keeps `generated/` in step with `spec/`; see [`goe_codegen::Build::committed`].

fn main() -> Result<(), goe_codegen::BuildError> {
    goe_codegen::Build::of("spec").committed("generated").run()
}
