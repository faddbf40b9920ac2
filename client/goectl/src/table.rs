//! What the table knows of a key or of a part of its value: type, name, unit, prose.
//! It must never know a charger.

use std::sync::LazyLock;

use goe_api::home_assistant::ENTITIES;
use goe_api::{DOCS, Key, RELEASES};
use goe_runtime::home_assistant::{Component, Entity};
use goe_runtime::{Descriptor, Doc, Field, Releases, Type};
use serde_json::Value;

/// The prose of all keys, which is text until it is asked for.
static PROSE: LazyLock<Vec<Doc>> = LazyLock::new(|| DOCS.iter().collect());

/// One step into a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    /// An entry of an array.
    Entry(usize),
    /// A member of an object.
    Member(String),
}

/// A key, or a part of its value: `amp`, `nrg.11`, `ccw.ssid`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Path {
    /// As the charger spells it; the table need not know it.
    pub(crate) name: String,
    /// The same, if the table knows it.
    pub(crate) key: Option<Key>,
    pub(crate) steps: Vec<Step>,
}

impl Path {
    /// All of a key's value.
    pub(crate) fn of(name: &str) -> Self {
        Path {
            name: name.to_owned(),
            key: Key::from_name(name),
            steps: Vec::new(),
        }
    }

    /// Reads what people type.
    pub(crate) fn parse(text: &str) -> Self {
        let mut parts = text.split('.');
        let mut path = Path::of(parts.next().unwrap_or_default());
        path.steps = parts
            .map(|part| match part.parse() {
                Ok(entry) => Step::Entry(entry),
                Err(_) => Step::Member(part.to_owned()),
            })
            .collect();
        path
    }

    /// The same, where the name of a family stands for all of its keys: `cn` for
    /// `c0n … c9n`.
    pub(crate) fn all(text: &str) -> Vec<Self> {
        let path = Path::parse(text);
        if path.key.is_some() {
            return vec![path];
        }
        let members = family_of_name(&path.name);
        match members.is_empty() {
            true => vec![path],
            false => members
                .iter()
                .map(|key| Path {
                    steps: path.steps.clone(),
                    ..Path::of(key.name())
                })
                .collect(),
        }
    }

    /// A part of what this one leads to.
    pub(crate) fn then(&self, step: Step) -> Self {
        let mut path = self.clone();
        path.steps.push(step);
        path
    }

    /// The part of a key's value that it leads to, if there is one.
    pub(crate) fn follow<'v>(&self, value: &'v Value) -> Option<&'v Value> {
        self.steps.iter().try_fold(value, |value, step| match step {
            Step::Entry(at) => value.as_array()?.get(*at),
            Step::Member(name) => value.as_object()?.get(name),
        })
    }

    /// The type that it is read as, where the table says so.
    pub(crate) fn read(&self) -> Option<Type> {
        let first = self.descriptor()?.read;
        self.steps
            .iter()
            .try_fold(first, |ty, step| match (step, ty.list) {
                (Step::Entry(at), Some(entries)) if *at < usize::from(entries.max()) => {
                    Some(Type {
                        list: None,
                        nullable: false,
                        ..ty
                    })
                }
                (Step::Member(name), None) => Some(field(&ty, name)?.read),
                _ => None,
            })
    }

    pub(crate) fn descriptor(&self) -> Option<&'static Descriptor> {
        self.key.map(Key::descriptor)
    }

    /// In which its number is measured.
    pub(crate) fn unit(&self) -> Option<&'static str> {
        let whole = || prose(self.key?)?.unit;
        match self.steps.as_slice() {
            [] => whole(),
            // All entries of a list have the unit of the key, unless each has its own.
            [Step::Entry(_)] => match self.entity() {
                Some(entity) => entity.unit.map(goe_runtime::Unit::symbol),
                None => whole(),
            },
            _ => None,
        }
    }

    /// What it is, in a few words: its name, and else how its description begins.
    pub(crate) fn title(&self) -> Option<String> {
        if let Some(entity) = self.entity() {
            // Where others have the same name, it ends with what it is of.
            let own = [format!(" ({self})"), format!(" ({})", self.name)];
            let mut own = own
                .iter()
                .filter_map(|own| entity.name.strip_suffix(own.as_str()));
            return Some(own.next().unwrap_or(entity.name).to_owned());
        }
        match self.steps.is_empty() {
            true => Some(beginning(prose(self.key?)?.description).to_owned()),
            false => None,
        }
    }

    /// What Home Assistant is told of it, where that is as much as this.
    pub(crate) fn entity(&self) -> Option<&'static Entity> {
        let key = self.key?.index();
        let of_key = || ENTITIES.iter().filter(move |entity| entity.key == key);
        match self.steps.as_slice() {
            [] => {
                let whole = || of_key().filter(|entity| entity.part == 0);
                // Where null clears a setting, there is a button for that, too.
                let is_value = |entity: &&Entity| entity.component != Component::Button;
                whole().find(is_value).or_else(|| whole().next())
            }
            [Step::Entry(at)] => of_key().find(|entity| usize::from(entity.part) == at + 1),
            [Step::Member(name)] => {
                let descriptor = self.descriptor()?;
                of_key().find(|entity| {
                    let field = entity.field(descriptor);
                    field.is_some_and(|field| field.name == name)
                })
            }
            _ => None,
        }
    }
}

