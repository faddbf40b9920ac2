//! A heat pump behind the code that was generated for its tables: a request a
//! line on standard input, what a client would get on standard output.

use std::io::BufRead;

use heat_pump::{
    DOCUMENT_CAPACITY, Document, ENTRY_CAPACITY, Kept, Key, KeySet, LegsEntry, LegsState, Mode, Night,
    REGISTRY, RELEASES, Readings, STORED_CAPACITY, Settings, Write,
    http::ROUTES,
    mqtt::TOPICS,
    runtime::{Capacities, List, Out, Render, Text, Version, WriteError, error::Sent, http, mqtt},
};

struct Pump {
    mode: Mode,
    target: f64,
    label: Option<String>,
    night: (u16, u16),
    defrosting: bool,
    kept: Kept,
}

impl Pump {
    fn readings(&self) -> Readings<'_> {
        Readings {
            serial_number: Text::cut("HP-000042"),
            outside: Some(-3.5),
            flow_rate: 1200,
            mode: self.mode,
            target: self.target,
            label: self.label.as_deref().map(Text::cut),
            night: Night {
                from: self.night.0,
                till: self.night.1,
            },
            legs: List::from_iter([LegsEntry {
                name: Text::cut("A"),
                speeds: List::from_iter([1200, 1300]),
                state: LegsState::Running,
            }]),
            kept: &self.kept,
        }
    }

    fn settings(&self) -> Settings<'_> {
        Settings {
            mode: self.mode,
            target: self.target,
            label: self.label.as_deref().map(Text::cut),
            night: Night {
                from: self.night.0,
                till: self.night.1,
            },
            kept: &self.kept,
        }
    }

    fn apply(&mut self, write: Write<'_>) {
        match write {
            Write::Mode(mode) => self.mode = mode,
            Write::Target(target) => self.target = target,
            Write::Label(label) => self.label = label.map(|label| label.chars().collect()),
            Write::Night(night) => {
                self.night.0 = night.from.unwrap_or(self.night.0);
                self.night.1 = night.till.unwrap_or(self.night.1);
            }
            Write::Defrost(on) => self.defrosting = on,
            Write::Kept(write) => self.kept.keep(write).expect("the table's own"),
        }
    }

    fn set(&mut self, name: &str, json: &str) -> Result<(), WriteError> {
        let key = Key::from_name(name).ok_or(WriteError::UnknownKey)?;
        self.apply(Write::parse(key, json)?);
        Ok(())
    }
}

struct Served {
    pump: Pump,
    document: Document,
}

impl Served {
    /// `GET /v1/values?only=mode`: by the generated table of routes.
    fn request(&mut self, method: &str, target: &str) -> String {
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        let found = ROUTES.iter().find(|route| route.path == path);
        let Some(route) = found else {
            return "404".to_owned();
        };
        if route.method != method {
            return "405".to_owned();
        }
        match route.action {
            http::Action::Status => self.status(route.filter, query),
            http::Action::Set => self.sets(query),
            // Its table has none.
            http::Action::Socket => "404".to_owned(),
        }
    }

    fn status(&self, parameter: Option<&str>, query: &str) -> String {
        let view = self.document.view(&REGISTRY);
        let filter = query
            .split_once('=')
            .filter(|(name, _)| Some(*name) == parameter);
        let keys: Option<KeySet> = filter.and_then(|(_, text)| http::filter(&REGISTRY, text));
        let json = match keys {
            None => text(view.full()).to_owned(),
            Some(keys) => {
                let entries = keys.iter().filter_map(|key| view.entry(key)).map(text);
                format!("{{{}}}", entries.collect::<Vec<_>>().join(","))
            }
        };
        format!("200 {json}")
    }

    fn sets(&mut self, query: &str) -> String {
        let (mut answers, mut code) = (Vec::new(), 200);
        for (name, json) in query.split('&').filter_map(|pair| pair.split_once('=')) {
            answers.push(match self.pump.set(name, json) {
                Ok(()) => format!("{name}: true"),
                Err(error) => {
                    code = 500;
                    error.http(name, sent(json)).to_string()
                }
            });
        }
        let changed = self.document.render(&self.pump.readings());
        let changed = changed.iter().map(|key| REGISTRY.descriptor(key).name);
        let changed = changed.collect::<Vec<_>>().join(",");
        format!("{code} {}; changed {changed}", answers.join("; "))
    }

    /// A message from the broker: by the generated map of topics.
    fn message(&mut self, topic: &str, json: &str) -> String {
        let names = mqtt::Names {
            prefix: TOPICS.default_prefix,
            serial: "HP-000042",
        };
        let row = |action| TOPICS.topic(action).expect("a row");
        let Some(name) = row(mqtt::Action::Set).parse(names, topic) else {
            return "not for us".to_owned();
        };
        let result = match self.pump.set(name, json) {
            Ok(()) => "success".to_owned(),
            Err(error) => error.mqtt(sent(json)).to_string(),
        };
        self.document.render(&self.pump.readings());
        let written = |action| {
            let mut buffer = [0; 128];
            let mut out = Out::new(&mut buffer);
            row(action).write(names, name, &mut out);
            text(out.written().expect("fits")).to_owned()
        };
        let mut said = format!("{} {result}", written(mqtt::Action::Result));
        let view = self.document.view(&REGISTRY);
        if let Some(value) = Key::from_name(name).and_then(|key| view.value(key.index())) {
            said += &format!("; {} {}", written(mqtt::Action::State), text(value));
        }
        said
    }

    /// Returns the value of a key as the store would keep it.
    fn stored(&self, name: &str) -> String {
        let key = Key::from_name(name).expect("a key");
        let mut buffer = [0; STORED_CAPACITY];
        let mut out = Out::new(&mut buffer);
        self.pump.settings().write_value(key.index(), &mut out);
        text(out.written().expect("fits")).to_owned()
    }
}

/// The keys that a release does not have.
fn lacking(version: &str) -> String {
    let keys = KeySet::lacking(&RELEASES, Version::parse(version));
    let names = keys.iter().map(|key| REGISTRY.descriptor(key).name);
    names.collect::<Vec<_>>().join(",")
}

fn sent(raw: &str) -> Sent<'_> {
    Sent { raw, profile: None }
}

fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).expect("UTF-8")
}

fn main() {
    let needed = Capacities::of(REGISTRY.descriptors);
    assert_eq!(REGISTRY.capacities, needed, "no byte more than needed");
    assert_eq!(
        (DOCUMENT_CAPACITY, ENTRY_CAPACITY),
        (needed.document, needed.entry)
    );
    let mut served = Served {
        pump: Pump {
            mode: Mode::Off,
            target: 20.5,
            label: None,
            night: (1320, 360),
            defrosting: false,
            kept: Kept::new(),
        },
        document: Document::new(),
    };
    served.document.render(&served.pump.readings());
    for line in std::io::stdin().lock().lines() {
        let line = line.expect("text");
        let words: Vec<&str> = line.split(' ').collect();
        println!(
            "{}",
            match words.as_slice() {
                ["PUBLISH", topic, json] => served.message(topic, json),
                ["STORED", name] => served.stored(name),
                ["LACKING", version] => lacking(version),
                ["DEBUG"] => format!("{:?}", served.pump.readings()),
                ["DEFROSTING"] => served.pump.defrosting.to_string(),
                [method, target] => served.request(method, target),
                _ => "what?".to_owned(),
            }
        );
    }
}
