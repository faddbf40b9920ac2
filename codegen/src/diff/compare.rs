//! Keys and fields against each other: who is gone, new or renamed, and what
//! changed of those that are still there.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    facts,
    families::families,
    finding::{Finding, finding},
    pair::{Pair, stated},
    positions,
    rules::{self, Rule},
    sets,
    subject::{Section, Subject, Unread, fields, keys, of_no_key, spelled},
    unread, values, wire,
};
use crate::model::{Access, Category, Class, Coverage, Model, Precision, Scalar, Type};

pub(super) fn models(old: &Model, new: &Model, out: &mut Vec<Finding>) {
    let families = families(old, new);
    let unread = [old, new].map(Unread::of);
    let keys = [
        keys(old, &families, &unread[0]),
        keys(new, &families, &unread[1]),
    ];
    subjects(&keys[0], &keys[1], &unread, &[None, None], out);
    let sections = of_no_key([old, new], &unread);
    subjects(&sections[0], &sections[1], &unread, &[None, None], out);
    wire::models([old, new], &unread, out);
    unread::elsewhere(&unread, out);
}

/// Pairs them by name, the others by what they are, and compares the pairs.
fn subjects(
    old: &[Subject<'_>],
    new: &[Subject<'_>],
    unread: &[Unread<'_>; 2],
    sections: &[Option<Section>; 2],
    out: &mut Vec<Finding>,
) {
    // A field whose row could not be read on the other side is neither gone nor new; keys
    // are there with what could be read of them.
    let doubted = |end: usize, subject: &Subject<'_>| {
        let section = sections[end].as_ref();
        section.is_some() && unread[end].has_row(&[&subject.id], section)
    };
    let (old_names, new_names) = (by_name(old), by_name(new));
    let gone = old
        .iter()
        .filter(|s| !new_names.contains_key(s.id.as_ref()) && !doubted(1, s));
    let come = new
        .iter()
        .filter(|s| !old_names.contains_key(s.id.as_ref()) && !doubted(0, s));
    let (gone, come): (Vec<_>, Vec<_>) = (gone.collect(), come.collect());
    let renamed = renamed(&gone, &come);
    for new in new {
        let same = old_names.get(new.id.as_ref()).copied();
        let was = renamed.get(new.name.as_str()).copied();
        if let Some(old) = same.or(was) {
            let pair = Pair { old, new };
            if same.is_none() {
                let message = format!("`{}` is called `{}` now", old.name, new.name);
                let names = [old.name.clone(), new.name.clone()];
                pair.finding(&rules::RENAMED, pair.any_side(), names, message, out);
            }
            compare(pair, unread, out);
        } else if !doubted(0, new) {
            added_or_removed(new, true, out);
        }
    }
    let kept: BTreeSet<&str> = renamed.values().map(|old| old.name.as_str()).collect();
    for old in gone {
        if !kept.contains(old.name.as_str()) {
            added_or_removed(old, false, out);
        }
    }
}

fn by_name<'a>(all: &'a [Subject<'a>]) -> BTreeMap<&'a str, &'a Subject<'a>> {
    all.iter().map(|s| (s.id.as_ref(), s)).collect()
}

/// Those that are gone, by the name of the one that came in their place: both
/// are the same in all but name, and no other is.
fn renamed<'a>(
    gone: &[&'a Subject<'a>],
    come: &[&'a Subject<'a>],
) -> BTreeMap<&'a str, &'a Subject<'a>> {
    type Ends<'a> = [Vec<&'a Subject<'a>>; 2];
    let mut same: BTreeMap<String, Ends<'a>> = BTreeMap::new();
    for (end, subjects) in [gone, come].into_iter().enumerate() {
        for subject in subjects {
            if let Some(identity) = subject.identity() {
                same.entry(identity).or_default()[end].push(subject);
            }
        }
    }
    let pairs = same
        .into_values()
        .filter_map(|[gone, come]| match (&gone[..], &come[..]) {
            (&[from], &[to]) => Some((to.name.as_str(), from)),
            _ => None,
        });
    pairs.collect()
}

fn added_or_removed(subject: &Subject<'_>, added: bool, out: &mut Vec<Finding>) {
    let (rule, verb) = match (added, subject.removed) {
        (true, None) => (&rules::ADDED, "is new"),
        (false, None) => (&rules::REMOVED, "is gone"),
        (true, Some(_)) => (&rules::MARKED_ADDED, "is listed as removed"),
        (false, Some(_)) => (&rules::MARKED_GONE, "is gone, as its row said"),
    };
    let signature = subject.signature();
    let was = if added { "" } else { "was " };
    let message = format!("`{}` {verb} ({was}{signature})", subject.name);
    let access = subject.access.unwrap_or(Access::ReadWrite);
    let sides = [access.readable(), access.writable()];
    let side = Some(subject.side(signature).described(subject.description));
    let (old, new) = if added { (None, side) } else { (side, None) };
    out.extend(finding(rule, sides, old, new, message));
}

fn compare(pair: Pair<'_>, unread: &[Unread<'_>; 2], out: &mut Vec<Finding>) {
    unread::compare(pair, out);
    mark(pair, out);
    pair.word_of_all(&rules::SINCE, [pair.old.since, pair.new.since], out);
    access(pair, out);
    types(pair, out);
    stated_of(pair, out);
    category(pair, out);
    coverage(pair, out);
    let texts = [pair.old.description, pair.new.description];
    pair.description(&pair.new.name, texts, out);
    shape(pair, unread, out);
}