impl std::fmt::Display for Path {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.name)?;
        self.steps.iter().try_for_each(|step| match step {
            Step::Entry(at) => write!(f, ".{at}"),
            Step::Member(name) => write!(f, ".{name}"),
        })
    }
}

/// The member of that name, as the shape of an object has it.
pub(crate) fn field(ty: &Type, name: &str) -> Option<&'static Field> {
    let fields = ty.shape()?.fields.iter();
    fields.into_iter().find(|field| field.name == name)
}

/// What the table says of a key.
pub(crate) fn prose(key: Key) -> Option<Doc> {
    PROSE.get(usize::from(key.index().0)).copied()
}

/// The releases that have a key, unless all have it.
pub(crate) fn releases(key: Key) -> Option<Releases> {
    let mut all = RELEASES.iter();
    let (_, releases) = all.find(|(of, _)| *of == key.index())?;
    Some(*releases)
}

/// The keys that one row of the table describes, this one among them: `c0n … c9n`.
pub(crate) fn family(key: Key) -> Vec<Key> {
    let row = |key: &Key| prose(*key).map(|doc| (doc.file, doc.line));
    let own = row(&key);
    Key::ALL
        .into_iter()
        .filter(|other| row(other) == own)
        .collect()
}

/// The keys of a family by its name, which is theirs without the digits.
pub(crate) fn family_of_name(name: &str) -> Vec<Key> {
    let is_its = |key: &Key| {
        key.name()
            .replace(|letter: char| letter.is_ascii_digit(), "")
            == name
    };
    let first = Key::ALL.into_iter().find(is_its);
    let family = first.map(family).unwrap_or_default();
    match family.len() {
        0 | 1 => Vec::new(),
        _ => family,
    }
}

/// The keys that a word may have been meant for: those spelled like it, and then those
/// whose description has it.
pub(crate) fn near(word: &str) -> Vec<Key> {
    let word = word.to_lowercase();
    let most = (word.chars().count() / 3).max(1);
    let spelled = |key: &Key| strsim::osa_distance(&key.name().to_lowercase(), &word);
    let mut alike: Vec<_> = Key::ALL
        .into_iter()
        .filter(|key| spelled(key) <= most)
        .collect();
    alike.sort_by_key(spelled);
    let speaks = |key: &Key| {
        let Some(doc) = prose(*key).filter(|_| word.chars().count() > 2) else {
            return false;
        };
        let words = doc.description.to_lowercase();
        let mut words = words.split(|letter: char| !letter.is_alphanumeric());
        words.any(|found| found == word)
    };
    let speaking = Key::ALL.into_iter().filter(speaks);
    let more: Vec<_> = speaking.filter(|key| !alike.contains(key)).collect();
    alike.into_iter().chain(more).collect()
}

/// A description up to where its first clause ends.
fn beginning(description: &str) -> &str {
    let ends = ["; ", ", ", " (", ". ", ": ", "? "];
    let end = ends.iter().filter_map(|end| description.find(end)).min();
    let first = description.get(..end.unwrap_or(description.len()));
    first.unwrap_or(description).trim_end_matches(['.', '?'])
}
