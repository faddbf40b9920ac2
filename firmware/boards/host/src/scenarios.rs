//! The scenarios that a served charger can be asked to play, and how the one that is
//! played stands: `/scenario`, and `/scenarios` with those that everybody has.
//!
//! Whoever asks for one gets a charger that was just unpacked, as the scenario has it;
//! how that comes up is `serve`'s business.

use std::cell::RefCell;
use std::path::Path;
use std::rc::Rc;
use std::sync::LazyLock;

use goe_host::{Call, Exchange, Handler, NoStream, Reply, Shutdown};
use goe_scenario::{Live, PATH, Scenario};
use serde_json::{Value, json};

/// Where those are that everybody has.
pub(crate) const ALL_PATH: &str = "/scenarios";

/// Files of the folder `scenarios`, by their names without `.yaml`.
macro_rules! files {
    ($($name:literal),* $(,)?) => {
        &[$(($name, include_str!(concat!("../../../../scenarios/", $name, ".yaml")))),*]
    };
}

/// Each with its text.
const FILES: &[(&str, &str)] = files!(
    "button",
    "cards",
    "energy-limit",
    "fault-cable",
    "fault-contactor",
    "fault-contactor-open",
    "fault-earth",
    "fault-lock",
    "fault-phase",
    "fault-residual-ac",
    "fault-residual-dc",
    "forced",
    "limit-for-a-while",
    "limit-of-the-adapter",
    "limit-of-the-cable",
    "limit-of-the-input",
    "limit-of-the-installation",
    "limit-of-the-owner",
    "limit-of-warmth",
    "lost-wifi",
    "next-trip",
    "one-phase-first",
    "phases-under-cloud",
    "plug-to-full",
    "price",
    "quirk-deaf",
    "quirk-zero-nrg",
    "scheduler",
    "shortest-pause",
    "surplus-ends",
);

/// `FILES` for whoever asks: the name, what each is called, and what it says of itself.
static ALL: LazyLock<String> = LazyLock::new(|| {
    let all = FILES.iter().map(|(file, text)| {
        let name = goe_scenario::read(text, file).map_or_else(|_| (*file).to_owned(), |it| it.name);
        let says = text.lines().map_while(|line| line.strip_prefix('#'));
        let says = says.map(str::trim).collect::<Vec<_>>().join(" ");
        json!({ "file": file, "name": name, "says": says })
    });
    format!("{:#}\n", all.collect::<Value>())
});

/// A scenario, and where it is from.
pub(crate) struct Played {
    pub(crate) scenario: Scenario,
    pub(crate) from: String,
}

/// Which charger is wanted next.
pub(crate) enum Wish {
    /// That of the command line.
    Own,
    /// That of a scenario.
    Played(Box<Played>),
}

/// Answers at both paths. A clone is the same.
#[derive(Clone)]
pub(crate) struct Scenarios {
    live: Option<Live>,
    wish: Rc<RefCell<Option<Wish>>>,
    shutdown: Shutdown,
}

impl Played {
    /// Reads a file.
    ///
    /// # Errors
    /// There is none in it that can be served, as it is told to people.
    pub(crate) fn file(file: &Path) -> Result<Self, String> {
        let read = goe_scenario::load(file);
        let (text, scenario) = read.map_err(|outcome| goe_scenario::report(file, &outcome))?;
        Self::served(scenario, &file.display().to_string(), &text)
    }

    /// One of those that everybody has.
    fn known(name: &str) -> Result<Self, String> {
        let known = FILES.iter().find(|(file, _)| *file == name);
        let Some((file, text)) = known else {
            let near = goe_scenario::nearest(name, FILES.iter().map(|(file, _)| *file));
            let near = near.map_or(String::new(), |near| format!("did you mean {near}? "));
            return Err(format!(
                "there is no scenario {name}; {near}GET {ALL_PATH} has them all\n"
            ));
        };
        Self::text(text, file)
    }

    fn text(text: &str, from: &str) -> Result<Self, String> {
        let scenario = goe_scenario::read(text, from).map_err(|findings| {
            let all = findings.iter().map(|finding| finding.told(from, text));
            all.collect::<Vec<_>>().join("\n")
        })?;
        Self::served(scenario, from, text)
    }