/// Compares the facts. Without a type none is read of a description: where one side alone has
/// a type, what is not there was not lost.
fn stated_of(pair: Pair<'_>, out: &mut Vec<Finding>) {
    if pair.old.types.is_some() == pair.new.types.is_some() {
        facts::compare(pair, out);
        values::compare(pair, out);
        return;
    }
    let [old, new] = [pair.old, pair.new].map(Subject::facts_of_cells);
    let pair = Pair {
        old: &Subject {
            facts: &old,
            types: None,
            ..pair.old.clone()
        },
        new: &Subject {
            facts: &new,
            types: None,
            ..pair.new.clone()
        },
    };
    facts::compare(pair, out);
    values::compare(pair, out);
}

fn mark(pair: Pair<'_>, out: &mut Vec<Finding>) {
    let name = &pair.new.name;
    let (rule, message) = match (pair.old.removed, pair.new.removed) {
        (None, Some(release)) => (
            &rules::MARKED,
            format!("`{name}` is removed with {release}"),
        ),
        (Some(release), None) => {
            let message = format!("`{name}` is no longer said to be removed with {release}");
            (&rules::UNMARKED, message)
        }
        (Some(old), Some(new)) if old != new => {
            let title = rules::REMOVAL_MOVED.title;
            let message = format!("`{name}`: {title}, {old} → {new}");
            (&rules::REMOVAL_MOVED, message)
        }
        _ => return,
    };
    let text = |removed: Option<&str>| removed.unwrap_or("there").to_owned();
    let ends = [text(pair.old.removed), text(pair.new.removed)];
    pair.finding(rule, pair.sides(), ends, message, out);
}

fn access(pair: Pair<'_>, out: &mut Vec<Finding>) {
    let (Some(old), Some(new)) = (pair.old.access, pair.new.access) else {
        return;
    };
    let name = &pair.new.name;
    let mut changed = |rule: &'static Rule, sides| {
        let message = format!("`{name}` {} (`{old}` → `{new}`)", rule.title);
        let ends = [old.to_string(), new.to_string()];
        pair.finding(rule, sides, ends, message, out);
    };
    match (old.readable(), new.readable()) {
        (true, false) => changed(&rules::READ_LOST, [true, false]),
        (false, true) => changed(&rules::READ_GAINED, [true, false]),
        _ => {}
    }
    match (old.writable(), new.writable()) {
        (true, false) => changed(&rules::WRITE_LOST, [false, true]),
        (false, true) => changed(&rules::WRITE_GAINED, [false, true]),
        _ => {}
    }
}

fn types(pair: Pair<'_>, out: &mut Vec<Finding>) {
    let (Some(old), Some(new)) = (pair.old.types, pair.new.types) else {
        return;
    };
    let sides = pair.sides();
    let changes = [0, 1].map(|side| (old[side], new[side]));
    if changes[0] == changes[1] || sides != [true, true] {
        let side = usize::from(!sides[0]);
        if sides.contains(&true) {
            one_type(pair, changes[side], sides, "", out);
        }
        return;
    }
    one_type(pair, changes[0], [true, false], " as read", out);
    one_type(pair, changes[1], [false, true], " as written", out);
}

