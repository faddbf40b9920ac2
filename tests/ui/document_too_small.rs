use goe_api::runtime::{Document, KeyIndex, Out, Registry, Render};

struct Nothing;

impl Render for Nothing {
    const REGISTRY: &'static Registry = &goe_api::REGISTRY;

    fn write_value(&self, _: KeyIndex, _: &mut Out<'_>) {}
}

fn main() {
    Document::<{ goe_api::DOCUMENT_CAPACITY - 1 }, 23, 1>::new().render(&Nothing);
}
