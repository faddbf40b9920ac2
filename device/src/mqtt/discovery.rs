//! Home Assistant's MQTT discovery: what it is told of each entity, and under
//! which topic.
//!
//! All of it follows from the generated table of entities and from the
//! descriptors of their keys; nothing here knows a key by name. A description
//! is rendered anew each time it is sent, piece by piece, so that none has to
//! fit into any buffer: the same call gives the same bytes as long as a
//! connection lasts.
//!
//! <https://www.home-assistant.io/integrations/mqtt/#mqtt-discovery>

use goe_runtime::device::Appearance;
use goe_runtime::home_assistant::{Component, Entity, Section, Statistics, device_class};
use goe_runtime::out::escape;
use goe_runtime::{Descriptor, Kind, NamedValue, Out, Registry, ToJson};

use super::topics::{Action, TOPIC_MAX, Topics};

/// The birth message of Home Assistant, on `{prefix}/status`.
pub(super) const BIRTH: &[u8] = b"online";

/// The largest whole number that is one for every client.
const EXACT: i64 = (1 << 53) - 1;

/// The discovery by Home Assistant, as a connection carries it out.
#[derive(Clone, Copy, Debug)]
pub struct Discovery<'a> {
    /// Its keys.
    pub registry: &'static Registry,
    /// The device that is described.
    pub appearance: Appearance,
    /// The first part of the topics.
    pub prefix: &'a str,
    /// `true` to describe the device; otherwise what is there is taken away.
    pub announce: bool,
    /// Other prefixes, under which nothing shall be left.
    pub stale: [Option<&'a str>; 2],
    /// The key that is `true` while the device can be reached.
    pub available: &'a str,
}

/// The most filters that [`Discovery::filter`] gives.
pub(super) const FILTERS: u8 = 3;

