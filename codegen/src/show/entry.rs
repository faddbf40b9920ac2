//! What there is of one key, as rows.

use std::collections::{BTreeSet, HashMap};

use super::{
    Group, View,
    layout::{Cited, Mark, Page, Row},
    origin::{self, Kind},
    words::{self, Held},
};
use crate::{
    api::Value,
    model::{
        At, Facts, Field, Key, Length, Position, Positions, Shape, Unread, UnreadKind, ValueList,
    },
    names,
    source::{Diagnostic, Report, Severity, Span, Spec},
    syntax::cells,
};

/// The findings of a report by the lines that they point at, and those about rules
/// of an overlay by the key of the rule.
pub(super) struct Findings {
    by_line: HashMap<(usize, usize), Vec<usize>>,
    by_rule: HashMap<String, Vec<usize>>,
}

impl Findings {
    pub(super) fn of(spec: &Spec, report: &Report) -> Self {
        let mut all = Findings {
            by_line: HashMap::new(),
            by_rule: HashMap::new(),
        };
        for (at, diagnostic) in report.diagnostics().iter().enumerate() {
            let labels = diagnostic.primary.iter().chain(&diagnostic.secondary);
            for span in labels.map(|label| label.span) {
                let Some(source) = spec.sources().get(span.file) else {
                    continue;
                };
                let line = source.line(span.start);
                all.by_line.entry((span.file, line)).or_default().push(at);
                if spec.is_overlay(span.file) {
                    let row = cells::row(source, span.file, source.line_range(line));
                    let cell = row
                        .cells
                        .first()
                        .map_or("", |cell| source.slice(cell.range()));
                    for name in cell.split(|c: char| !(c.is_alphanumeric() || "_.".contains(c))) {
                        all.by_rule.entry(name.to_owned()).or_default().push(at);
                    }
                }
            }
        }
        all
    }

    /// Those of these places, and of the rules for these keys, in order.
    fn at<'k>(
        &self,
        spec: &Spec,
        spans: &[Span],
        names: impl Iterator<Item = &'k str>,
    ) -> BTreeSet<usize> {
        let lines = spans.iter().filter_map(|span| {
            let source = spec.sources().get(span.file)?;
            self.by_line.get(&(span.file, source.line(span.start)))
        });
        let rules = names.filter_map(|name| self.by_rule.get(name));
        lines.chain(rules).flatten().copied().collect()
    }
}

