//! Facts that stand in cells of their own: `Unit`, `Min`, `Max`, `Range`, `Length`,
//! `Values`, `Default`, `Since`, `Removed`.
//!
//! Takes these cells of a row and what its description states, gives the facts of both.
//! A stated cell beats prose; where both state something and differ, that is a warning.
//! A blank cell, or a dash, states nothing. In an overlay a dash says that there is no
//! such fact, whatever the spec says.

use serde_json::Value;

use super::{
    cell::{
        bounds::{self, Number},
        default, is_blank, length,
        release::{self, Releases},
        text::{prose, word},
        unit, values,
    },
    columns::Stating,
};
use crate::{
    model::{
        At, Class, Facts, Length, NumberRange, Scalar, Type, Unit, Unread, UnreadKind, ValueList,
    },
    report::codes,
    source::{Diagnostic, Report, Source, Span},
    syntax::cells,
};

/// The owner of the cells.
pub(super) struct Owner<'a> {
    /// All files of the spec: a cell may have been replaced by an overlay's.
    pub(super) sources: &'a [Source],
    /// ``key `dwo` ``
    pub(super) of: &'a str,
    /// The file of its row.
    pub(super) file: usize,
    /// The types it is read and written as, if they are known.
    pub(super) types: Option<[Type; 2]>,
    /// Its description, if it can have a default.
    pub(super) description: Option<Span>,
}

/// What a cell says.
enum Stated<T> {
    /// Nothing, so that the description counts.
    Nothing,
    /// There is no such fact.
    None,
    Fact(At<T>),
}

/// Puts the releases of the description into `releases`, those of the key cell, and what the
/// cells state into them and `facts`, those of the description.
pub(super) fn apply(
    owner: &Owner<'_>,
    cell: impl Fn(Stating) -> Option<Span>,
    facts: &mut Facts,
    releases: &mut Releases,
    report: &mut Report,
) {
    let said = |place: Span| releases.mine(owner.source(place).slice(place.range()), place);
    let unread = owner.description.and_then(said);
    // Whoever mends the other words mends these, too.
    if facts.unread.is_empty() {
        facts.unread.extend(unread);
    }
    apply_cells(owner, cell, facts, releases, report);
    if *releases != Releases::default() {
        facts.unread.retain(|of| of.kind != UnreadKind::Release);
    }
}

fn apply_cells(
    owner: &Owner<'_>,
    cell: impl Fn(Stating) -> Option<Span>,
    facts: &mut Facts,
    releases: &mut Releases,
    report: &mut Report,
) {
    // Most tables have no such column.
    let all = [
        Stating::Unit,
        Stating::Min,
        Stating::Max,
        Stating::Range,
        Stating::Length,
        Stating::Values,
        Stating::Default,
        Stating::Since,
        Stating::Removed,
    ];
    if all.iter().all(|&stating| cell(stating).is_none()) {
        return;
    }
    owner.forget_unread(&cell, facts);
    let before = report.diagnostics().len();
    let stated = owner.stated(cell(Stating::Unit), |source, span| {
        owner.unit(source, span, report)
    });
    let unit = owner.merge_units(facts, stated, owner.beside_numbers(&cell), report);
    let mut rest = None;
    owner.range(&cell, facts, unit, &mut rest, report);
    let of = |stating: Stating| match cell(stating) {
        Some(cell) if !owner.is_blank(cell) => Some(cell),
        // What is no range may be what another column is for.
        other => rest
            .and_then(|(of, cell)| (of == stating).then_some(cell))
            .or(other),
    };
    let stated = owner.stated(of(Stating::Length), |source, span| {
        owner.length(source, span, report)
    });
    // The least length of the description stands beside its greatest, and no other length does.
    let denied = matches!(stated, Stated::None);
    if !matches!(stated, Stated::Nothing) {
        let other = |unread: &Unread| unread.kind != UnreadKind::Length;
        facts.unread.retain(other);
    }
    owner.merge(&mut facts.length, stated, "length", length_text, report);
    let most = facts.length.as_ref().map(|length| length.value);
    facts.least = facts.least.take().filter(|least| match most {
        Some(Length::Bytes(most) | Length::Characters(most)) => least.value <= most,
        Some(Length::Entries(_)) => false,
        None => !denied,
    });
    let stated = owner.stated(of(Stating::Values), |source, span| {
        owner.values(source, span, report)
    });
    owner.merge_values(facts, stated, report);
    for (stating, release) in [
        (Stating::Since, &mut releases.since),
        (Stating::Removed, &mut releases.removed),
    ] {
        let stated = owner.stated(cell(stating), |source, span| {
            owner.release(source, span, report)
        });
        owner.merge(release, stated, "release", Clone::clone, report);
    }
    owner.compare(facts, releases, report);
    // It is checked against all others, if they could be read.
    let mut found = report.diagnostics().iter().skip(before);
    if found.any(|found| found.code != &codes::FACTS_DISAGREE) {
        return;
    }
    let known = &*facts;
    let stated = owner.stated(cell(Stating::Default), |_, span| {
        let (text, own) = owner.default_text(span);
        let counts = own.is_none_or(|own| Some(own) == unit);
        counts.then(|| owner.default(&text, span, known, report))?
    });
    if let Stated::Fact(default) = stated {
        owner.compare_default(&default, known, report);
        facts.default = Some(default);
    }
}