impl Discovery<'_> {
    /// Writes a filter of what has to be heard: Home Assistant coming up, and
    /// descriptions which the broker keeps and that shall not be there.
    pub(super) fn filter<'o>(
        &self,
        number: u8,
        serial: &str,
        out: &'o mut [u8],
    ) -> Option<&'o str> {
        let pieces = match number {
            0 if self.announce => [self.prefix, "/status", "", ""],
            0 => [self.prefix, "/+/", serial, "/+/config"],
            _ => {
                let stale = self.stale.get(usize::from(number - 1)).copied().flatten()?;
                [stale, "/+/", serial, "/+/config"]
            }
        };
        join(&pieces, out)
    }

    /// Returns whether Home Assistant tells its status on this topic.
    pub(super) fn is_status(&self, topic: &str) -> bool {
        topic.strip_prefix(self.prefix) == Some("/status")
    }

    /// Returns whether a description of this device on this topic has to go.
    pub(super) fn is_stale(&self, topic: &str, serial: &str) -> bool {
        let here = (!self.announce).then_some(self.prefix);
        let prefixes = self.stale.into_iter().chain([here]).flatten();
        prefixes.into_iter().any(|prefix| {
            let rest = topic.strip_prefix(prefix).and_then(|r| r.strip_prefix('/'));
            let mut levels = rest.unwrap_or_default().split('/');
            let component = levels.next().unwrap_or_default();
            Component::ALL.iter().any(|known| known.name() == component)
                && levels.next() == Some(serial)
                && levels.next().is_some()
                && levels.next() == Some("config")
                && levels.next().is_none()
        })
    }

    /// The topic of an entity's description; `None` when it does not fit.
    pub(super) fn topic<'o>(
        &self,
        entity: &Entity,
        serial: &str,
        out: &'o mut [u8],
    ) -> Option<&'o str> {
        let mut written = Out::new(out);
        for piece in [self.prefix, "/", entity.component.name(), "/", serial, "/"] {
            written.put(piece.as_bytes());
        }
        self.object_id(entity, &mut |piece| written.put(piece));
        written.put(b"/config");
        core::str::from_utf8(written.written()?).ok()
    }

    fn descriptor(&self, entity: &Entity) -> &'static Descriptor {
        self.registry.descriptor(entity.key)
    }

    fn object_id(&self, entity: &Entity, put: &mut dyn FnMut(&[u8])) {
        let descriptor = self.descriptor(entity);
        // Home Assistant takes letters, digits, `_` and `-` only.
        for (at, word) in descriptor.name.split('.').enumerate() {
            if at > 0 {
                put(b"_");
            }
            put(word.as_bytes());
        }
        if entity.part == 0 {
            return;
        }
        put(b"_");
        match entity.field(descriptor) {
            Some(field) => put(field.name.as_bytes()),
            None => number(&(entity.part - 1), put),
        }
    }

    /// The description, as JSON, in pieces.
    pub(super) fn describe(
        &self,
        entity: &Entity,
        topics: &Topics<'_>,
        put: &mut dyn FnMut(&[u8]),
    ) {
        let serial = topics.serial();
        let descriptor = self.descriptor(entity);
        let mut json = Json { put };
        json.put(b"{\"name\":\"");
        json.text(entity.name);
        json.put(b"\",\"uniq_id\":\"");
        json.text(serial);
        json.put(b"_");
        self.object_id(entity, json.put);
        json.put(b"\"");
        if entity.component != Component::Button {
            json.topic("stat_t", topics, Action::State, descriptor.name);
            json.value_template(entity, descriptor);
        }
        if !matches!(
            entity.component,
            Component::Sensor | Component::BinarySensor
        ) {
            json.topic("cmd_t", topics, Action::Set, descriptor.name);
        }
        json.component(entity, descriptor);
        json.about(entity);
        json.topic("avty_t", topics, Action::State, self.available);
        json.put(b",\"pl_avail\":\"true\",\"pl_not_avail\":\"false\",\"dev\":{\"ids\":\"");
        let Appearance {
            manufacturer,
            model,
            version,
            ..
        } = self.appearance;
        for piece in [model, "_", serial] {
            json.text(piece);
        }
        json.put(b"\"");
        json.begin("name");
        for piece in [model, " ", serial] {
            json.text(piece);
        }
        json.put(b"\"");
        json.member("mf", manufacturer);
        json.member("mdl", model);
        json.member("sw", version);
        json.put(b"}}");
    }
}

/// Writes JSON without ever holding it.
struct Json<'p> {
    put: &'p mut dyn FnMut(&[u8]),
}

