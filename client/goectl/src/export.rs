//! `goectl export`: all values for another program, as a table or for Prometheus.

use goe_client::Charger;
use serde_json::Value;

use crate::args::Export;
use crate::ask::{self, Answer};
use crate::fault::{Fault, Outcome};
use crate::table::Path;
use crate::{output, prometheus, status, words};

pub(crate) async fn run(args: &Export, charger: &Charger) -> Outcome {
    let answer = ask::values(charger, []).await?;
    match args.csv {
        true => output::data(&csv(&answer)?),
        false => output::data(&prometheus::text(&answer)),
    }
}

/// A row for each value, and for each place of an array that has names.
fn csv(answer: &Answer) -> Outcome<String> {
    let none = |why: String| Fault::usage(format!("there can be no table: {why}"));
    let broken = |error: csv::Error| none(error.to_string());
    let mut table = csv::Writer::from_writer(Vec::new());
    let head = ["key", "value", "unit", "value_name", "title"];
    table.write_record(head).map_err(broken)?;
    for (name, value) in answer.iter() {
        for (path, value) in status::parts(&Path::of(name), value) {
            let text = match &value {
                Value::String(text) => text.clone(),
                Value::Null => String::new(),
                other => other.to_string(),
            };
            let name = path.read().and_then(|ty| words::name_of(&ty, &value));
            let title = path.title().unwrap_or_default();
            let (path, unit) = (path.to_string(), path.unit().unwrap_or_default());
            let row = [path.as_str(), &text, unit, name.unwrap_or_default(), &title];
            table.write_record(row).map_err(broken)?;
        }
    }
    let written = table.into_inner();
    let written = written.map_err(|error| none(error.error().to_string()))?;
    String::from_utf8(written).map_err(|error| none(error.to_string()))
}
