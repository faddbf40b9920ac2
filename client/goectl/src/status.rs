//! `goectl status` and `goectl get`: what the charger says, for people and for scripts.

use goe_api::Key;
use goe_client::Charger;
use serde_json::Value;
use unicode_width::UnicodeWidthStr as _;

use crate::args::{Get, Status};
use crate::ask::{self, Answer};
use crate::fault::Outcome;
use crate::output::{self, ASIDE, KEY, Table};
use crate::table::{Path, Step};
use crate::words;

/// The entry of `nrg` with the power of all phases.
const TOTAL: Step = Step::Entry(11);

/// Columns of a title at most, and at least; descriptions may be long.
const TITLE: usize = 44;
const TITLE_LEAST: usize = 12;

/// Columns that values are given room for; objects may be long.
const VALUE: usize = 40;

/// What owners ask for most.
fn overview() -> Vec<Path> {
    let keys = [
        Key::Fna,
        Key::Car,
        Key::ModelStatus,
        Key::Err,
        Key::Alw,
        Key::Frc,
        Key::Amp,
        Key::Ama,
        Key::Psm,
        Key::Pnp,
        Key::Nrg,
        Key::Wh,
        Key::Dwo,
        Key::Eto,
        Key::Lmo,
        Key::Fup,
        Key::Acs,
        Key::Trx,
        Key::Rssi,
        Key::Fwv,
        Key::Rbt,
    ];
    let path = |key: Key| match key {
        Key::Nrg => Path::of(key.name()).then(TOTAL),
        key => Path::of(key.name()),
    };
    keys.map(path).into()
}

pub(crate) async fn status(args: &Status, charger: &Charger) -> Outcome {
    let asked: Vec<_> = args.keys.iter().flat_map(|key| Path::all(key)).collect();
    let is_all = args.all || (args.json && asked.is_empty());
    let paths = match asked.is_empty() {
        true => overview(),
        false => asked.clone(),
    };
    let answer = match is_all {
        true => ask::values(charger, []).await?,
        false => {
            // The version tells why another key is not there.
            let names = paths.iter().map(|path| path.name.as_str());
            ask::values(charger, names.chain([Key::Fwv.name()])).await?
        }
    };
    let paths: Vec<Path> = match is_all {
        true => answer.iter().map(|(name, _)| Path::of(name)).collect(),
        // Of these nobody asked for one that is not there.
        false if asked.is_empty() => {
            let has = |path: &Path| answer.follow(path).is_some();
            paths.into_iter().filter(has).collect()
        }
        false => paths,
    };
    match args.json {
        true => print_json(&answer, &paths)?,
        false => print_table(&answer, &paths)?,
    }
    if asked.is_empty() && !args.all && !args.json {
        output::line(format_args!(
            "{ASIDE}goectl status --all shows everything, goectl explain KEY what it means{ASIDE:#}"
        ))?;
    }
    let missing = asked.iter().find(|path| answer.follow(path).is_none());
    missing.map_or(Ok(()), |path| Err(answer.nothing(path)))
}

fn print_json(answer: &Answer, paths: &[Path]) -> Outcome {
    // In the order of the table, which an object of serde_json would not keep.
    let members = paths.iter().filter_map(|path| {
        let value = answer.json(path)?;
        Some(format!("{}:{value}", Value::from(path.to_string())))
    });
    let members: Vec<_> = members.collect();
    output::data(&format!("{{{}}}\n", members.join(",")))
}

fn print_table(answer: &Answer, paths: &[Path]) -> Outcome {
    let values = paths
        .iter()
        .filter_map(|path| Some((path, answer.follow(path)?)));
    let parts = values.flat_map(|(path, value)| parts(path, value));
    let rows: Vec<[String; 3]> = parts
        .map(|(path, value)| {
            let name = words::printable(&path.to_string());
            let title = path.title().unwrap_or_default();
            [name, title, words::shown(&path, &value)]
        })
        .collect();
    let width = |column: usize| {
        rows.iter()
            .map(|row| row[column].width())
            .max()
            .unwrap_or(0)
    };
    // On a narrow terminal the value counts more than what it is called.
    let room = output::columns().map_or(TITLE, |columns| {
        columns.saturating_sub(width(0) + width(2).min(VALUE) + 4)
    });
    let mut table = Table::new();
    for [name, title, value] in &rows {
        let title = output::cut(title, room.clamp(TITLE_LEAST, TITLE));
        table.row([(name, KEY), (&title, ASIDE), (value, anstyle::Style::new())]);
    }
    table.print()
}

/// A value, and each of its places where the table names them.
pub(crate) fn parts(path: &Path, value: &Value) -> Vec<(Path, Value)> {
    let Value::Array(entries) = value else {
        return vec![(path.clone(), value.clone())];
    };
    let places = entries.iter().enumerate().map(|(at, entry)| {
        let place = path.then(Step::Entry(at));
        place.entity().map(|_| (place, entry.clone()))
    });
    match places.collect::<Option<Vec<_>>>() {
        Some(places) if !places.is_empty() => places,
        _ => vec![(path.clone(), value.clone())],
    }
}

pub(crate) async fn get(args: &Get, charger: &Charger) -> Outcome {
    let path = Path::parse(&args.key);
    let answer = ask::values(charger, [path.name.as_str(), Key::Fwv.name()]).await?;
    match (answer.follow(&path), answer.json(&path)) {
        (Some(Value::String(text)), _) => output::data(&format!("{text}\n")),
        (_, Some(json)) => output::data(&format!("{json}\n")),
        (_, None) => Err(answer.nothing(&path)),
    }
}