impl View<'_> {
    /// Adds what is known of the keys of `group`, with their findings.
    pub(super) fn push(&self, group: &Group<'_>, page: &mut Page, told: &mut [bool]) {
        let key = group.keys[0];
        let mut rows = self.names(group);
        if !key.description.value.is_empty() {
            let cited = self.place_alone(key.description.span);
            rows.push(Row::new("says", &key.description.value).from(cited));
        }
        rows.extend(self.cells(group));
        if let Some(coverage) = &key.coverage {
            let cited = self.cite(coverage.span, Kind::Stated);
            rows.push(Row::new("coverage", coverage.value.says()).from(cited));
        }
        let value = group.lowered.and_then(|at| self.api.keys.get(at));
        let value = value.map(|key| &key.value);
        let (described, own) = (key.description.span, key.origin.span);
        let honoured = key.coverage.as_ref();
        let honoured = honoured.is_some_and(|coverage| coverage.value.is_generated());
        rows.extend(self.facts(&key.facts, value, honoured, [described, own], 0));
        rows.extend(self.releases([&key.since, &key.removed], key.description.span, 0));
        if let Some(value) = value {
            if value.secret {
                let text = "what was written never comes back, and refusals do not show it";
                rows.push(Row::new("secret", text));
            }
            rows.extend(words::assumed(value, false).map(|text| Row::new("assumed", text)));
        }
        let mut spans = vec![key.origin.span, key.access.span, key.ty.span];
        spans.extend([key.category.span, key.description.span]);
        let names: Vec<&str> = group
            .keys
            .iter()
            .map(|key| key.name.value.as_str())
            .collect();
        for name in &names {
            for shape in self.model.shapes.iter().filter(|of| of.of(name).is_some()) {
                if let Some(value) = value {
                    self.push_shape(shape, value, 0, &mut rows, &mut spans);
                }
            }
            for places in self
                .model
                .positions
                .iter()
                .filter(|of| of.key.value == **name)
            {
                self.push_places(places, &mut rows);
                spans.extend(self.section(places.key.span));
            }
        }
        for at in self.findings.at(self.spec, &spans, names.iter().copied()) {
            told[at] = true;
            rows.push(self.finding(&self.report.diagnostics()[at]));
        }
        page.push(title(group), rows);
    }

    /// Adds the findings that belong to no key.
    pub(super) fn push_others(&self, page: &mut Page, told: &[bool]) {
        let all = self.report.diagnostics().iter().zip(told);
        let left = all.filter(|(_, told)| !**told);
        let rows: Vec<Row> = left
            .map(|(diagnostic, _)| self.finding(diagnostic))
            .collect();
        if !rows.is_empty() {
            page.push(Row::new("of no key", ""), rows);
        }
    }

    /// What the keys are called in Rust.
    fn names(&self, group: &Group<'_>) -> Vec<Row> {
        let [first, others @ ..] = group.keys.as_slice() else {
            return Vec::new();
        };
        let last = others.last().unwrap_or(first);
        let span = match last.name.span.file == first.name.span.file {
            true => first.name.span.to(last.name.span),
            false => first.name.span,
        };
        let text = match group.family {
            Some(family) => format!(
                "the family {0}: in Rust one field {1} with an index, and Write::{2}",
                family.name,
                names::field(&family.name).unwrap_or_default(),
                names::variant(&family.name).unwrap_or_default(),
            ),
            None => {
                let both = |key: &&Key| {
                    let name = &key.name.value;
                    let field = names::field(name)?;
                    Some(format!("field {field}, Key::{}", names::variant(name)?))
                };
                let all: Vec<String> = group.keys.iter().filter_map(both).collect();
                match all.is_empty() {
                    true => "no name in Rust".to_owned(),
                    false => format!("in Rust {}", all.join("; ")),
                }
            }
        };
        vec![Row::new("key", text).from(self.cite(span, Kind::Own))]
    }

    /// Access, type and category.
    fn cells(&self, group: &Group<'_>) -> Vec<Row> {
        let key = group.keys[0];
        let [has_access, has_ty, has_category] = group.has;
        let mut rows = vec![match has_access {
            true => Row::new("access", words::access(key.access.value))
                .from(self.cite(key.access.span, Kind::Own)),
            false => not_read("access"),
        }];
        let value = group.lowered.and_then(|at| self.api.keys.get(at));
        match value.map(|key| &key.value) {
            _ if !has_ty => rows.push(not_read("type")),
            None => {
                let set = key
                    .set_ty
                    .map_or(String::new(), |ty| format!(", written as {ty}"));
                rows.push(
                    Row::new("type", format!("{}{set}", key.ty.value))
                        .from(self.cite(key.ty.span, Kind::Own)),
                );
            }
            Some(value) => self.push_types(value, key.ty.span, &mut rows),
        }
        rows.push(match has_category {
            true => Row::new("category", words::category(key.category.value))
                .from(self.cite(key.category.span, Kind::Own)),
            false => not_read("category"),
        });
        rows
    }

    /// The types of a value, and what they are in JSON and Rust.
    fn push_types(&self, value: &Value<'_>, cell: Span, rows: &mut Vec<Row>) {
        for (label, form) in words::forms(value) {
            let ty = value.view(form).ty.to_string();
            rows.push(Row::new(label, ty).from(self.cite(cell, Kind::Own)));
            rows.push(Row::new("in JSON", words::in_json(value, form)));
            rows.extend(words::in_rust(value, form).map(|rust| Row::new("in Rust", rust)));
        }
    }

    /// What the description of a value in the row `own`, or its columns, state; its default is
    /// `honoured` by generated code, or not.
    fn facts(
        &self,
        facts: &Facts,
        value: Option<&Value<'_>>,
        honoured: bool,
        [description, own]: [Span; 2],
        level: usize,
    ) -> Vec<Row> {
        let held = Held(value);
        let mut rows = Vec::new();
        let mut add = |label: &str, text: String, held: Option<&str>, span: Span| {
            let held = held.map_or(String::new(), |held| format!("; {held}"));
            let kind = match is_within(span, own) {
                true => kind_of(span, description),
                false => Kind::Own,
            };
            let row = Row::new(label, text + &held).at_level(level);
            rows.push(row.from(self.cite(span, kind)));
        };
        let Facts {
            unit,
            range,
            least,
            length,
            format,
            values,
            default,
            unread: _,
        } = facts;
        if let Some(unit) = unit {
            let text = unit.value.symbol().to_owned();
            add("unit", text, held.never(), unit.span);
        }
        if let Some(range) = range {
            let text = range.value.to_string();
            add("range", text, held.range(), range.span);
        }
        let least = least.as_ref();
        let at_least = |least: &At<u32>| format!("at least {}", least.value);
        if let Some(length) = length {
            let most = words::length(length.value);
            let text = least.map(|least| format!("{}, {most}", at_least(least)));
            let held = held.length(length.value);
            add("length", text.unwrap_or(most), held, length.span);
        } else if let Some(least) = least {
            let held = held.length(Length::Bytes(least.value));
            add("length", at_least(least) + " bytes", held, least.span);
        }
        if let Some(format) = format {
            let text = format.value.name().to_owned();
            add("format", text, held.format(format.value), format.span);
        }
        for list in values {
            let (label, text) = values_text(list, &held);
            // Those of a part are held as that part is.
            let has_parts = level == 0 || value.is_some_and(|value| value.shaped().is_some());
            let is_part = has_parts && list.label.is_some();
            let held = (!is_part).then(|| held.values(list)).flatten();
            add(label, text, held, list.span);
        }
        if let Some(default) = default {
            let text = default.value.to_string();
            let held = match honoured {
                true => Some("honoured by generated code"),
                false => held.never(),
            };
            add("default", text, held, default.span);
        }
        if let (None, Some(unit)) = (unit, value.and_then(|value| value.unit)) {
            let text = format!("{}, from the type; {}", unit.symbol(), words::DOCUMENTED);
            rows.push(Row::new("unit", text).at_level(level));
        }
        rows.extend(facts.unread().map(|unread| self.unread(unread, level)));
        for span in values.iter().flat_map(|list| &list.unreadable) {
            let row = Row::new("not read", "no named value").marked(Mark::Lost);
            rows.push(row.at_level(level).from(self.cite(*span, Kind::Own)));
        }
        rows
    }

    /// Since when there is a value, and from when on no more; of a field or a key.
    fn releases(
        &self,
        releases: [&Option<At<String>>; 2],
        description: Span,
        level: usize,
    ) -> impl Iterator<Item = Row> {
        let rows = ["since", "removed"].into_iter().zip(releases);
        rows.filter_map(move |(label, release)| {
            let release = release.as_ref()?;
            let text = format!("{}; {}", release.value, words::DOCUMENTED);
            let kind = kind_of(release.span, description);
            let cited = self.cite(release.span, kind);
            Some(Row::new(label, text).from(cited).at_level(level))
        })
    }

    /// What is in a value; its sections are added to `spans`.
    fn push_shape(
        &self,
        shape: &Shape,
        value: &Value<'_>,
        level: usize,
        rows: &mut Vec<Row>,
        spans: &mut Vec<Span>,
    ) {
        spans.extend(self.section(shape.name().span));
        let Some((lowered, list)) = value.shaped() else {
            return;
        };
        let heading = self.cite(shape.origin.span, Kind::Own);
        let text = words::members(list);
        rows.push(Row::new("shape", text).from(heading).at_level(level));
        for (field, lowered) in shape.fields.iter().zip(&lowered.fields) {
            self.push_field(field, lowered, level + 1, rows);
            let inner = field.shape.as_ref();
            let mut shapes = self.model.shapes.iter();
            let inner = inner.and_then(|of| shapes.find(|shape| shape.name().value == of.name));
            if let Some(inner) = inner {
                self.push_shape(inner, &lowered.value, level + 2, rows, spans);
            }
        }
    }

    fn push_field(
        &self,
        field: &Field,
        lowered: &crate::api::Field<'_>,
        level: usize,
        rows: &mut Vec<Row>,
    ) {
        let value = &lowered.value;
        let cited = self.cite(field.access.span, Kind::Own);
        let access = words::access(field.access.value);
        let name = match &field.capacity {
            Some(capacity) => format!("{}[{}]", field.name.value, capacity.value),
            None => field.name.value.clone(),
        };
        rows.push(Row::new(name, access).from(cited).at_level(level));
        let mut types = Vec::new();
        self.push_types(value, field.ty.span, &mut types);
        if let (Some((key, name)), Some(row)) = (&field.same_as, types.first_mut()) {
            row.text += &format!(", as {key}.{name}");
        }
        rows.extend(types.into_iter().map(|row| row.at_level(level + 1)));
        let own = field.origin.span;
        rows.extend(self.facts(
            &field.facts,
            Some(value),
            false,
            [field.description.span, own],
            level + 1,
        ));
        let releases = [&field.since, &field.removed];
        rows.extend(self.releases(releases, field.description.span, level + 1));
        if value.secret {
            rows.push(Row::new("secret", "what was written never comes back").at_level(level + 1));
        }
        let assumed = words::assumed(value, field.capacity.is_some());
        rows.extend(assumed.map(|text| Row::new("assumed", text).at_level(level + 1)));
    }

    fn push_places(&self, of: &Positions, rows: &mut Vec<Row>) {
        let text = format!("always {} entries, each with a meaning", of.count.value);
        rows.push(Row::new("positions", text).from(self.cite(of.origin.span, Kind::Own)));
        for place in &of.positions {
            rows.push(self.place(place));
            let units = place.unread.iter();
            let units = units.filter(|of| of.kind == UnreadKind::Unit && place.unit.is_none());
            rows.extend(units.map(|unread| self.unread(unread, 2)));
        }
    }

    fn place(&self, place: &Position) -> Row {
        let unit = place.unit.as_ref();
        let unit = unit.map_or(String::new(), |unit| {
            format!(", in {}", unit.value.symbol())
        });
        let text = format!("{}: {}{unit}", place.name.value, place.ty.value);
        let cited = self.place_alone(place.name.span);
        Row::new(format!("[{}]", place.index.value), text)
            .from(cited)
            .at_level(1)
    }

    /// Words that look like a fact and were left as prose.
    fn unread(&self, unread: &Unread, level: usize) -> Row {
        // How to write it instead says the finding about it.
        let row = Row::new("not read", &*unread.why).marked(Mark::Lost);
        row.at_level(level).from(self.cite(unread.span, Kind::Own))
    }

    fn finding(&self, diagnostic: &Diagnostic) -> Row {
        let mark = match diagnostic.severity {
            Severity::Error => Mark::Error,
            Severity::Warning => Mark::Warning,
        };
        let help = diagnostic.help.as_deref();
        let help = help.map_or(String::new(), |help| format!("; {help}"));
        let text = format!("{}: {}{help}", diagnostic.code.id, diagnostic.message);
        let cited = diagnostic.primary.as_ref();
        let cited = cited.and_then(|label| self.cite(label.span, Kind::Own));
        let path = diagnostic.path.as_ref().map(|path| Cited {
            place: path.clone(),
            ..Cited::default()
        });
        let row = Row::new(diagnostic.severity.name(), text);
        row.from(cited.or(path)).marked(mark)
    }

    /// Each line from a heading to the next one.
    fn section(&self, heading: Span) -> Vec<Span> {
        let Some(source) = self.spec.sources().get(heading.file) else {
            return Vec::new();
        };
        let first = source.line(heading.start);
        let below = (first + 1..=source.line_count()).map(|line| source.line_range(line));
        let below = below.take_while(|line| !source.slice(line.clone()).starts_with('#'));
        let lines = std::iter::once(source.line_range(first)).chain(below);
        lines.map(|line| heading.with(line)).collect()
    }

    fn cite(&self, span: Span, kind: Kind) -> Option<Cited> {
        origin::cite(self.spec, span, kind)
    }

    /// Where something stands that the row itself repeats.
    fn place_alone(&self, span: Span) -> Option<Cited> {
        let cited = self.cite(span, Kind::Own)?;
        let words = String::new();
        Some(Cited { words, ..cited })
    }
}

