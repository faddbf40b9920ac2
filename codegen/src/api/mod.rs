//! The lowered API: the model as all emitters read it.
//!
//! Takes a model that was checked; decides what each value is in its two forms,
//! how many bytes it needs, which types it has in Rust, and what a route or topic
//! does. It must never know a file that is written from it: no emitter asks the
//! model again, and none decides a second time.

mod capacities;
mod chapters;
mod shape;
mod value;
mod wire;

use std::{collections::HashMap, ops::Range, rc::Rc};

pub(crate) use chapters::{Chapter, Part};
pub(crate) use value::{
    Field, Form, Kind, List, Named, RAW_MAX, Raw, Real, Shape, Text, Value, View, Whole,
};
pub(crate) use wire::{From, Message, Route, Topic};

use crate::{
    model::{self, Category, Coverage, Model, Placeholder},
    type_names::{EnumName, TypeNames},
};
use shape::Shapes;
use value::Parts;

/// A whole API.
pub(crate) struct Api<'a> {
    /// A fingerprint of the spec.
    pub(crate) hash: &'a str,
    /// Its title; empty if the spec states none.
    pub(crate) title: &'a str,
    /// Its version, if the spec states one.
    pub(crate) version: Option<&'a str>,
    /// Every key, in the order of the tables.
    pub(crate) keys: Vec<Key<'a>>,
    /// The same, a family as one.
    pub(crate) entries: Vec<Entry<'a>>,
    /// The shapes of objects, in the order of the spec.
    pub(crate) shapes: Vec<Rc<Shape<'a>>>,
    /// Named values that are all there are.
    pub(crate) enums: Vec<EnumName<'a>>,
    pub(crate) routes: Vec<Route<'a>>,
    pub(crate) topics: Vec<Topic<'a>>,
    pub(crate) placeholders: &'a [Placeholder],
    pub(crate) messages: Vec<Message<'a>>,
    /// What the spec says around its tables; each entry stands in one of them.
    pub(crate) chapters: Vec<Chapter<'a>>,
    pub(crate) capacities: goe_runtime::Capacities,
}

/// A key.
pub(crate) struct Key<'a> {
    /// As clients spell it.
    pub(crate) name: &'a str,
    pub(crate) category: Category,
    /// It is kept over a restart.
    pub(crate) stored: bool,
    pub(crate) value: Value<'a>,
    /// Who honours it, if the spec says so.
    pub(crate) coverage: Option<Coverage>,
    /// The release that introduced it.
    pub(crate) since: Option<&'a str>,
    /// The release that has it no more.
    pub(crate) removed: Option<&'a str>,
    /// What the spec says of its inside, as markdown.
    pub(crate) about: Vec<&'a str>,
    pub(crate) origin: &'a model::Origin,
}

impl Key<'_> {
    /// Generated code keeps it, from its default on.
    pub(crate) fn is_kept(&self) -> bool {
        self.coverage == Some(Coverage::Kept) && self.value.default().is_some()
    }
}

/// One row of the tables of keys: a key, or a family of them.
pub(crate) struct Entry<'a> {
    /// `dwo`; of a family the name without the number, `cn`.
    pub(crate) name: &'a str,
    /// Where in [`Api::keys`]: one, or those of a family, which are alike.
    pub(crate) keys: Range<usize>,
    pub(crate) is_family: bool,
}

/// Lowers `model`, in which no error was found.
pub(crate) fn lower(model: &Model) -> Api<'_> {
    let names = TypeNames::new(model);
    let index = model.index();
    let shapes = Shapes::new(model, &index, &names);
    let positions = model.positions.iter();
    let positions: HashMap<&str, &model::Positions> =
        positions.map(|of| (of.key.value.as_str(), of)).collect();
    let about = chapters::about(model);
    let keys = model.keys.iter().map(|key| {
        let name = key.name.value.as_str();
        let named = key.values().map(|list| Named {
            list,
            ty: names.of_key(key),
        });
        Key {
            name,
            category: key.category.value,
            stored: key.stored(),
            value: Value::new(&Parts {
                access: key.access.value,
                description: &key.description.value,
                facts: &key.facts,
                types: [key.ty.value, key.write_ty()],
                shape: shapes.of_key(name),
                positions: positions.get(name).copied(),
                repeated: None,
                named,
            }),
            coverage: key.coverage.as_ref().map(|claim| claim.value),
            since: key.since.as_ref().map(|release| release.value.as_str()),
            removed: key.removed.as_ref().map(|release| release.value.as_str()),
            about: about.get(name).cloned().unwrap_or_default(),
            origin: &key.origin,
        }
    });
    let keys: Vec<Key<'_>> = keys.collect();
    let entries = entries(model);
    Api {
        hash: &model.hash,
        title: &model.title,
        version: model.version.as_ref().map(|at| at.value.as_str()),
        chapters: chapters::of(model, &keys, &entries),
        entries,
        capacities: capacities::of(keys.iter().map(|key| (key.name, &key.value, key.stored))),
        enums: names.enums(model),
        routes: wire::routes(model),
        topics: wire::topics(model),
        placeholders: &model.placeholders,
        messages: wire::messages(model),
        keys,
        shapes: shapes.all(model),
    }
}

fn entries(model: &Model) -> Vec<Entry<'_>> {
    let mut families = model.families.iter().peekable();
    let mut entries = Vec::with_capacity(model.keys.len());
    let mut at = 0;
    while let Some(key) = model.keys.get(at) {
        let family = families.next_if(|family| family.keys.start == at);
        let entry = match family {
            Some(family) => Entry {
                name: &family.name,
                keys: family.keys.clone(),
                is_family: true,
            },
            None => Entry {
                name: &key.name.value,
                keys: at..at + 1,
                is_family: false,
            },
        };
        at = entry.keys.end;
        entries.push(entry);
    }
    entries
}

impl<'a> Api<'a> {
    /// Returns the key that stands for an entry: its only one, or the first of its family.
    pub(crate) fn first(&self, entry: &Entry<'_>) -> &Key<'a> {
        &self.keys[entry.keys.start]
    }

    /// The keys of an entry.
    pub(crate) fn keys_of(&self, entry: &Entry<'_>) -> &[Key<'a>] {
        &self.keys[entry.keys.clone()]
    }

    /// The entries that stand in a chapter.
    pub(crate) fn entries_of<'s>(
        &'s self,
        chapter: &'s Chapter<'_>,
    ) -> impl Iterator<Item = &'s Entry<'a>> {
        let entries = chapter.parts.iter().flat_map(|part| match part {
            Part::Entries(entries) => entries.as_slice(),
            _ => &[],
        });
        entries.map(|at| &self.entries[*at])
    }

    /// The keys that there are in a form.
    pub(crate) fn having(&self, form: Form) -> impl Iterator<Item = &Key<'a>> {
        self.keys.iter().filter(move |key| key.value.has(form))
    }
}
