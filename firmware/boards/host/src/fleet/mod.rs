//! Many chargers in one process: the command `fleet`.
//!
//! `charger` is one of them, whole, with what surrounds it; `town` has all of them and
//! finds them by their serial numbers; `rounds` lets their time pass; `settings` stores what
//! is set at them; `tasks` are all of these as they run; `claim` finds out whether another process has them, and `lines` keeps
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
mod tasks;
mod town;

use std::io::{self, Write};
use std::ops::Range;
use std::path::Path;
use std::process::ExitCode;
use std::rc::Rc;
use std::time::Instant;

use anyhow::Context;
use goe_host::{Brokers, Dial, Handler, InUse, PartedFlash, RealTime, Shutdown, Site, Speed, Tls};
use goe_runtime::device::Bell;
use tokio::net::TcpListener;

use self::charger::Charger;
use self::claim::Claim;
use self::figures::Figures;
pub(crate) use self::figures::PATH;
use self::nowhere::Nowhere;
use self::page::Page;
use self::settings::Settings;
use self::tasks::Tasks;
use self::town::{Garages, Town};
use crate::args::Fleet;

/// The parts that are the same ten thousand times over say only what is amiss.
const LOG: &str = "info,goe_device=error";

/// Connections of clients, and what the process itself has open, for which there has to be
/// room beside those to brokers.
const OTHER_FILES: u64 = 256;

/// What the process itself has open: no client may have the file with which a charger comes
/// back to its broker.
const OWN_FILES: u64 = 96;

/// Runs until Ctrl-C or SIGTERM.
pub(crate) fn run(args: Fleet) -> ExitCode {
    goe_host::exit_logging(LOG, async move { serve(args).await })
}

async fn serve(args: Fleet) -> anyhow::Result<()> {
    let serials = args.serials()?;
    let brokers = Brokers::new(&args.mqtt_url).map_err(anyhow::Error::msg)?;
    let lines = brokers.url().map_or(0, |_| serials.len() as u64);
    let clients = clients(lines, goe_host::raise_open_files())?;
    let shutdown = Shutdown::listen(false).context("cannot listen for signals")?;
    let listener = goe_host::listen("HTTP", "--http", args.http)?;
    let http = listener.local_addr().context("HTTP has no address")?;
    let listener = TcpListener::from_std(listener).context("HTTP cannot be served")?;
    let dial = Dial::new(Tls::new(args.mqtt_ca.as_deref())?).among(brokers.clone());
    let flash = args.flash.as_deref().map(open).transpose()?;
    let speed = Speed::new(args.speed);
    let town = Rc::new(Town::new(&args, serials.clone(), &speed)?);
    let settings = bring_up(&town, flash.as_ref(), brokers.url()).await?;
    tell(&args, &serials, http).context("cannot write to standard output")?;

    let clock = RealTime::start();
    let site = site(&args, &town);
    let listener = (listener, clients);
    let web = goe_host::serve_devices(town.clone(), site, listener, clock, shutdown.clone());
    let mut tasks = Tasks::default();
    tasks.others.spawn_local(web);
    let rounds = rounds::run(town.clone(), speed, shutdown.clone());
    tasks.others.spawn_local(rounds);
    settings::keep(&mut tasks.stores, &town, settings, clock, &shutdown);
    let granted = Bell::new();
    let claim = async {
        let dial = dial.clone();
        match brokers.url() {
            Some(url) => claim::hold(Claim::new(serials), (dial, url), clock, &granted).await,
            // There is nobody to ask, and nobody to throw off.
            None => {
                granted.ring();
                std::future::pending().await
            }
        }
    };
    let (mut claim, mut stop) = (
        std::pin::pin!(claim),
        std::pin::pin!(shutdown.clone().wait()),
    );
    let refused = loop {
        tokio::select! {
            // Those that are told to stop end, too.
            biased;
            () = &mut stop => break None,
            held = &mut claim => break held.err(),
            () = granted.wait() => {
                lines::keep(&mut tasks.others, &town, &dial, clock, &shutdown).await;
            }
            early = tasks.end_early() => break Some(early),
        }
    };
    shutdown.end();
    tasks.close().await;
    tracing::info!("stopped");
    refused.map_or(Ok(()), Err)
}

/// Gives the chargers what is theirs, and lets each have its first round; returns what
/// stores what is set at them.
async fn bring_up(
    town: &Rc<Town>,
    flash: Option<&PartedFlash>,
    url: Option<&str>,
) -> anyhow::Result<Vec<Settings>> {
    let began = Instant::now();
    let settings = match flash {
        Some(flash) => settings::restore(town, flash).await?,
        None => Vec::new(),
    };
    if let Some(url) = url {
        // Once in a process.
        let url: &'static str = url.to_owned().leak();
        town.chargers().for_each(|charger| charger.give_broker(url));
    }
    town.chargers().for_each(Charger::begin);
    tracing::info!(
        "{} chargers are up after {:?}",
        town.count(),
        began.elapsed()
    );
    Ok(settings)
}

/// All that there is at the HTTP port.
fn site(args: &Fleet, town: &Rc<Town>) -> Site<impl Handler + Clone + use<>> {
    // Once in a process.
    let names = args.allow_host.iter().map(|name| &*name.clone().leak());
    let names: Vec<&'static str> = names.collect();
    let figures = Figures::new(town.clone(), args.shard, !args.mqtt_url.is_empty());
    let page = (!args.no_page).then_some(Page);
    Site {
        routes: &goe_api::http::ROUTES,
        names: names.leak(),
        handler: (
            figures,
            (Garages(town.clone()), (page, Nowhere(town.clone()))),
        ),
        sockets: (),
    }
}

/// Looks whether there may be so many connections to brokers; so many clients of HTTP may be
/// there beside them.
fn clients(lines: u64, limit: Option<u64>) -> anyhow::Result<usize> {
    let wanted = lines + OTHER_FILES;
    let Some(limit) = limit else {
        return Ok(usize::MAX);
    };
    anyhow::ensure!(
        limit >= wanted,
        "{lines} connections to a broker and {OTHER_FILES} of clients are wanted, and this process may \
         have {limit} files open; raise that, by `ulimit -n {wanted}` in the shell that starts it, \
         LimitNOFILE={wanted} for systemd or --ulimit nofile={wanted} for Docker, or take \
         fewer chargers by --count or --shard"
    );
    Ok(usize::try_from(limit - lines - OWN_FILES).unwrap_or(usize::MAX))
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