    fn served(scenario: Scenario, from: &str, text: &str) -> Result<Self, String> {
        let served = goe_scenario::can_be_served(&scenario);
        served.map_err(|finding| finding.told(from, text))?;
        let from = from.to_owned();
        Ok(Played { scenario, from })
    }
}

impl Scenarios {
    /// Of a charger for which this one is played, if any; what is asked for is in `wish`
    /// when the charger was ended by `shutdown`.
    pub(crate) fn new(
        live: Option<Live>,
        wish: Rc<RefCell<Option<Wish>>>,
        shutdown: Shutdown,
    ) -> Self {
        Scenarios {
            live,
            wish,
            shutdown,
        }
    }

    /// What a body asks for: `{"play": NAME}`, `{"play": null}`, or the text of a
    /// scenario.
    fn wanted(body: &[u8]) -> Result<Wish, String> {
        let asked: Option<Value> = serde_json::from_slice(body).ok();
        let played = match asked.as_ref().and_then(|asked| asked.get("play")) {
            Some(Value::Null) => return Ok(Wish::Own),
            Some(Value::String(name)) => Played::known(name)?,
            Some(_) => return Err("play is the name of a scenario, or null\n".to_owned()),
            None => {
                let text = std::str::from_utf8(body).map_err(|_| "this is no UTF-8\n")?;
                Played::text(text, "scenario")?
            }
        };
        Ok(Wish::Played(Box::new(played)))
    }

    fn ask(&self, body: &[u8]) -> Result<String, String> {
        let wish = Self::wanted(body)?;
        let told = match &wish {
            Wish::Own => json!({ "play": null }),
            Wish::Played(played) => json!({ "play": played.scenario.name }),
        };
        self.wish.replace(Some(wish));
        Ok(format!("{told}\n"))
    }

    /// How it stands, as JSON.
    fn show(&self) -> String {
        let live = self.live.as_ref();
        live.map_or_else(|| "null\n".to_owned(), Live::show)
    }
}

impl Handler for Scenarios {
    type Body = String;
    type Stream = NoStream;

    fn methods(&self, path: &str) -> Option<&'static str> {
        match path {
            PATH => Some("GET, HEAD, POST"),
            ALL_PATH => Some("GET, HEAD"),
            _ => None,
        }
    }

    fn answer(&self, call: Call<'_>) -> Reply<String> {
        let answer = match (call.method, call.path) {
            ("POST", _) => self.ask(call.body).map(|told| (202, told)),
            (_, ALL_PATH) => Ok((200, ALL.clone())),
            _ => Ok((200, self.show())),
        };
        match answer {
            Ok((status, body)) => Reply::json(status, body),
            Err(body) => Reply::text(400, body),
        }
    }

    /// The charger ends when whoever wants another knows that it comes.
    fn answered(&self, exchange: Exchange<'_>) {
        if exchange.path == PATH && self.wish.borrow().is_some() {
            self.shutdown.end();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// One that is forgotten here cannot be asked for.
    #[test]
    fn every_file_that_can_be_served_is_known() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../scenarios");
        let files = std::fs::read_dir(folder).expect("the folder");
        let mut served: Vec<_> = files
            .map(|file| file.expect("readable").path())
            .filter(|path| path.extension().is_some_and(|kind| kind == "yaml"))
            .filter(|path| Played::file(path).is_ok())
            .map(|path| path.file_stem().expect("a name").to_owned())
            .collect();
        served.sort();
        let known: Vec<_> = FILES.iter().map(|(file, _)| *file).collect();
        assert_eq!(served, known);
    }

    #[test]
    fn each_says_what_it_shows() {
        let all: Vec<Value> = serde_json::from_str(&ALL).expect("JSON");
        assert_eq!(all.len(), FILES.len());
        for one in all {
            let says = one["says"].as_str().expect("text");
            assert!(says.ends_with('.') && one["name"] != one["file"], "{one}");
        }
    }
}