impl Json<'_> {
    fn put(&mut self, bytes: &[u8]) {
        (self.put)(bytes);
    }

    /// The inside of a string.
    fn text(&mut self, text: &str) {
        escape(text, &mut *self.put);
    }

    fn member(&mut self, name: &str, text: &str) {
        self.begin(name);
        self.text(text);
        self.put(b"\"");
    }

    /// A member up to the first quote of its value.
    fn begin(&mut self, name: &str) {
        self.put(b",\"");
        self.put(name.as_bytes());
        self.put(b"\":\"");
    }

    fn number(&mut self, name: &str, value: &dyn ToJson) {
        self.put(b",\"");
        self.put(name.as_bytes());
        self.put(b"\":");
        number(value, self.put);
    }

    fn topic(&mut self, name: &str, topics: &Topics<'_>, action: Action, key: &str) {
        let mut out = [0; TOPIC_MAX];
        // Their lengths are checked before a client starts.
        let topic = topics.format(action, key, &mut out).unwrap_or_default();
        self.member(name, topic);
    }

    /// Writes the template that reads the state from what is published; not
    /// needed where that is the state.
    fn value_template(&mut self, entity: &Entity, descriptor: &Descriptor) {
        let Some(shown) = entity.shown(descriptor) else {
            self.begin("val_tpl");
            self.put(b"{{ (value_json or [])[");
            number(&(entity.part - 1), self.put);
            return self.put(b"] | default(none) }}\"");
        };
        let field = entity.field(descriptor);
        let nullable = shown.nullable || (field.is_some() && descriptor.read.nullable);
        let plain = field.is_none() && !nullable;
        match shown.kind {
            Kind::Named(_) | Kind::Text { .. } | Kind::Colour => {}
            _ if plain => return,
            _ => {}
        }
        self.begin("val_tpl");
        self.put(b"{{ ");
        if let Kind::Named(values) = shown.kind {
            self.put(b"{");
            for (at, value) in values.iter().enumerate() {
                self.comma(at);
                number(&value.value, self.put);
                self.put(b":");
                self.option(entity, value);
            }
            self.put(b"}.get(");
        }
        match field {
            None => self.put(b"value_json"),
            Some(field) => {
                self.put(b"(value_json or {}).get(");
                self.quoted(field.name);
                self.put(b")");
            }
        }
        if let Kind::Named(_) = shown.kind {
            self.put(b")");
        }
        self.put(match (entity.component, shown.kind) {
            // A number, a truth value and a choice may be `None`; a text not.
            (Component::Text, _) if nullable => b" or '' }}\"",
            (Component::Sensor, Kind::Named(_) | Kind::Text { .. } | Kind::Colour) if nullable => {
                b" | default('unknown', true) }}\""
            }
            _ => b" }}\"",
        });
    }

    fn comma(&mut self, at: usize) {
        if at > 0 {
            self.put(b",");
        }
    }

    /// Writes the members that only some components have.
    fn component(&mut self, entity: &Entity, descriptor: &Descriptor) {
        let kind = descriptor.write.kind;
        match entity.component {
            Component::Switch | Component::BinarySensor => {
                // A template turns `true` into `True`.
                let shown = entity.shown(descriptor);
                let plain = entity.part == 0 && shown.is_some_and(|ty| !ty.nullable);
                match (plain, entity.component) {
                    (true, _) => self.put(b",\"pl_on\":\"true\",\"pl_off\":\"false\""),
                    (false, Component::BinarySensor) => {
                        self.put(b",\"pl_on\":\"True\",\"pl_off\":\"False\"");
                    }
                    (false, _) => self.put(
                        b",\"pl_on\":\"true\",\"pl_off\":\"false\",\"stat_on\":\"True\",\"stat_off\":\"False\"",
                    ),
                }
            }
            Component::Button if descriptor.access.readable() => {
                self.put(b",\"pl_prs\":\"null\"");
            }
            Component::Button => self.put(b",\"pl_prs\":\"true\""),
            Component::Number => self.limits(kind),
            Component::Text => {
                match kind {
                    Kind::Text { max, .. } => self.number("max", &max),
                    _ => self.put(b",\"max\":7,\"ptrn\":\"^#[0-9A-Fa-f]{6}$\""),
                }
                self.put(b",\"cmd_tpl\":\"{{ value | to_json }}\"");
            }
            Component::Select => {
                let Kind::Named(values) = kind else { return };
                self.options(entity, values, false);
                self.begin("cmd_tpl");
                self.put(b"{{ {");
                for (at, value) in values.iter().enumerate() {
                    self.comma(at);
                    self.option(entity, value);
                    self.put(b":");
                    number(&value.value, self.put);
                }
                self.put(b"}[value] }}\"");
            }
            Component::Sensor => {
                let shown = entity.shown(descriptor);
                let Some(Kind::Named(values)) = shown.map(|ty| ty.kind) else {
                    return;
                };
                let nullable = descriptor.read.nullable || shown.is_some_and(|ty| ty.nullable);
                self.member("dev_cla", "enum");
                self.options(entity, values, nullable);
            }
        }
    }

    fn limits(&mut self, kind: Kind) {
        let (min, max) = match kind {
            Kind::Integer { min, max } | Kind::RealWithin { min, max } => {
                (min.max(-EXACT), max.min(EXACT.unsigned_abs()))
            }
            _ => (-EXACT, EXACT.unsigned_abs()),
        };
        self.number("min", &min);
        self.number("max", &max);
        if !matches!(kind, Kind::Integer { .. }) {
            // The finest that there is.
            self.put(b",\"step\":0.001");
        }
        self.put(b",\"mode\":\"box\"");
    }

    fn options(&mut self, entity: &Entity, values: &[NamedValue], unknown: bool) {
        self.put(b",\"ops\":[");
        for (at, value) in values.iter().enumerate() {
            self.comma(at);
            self.put(b"\"");
            self.text(value.name);
            self.distinct(entity, value);
            self.put(b"\"");
        }
        self.put(if unknown { b",\"unknown\"]" } else { b"]" });
    }

    /// The name of a value, inside a template.
    fn option(&mut self, entity: &Entity, value: &NamedValue) {
        self.put(b"'");
        self.quoted_inside(value.name);
        self.distinct(entity, value);
        self.put(b"'");
    }

    /// A choice that is called `None` would be no choice at all.
    fn distinct(&mut self, entity: &Entity, value: &NamedValue) {
        if entity.component == Component::Select && value.name.eq_ignore_ascii_case("none") {
            self.put(b" (");
            number(&value.value, self.put);
            self.put(b")");
        }
    }

    fn quoted(&mut self, text: &str) {
        self.put(b"'");
        self.quoted_inside(text);
        self.put(b"'");
    }

    /// The inside of a string of a template, inside a string of JSON.
    fn quoted_inside(&mut self, text: &str) {
        for piece in text.split_inclusive(['\'', '\\']) {
            match piece.strip_suffix(['\'', '\\']) {
                Some(rest) => {
                    self.text(rest);
                    self.put(if piece.ends_with('\'') {
                        b"\\\\'"
                    } else {
                        b"\\\\\\\\"
                    });
                }
                None => self.text(piece),
            }
        }
    }

    fn about(&mut self, entity: &Entity) {
        if let Some(unit) = entity.unit {
            self.member("unit_of_meas", unit.symbol());
            let class = device_class(unit);
            if !class.is_empty() {
                self.member("dev_cla", class);
            }
        }
        match entity.statistics {
            Statistics::None => {}
            Statistics::Measurement => self.member("stat_cla", "measurement"),
            Statistics::TotalIncreasing => self.member("stat_cla", "total_increasing"),
        }
        match entity.section {
            Section::Main => {}
            Section::Config => self.member("ent_cat", "config"),
            Section::Diagnostic => self.member("ent_cat", "diagnostic"),
        }
        if entity.hidden {
            self.put(b",\"en\":false");
        }
    }
}

