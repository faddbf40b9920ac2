//! `goectl set`: first what the table says of a wish, and then what the charger says.

use goe_api::Key;
use goe_client::{Charger, Error, Refused, Setting};

use crate::args::Set;
use crate::ask;
use crate::fault::{Fault, Kind, Outcome};
use crate::output::{ASIDE, KEY, Table};
use crate::table::Path;
use crate::wish::Wish;
use crate::words;

pub(crate) fn wishes(args: &Set) -> Outcome<Vec<Wish>> {
    let wishes: Vec<Wish> = args
        .wishes
        .iter()
        .map(|text| Wish::read(text, args.any))
        .collect::<Outcome<_>>()?;
    for (at, wish) in wishes.iter().enumerate() {
        if wishes[..at].iter().any(|other| other.name == wish.name) {
            let name = &wish.name;
            return Err(Fault::usage(format!(
                "`{name}` is there twice; which of the values is meant?"
            )));
        }
    }
    Ok(wishes)
}

pub(crate) async fn set(wishes: &[Wish], charger: &Charger) -> Outcome {
    let settings = wishes
        .iter()
        .map(|wish| Setting::new(wish.name.as_str(), &wish.json));
    let settings = settings
        .collect::<Result<Vec<_>, _>>()
        .map_err(ask::fault)?;
    match charger.set(settings).await {
        Ok(()) => print(wishes),
        Err(Error::Refused(refused)) => {
            let took = |wish: &&Wish| refused.accepted.contains(&wish.name);
            let taken: Vec<_> = wishes.iter().filter(took).cloned().collect();
            print(&taken)?;
            Err(explained(&refused, wishes, charger).await)
        }
        Err(error) => Err(ask::fault(error)),
    }
}

/// What holds now.
fn print(wishes: &[Wish]) -> Outcome {
    let mut table = Table::new();
    for wish in wishes {
        let path = Path::of(&wish.name);
        let shown = match wish.is_secret() {
            true => "***".to_owned(),
            false => words::shown(&path, &ask::value(&wish.json)),
        };
        let title = path.title().unwrap_or_default();
        let plain = anstyle::Style::new();
        table.row([(&wish.name, KEY), (&title, ASIDE), (&shown, plain)]);
    }
    table.print()
}

/// What the charger refused, in its words and in those of the table.
async fn explained(refused: &Refused, wishes: &[Wish], charger: &Charger) -> Fault {
    let mut fault = Fault::new(
        Kind::Charger,
        match refused.accepted.is_empty() {
            true => "the charger refused",
            false => "the charger refused a part",
        },
    );
    for refusal in &refused.refused {
        let known = Key::from_name(&refusal.key);
        let mut wished = wishes.iter().filter(|wish| wish.name == refusal.key);
        let is_secret = wished.any(Wish::is_secret);
        // Some repeat what was sent, in parentheses at the end.
        let reason = match refusal.reason.split_once(" (") {
            Some((reason, _)) if is_secret => reason,
            _ => &refusal.reason,
        };
        let named = format!("{}: ", refusal.key);
        let reason = reason.strip_prefix(&named).unwrap_or(reason);
        fault = fault.help(format!("`{}`: {}", refusal.key, words::printable(reason)));
        let Some(key) = known else { continue };
        if reason.contains("unknown api key") {
            let answer = ask::values(charger, [Key::Fwv.name()]).await.ok();
            let version = answer.as_ref().and_then(ask::Answer::version);
            fault = fault.also(&ask::lacks(key, version));
        } else {
            let takes = words::accepted(&key.descriptor().write);
            fault = fault.help(format!("  by the table it takes {takes}"));
        }
    }
    fault
}
