use goe_tiny::runtime::{Descriptor, Document, Registry, Render, ToJson};

struct Nothing;

impl Render for Nothing {
    const REGISTRY: &'static Registry = &goe_tiny::REGISTRY;

    fn has(_: &Descriptor) -> bool {
        false
    }

    fn values<R>(&self, take: impl FnOnce(&[&dyn ToJson]) -> R) -> R {
        take(&[])
    }
}

const KEYS: usize = goe_tiny::Key::ALL.len();
const WORDS: usize = goe_tiny::runtime::key_set::words(KEYS);

fn main() {
    Document::<{ goe_tiny::DOCUMENT_CAPACITY - 1 }, KEYS, WORDS>::new().render(&Nothing);
}
