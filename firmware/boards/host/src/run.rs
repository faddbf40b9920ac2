//! Brings the parts up, in an order in which each failure can still be told,
//! and down again.

use std::io::Write;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::time::{Instant, SystemTime, UNIX_EPOCH};

use anyhow::Context;
use goe_api::{http::ROUTES, mqtt::TOPICS};
use goe_firmware::charger::{Charger, Counters, Identity};
use goe_firmware::wallbox::Wallbox;
use goe_host::broker::Broker;
use goe_host::{FileFlash, Host, InUse, Shutdown, Tables, Tls};
use goe_runtime::device::{Reached, Url};
use goe_sim::{Sim, SimConfig};
use tokio::net::TcpListener;
use tokio::task::spawn_local;

use crate::args::{Args, Car};
use crate::clock::Clock;
use crate::garage::{self, Garage};

type Charging = Wallbox<Sim>;

/// Runs until Ctrl-C or SIGTERM.
pub(crate) fn run(args: Args) -> anyhow::Result<()> {
    goe_host::run(async move { serve(&args).await })
}

async fn serve(args: &Args) -> anyhow::Result<()> {
    let shutdown = Shutdown::listen().context("cannot listen for signals")?;
    let listener = TcpListener::bind(args.http).await.with_context(|| {
        format!(
            "HTTP cannot listen on {}; choose another address with --http",
            args.http
        )
    })?;
    let http = listener.local_addr().context("HTTP has no address")?;
    let garage = match args.garage {
        Some(address) => Some(TcpListener::bind(address).await.with_context(|| {
            format!("the garage cannot listen on {address}; choose another address with --garage")
        })?),
        None => None,
    };
    let flash_path = match &args.flash {
        Some(path) => path.clone(),
        None => default_path(&args.serial)?,
    };
    let flash = FileFlash::open(&flash_path).map_err(|error| match error.is::<InUse>() {
        true => {
            anyhow::anyhow!("{error} by another charger; choose another with --serial or --flash")
        }
        false => error,
    })?;
    let flash_fails = flash.fails();
    let wallbox = Rc::new(wallbox(args)?);
    let tables = Tables {
        routes: &ROUTES,
        topics: &TOPICS,
    };
    let host = Host::mount(wallbox.clone(), tables, &args.serial, flash).await?;

    let tls = Tls::new(args.mqtt_ca.as_deref())?;
    let own = match &args.mqtt_url {
        Some(_) => None,
        None => {
            let broker = Broker::bind(args.broker).with_context(|| {
                format!(
                    "the broker cannot listen on {}; choose another address with --broker, or a broker of yours with --mqtt-url",
                    args.broker
                )
            })?;
            Some(broker.keep_place(&TOPICS, &args.serial).start_here()?)
        }
    };
    give_broker(args, own, &wallbox);
    let garage_at = garage.as_ref().map(TcpListener::local_addr).transpose();
    let at = At {
        http,
        own,
        garage: garage_at.context("the garage has no address")?,
        flash: &flash_path,
    };
    announce(args, at, &wallbox).context("cannot write to standard output")?;

    let clock = spawn_local(run_clock(wallbox.clone(), args.speed, shutdown.clone()));
    if let Some(listener) = garage {
        let garage = Garage {
            wallbox,
            flash_fails,
        };
        spawn_local(garage::serve(garage, listener, shutdown.clone()));
    }
    host.serve(listener, tls, shutdown).await;
    if let Err(error) = clock.await {
        tracing::error!("a task ended badly: {error}");
    }
    tracing::info!("stopped");
    Ok(())
}

/// The file for a serial number, where this system keeps the state of programs.
fn default_path(serial: &str) -> anyhow::Result<PathBuf> {
    let folder = dirs::state_dir().or_else(dirs::data_local_dir).context(
        "this system names no folder for the state of programs; choose a file with --flash",
    )?;
    Ok(folder.join("goe-charger").join(format!("{serial}.flash")))
}

fn wallbox(args: &Args) -> anyhow::Result<Charging> {
    let identity = Identity::new(&args.serial, 1).context("the serial number cannot be used")?;
    let sim = Sim::new(&SimConfig {
        seed: args.seed,
        plugged: args.car == Car::Plugged,
        utc_ms: utc_ms(),
        ..SimConfig::default()
    });
    Ok(Wallbox::new(
        Charger::new(identity, Counters::default()),
        sim,
    ))
}

/// The time of this computer, from which the charger's own goes on.
fn utc_ms() -> Option<i64> {
    let since_1970 = SystemTime::now().duration_since(UNIX_EPOCH).ok()?;
    i64::try_from(since_1970.as_millis()).ok()
}

/// The broker of the command line goes before the one that is set, ours behind
/// it; neither is stored.
fn give_broker(args: &Args, own: Option<SocketAddr>, wallbox: &Charging) {
    let url = match (&args.mqtt_url, own) {
        (Some(url), _) => url.0.clone(),
        (None, Some(own)) => format!("mqtt://{own}"),
        (None, None) => return,
    };
    // Once in a run.
    wallbox.give_broker(url.leak(), args.mqtt_url.is_some());
}

/// Where everything is.
struct At<'a> {
    http: SocketAddr,
    /// The broker of its own.
    own: Option<SocketAddr>,
    garage: Option<SocketAddr>,
    flash: &'a Path,
}

fn announce(args: &Args, at: At<'_>, wallbox: &Charging) -> std::io::Result<()> {
    let At { http, own, .. } = at;
    let serial = &args.serial;
    let mut broker = "switched off (mce)".to_owned();
    let mut prefix = TOPICS.default_prefix.to_owned();
    let mut reach = String::new();
    wallbox.wanted(&mut |wanted| {
        prefix = wanted.prefix.unwrap_or(&prefix).to_owned();
        if let Ok(url) = Url::parse(wanted.url) {
            let to = url.broker(wanted.trust);
            reach = match to.port {
                1883 => format!("-h {}", to.host),
                port => format!("-h {} -p {port}", to.host),
            };
            let is_own = own.is_some_and(|own| wanted.url == format!("mqtt://{own}"));
            let whose = if is_own { " (its own broker)" } else { "" };
            broker = format!("{url}{whose}, topics {prefix}/{serial}/#");
        }
    });
    let mut out = std::io::stdout().lock();
    writeln!(
        out,
        "go-eCharger {serial}, virtual, {}x real time",
        args.speed
    )?;
    writeln!(out, "  HTTP   http://{http}/api/status")?;
    writeln!(out, "  MQTT   {broker}")?;
    if let Some(garage) = at.garage {
        writeln!(out, "  garage http://{garage}/")?;
    }
    writeln!(out, "  flash  {}", at.flash.display())?;
    writeln!(out, "try:")?;
    writeln!(out, "  curl 'http://{http}/api/status?filter=alw,acu,eto'")?;
    writeln!(out, "  curl 'http://{http}/api/set?dwo=3500'")?;
    writeln!(out, "  mosquitto_sub {reach} -t '{prefix}/{serial}/#' -v")?;
    out.flush()
}

async fn run_clock(wallbox: Rc<Charging>, speed: u32, shutdown: Shutdown) {
    let mut clock = Clock::new(speed, Instant::now());
    let mut stop = std::pin::pin!(shutdown.wait());
    loop {
        let next = tokio::time::Instant::from_std(clock.next(Instant::now()));
        tokio::select! {
            () = tokio::time::sleep_until(next) => {}
            () = &mut stop => return,
        }
        wallbox.step(clock.due(Instant::now()), Sim::advance);
    }
}