fn one_type(
    pair: Pair<'_>,
    (old, new): (Type, Type),
    sides: [bool; 2],
    way: &str,
    out: &mut Vec<Finding>,
) {
    let bare = |ty| Type {
        optional: false,
        ..ty
    };
    let ends = [
        spelled(bare(old), pair.old.list),
        spelled(bare(new), pair.new.list),
    ];
    let name = &pair.new.name;
    if ends[0] != ends[1] {
        // A list of a type is an array of it, however it is written.
        let [old, new] = match pair.old.list == pair.new.list {
            true => [old, new],
            false => [as_array(pair.old, old), as_array(pair.new, new)],
        };
        let rule = match (holds(new, old), holds(old, new)) {
            _ if bounded(pair, old, new) => &rules::TYPE_SPELLED,
            _ if says_less(old, new, pair.old.list) => &rules::TYPE_STATED,
            _ if says_less(new, old, pair.new.list) => &rules::TYPE_UNSTATED,
            (true, true) => &rules::TYPE_SPELLED,
            (true, false) => &rules::TYPE_WIDER,
            (false, true) => &rules::TYPE_NARROWER,
            (false, false) => &rules::TYPE_OTHER,
        };
        let message = format!(
            "`{name}`: {}{way}, `{}` → `{}`",
            rule.title, ends[0], ends[1]
        );
        pair.finding(rule, sides, ends, message, out);
    }
    // `any` holds null, whatever is written around it.
    let null = |ty: Type| ty.optional || ty.scalar == Scalar::Any;
    let rule = match (null(old), null(new)) {
        (false, true) if new.scalar != Scalar::Any => &rules::NULL_GAINED,
        (true, false) if old.scalar != Scalar::Any => &rules::NULL_LOST,
        _ => return,
    };
    let message = format!("`{name}` {}{way}, `{old}` → `{new}`", rule.title);
    pair.finding(
        rule,
        sides,
        [old.to_string(), new.to_string()],
        message,
        out,
    );
}

/// Returns whether both sides state which of the whole numbers of their types there are:
/// then those are compared, and the rest of a type says nothing.
fn bounded(pair: Pair<'_>, old: Type, new: Type) -> bool {
    let stated = |subject: &Subject<'_>, ty: Type| {
        let limits = ty.item().limits();
        let range = subject.facts.range.as_ref().map(|range| range.value);
        let range = range.map(|range| (range.min.into(), range.max.into()));
        limits.is_some_and(|(least, most)| {
            let fits = |(min, max): (i128, i128)| least <= min && max <= most;
            range.is_some_and(fits) || (range.is_none() && sets::closed(subject).is_some())
        })
    };
    let arrays = [old, new].map(|ty| ty.element.is_some());
    arrays[0] == arrays[1] && stated(pair.old, old) && stated(pair.new, new)
}

/// The type on the wire: `r[2]` of `object` is an array of objects, as is an array of a shape.
fn as_array(subject: &Subject<'_>, ty: Type) -> Type {
    let element = match ty.element {
        None if subject.list => Some(ty.scalar),
        None if ty.scalar == Scalar::Array && subject.shape.is_some() => Some(Scalar::Object),
        element => element,
    };
    let scalar = if subject.list {
        Scalar::Array
    } else {
        ty.scalar
    };
    Type {
        scalar,
        element,
        ..ty
    }
}

/// Returns whether `a`, the type of a list or of a value, is none where `b` is one: `any`,
/// and an array of which nothing is said.
fn says_less(a: Type, b: Type, list: bool) -> bool {
    let bare = |ty: Type| matches!(ty.element, None | Some(Scalar::Any));
    let any = a.scalar == Scalar::Any && b.scalar != Scalar::Any && !list;
    let arrays = (a.scalar, b.scalar) == (Scalar::Array, Scalar::Array);
    any || arrays && bare(a) && !bare(b)
}

/// Returns whether each value of `b` is one of `a` too.
fn holds(a: Type, b: Type) -> bool {
    match (a.element, b.element) {
        (Some(a), Some(b)) => holds_scalar(a, b),
        // An array of which nothing is said may hold anything.
        (Some(_), None) => a.scalar != b.scalar && holds_scalar(a.scalar, b.scalar),
        (None, _) => holds_scalar(a.scalar, b.scalar),
    }
}

