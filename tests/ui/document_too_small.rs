use goe_api::runtime::{Descriptor, Document, Registry, Render, ToJson};

struct Nothing;

impl Render for Nothing {
    const REGISTRY: &'static Registry = &goe_api::REGISTRY;

    fn has(_: &Descriptor) -> bool {
        false
    }

    fn values<R>(&self, take: impl FnOnce(&[&dyn ToJson]) -> R) -> R {
        take(&[])
    }
}

const KEYS: usize = goe_api::Key::ALL.len();
const WORDS: usize = goe_api::runtime::key_set::words(KEYS);

fn main() {
    Document::<{ goe_api::DOCUMENT_CAPACITY - 1 }, KEYS, WORDS>::new().render(&Nothing);
}
