//! `goectl watch`: a line for each change.

use goe_client::{Change, Charger};
use jiff::{Timestamp, Zoned};
use serde_json::{Value, json};

use crate::args::Watch;
use crate::ask;
use crate::fault::{Fault, Kind, Outcome};
use crate::output::{self, ASIDE, KEY};
use crate::status;
use crate::table::Path;
use crate::words;

pub(crate) async fn watch(args: &Watch, charger: &Charger) -> Outcome {
    let asked: Vec<_> = args.keys.iter().flat_map(|key| Path::all(key)).collect();
    let mut names: Vec<_> = asked.iter().map(|path| path.name.clone()).collect();
    names.dedup();
    if !asked.is_empty() {
        // A key that is not there would be waited for in vain.
        let fwv = goe_api::Key::Fwv.name();
        let answer = ask::values(charger, names.iter().map(String::as_str).chain([fwv])).await?;
        let missing = asked.iter().find(|path| answer.follow(path).is_none());
        if let Some(path) = missing {
            return Err(answer.nothing(path));
        }
    }
    let mut changes = charger.watch(names);
    let mut is_first = true;
    while let Some(change) = changes.next().await {
        match change {
            Ok(change) => {
                is_first = false;
                for told in told(&change, &asked) {
                    told.print(args.json)?;
                }
            }
            // One that was never there has another name, most likely.
            Err(error) if is_first => return Err(ask::fault(error)),
            Err(error) => anstream::eprintln!("{}", words::printable(&error.to_string())),
        }
    }
    Err(Fault::new(Kind::Unreachable, "the charger tells no more"))
}

/// A part of a value that is another than before.
struct Told {
    path: Path,
    before: Option<Value>,
    now: Value,
}

/// What a change is to whom asked for these paths; for all if there are none.
fn told(change: &Change, asked: &[Path]) -> Vec<Told> {
    let now = ask::said(&change.now);
    let before = change.before.as_ref().map(|before| ask::said(before));
    let whole = [Path::of(&change.name)];
    let is_all = asked.is_empty();
    let asked = if is_all { &whole } else { asked };
    // What it is now is told to whom asked for it; to others only what becomes of it.
    if is_all && before.is_none() {
        return Vec::new();
    }
    let of_key = asked.iter().filter(|path| path.name == change.name);
    let mut all = Vec::new();
    for path in of_key {
        let Some(value) = path.follow(&now) else {
            continue;
        };
        for (path, value) in status::parts(path, value) {
            let before = before.as_ref().and_then(|before| path.follow(before));
            if before != Some(&value) {
                let before = before.cloned();
                all.push(Told {
                    path,
                    before,
                    now: value,
                });
            }
        }
    }
    all
}

impl Told {
    fn print(&self, as_json: bool) -> Outcome {
        let Told { path, before, now } = self;
        if as_json {
            let told = json!({
                "time": Timestamp::now().to_string(),
                "key": path.to_string(),
                "value": now,
                "before": before,
            });
            return output::data(&format!("{told}\n"));
        }
        let time = Zoned::now().strftime("%H:%M:%S").to_string();
        let key = output::padded(&words::printable(&path.to_string()), 8);
        let title = path
            .title()
            .map_or(String::new(), |title| format!("  {title}"));
        let was = before.as_ref().map(|before| words::shown(path, before));
        let was = was.map_or(String::new(), |was| format!(", was {was}"));
        let shown = words::shown(path, now);
        output::line(format_args!(
            "{ASIDE}{time}{ASIDE:#}  {KEY}{key}{KEY:#} {shown}{ASIDE}{was}{title}{ASIDE:#}"
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn change(name: &str, before: Option<&str>, now: &str) -> Change {
        let json = |text: &str| text.parse().expect("JSON");
        Change {
            name: name.to_owned(),
            before: before.map(json),
            now: json(now),
        }
    }

    #[test]
    fn only_what_changed_of_what_was_asked_for_is_told() {
        let mut power: Vec<Value> = vec![json!(230); 16];
        let before = json!(power).to_string();
        power[11] = json!(11_000);
        let nrg = change("nrg", Some(&before), &json!(power).to_string());
        let paths = |asked: &[&str]| -> Vec<String> {
            let asked: Vec<_> = asked.iter().map(|path| Path::parse(path)).collect();
            told(&nrg, &asked)
                .iter()
                .map(|told| told.path.to_string())
                .collect()
        };
        assert_eq!(paths(&[]), ["nrg.11"]);
        assert_eq!(paths(&["nrg"]), ["nrg.11"]);
        assert_eq!(paths(&["nrg.11", "amp"]), ["nrg.11"]);
        assert!(paths(&["nrg.0"]).is_empty() && paths(&["amp"]).is_empty());
        let first = change("zzz", None, "{\"a\":[1]}");
        assert!(told(&first, &[]).is_empty());
        assert_eq!(told(&first, &[Path::of("zzz")]).len(), 1);
    }
}
