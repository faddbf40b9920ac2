//! A key or a field of a shape, as the comparison sees it.

use std::{
    borrow::Cow,
    cell::RefCell,
    collections::{BTreeMap, BTreeSet},
};

use super::{finding::Side, limit::Limit};
use crate::{
    model::{
        self, Access, At, Category, Coverage, Facts, Field, Index, Key, Model, Origin, Positions,
        Shape, Shaped, Type, Unit,
    },
    source::Span,
};

/// A key, or a field of a key's shape. What could not be read is `None`.
#[derive(Clone, Debug)]
pub(super) struct Subject<'a> {
    /// `scan`, `scan.rssi`.
    pub(super) name: String,
    /// The same without the key of a field: that may have another name now.
    pub(super) id: Cow<'a, str>,
    pub(super) access: Option<Access>,
    /// As it is read, and as it is written.
    pub(super) types: Option<[Type; 2]>,
    /// It is a list of its type: `ipv6[4]`.
    pub(super) list: bool,
    pub(super) category: Option<Category>,
    pub(super) description: &'a str,
    /// Where that stands.
    pub(super) described: Span,
    pub(super) facts: &'a Facts,
    /// Who honours it, if the table says so.
    pub(super) coverage: Option<Coverage>,
    /// Number of entries that a shape or a list allows.
    pub(super) entries: Option<Limit>,
    pub(super) shape: Option<&'a Shape>,
    pub(super) positions: Option<&'a Positions>,
    /// The release that introduced it.
    pub(super) since: Option<&'a str>,
    /// The release that has it no more.
    pub(super) removed: Option<&'a str>,
    /// Texts of its row, and of what is said of it elsewhere, that could not be read.
    pub(super) unread: Vec<&'a model::UnreadText>,
    pub(super) origin: &'a Origin,
}

/// What stands below one heading.
#[derive(Clone)]
pub(super) struct Section {
    file: usize,
    bytes: std::ops::Range<usize>,
}

impl Section {
    /// That of `shape`, up to the next that describes a key.
    pub(super) fn of(model: &Model, shape: &Shape) -> Self {
        let own = shape.origin.span;
        let shapes = model.shapes.iter().map(|shape| shape.origin.span);
        let positions = model.positions.iter().map(|of| of.origin.span);
        let others = shapes.chain(positions);
        let after = others.filter(|span| span.file == own.file && span.start > own.start);
        let end = after.map(|span| span.start).min().unwrap_or(usize::MAX);
        Section {
            file: own.file,
            bytes: own.start..end,
        }
    }
}

/// The texts of a model that could not be read, by where they stand.
#[derive(Default)]
pub(super) struct Unread<'a> {
    by_place: BTreeMap<(usize, usize), Vec<&'a model::UnreadText>>,
    /// Of files that are not there.
    of_files: Vec<&'a model::UnreadText>,
    /// The places of those that are a key's or a field's.
    taken: RefCell<BTreeSet<(usize, usize)>>,
    model: Option<&'a Model>,
    index: Option<Index<'a>>,
}

impl<'a> Unread<'a> {
    pub(super) fn of(model: &'a Model) -> Self {
        let mut all = Unread {
            model: Some(model),
            index: Some(model.index()),
            ..Unread::default()
        };
        for text in &model.unread {
            match text.span {
                Some(span) => {
                    let place = all.by_place.entry((span.file, span.start));
                    place.or_default().push(text);
                }
                None => all.of_files.push(text),
            }
        }
        all
    }

    /// Those in `spans`, which are taken with that.
    fn take<const N: usize>(&self, spans: [Span; N]) -> Vec<&'a model::UnreadText> {
        if self.by_place.is_empty() {
            return Vec::new();
        }
        let mut found = BTreeMap::new();
        for span in spans {
            let range = (span.file, span.start)..(span.file, span.end.max(span.start));
            found.extend(self.by_place.range(range));
        }
        self.taken.borrow_mut().extend(found.keys().copied());
        found.into_values().flatten().copied().collect()
    }

    /// The shape of this name.
    fn shape(&self, name: &str) -> Option<&'a Shape> {
        self.index.as_ref()?.shape(name)
    }

    /// The section of `shape`.
    pub(super) fn section(&self, shape: &Shape) -> Option<Section> {
        self.model.map(|model| Section::of(model, shape))
    }

    /// Returns whether a row that could not be read begins with `cells`: what it states is
    /// not gone. The row of a field stands behind the heading of its `section`.
    pub(super) fn has_row(&self, cells: &[&str], section: Option<&Section>) -> bool {
        let is_there = |span: Span| {
            section.is_none_or(|of| span.file == of.file && of.bytes.contains(&span.start))
        };
        let texts = self.by_place.values().flatten();
        let mut texts = texts.filter(|text| text.span.is_some_and(is_there));
        texts.any(|text| {
            let row = text.row.as_deref().unwrap_or(&text.text);
            row.lines().any(|line| {
                let line = line.trim().trim_start_matches('|');
                let mut own = line.split('|').map(|cell| cell.trim().trim_matches('`'));
                cells.iter().all(|cell| {
                    let own = own.next().unwrap_or_default();
                    own == *cell || own.split_once('[').is_some_and(|(name, _)| name == *cell)
                })
            })
        })
    }

    /// Those that nobody took.
    pub(super) fn others(&self) -> impl Iterator<Item = &'a model::UnreadText> {
        let taken = self.taken.borrow();
        let others = self.by_place.iter().filter(|(at, _)| !taken.contains(at));
        let others: Vec<_> = others.flat_map(|(_, texts)| texts).copied().collect();
        others.into_iter().chain(self.of_files.clone())
    }
}

