//! Makes the module `api` of the tables in `spec/`.

fn main() -> Result<(), goe_codegen::BuildError> {
    goe_codegen::build("spec")
}
