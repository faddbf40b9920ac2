//! Mining: what a description states about its value.
//!
//! Takes the text of a Description cell and the type of the value, gives
//! [`Facts`], each with the bytes it was taken from. Facts become checks on
//! write, so one that cannot be told for certain is not invented: a number that
//! might be a range is prose. What looks like a fact and was left as prose is recorded
//! beside the facts, so that it is not lost in silence.
//!
//! Extension point: a new kind of fact is a module here and a field of
//! [`Facts`]; a new unit is one of `goe_runtime::Unit` and its words in [`units`].

mod claims;
mod clauses;
mod context;
mod doubts;
mod ends;
mod formats;
mod lengths;
mod limits;
#[cfg(test)]
pub(crate) mod phrases;
mod quantities;
mod spelled;
mod tokens;
mod units;
mod values;

use tokens::Tokens;
pub(crate) use units::parse as unit;
#[cfg(test)]
pub(crate) use units::words as unit_words;
pub(crate) use values::is_generic as is_generic_label;

use goe_runtime::Unit;

use crate::{
    model::{Fact, Facts, NumberRange, Type, Unread, UnreadKind, ValueList},
    source::{Source, Span},
};

/// Everything that the description in `span` says of a value that has all of
/// `types` (it may be read as one and written as another).
pub(crate) fn mine(source: &Source, span: Span, types: &[Type]) -> Facts {
    let mut tokens = Tokens::of(source.slice(span.range()), span);
    tokens.nullable = types.iter().any(|ty| ty.optional || !ty.item().is_number());
    let is_number = types.iter().any(|ty| ty.item().is_number());
    let format = formats::mine(&tokens, types);
    let mut facts = Facts {
        format: format.fact,
        unread: format.unread,
        // No words of prose are sure to state a default.
        ..Facts::default()
    };
    if is_number {
        let mut units = units::mine(&tokens);
        let own = types.iter().find_map(|ty| ty.item().unit());
        let unit = units.fact.as_ref().map(|fact| fact.value).or(own);
        let differs = |fact: &mut Fact<Unit>| own.is_some_and(|own| own != fact.value);
        if let Some(fact) = units.fact.take_if(differs) {
            let (place, why) = (tokens.within(fact.span), "the type has another unit");
            units
                .unread
                .push(tokens.unread(UnreadKind::Unit, place, why, "the unit of the type"));
        }
        let (range, beside) = limits::range(&tokens, unit);
        // `6-32 A` states both, unless the text or the type says more of the unit.
        let beside = beside.filter(|_| units.unread.is_empty() && own.is_none());
        facts.unit = units.fact.or(beside);
        // `seconds since 1970` is a format; "in seconds since 1970" names the unit, too.
        let format = facts.format.as_ref().map(|format| format.span);
        let inside = |of: Span, it: Span| of.start <= it.start && it.end <= of.end;
        let of_format = |unit: &mut Fact<Unit>| format.is_some_and(|of| inside(of, unit.span));
        let _ = facts.unit.take_if(of_format);
        // Such a time is in seconds.
        let other = units.unread.is_empty()
            && facts
                .unit
                .as_ref()
                .is_none_or(|of| of.value == Unit::Seconds);
        facts.format = facts.format.filter(|_| other);
        facts.range = range.fact;
        let fitting = |range: &NumberRange| fits(range.min, types) && fits(range.max, types);
        if let Some(range) = facts.range.take_if(|range| !fitting(&range.value)) {
            let (place, why) = (tokens.within(range.span), "does not fit the type");
            let unread = tokens.unread(UnreadKind::Range, place, why, "limits that the type holds");
            facts.unread.push(unread);
        }
        // `current in 0.1 A, 6-32`: nobody knows in which unit the limits are.
        if !units.unread.is_empty() {
            facts.range = None;
        }
        facts.unread.extend(units.unread);
        // `[6, 32]` is a value of an array.
        let array = types.iter().any(|ty| ty.element.is_some());
        let one = |of: &Unread| array && source.slice(of.span.range()).starts_with('[');
        let unread = range.unread.into_iter();
        facts.unread.extend(unread.filter(|of| !one(of)));
    }
    let length = lengths::mine(&tokens, types);
    (facts.least, facts.length) = (length.least, length.most);
    facts.unread.extend(length.unread);
    let (mut lists, unread) = values::mine(&tokens, types);
    // `1-100 (0=off, 101=auto)`, `in W (0=off, 30=full)`: the numbers between the named ones
    // are values too.
    let measured = is_number
        && (facts.unit.is_some()
            || types.iter().any(|ty| ty.item().unit().is_some())
            || tokens.iter().any(|token| token.is('%')));
    // `seconds (0=never, 1=every second)`
    let counts = |list: &ValueList| {
        let place = tokens.within(list.span);
        is_number && units::counts(&tokens, tokens.sentence(&place).start..place.start)
    };
    let wider = |list: &ValueList| match &facts.range {
        _ if measured || counts(list) => true,
        Some(range) => !(range.value.min..=range.value.max)
            .take(1000)
            .all(|number| list.values.iter().any(|item| item.value == number)),
        None => facts
            .unread
            .iter()
            .any(|unread| unread.kind == UnreadKind::Range),
    };
    for list in lists.iter_mut().filter(|list| !list.booleans) {
        if wider(list) {
            (list.open, list.ellipsis) = (true, true);
        }
    }
    facts.values = lists;
    facts.unread.extend(unread);
    // `0, 1 or 2`
    let limits = [UnreadKind::Range, UnreadKind::Reversed, UnreadKind::Values];
    let said = |unread: &Unread| limits.contains(&unread.kind);
    let none = facts.range.is_none() && facts.values.is_empty() && !facts.unread.iter().any(said);
    if is_number && none && !types.iter().any(|ty| ty.element.is_some()) {
        facts.unread.extend(spelled::unnamed(&tokens));
    }
    facts
}

/// Returns whether values of all of `types` can be `number`.
fn fits(number: i64, types: &[Type]) -> bool {
    let mut limits = types.iter().filter_map(|ty| ty.scalar.limits());
    limits.all(|(min, max)| (min..=max).contains(&i128::from(number)))
}