impl<'a> Owner<'a> {
    fn source(&self, cell: Span) -> &'a Source {
        &self.sources[cell.file]
    }

    fn is_blank(&self, cell: Span) -> bool {
        is_blank(&word(self.source(cell), cell).value)
    }

    /// What the cell says; `read` is asked where it is not blank.
    fn stated<T>(
        &self,
        cell: Option<Span>,
        read: impl FnOnce(&'a Source, Span) -> Option<At<T>>,
    ) -> Stated<T> {
        let Some(cell) = cell else {
            return Stated::Nothing;
        };
        let source = self.source(cell);
        match self.is_blank(cell) {
            true if cell.file != self.file && !source.slice(cell.range()).is_empty() => {
                Stated::None
            }
            true => Stated::Nothing,
            false => read(source, cell).map_or(Stated::Nothing, Stated::Fact),
        }
    }

    /// Puts what is stated in place of what the description says.
    fn merge<T: PartialEq>(
        &self,
        fact: &mut Option<At<T>>,
        stated: Stated<T>,
        what: &str,
        text: impl Fn(&T) -> String,
        report: &mut Report,
    ) {
        match stated {
            Stated::Nothing => {}
            Stated::None => *fact = None,
            Stated::Fact(stated) => {
                if let Some(prose) = fact
                    && prose.value != stated.value
                {
                    let [one, other] = [(&stated.value, stated.span), (&prose.value, prose.span)]
                        .map(|(value, span)| (text(value), span));
                    self.report_other(what, one, other, report);
                }
                *fact = Some(stated);
            }
        }
    }

    /// Whoever says that there is no such fact has seen the words that look like one.
    fn forget_unread(&self, cell: &impl Fn(Stating) -> Option<Span>, facts: &mut Facts) {
        let denied = |stating: Stating| {
            let stated = self.stated(cell(stating), |_, _| None::<At<()>>);
            matches!(stated, Stated::None)
        };
        facts.unread.retain(|unread| match unread.kind {
            UnreadKind::Range | UnreadKind::Reversed => {
                let ends = [Stating::Min, Stating::Max];
                !(denied(Stating::Range) || ends.into_iter().all(denied))
            }
            UnreadKind::Values => !denied(Stating::Values),
            UnreadKind::Length => !denied(Stating::Length),
            UnreadKind::Unit => !denied(Stating::Unit),
            UnreadKind::Format => true,
            UnreadKind::Release => !(denied(Stating::Since) || denied(Stating::Removed)),
        });
    }

    /// Reports facts that cannot both be so.
    fn compare(&self, facts: &Facts, releases: &Releases, report: &mut Report) {
        let mut disagree = |message: String, (at, label): (Span, String), other: (Span, String)| {
            report.push(
                Diagnostic::new(&codes::FACTS_DISAGREE, message)
                    .at(at, label)
                    .also(other.0, other.1)
                    .help("correct one of them"),
            );
        };
        let own = facts
            .values
            .iter()
            .find(|list| list.label.is_none() && !list.booleans);
        if let (Some(range), Some(list)) = (&facts.range, own) {
            let allowed = range.value.min..=range.value.max;
            let outside = list
                .values
                .iter()
                .find(|item| !allowed.contains(&item.value));
            if let Some(item) = outside {
                disagree(
                    format!(
                        "{} has a name and is not allowed, of {}",
                        item.value, self.of
                    ),
                    (item.span, format!("{} is named here", item.value)),
                    (range.span, format!("{} is allowed", range.value)),
                );
            }
        }
        if let (Some(since), Some(removed)) = (&releases.since, &releases.removed)
            && numbers(&since.value) > numbers(&removed.value)
        {
            disagree(
                format!("{} is removed before it is introduced", self.of),
                (removed.span, format!("removed in {}", removed.value)),
                (since.span, format!("since {}", since.value)),
            );
        }
    }

    /// No words of prose are sure to state a default, but some surely state another one.
    fn compare_default(&self, default: &At<Value>, facts: &Facts, report: &mut Report) {
        let Some(place) = self.description else {
            return;
        };
        let text = self.source(place).slice(place.range());
        let types = self.types.as_ref().map(|types| &types[..]);
        if let Some((said, at)) = default::said(text, facts, types)
            && !default::same(&said, &default.value)
        {
            let [one, other] = [(&default.value, default.span), (&said, place.part(at))]
                .map(|(value, span)| (value.to_string(), span));
            self.report_other("default", one, other, report);
        }
    }

    /// A rule of an overlay differs on purpose.
    fn report_other(
        &self,
        what: &str,
        (stated, at): (String, Span),
        (prose, place): (String, Span),
        report: &mut Report,
    ) {
        if at.file != self.file {
            return;
        }
        let message = format!("two statements of the {what} of {}", self.of);
        report.push(
            Diagnostic::new(&codes::FACTS_DISAGREE, message)
                .at(at, format!("`{stated}`: the cell counts"))
                .also(place, format!("read as `{prose}`"))
                .help("make them equal, or leave it out of the description"),
        );
    }

    fn bad(&self, title: &str, span: Span, what: &str, help: &str, report: &mut Report) {
        let text = word(self.source(span), span).value;
        let message = format!("bad {title} `{text}` of {}", self.of);
        report.push(
            Diagnostic::new(&codes::BAD_FACT_CELL, message)
                .at(span.visible(), what.to_owned())
                .help(format!("{help}; `-` says nothing")),
        );
    }

    /// Returns whether one of its types meets `is`; what is not known may be anything.
    fn may_be(&self, is: impl Fn(Type) -> bool) -> bool {
        self.types.is_none_or(|types| types.into_iter().any(is))
    }

    fn is_number(&self) -> bool {
        self.may_be(|ty| ty.item().is_number() || ty.scalar == Scalar::Any)
    }

    fn unit(&self, source: &Source, span: Span, report: &mut Report) -> Option<At<Unit>> {
        let unit = unit::read(source, span, self.of, report)?;
        // Of an array or an object it may be the unit of all that is in it.
        let plain = |ty: Type| matches!(ty.item().class(), Class::Bool | Class::Text);
        if !self.is_number() && self.types.is_some_and(|types| types.into_iter().all(plain)) {
            let help = "a unit is that of a number: leave the cell blank, or correct the type";
            self.bad("Unit", span, "not of a number", help, report);
            return None;
        }
        Some(unit)
    }

    /// The units behind the numbers of cells.
    fn beside_numbers(&self, cell: &impl Fn(Stating) -> Option<Span>) -> Vec<At<Unit>> {
        let mut units = Vec::new();
        let mut add = |span, unit: Option<Unit>| {
            units.extend(unit.map(|value| At { value, span }));
        };
        let cells = [Stating::Range, Stating::Min, Stating::Max];
        for stating in cells.into_iter().filter(|_| self.is_number()) {
            let Some(span) = cell(stating) else { continue };
            let text = word(self.source(span), span).value;
            let bounds = match stating {
                Stating::Range => bounds::range(&text),
                _ => bounds::number(&text).map(|bound| [Some(bound), None]),
            };
            for bound in bounds.into_iter().flatten().flatten() {
                add(span, bound.unit);
            }
        }
        if let Some(span) = cell(Stating::Default) {
            add(span, self.default_text(span).1);
        }
        units
    }

    /// Puts the unit that cells state into `facts`: that of Unit, or else the one behind a
    /// number in another, `beside`. Gives the one that numbers are in: those with another
    /// are left out, since nobody knows what is meant.
    fn merge_units(
        &self,
        facts: &mut Facts,
        stated: Stated<Unit>,
        mut beside: Vec<At<Unit>>,
        report: &mut Report,
    ) -> Option<Unit> {
        match stated {
            Stated::Nothing => {}
            Stated::None => beside.clear(),
            Stated::Fact(ref unit) => beside.insert(0, unit.clone()),
        }
        // Of two cells, that of an overlay counts.
        beside.sort_by_key(|unit| unit.span.file == self.file);
        let Some((first, others)) = beside.split_first() else {
            self.merge(&mut facts.unit, stated, "unit", symbol, report);
            return None;
        };
        let mut counts = first.value;
        let other = others.iter().find(|other| other.value != first.value);
        if let Some(other) = other.filter(|_| first.span.file == self.file) {
            let message = format!("two cells state the unit of {}", self.of);
            report.push(
                Diagnostic::new(&codes::FACTS_DISAGREE, message)
                    .at(
                        first.span,
                        format!("`{}`: this counts", first.value.symbol()),
                    )
                    .also(other.span, format!("left out: `{}`", other.value.symbol()))
                    .help("state all numbers in one unit"),
            );
        }
        let own = |ty: &Type| Some((*ty, ty.item().unit()?));
        let mut types = self.types.iter().flatten().filter_map(own);
        let agrees = types.clone().any(|(_, unit)| unit == first.value);
        if let Some((ty, unit)) = types.next()
            && !agrees
            && first.span.file == self.file
        {
            counts = unit;
            let message = format!("two statements of the unit of {}", self.of);
            let label = format!(
                "`{}` here, `{ty}` are {}",
                first.value.symbol(),
                unit.symbol()
            );
            report.push(
                Diagnostic::new(&codes::FACTS_DISAGREE, message)
                    .at(first.span, label)
                    .help("correct the cell, or make it a number of another type"),
            );
        }
        let unread = facts.unread.iter();
        let unread = unread.filter(|unread| unread.kind == UnreadKind::Unit);
        let named = unread.flat_map(|unread| self.units_in(unread));
        let mut differing = named.filter(|named| named.value != first.value);
        if let Some(prose) = differing.next().filter(|_| facts.unit.is_none()) {
            let [one, other] = [first, &prose].map(|at| (symbol(&at.value), at.span));
            self.report_other("unit", one, other, report);
        }
        let stated = Stated::Fact(first.clone());
        self.merge(&mut facts.unit, stated, "unit", symbol, report);
        Some(counts)
    }

    /// The units that words name which were not read: `in mA or A`.
    fn units_in(&self, unread: &Unread) -> Vec<At<Unit>> {
        let places = [Some(unread.span), unread.other].into_iter().flatten();
        let units = places.flat_map(|span| {
            let text = self.source(span).text[span.start..].split_inclusive(UNIT_ENDS);
            let words = text.scan(span.start, move |at, piece| {
                let start = *at;
                *at += piece.len();
                let word = piece.trim_end_matches(UNIT_ENDS);
                Some((word, span.with(start..start + word.len())))
            });
            let goes_on = |word: &str| matches!(word, "" | "or" | "and" | "oder" | "und" | "bzw.");
            let words = words.take_while(move |(word, place)| {
                place.start < span.end || goes_on(word) || crate::facts::unit(word).is_some()
            });
            words
                .filter_map(|(word, span)| crate::facts::unit(word).map(|value| At { value, span }))
        });
        units.collect()
    }

    /// Puts the range that Min, Max or Range state in `unit` into `facts`; what stands in a
    /// cell of Range and is none, but something that another column states, goes into `rest`.
    fn range(
        &self,
        cell: &impl Fn(Stating) -> Option<Span>,
        facts: &mut Facts,
        unit: Option<Unit>,
        rest: &mut Option<(Stating, Span)>,
        report: &mut Report,
    ) {
        let both = cell(Stating::Range).map(|span| (self.source(span), span));
        let mut ends = [Stated::Nothing, Stated::Nothing];
        if let Some((source, span)) = both {
            match self.stated(Some(span), |_, span| Some(At { value: (), span })) {
                Stated::Nothing => {}
                Stated::None => ends = [Stated::None, Stated::None],
                Stated::Fact(_) => ends = self.both_ends(source, span, unit, rest, report),
            }
        }
        for (end, (stating, title)) in ends
            .iter_mut()
            .zip([(Stating::Min, "Min"), (Stating::Max, "Max")])
        {
            let own = self.stated(cell(stating), |source, span| {
                self.end(source, span, title, unit, report)
            });
            // Of two cells, that of an overlay counts.
            let [of_both, of_end] = [cell(Stating::Range), cell(stating)]
                .map(|cell| cell.is_some_and(|cell| cell.file != self.file));
            match (&*end, own) {
                (_, Stated::Nothing) => {}
                (Stated::Fact(_) | Stated::None, _) if of_both && !of_end => {}
                (Stated::Fact(_), own) if of_end && !of_both => *end = own,
                (Stated::Fact(before), Stated::Fact(own)) if before.value != own.value => {
                    let message = format!("two cells state {title} of {}", self.of);
                    report.push(
                        Diagnostic::new(&codes::BAD_FACT_CELL, message)
                            .at(own.span, format!("{} here", own.value))
                            .also(before.span, format!("{} here", before.value))
                            .help("remove one of the columns, or make the cells equal"),
                    );
                    *end = Stated::Fact(own);
                }
                (_, own) => *end = own,
            }
        }
        self.merge_range(facts, ends, report);
    }

    fn both_ends(
        &self,
        source: &Source,
        span: Span,
        unit: Option<Unit>,
        rest: &mut Option<(Stating, Span)>,
        report: &mut Report,
    ) -> [Stated<i64>; 2] {
        let text = word(source, span).value;
        let nothing = || [Stated::Nothing, Stated::Nothing];
        let truth = |ty: Type| ty.scalar == Scalar::Bool;
        let words = text.to_lowercase();
        let known = [
            "true/false", "false/true", "0/1", "0-1", "0..1", "0,1", "0, 1", "true, false",
            "false, true",
        ];
        if self.types.is_some_and(|types| types.into_iter().all(truth))
            && known.contains(&words.as_str())
        {
            return nothing();
        }
        let is_number = self.is_number();
        let Some(ends) = bounds::range(&text).filter(|_| is_number) else {
            let types = self.types.as_ref().map_or(&[][..], |types| types);
            if length::read(&text, types).is_ok() && !is_number {
                *rest = Some((Stating::Length, span));
            } else if values::read(source, span, self.may_be(truth)).is_ok() {
                *rest = Some((Stating::Values, span));
            } else {
                let help = match is_number {
                    true => "write `6-32`, or the numbers with their names, `0=off, 1=on`",
                    false => "of a value that is no number it can be a length, `32 bytes`",
                };
                self.bad("Range", span, "not a range", help, report);
            }
            return nothing();
        };
        let mut own = ends.into_iter().flatten().filter_map(|end| end.unit);
        if own.any(|own| Some(own) != unit) {
            return nothing();
        }
        ends.map(|end| match end.map(|end| end.number) {
            None => Stated::Nothing,
            Some(Number::Whole(value)) => Stated::Fact(At { value, span }),
            Some(Number::Fraction) => {
                self.fraction("Range", span, report);
                Stated::Nothing
            }
        })
    }

    /// The number in a cell of Min or Max.
    fn end(
        &self,
        source: &Source,
        span: Span,
        title: &str,
        unit: Option<Unit>,
        report: &mut Report,
    ) -> Option<At<i64>> {
        if !self.is_number() {
            let help = "only numbers have a least and a greatest: leave the cell blank, or correct the type";
            self.bad(title, span, "not of a number", help, report);
            return None;
        }
        let bound = bounds::number(&word(source, span).value);
        let own = bound.and_then(|bound| bound.unit);
        if own.is_some_and(|own| Some(own) != unit) {
            return None;
        }
        match bound.map(|bound| bound.number) {
            Some(Number::Whole(value)) => Some(At { value, span }),
            Some(Number::Fraction) => {
                self.fraction(title, span, report);
                None
            }
            None => {
                self.bad(
                    title,
                    span,
                    "not a number",
                    "write a whole number: `32`",
                    report,
                );
                None
            }
        }
    }

    /// An end that is not whole: of floats it is left out, others cannot have it.
    fn fraction(&self, title: &str, span: Span, report: &mut Report) {
        if !self.may_be(|ty| !matches!(ty.item().class(), Class::Whole(_))) {
            let help = "the type holds whole numbers only: write one, `32`";
            return self.bad(title, span, "not whole", help, report);
        }
        let text = word(self.source(span), span).value;
        self.unchecked(&text, span, "not whole", report);
    }

    fn unchecked(&self, text: &str, span: Span, why: &str, report: &mut Report) {
        let message = format!("limit `{text}` of {} is not checked", self.of);
        report.push(
            Diagnostic::new(&codes::UNCHECKED_LIMIT, message)
                .at(span, format!("left out: {why}"))
                .help("limits are whole numbers, the greatest not below zero: write one that is wide enough, or say it in the description"),
        );
    }

    fn merge_range(&self, facts: &mut Facts, [min, max]: [Stated<i64>; 2], report: &mut Report) {
        let ends = match (min, max) {
            (Stated::Nothing, Stated::Nothing) => return,
            (Stated::None, Stated::None) => {
                facts.range = None;
                return;
            }
            ends => ends,
        };
        let [low, high] = self.limits();
        let prose = facts.range.take();
        // An end that no cell states is that of the description, or else of the type.
        let end = |stated: &Stated<i64>, prose: Option<i64>, limit: i64| match stated {
            Stated::Fact(stated) => stated.value,
            Stated::Nothing => prose.unwrap_or(limit),
            Stated::None => limit,
        };
        let mut range = NumberRange {
            min: end(&ends.0, prose.as_ref().map(|range| range.value.min), low),
            max: end(&ends.1, prose.as_ref().map(|range| range.value.max), high),
        };
        let place = |stated: &Stated<i64>| match stated {
            Stated::Fact(at) => Some(at.span),
            Stated::Nothing | Stated::None => None,
        };
        let (min, max) = (place(&ends.0), place(&ends.1));
        let Some(first) = min.or(max) else {
            facts.range = prose.filter(|_| range.min != low || range.max != high);
            return;
        };
        if range.min > range.max {
            let message = format!("nothing is allowed for {}", self.of);
            let diagnostic = Diagnostic::new(&codes::BAD_FACT_CELL, message)
                .at(first, format!("{} to {}", range.min, range.max))
                .help("correct the numbers: the least comes first");
            report.push(match max.filter(|max| *max != first) {
                Some(max) => diagnostic.also(max, "the greatest"),
                None => diagnostic,
            });
            return;
        }
        if range.max < 0 {
            self.unchecked(
                &range.max.to_string(),
                max.unwrap_or(first),
                "below zero",
                report,
            );
            range.max = high;
        }
        // One place for both, if they stand in one row.
        let span = match (min, max) {
            (Some(min), Some(max)) if min.file == max.file => {
                min.with(min.start.min(max.start)..min.end.max(max.end))
            }
            _ => first,
        };
        if let Some(prose) = prose
            && prose.value != range
        {
            let (one, other) = (range.to_string(), prose.value.to_string());
            self.report_other("range", (one, span), (other, prose.span), report);
        }
        facts.range = Some(At { value: range, span });
    }

    /// The least and the greatest number that all its types hold.
    fn limits(&self) -> [i64; 2] {
        let types = self.types.into_iter().flatten();
        let limits = types.filter_map(|ty| ty.item().limits());
        limits.fold(
            [NumberRange::LOWEST, NumberRange::HIGHEST],
            |[low, high], (min, max)| {
                let end = |limit: i128, otherwise| i64::try_from(limit).unwrap_or(otherwise);
                [low.max(end(min, low)), high.min(end(max, high))]
            },
        )
    }

    fn length(&self, source: &Source, span: Span, report: &mut Report) -> Option<At<Length>> {
        let types = self.types.as_ref().map_or(&[][..], |types| types);
        match length::read(&word(source, span).value, types) {
            Ok(value) => Some(At { value, span }),
            Err(what) => {
                let help = "write the greatest length: `32 bytes` or `32 characters` of a string, \
                            `5 entries` of an array";
                self.bad("Length", span, what, help, report);
                None
            }
        }
    }

    fn values(&self, source: &Source, span: Span, report: &mut Report) -> Option<At<ValueList>> {
        let truth = |ty: Type| ty.item() == Scalar::Bool;
        let whole = |ty: Type| ty.item().limits().is_some() || ty.scalar == Scalar::Any;
        let booleans = self.types.is_some_and(|types| types.into_iter().all(truth));
        if !booleans && !self.may_be(whole) {
            let help = "only whole numbers and truth values have names: leave the cell blank, or \
                        correct the type";
            self.bad("Values", span, "not of a whole number", help, report);
            return None;
        }
        match values::read(source, cells::unquoted(source, span), booleans) {
            Ok(value) => Some(At { value, span }),
            Err(item) => {
                let help = match booleans {
                    true => "write what `false` and `true` are called: `0=off, 1=on`",
                    false => "write each number with its name: `0=off, 1=on`",
                };
                let what = "a number and a name are expected here";
                let text = word(source, span).value;
                let message = format!("bad Values `{text}` of {}", self.of);
                report.push(
                    Diagnostic::new(&codes::BAD_FACT_CELL, message)
                        .at(item.visible(), what)
                        .help(format!("{help}; `-` says nothing")),
                );
                None
            }
        }
    }

    /// Puts the list in place of those of the description that are of the value itself.
    fn merge_values(&self, facts: &mut Facts, stated: Stated<ValueList>, report: &mut Report) {
        let list = match stated {
            Stated::Nothing => return,
            Stated::None => None,
            Stated::Fact(list) => Some(list.value),
        };
        let own = |list: &ValueList| list.label.is_none();
        if let Some(list) = &list {
            for prose in facts.values.iter().filter(|prose| own(prose)) {
                if !says_no_other(list, prose) {
                    let [one, other] = [list, prose].map(|list| (list_text(list), list.span));
                    self.report_other("values", one, other, report);
                }
            }
        }
        facts.values.retain(|list| !own(list));
        if let Some(list) = list {
            facts.values.insert(0, list);
        }
    }

    fn release(&self, source: &Source, span: Span, report: &mut Report) -> Option<At<String>> {
        let text = word(source, span).value;
        match release::cell(&text) {
            Some(release) => Some(At {
                value: release.to_owned(),
                span,
            }),
            None => {
                self.bad(
                    "release",
                    span,
                    "not a release",
                    "write its number: `60.0`",
                    report,
                );
                None
            }
        }
    }

    /// What stands in a Default cell, without the unit behind a number, and that.
    fn default_text(&self, span: Span) -> (String, Option<Unit>) {
        let text = prose(self.source(span), span).value;
        let text = text.trim_matches('`').trim();
        let types = self.types.as_ref().map(|types| &types[..]);
        let (text, unit) = default::without_unit(text, types);
        (text.to_owned(), unit)
    }

    fn default(
        &self,
        text: &str,
        span: Span,
        facts: &Facts,
        report: &mut Report,
    ) -> Option<At<Value>> {
        let types = self.types.as_ref().map(|types| &types[..]);
        match default::read(text, facts, types) {
            Ok(value) => Some(At { value, span }),
            Err((what, help)) => {
                let message = format!("default `{text}` of {} does not fit", self.of);
                report.push(
                    Diagnostic::new(&codes::BAD_DEFAULT, message)
                        .at(span, what)
                        .help(help),
                );
                None
            }
        }
    }
}