fn number(value: &dyn ToJson, put: &mut dyn FnMut(&[u8])) {
    let mut digits = [0; 24];
    let mut out = Out::new(&mut digits);
    value.write(&mut out);
    // No whole number has more.
    put(out.written().unwrap_or(b"0"));
}

fn join<'o>(pieces: &[&str], out: &'o mut [u8]) -> Option<&'o str> {
    let mut out = Out::new(out);
    pieces.iter().for_each(|piece| out.put(piece.as_bytes()));
    core::str::from_utf8(out.written()?).ok()
}

/// A part of what is written: nothing before `skip`, and no more than fits.
pub(super) struct Window<'b> {
    out: &'b mut [u8],
    skip: usize,
    at: usize,
}

impl<'b> Window<'b> {
    pub(super) fn new(out: &'b mut [u8], skip: usize) -> Self {
        Window { out, skip, at: 0 }
    }

    pub(super) fn put(&mut self, bytes: &[u8]) {
        let skipped = self.skip.min(bytes.len());
        self.skip -= skipped;
        let bytes = bytes.get(skipped..).unwrap_or_default();
        let free = self.out.get_mut(self.at..).unwrap_or_default();
        let fits = bytes.len().min(free.len());
        if let (Some(to), Some(from)) = (free.get_mut(..fits), bytes.get(..fits)) {
            to.copy_from_slice(from);
        }
        self.at += fits;
    }

    /// Returns the number of bytes written.
    pub(super) fn len(&self) -> usize {
        self.at
    }
}
