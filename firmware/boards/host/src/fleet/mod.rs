//! Many chargers in one process: the command `fleet`.
//!
//! `charger` is one of them, whole, with what surrounds it; `town` has all of them and
//! finds them by their serial numbers; `rounds` lets their time pass; `lines` keeps their
//! connections to a broker; `figures` says how they are, and `nowhere` what there is where
//! somebody has asked for none of them. What a charger does and says is the firmware's
//! alone, and how it is served `goe-device`'s: nothing here may differ from one charger alone
//! but where it is found.

mod charger;
mod figures;
mod lines;
mod nowhere;
mod rounds;
mod town;

use std::io::{self, Write};
use std::ops::Range;
use std::process::ExitCode;
use std::rc::Rc;
use std::time::{Duration, Instant};

use anyhow::Context;
use goe_host::{Dial, RealTime, Shutdown, Site, Speed, Tls};
use tokio::net::TcpListener;
use tokio::task::spawn_local;

use self::figures::Figures;
use self::nowhere::Nowhere;
use self::town::{Garages, Town};
use crate::args::Fleet;

/// The parts that are the same ten thousand times over say only what is amiss.
const LOG: &str = "info,goe_device=error";

/// Everything has to be down after this long.
const STOP: Duration = Duration::from_millis(1_500);

/// Runs until Ctrl-C or SIGTERM.
pub(crate) fn run(args: Fleet) -> ExitCode {
    goe_host::exit_logging(LOG, async move { serve(args).await })
}

async fn serve(args: Fleet) -> anyhow::Result<()> {
    let serials = args.serials()?;
    let shutdown = Shutdown::listen().context("cannot listen for signals")?;
    let listener = goe_host::listen("HTTP", "--http", args.http)?;
    let http = listener.local_addr().context("HTTP has no address")?;
    let listener = TcpListener::from_std(listener).context("HTTP cannot be served")?;
    let dial = Dial::new(Tls::new(args.mqtt_ca.as_deref())?);
    let began = Instant::now();
    let speed = Speed::new(args.speed);
    let town = Rc::new(Town::new(&args, serials.clone(), &speed)?);
    if let Some(url) = &args.mqtt_url {
        // Once in a process.
        let url: &'static str = url.0.clone().leak();
        town.chargers().for_each(|charger| charger.give_broker(url));
    }
    town.chargers().for_each(charger::Charger::begin);
    tracing::info!(
        "{} chargers are up after {:?}",
        town.count(),
        began.elapsed()
    );
    tell(&args, &serials, http).context("cannot write to standard output")?;
    let clock = RealTime::start();
    let names: Vec<&'static str> = args
        .allow_host
        .iter()
        .map(|name| &*name.clone().leak())
        .collect();
    let site = Site {
        routes: &goe_api::http::ROUTES,
        names: names.leak(),
        handler: (
            Figures::new(town.clone(), args.shard),
            (Garages(town.clone()), Nowhere(town.clone())),
        ),
        sockets: (),
    };
    let web = goe_host::serve_devices(town.clone(), site, listener, clock, shutdown.clone());
    let rounds = rounds::run(town.clone(), speed, shutdown.clone());
    let lines = lines::keep(town, dial, clock, shutdown.clone());
    let tasks = [spawn_local(web), spawn_local(rounds), spawn_local(lines)];
    shutdown.wait().await;
    let end = async {
        for task in tasks {
            if let Err(error) = task.await {
                tracing::error!("a task ended badly: {error}");
            }
        }
    };
    if tokio::time::timeout(STOP, end).await.is_err() {
        tracing::warn!("not everything could be closed in time");
    }
    tracing::info!("stopped");
    Ok(())
}

/// Says what there is, and where.
fn tell(args: &Fleet, serials: &Range<u32>, http: std::net::SocketAddr) -> io::Result<()> {
    let Range { start, end } = serials;
    let mut out = io::stdout().lock();
    let shard = args
        .shard
        .map_or(String::new(), |shard| format!(", shard {shard}"));
    writeln!(
        out,
        "{} go-eChargers {start:06} to {:06}{shard}, virtual, {}x real time",
        end - start,
        end - 1,
        args.speed
    )?;
    writeln!(out, "  HTTP   http://{http}{}", figures::PATH)?;
    let mqtt = args.mqtt_url.as_ref().map(|url| format!("{url:?}"));
    writeln!(
        out,
        "  MQTT   {}",
        mqtt.as_deref().unwrap_or("none is wanted")
    )?;
    writeln!(out, "try:")?;
    writeln!(
        out,
        "  curl 'http://{http}/{start:06}/api/status?filter=sse,alw,car,nrg'"
    )?;
    writeln!(out, "  curl 'http://{http}/{start:06}{}'", goe_garage::PATH)?;
    out.flush()
}