/// The keys of `model`, each once: of two rows the first counts, and of a family
/// the first stands for all.
pub(super) fn keys<'a>(
    model: &'a Model,
    families: &BTreeMap<String, String>,
    unread: &Unread<'a>,
) -> Vec<Subject<'a>> {
    let sections = Sections::of(model);
    let mut seen = BTreeSet::new();
    let all = model.rows().filter_map(|(key, has)| {
        let name = families.get(&key.name.value).unwrap_or(&key.name.value);
        let is_first = seen.insert(name.clone());
        is_first.then(|| of_key(key, name.clone(), &sections, has, unread))
    });
    all.collect()
}

/// The sections of both sides that describe no key of either: what they state is compared
/// all the same.
pub(super) fn of_no_key<'a>(
    models: [&'a Model; 2],
    unread: &[Unread<'a>; 2],
) -> [Vec<Subject<'a>>; 2] {
    let rows = models.into_iter().flat_map(Model::rows);
    let keys: BTreeSet<&str> = rows.map(|(key, _)| key.name.value.as_str()).collect();
    let sections = models.map(Sections::of);
    let mut names = BTreeMap::new();
    for of in &sections {
        let shapes = of.shapes.iter().map(|(name, of)| (*name, &of.origin));
        let positions = of.positions.iter().map(|(name, of)| (*name, &of.origin));
        let all = shapes.chain(positions);
        // Below a key are its own parts.
        let is_own = |name: &str| {
            let mut dots = name.match_indices('.');
            keys.contains(name) || dots.any(|(dot, _)| keys.contains(&name[..dot]))
        };
        names.extend(all.filter(|(name, _)| !is_own(name)));
    }
    let end = |end: usize| {
        let of = |(name, origin): (&&'a str, &&'a Origin)| {
            let subject = sections[end].describe(name, origin);
            Subject {
                unread: unread[end].take([subject.origin.span]),
                ..subject
            }
        };
        names.iter().map(of).collect()
    };
    [end(0), end(1)]
}

/// Nobody states anything.
static NO_FACTS: Facts = Facts {
    unit: None,
    range: None,
    length: None,
    least: None,
    format: None,
    values: Vec::new(),
    default: None,
    unread: Vec::new(),
};

/// The sections that describe keys, by key.
struct Sections<'a> {
    shapes: BTreeMap<&'a str, &'a Shape>,
    positions: BTreeMap<&'a str, &'a Positions>,
}

impl<'a> Sections<'a> {
    fn of(model: &'a Model) -> Self {
        let mut shapes = BTreeMap::new();
        for shape in &model.shapes {
            for of in shape.names() {
                // Of two the first counts.
                shapes.entry(of.name.value.as_str()).or_insert(shape);
            }
        }
        let positions = model.positions.iter();
        Sections {
            shapes,
            positions: positions.map(|of| (of.key.value.as_str(), of)).collect(),
        }
    }

    /// What they alone say of the key `name`.
    fn describe(&self, name: &str, origin: &'a Origin) -> Subject<'a> {
        let shape = self.shapes.get(name).copied();
        let positions = self.positions.get(name).copied();
        let entries = match (shape, positions) {
            (Some(shape), _) => shape.of(name).and_then(entries),
            (None, Some(places)) => Some(Limit::entries(places.count.value, true)),
            (None, None) => None,
        };
        Subject {
            id: Cow::Owned(name.to_owned()),
            name: name.to_owned(),
            access: None,
            types: None,
            list: false,
            category: None,
            description: "",
            described: origin.span,
            facts: &NO_FACTS,
            coverage: None,
            entries,
            shape,
            positions,
            since: None,
            removed: None,
            unread: Vec::new(),
            origin,
        }
    }
}

fn of_key<'a>(
    key: &'a Key,
    name: String,
    of: &Sections<'a>,
    has: [bool; 3],
    unread: &Unread<'a>,
) -> Subject<'a> {
    let [has_access, has_ty, has_category] = has;
    Subject {
        id: Cow::Owned(name.clone()),
        name,
        access: has_access.then_some(key.access.value),
        types: has_ty.then(|| [key.ty.value, key.write_ty()]),
        category: has_category.then_some(key.category.value),
        description: &key.description.value,
        described: key.description.span,
        facts: &key.facts,
        coverage: key.coverage.as_ref().map(|coverage| coverage.value),
        since: key.since.as_ref().map(|at| at.value.as_str()),
        removed: key.removed.as_ref().map(|at| at.value.as_str()),
        unread: unread.take([key.origin.span, key.description.span]),
        ..of.describe(&key.name.value, &key.origin)
    }
}