fn title(group: &Group<'_>) -> Row {
    let names: Vec<&str> = group
        .keys
        .iter()
        .map(|key| key.name.value.as_str())
        .collect();
    match (group.family, names.as_slice()) {
        (Some(family), [first, .., last]) => {
            let text = format!("{} keys, the family {}", names.len(), family.name);
            Row::new(format!("{first} … {last}"), text)
        }
        _ => Row::new(names.join(", "), ""),
    }
}

fn values_text(list: &ValueList, held: &Held<'_, '_>) -> (&'static str, String) {
    let mut text = match &list.label {
        Some(label) => format!("of {}: {}", label.value, words::values(list)),
        None => words::values(list),
    };
    if list.open {
        text += ", and others";
    }
    if let Some(name) = held.enum_of(list) {
        text += &format!("; in Rust the enum {name}");
    }
    ("values", text)
}

/// A fact that no description states is a column's.
fn kind_of(span: Span, description: Span) -> Kind {
    match is_within(span, description) {
        true => Kind::Own,
        false => Kind::Stated,
    }
}

fn is_within(span: Span, outer: Span) -> bool {
    span.file == outer.file && outer.start <= span.start && span.end <= outer.end
}

fn not_read(label: &str) -> Row {
    Row::new(label, "not read").marked(Mark::Lost)
}
