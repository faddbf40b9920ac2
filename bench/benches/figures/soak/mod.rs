//! Memory of the charger while strangers do to its doors what they like.
//!
//! `strangers` are the clients; here they are set upon a charger for
//! [`seconds`], and what it holds meanwhile is read from the system.

mod strangers;

use std::env;
use std::fmt::Write as _;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::Context;

use crate::server::{Cores, Server};
use crate::{cargo, machine};
use strangers::Strangers;

/// Between two looks at its memory.
const LOOK: Duration = Duration::from_secs(15);

/// After that nothing should grow any more.
const WARM_S: u64 = 60;

/// How long it takes: `GOE_SOAK_S`, or ten minutes.
fn seconds() -> anyhow::Result<u64> {
    match env::var("GOE_SOAK_S") {
        Err(_) => Ok(600),
        Ok(text) => text.parse().context("GOE_SOAK_S is a number of seconds"),
    }
}

/// The section.
pub(crate) fn measure() -> anyhow::Result<String> {
    let end = Duration::from_secs(seconds()?);
    let charger = cargo::build(&["--release"], "goe-charger")?;
    let mut server = Server::charger(&charger, Cores::Free)?;
    let broker = server.announced("mqtt://");
    let broker = broker.context("the charger names no broker")?;
    let strangers = Strangers::set_upon(server.address, broker);
    let start = Instant::now();
    let (mut warm, mut most, mut course) = (None, 0, String::new());
    while start.elapsed() < end {
        thread::sleep(LOOK.min(end.saturating_sub(start.elapsed())));
        let kib = machine::resident_kib(server.id()).context("the charger is gone")?;
        let at_s = start.elapsed().as_secs();
        eprintln!("{at_s} s: {kib} KiB");
        let _ = write!(course, " {}", kib / 1024);
        if at_s >= WARM_S {
            warm.get_or_insert(kib);
            most = most.max(kib);
        }
    }
    let done = strangers.end()?;
    let warm = warm.unwrap_or(most);
    Ok(format!(
        "## Memory under mixed load\n\
         \n\
         | what | figure |\n\
         | --- | ---: |\n\
         | resident after {WARM_S} s | {:.1} MiB |\n\
         | the most after that, in {} s | {:.1} MiB |\n\
         | connections | {} |\n\
         | messages published to its broker | {} |\n\
         | well-behaved requests answered | {} |\n\
         | the slowest of them | {} ms |\n\
         \n\
         Every {} s, in MiB:{course}.",
        warm as f64 / 1024.0,
        end.as_secs(),
        most as f64 / 1024.0,
        done.connections,
        done.messages,
        done.answers,
        done.slowest_ms,
        LOOK.as_secs(),
    ))
}
