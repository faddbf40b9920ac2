//! What was understood of each key, and from which words: `goe-codegen show`.
//!
//! Takes a spec with its model and its report, gives text for a person at a
//! terminal. `entry` says what there is of a key as rows, `words` what a value
//! is in a sentence, `origin` which words of the spec a fact was taken from, and
//! `layout` makes lines of rows. Nothing here decides what a key is: what is
//! enforced is asked of the lowered API, as every emitter does.

mod entry;
mod layout;
mod origin;
pub(crate) mod words;

use crate::{
    api::{self, Api},
    model::{Family, Key, Model},
    source::{Report, Spec},
    suggest,
};

use entry::Findings;
use layout::Page;

/// How text is laid out.
#[derive(Clone, Copy, Debug)]
pub struct Style {
    /// Columns of a line.
    pub width: usize,
    /// With terminal escapes.
    pub colour: bool,
}

/// The text of some keys, and the names that are none.
#[derive(Clone, Debug)]
pub struct Shown {
    /// What was understood.
    pub text: String,
    /// For each name that is no key, a sentence that says so.
    pub missing: Vec<String>,
}

/// What is known of the keys of `spec`: of those called one of `names`, of a key or
/// of a family; without names, of all, and the findings that belong to no key.
pub fn show(spec: &Spec, model: &Model, report: &Report, names: &[String], style: Style) -> Shown {
    let api = api::lower(model);
    let view = View {
        spec,
        model,
        report,
        api: &api,
        findings: Findings::of(spec, report),
    };
    let groups = groups(model);
    let mut page = Page::default();
    let mut told = vec![false; report.diagnostics().len()];
    let mut missing = Vec::new();
    if names.is_empty() {
        groups
            .iter()
            .for_each(|group| view.push(group, &mut page, &mut told));
        view.push_others(&mut page, &told);
    }
    let mut shown = vec![false; groups.len()];
    for name in names {
        match groups.iter().position(|group| group.is_called(name)) {
            None => missing.push(no_key(name, &groups)),
            Some(at) if !shown[at] => {
                shown[at] = true;
                view.push(&groups[at], &mut page, &mut told);
            }
            Some(_) => {}
        }
    }
    Shown {
        text: page.text(style),
        missing,
    }
}

/// All that rows are made from.
struct View<'a> {
    spec: &'a Spec,
    model: &'a Model,
    report: &'a Report,
    api: &'a Api<'a>,
    findings: Findings,
}

/// Keys of one row of which the same is known: one, a family, or some that share
/// all but the name.
struct Group<'a> {
    keys: Vec<&'a Key>,
    /// Its access, its type and its category could be read.
    has: [bool; 3],
    family: Option<&'a Family>,
    /// The place of the first in [`Model::keys`], if everything could be read.
    lowered: Option<usize>,
}

impl Group<'_> {
    fn is_called(&self, name: &str) -> bool {
        self.family.is_some_and(|family| family.name == name)
            || self.keys.iter().any(|key| key.name.value == name)
    }
}

/// The keys in the order of their rows.
fn groups(model: &Model) -> Vec<Group<'_>> {
    let whole = model.keys.len();
    let mut rows: Vec<(usize, &Key, [bool; 3])> = model
        .rows()
        .enumerate()
        .map(|(at, (key, has))| (at, key, has))
        .collect();
    rows.sort_by_key(|(_, key, _)| key.origin.span);
    let alike = |a: &(usize, &Key, [bool; 3]), b: &(usize, &Key, [bool; 3])| {
        a.2 == b.2 && have_one_row(a.1, b.1)
    };
    let groups = rows.chunk_by(alike).map(|rows| {
        let (first, _, has) = rows[0];
        Group {
            keys: rows.iter().map(|(_, key, _)| *key).collect(),
            has,
            family: model.families.iter().find(|of| of.keys.start == first),
            lowered: (first < whole).then_some(first),
        }
    });
    groups.collect()
}

/// Returns whether nothing but their names tells two keys apart.
fn have_one_row(one: &Key, other: &Key) -> bool {
    one.origin.span == other.origin.span
        && one.access == other.access
        && (&one.ty, one.set_ty) == (&other.ty, other.set_ty)
        && one.category == other.category
        && one.description == other.description
}

fn no_key(name: &str, groups: &[Group<'_>]) -> String {
    let keys = groups.iter().flat_map(|group| {
        let family = group.family.map(|family| family.name.as_str());
        let keys = group.keys.iter().map(|key| key.name.value.as_str());
        keys.chain(family)
    });
    let otherwise = "without a key, `show` has all of them";
    let help = suggest::help(name, keys, otherwise);
    format!("there is no key `{name}`; {help}")
}
