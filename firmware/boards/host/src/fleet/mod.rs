//! Many chargers in one process: the command `fleet`.
//!
//! `charger` is one of them, whole, with what surrounds it; `town` has all of them and
//! finds them by their serial numbers; `rounds` lets their time pass; `settings` stores what
//! is set at them; `claim` finds out whether another process has them, and `lines` keeps
//! their connections to a broker; `figures` says how they are, from what `lateness` and
//! `process` know; `page` shows that to people, and `nowhere` says what there is where
//! somebody has asked for none of them. What a charger does and says is the firmware's
//! alone, and how it is served `goe-device`'s: nothing here may differ from one charger alone
//! but where it is found.

mod charger;
mod claim;
mod figures;
mod lateness;
mod lines;
mod nowhere;
mod page;
mod process;
mod rounds;
mod settings;
mod town;

use std::io::{self, Write};
use std::ops::Range;
use std::path::Path;
use std::process::ExitCode;
use std::rc::Rc;
use std::time::{Duration, Instant};

use anyhow::Context;
use goe_host::{Brokers, Dial, InUse, PartedFlash, RealTime, Shutdown, Site, Speed, Tls};
use goe_runtime::device::Bell;
use tokio::net::TcpListener;
use tokio::task::spawn_local;

use self::claim::Claim;
use self::figures::Figures;
use self::nowhere::Nowhere;
use self::page::Page;
use self::town::{Garages, Town};
use crate::args::Fleet;

/// The parts that are the same ten thousand times over say only what is amiss.
const LOG: &str = "info,goe_device=error";

/// Connections of clients, and what the process itself has open, for which there has to be
/// room beside those to brokers.
const OTHER_FILES: u64 = 256;

/// Everything has to be down after this long.
const STOP: Duration = Duration::from_millis(1_500);

/// Runs until Ctrl-C or SIGTERM.
pub(crate) fn run(args: Fleet) -> ExitCode {
    goe_host::exit_logging(LOG, async move { serve(args).await })
}

async fn serve(args: Fleet) -> anyhow::Result<()> {
    let serials = args.serials()?;
    let lines = if args.mqtt_url.is_empty() {
        0
    } else {
        serials.len()
    };
    open_files(lines as u64, goe_host::raise_open_files())?;
    let shutdown = Shutdown::listen().context("cannot listen for signals")?;
    let listener = goe_host::listen("HTTP", "--http", args.http)?;
    let http = listener.local_addr().context("HTTP has no address")?;
    let listener = TcpListener::from_std(listener).context("HTTP cannot be served")?;
    let brokers = Brokers::new(&args.mqtt_url).map_err(anyhow::Error::msg)?;
    let dial = Dial::new(Tls::new(args.mqtt_ca.as_deref())?).among(brokers.clone());
    let began = Instant::now();
    let speed = Speed::new(args.speed);
    let town = Rc::new(Town::new(&args, serials.clone(), &speed)?);
    let flash = args.flash.as_deref().map(open).transpose()?;
    if let Some(flash) = &flash {
        settings::restore(&town, flash).await?;
    }
    if let Some(url) = brokers.url() {
        // Once in a process.
        let url: &'static str = url.to_owned().leak();
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
    let page = (!args.no_page).then_some(Page);
    let site = Site {
        routes: &goe_api::http::ROUTES,
        names: names.leak(),
        handler: (
            Figures::new(town.clone(), args.shard, !args.mqtt_url.is_empty()),
            (Garages(town.clone()), (page, Nowhere(town.clone()))),
        ),
        sockets: (),
    };
    let web = goe_host::serve_devices(town.clone(), site, listener, clock, shutdown.clone());
    let rounds = rounds::run(town.clone(), speed, shutdown.clone());
    let granted = Rc::new(Bell::new());
    let claim = {
        let (dial, granted) = (dial.clone(), granted.clone());
        async move {
            match brokers.url() {
                Some(url) => claim::hold(Claim::new(serials), (dial, url), clock, &granted).await,
                // There is nobody to ask, and nobody to throw off.
                None => {
                    granted.ring();
                    std::future::pending().await
                }
            }
        }
    };
    let may_begin = async move { granted.wait().await };
    let lines = lines::keep(town.clone(), dial, clock, may_begin, shutdown.clone());
    let stored = flash.map(|flash| settings::keep(town, flash, clock, shutdown.clone()));
    let tasks = [spawn_local(web), spawn_local(rounds), spawn_local(lines)];
    let tasks = tasks.into_iter().chain(stored.map(spawn_local));
    let mut claim = std::pin::pin!(claim);
    let refused = tokio::select! {
        () = shutdown.clone().wait() => None,
        held = &mut claim => held.err(),
    };
    shutdown.end();
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
    refused.map_or(Ok(()), Err)
}

/// Looks whether there may be so many connections to brokers.
fn open_files(lines: u64, limit: Option<u64>) -> anyhow::Result<()> {
    let wanted = lines + OTHER_FILES;
    match limit.filter(|&limit| limit < wanted) {
        None => Ok(()),
        Some(limit) => anyhow::bail!(
            "{lines} connections to a broker and {OTHER_FILES} of clients are wanted, and this process may \
             have {limit} files open; raise that, by `ulimit -n {wanted}` in the shell that starts it, \
             LimitNOFILE={wanted} for systemd or --ulimit nofile={wanted} for Docker, or take \
             fewer chargers by --count or --shard"
        ),
    }
}

fn open(path: &Path) -> anyhow::Result<PartedFlash> {
    PartedFlash::open(path).map_err(|error| match error.is::<InUse>() {
        true => anyhow::anyhow!("{error} by another process; give each its own with --flash"),
        false => error,
    })
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
    if !args.no_page {
        writeln!(out, "  page   http://{http}{}", crate::page::PATH)?;
    }
    writeln!(out, "  HTTP   http://{http}{}", figures::PATH)?;
    let brokers: Vec<_> = args.mqtt_url.iter().map(|url| format!("{url:?}")).collect();
    let mqtt = match brokers.is_empty() {
        true => "none is wanted".to_owned(),
        false => brokers.join(", "),
    };
    writeln!(out, "  MQTT   {mqtt}")?;
    if let Some(path) = &args.flash {
        writeln!(out, "  flash  {}", path.display())?;
    }
    writeln!(out, "try:")?;
    writeln!(
        out,
        "  curl 'http://{http}/{start:06}/api/status?filter=sse,alw,car,nrg'"
    )?;
    writeln!(out, "  curl 'http://{http}/{start:06}{}'", goe_garage::PATH)?;
    out.flush()
}