/// What stands behind a unit in prose.
const UNIT_ENDS: &[char] = &[' ', '\t', ',', ';', '(', ')', '|', '.'];

fn symbol(unit: &Unit) -> String {
    unit.symbol().to_owned()
}

/// Returns whether the description names nothing that the cell does not, and, unless it says
/// that there are more, nothing less.
fn says_no_other(stated: &ValueList, prose: &ValueList) -> bool {
    let pairs = |list: &ValueList| {
        let pairs = list.values.iter().map(|v| (v.value, v.name.to_lowercase()));
        pairs.collect::<std::collections::BTreeSet<_>>()
    };
    let (stated, prose_pairs) = (pairs(stated), pairs(prose));
    prose_pairs.is_subset(&stated) && (prose.open || prose_pairs == stated)
}

/// `60.1` as numbers.
fn numbers(release: &str) -> Vec<u32> {
    let parts = release.split(|c: char| !c.is_ascii_digit());
    parts.filter_map(|part| part.parse().ok()).collect()
}

fn list_text(list: &ValueList) -> String {
    let items = list.values.iter();
    let items = items.map(|item| format!("{}={}", item.name, item.value));
    items.collect::<Vec<_>>().join(", ")
}

fn length_text(length: &Length) -> String {
    match length {
        Length::Bytes(max) => format!("{max} bytes"),
        Length::Characters(max) => format!("{max} characters"),
        Length::Entries(max) => format!("{max} entries"),
    }
}