/// The same for what is no array. A double holds whole numbers up to 2^53, a float
/// up to 2^24.
fn holds_scalar(a: Scalar, b: Scalar) -> bool {
    let reach = |bits: u32| (-(1_i128 << bits), 1_i128 << bits);
    if a == b {
        return true;
    }
    let limits = match a.class() {
        Class::Any => return true,
        Class::Real(Precision::Double) if b.class() == Class::Real(Precision::Single) => {
            return true;
        }
        Class::Real(Precision::Double) => Some(reach(53)),
        Class::Real(Precision::Single) => Some(reach(24)),
        Class::Whole(_) => a.limits(),
        Class::Bool | Class::Text | Class::Array | Class::Object => None,
    };
    limits
        .zip(b.limits())
        .is_some_and(|(a, b)| a.0 <= b.0 && b.1 <= a.1)
}

fn category(pair: Pair<'_>, out: &mut Vec<Finding>) {
    let (Some(old), Some(new)) = (pair.old.category, pair.new.category) else {
        return;
    };
    let rules = [
        &rules::CATEGORY,
        &rules::CATEGORY_STATED,
        &rules::CATEGORY_UNSTATED,
    ];
    let known = [old, new].map(|category| Some(category).filter(|c| *c != Category::Unknown));
    if let Some(rule) = stated(rules, known) {
        let ends = [old.to_string(), new.to_string()];
        pair.changed(&pair.new.name, rule, [true; 2], ends, out);
    }
}

fn coverage(pair: Pair<'_>, out: &mut Vec<Finding>) {
    let rules = [
        &rules::COVERAGE,
        &rules::COVERAGE_STATED,
        &rules::COVERAGE_UNSTATED,
    ];
    let ends = [pair.old.coverage, pair.new.coverage];
    if let Some(rule) = stated(rules, ends) {
        let ends = ends.map(|end| end.map_or("none", Coverage::name).to_owned());
        pair.changed(&pair.new.name, rule, [true; 2], ends, out);
    }
}

fn shape(pair: Pair<'_>, unread: &[Unread<'_>; 2], out: &mut Vec<Finding>) {
    if let (Some(old), Some(new)) = (pair.old.shape, pair.new.shape) {
        let fields = [
            fields(pair.old, old, &unread[0]),
            fields(pair.new, new, &unread[1]),
        ];
        let sections = [unread[0].section(old), unread[1].section(new)];
        return subjects(&fields[0], &fields[1], unread, &sections, out);
    }
    if let (Some(old), Some(new)) = (pair.old.positions, pair.new.positions) {
        return positions::compare(pair, old, new, out);
    }
    let count = |subject: &Subject<'_>| {
        let fields = subject
            .shape
            .map(|shape| format!("{} fields", shape.fields.len()));
        let places = subject.positions;
        fields.or(places.map(|places| format!("{} positions", places.positions.len())))
    };
    let [old, new] = [count(pair.old), count(pair.new)];
    let rule = match (&old, &new) {
        (None, None) => return,
        (_, Some(_)) => &rules::SHAPE_STATED,
        (Some(_), None) => &rules::SHAPE_UNSTATED,
    };
    let ends = [old, new].map(|end| end.unwrap_or_else(|| "none".to_owned()));
    let message = format!("`{}`: {}", pair.new.name, rule.title);
    pair.finding(rule, pair.sides(), ends, message, out);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arrays_hold_what_their_entries_do() {
        let [any, bytes, words] = [
            Type::of(Scalar::Array),
            Type::array(Scalar::Uint8),
            Type::array(Scalar::Uint16),
        ];
        for (a, b, expected) in [
            (any, bytes, [true, false]),
            (words, bytes, [true, false]),
            (bytes, bytes, [true, true]),
            (Type::of(Scalar::Any), bytes, [true, false]),
            (Type::of(Scalar::Uint8), bytes, [false, false]),
        ] {
            assert_eq!([holds(a, b), holds(b, a)], expected, "{a} {b}");
        }
    }

    #[test]
    fn types_hold_types() {
        use Scalar::{
            Any, Bool, Double, Float, Int8, Int64, Seconds, String, Uint8, Uint16, Uint32,
        };
        let cases = [
            (Uint16, Uint8, [true, false]),
            (Uint8, Int8, [false, false]),
            (Float, Uint16, [true, false]),
            (Float, Uint32, [false, false]),
            (Double, Uint32, [true, false]),
            (Double, Int64, [false, false]),
            (Double, Float, [true, false]),
            (Int64, Seconds, [true, true]),
            (Any, String, [true, false]),
            (Bool, String, [false, false]),
        ];
        for (a, b, expected) in cases {
            let [a, b] = [Type::of(a), Type::of(b)];
            assert_eq!([holds(a, b), holds(b, a)], expected, "{a:?} {b:?}");
        }
    }
}