fn entries(of: &Shaped) -> Option<Limit> {
    let capacity = of.capacity.as_ref();
    capacity.map(|capacity| Limit::entries(capacity.value, of.exact))
}

/// The fields of `shape`, each once.
pub(super) fn fields<'a>(
    around: &Subject<'a>,
    shape: &'a Shape,
    unread: &Unread<'a>,
) -> Vec<Subject<'a>> {
    let of_field = |field: &'_ Field| format!("{}.{}", around.name, field.name.value);
    let mut seen = BTreeSet::new();
    let all = shape.fields.iter().filter(|f| seen.insert(&f.name.value));
    all.map(|field| Subject {
        name: of_field(field),
        id: Cow::Borrowed(&field.name.value),
        access: Some(field.access.value),
        types: Some([field.ty.value, field.write_ty()]),
        list: field.capacity.is_some(),
        category: None,
        description: &field.description.value,
        described: field.description.span,
        facts: &field.facts,
        coverage: None,
        entries: match (&field.capacity, &field.shape) {
            (Some(at), _) => Some(Limit::entries(at.value, false)),
            (None, Some(of)) => entries(&of.of),
            (None, None) => None,
        },
        shape: field.shape.as_ref().and_then(|of| unread.shape(&of.name)),
        positions: None,
        since: field.since.as_ref().map(|at| at.value.as_str()),
        removed: field.removed.as_ref().map(|at| at.value.as_str()),
        unread: unread.take([field.origin.span, field.description.span]),
        origin: &field.origin,
    })
    .collect()
}

impl Subject<'_> {
    pub(super) fn side(&self, text: impl Into<String>) -> Side {
        Side::new(self.name.clone(), text, self.origin)
    }

    /// The facts that hold whatever its type is: those of cells of their own, but for what
    /// a type completes or decides.
    pub(super) fn facts_of_cells(&self) -> Facts {
        let is_cell = |span: Span| {
            let own = self.described;
            span.file != own.file || span.end <= own.start || own.end <= span.start
        };
        fn own<T: Clone>(fact: &Option<At<T>>, is_cell: impl Fn(Span) -> bool) -> Option<At<T>> {
            fact.as_ref().filter(|at| is_cell(at.span)).cloned()
        }
        let facts = self.facts;
        let values = facts.values.iter().filter(|list| is_cell(list.span));
        Facts {
            unit: own(&facts.unit, is_cell),
            length: own(&facts.length, is_cell),
            values: values.cloned().collect(),
            ..Facts::default()
        }
    }

    /// The unit of its numbers: what the text states, or else the type.
    pub(super) fn unit(&self) -> Option<&'static str> {
        let stated = self.facts.unit.as_ref().map(|unit| unit.value);
        let unit = stated.or_else(|| self.types?[0].item().unit());
        unit.map(Unit::symbol)
    }

    /// In short: `R/W optional<double>, Config`.
    pub(super) fn signature(&self) -> String {
        let mut parts = Vec::new();
        let access = self.access.map(|access| access.to_string());
        let types = self.types.map(|[read, write]| match read == write {
            true => format!("`{}`", spelled(read, self.list)),
            false => format!("read as `{read}`, written as `{write}`"),
        });
        let head: Vec<String> = access.into_iter().chain(types).collect();
        parts.push(head.join(" "));
        parts.extend(self.category.map(|category| category.to_string()));
        parts.extend(self.unit().map(|unit| format!("in {unit}")));
        parts.retain(|part| !part.is_empty());
        parts.join(", ")
    }

    /// Returns the text that a rename does not change; nothing if it says too little to
    /// be told apart.
    pub(super) fn identity(&self) -> Option<String> {
        let words: Vec<&str> = self.description.split_whitespace().collect();
        let says_something = words.iter().any(|word| word.chars().count() > 1);
        let (access, types) = (self.access?, self.types?);
        let facts = serde_json::to_string(self.facts).ok()?;
        says_something.then(|| {
            let text = words.join(" ").to_lowercase();
            format!("{access} {types:?} {} {facts} {text}", self.list)
        })
    }
}

/// Words of a spec as code in Markdown: nothing in them is markup then.
pub(super) fn code(text: &str) -> String {
    format!("`{}`", text.replace('`', "'"))
}

/// Several of them.
pub(super) fn codes(names: &[impl AsRef<str>]) -> String {
    let names: Vec<_> = names.iter().map(|name| code(name.as_ref())).collect();
    names.join(", ")
}

/// A type as people write it; a list of it with its brackets.
pub(super) fn spelled(ty: Type, list: bool) -> String {
    match list {
        true => format!("{ty}[]"),
        false => ty.to_string(),
    }
}
