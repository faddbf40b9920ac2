//! Brings the parts up, in an order in which each failure can still be told,
//! and down again.

use std::io::Write;
use std::net::SocketAddr;
use std::path::Path;
use std::rc::Rc;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use anyhow::Context;
use goe_api::{ENTRY_CAPACITY, REGISTRY, STORED_CAPACITY, http::ROUTES, mqtt::TOPICS};
use goe_firmware::board::Hardware;
use goe_firmware::charger::{Charger, Counters, Identity};
use goe_firmware::http;
use goe_firmware::mqtt::{self, Configured, Url, pending::Slot};
use goe_firmware::store::{Found, MountError, Store};
use goe_firmware::wallbox::Wallbox;
use goe_sim::{Sim, SimConfig};
use tokio::net::TcpListener;
use tokio::task::{LocalSet, spawn_local};

use crate::args::{Args, Car};
use crate::broker;
use crate::clock::Clock;
use crate::dial::Dial;
use crate::flash::{FileFlash, FlashError, default_path};
use crate::garage::{self, Garage};
use crate::net::{TcpSocket, accept};
use crate::shutdown::Shutdown;
use crate::tls::Tls;

/// HTTP connections served at the same time.
const CONNECTIONS: usize = 32;

/// Everything has to be down after this long.
const STOP: Duration = Duration::from_millis(900);

type Charging = Wallbox<Sim>;

/// Runs until Ctrl-C or SIGTERM.
pub(crate) fn run(args: Args) -> anyhow::Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .context("cannot start the runtime")?;
    // Everything that polls one of embassy's timers has to be a task of its own:
    // their queue tells its entries apart by their wakers, and that of tokio's
    // outermost future does not always equal itself. The queue would fill up
    // with its copies, and waking one after the other would take a whole core.
    LocalSet::new().block_on(&runtime, async move {
        spawn_local(serve(args))
            .await
            .context("the charger ended badly")?
    })
}

async fn serve(args: Args) -> anyhow::Result<()> {
    let args = &args;
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
    let flash = FileFlash::open(&flash_path)?;
    let flash_fails = flash.fails();
    let wallbox = Rc::new(wallbox(args)?);

    let mut item = vec![0; Store::<FileFlash>::item_capacity(STORED_CAPACITY)];
    let mut store = mount(flash, &mut item, &wallbox).await?;

    let dial = Dial {
        tls: Tls::new(args.mqtt_ca.as_deref())?,
    };
    let own = match &args.mqtt_url {
        Some(_) => None,
        None => Some(broker::start(args.broker)?),
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
            wallbox: wallbox.clone(),
            flash_fails,
        };
        spawn_local(garage::serve(garage, listener, shutdown.clone()));
    }
    let web = spawn_local(run_http(wallbox.clone(), listener, shutdown.clone()));
    let mqtt = spawn_local(run_mqtt(
        wallbox.clone(),
        args.serial.clone(),
        dial,
        shutdown.clone(),
    ));
    store.run(&*wallbox, shutdown.wait()).await;
    let rest = async {
        for task in [clock, web, mqtt] {
            if let Err(error) = task.await {
                tracing::error!("a task ended badly: {error}");
            }
        }
    };
    if tokio::time::timeout(STOP, rest).await.is_err() {
        tracing::warn!("not everything could be closed in time");
    }
    tracing::info!("stopped");
    Ok(())
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

async fn mount<'b, H: Hardware>(
    flash: FileFlash,
    item: &'b mut [u8],
    wallbox: &Wallbox<H>,
) -> anyhow::Result<Store<'b, FileFlash>> {
    let broken = |error: FlashError| anyhow::anyhow!("the flash file cannot be used: {error}");
    let (mut store, mut found) = Store::mount(flash, item)
        .await
        .map_err(|error| match error {
            MountError::Size => anyhow::anyhow!("the flash file has an impossible size"),
            MountError::Flash(error) => broken(error),
        })?;
    store.restore(wallbox, &mut found).await.map_err(broken)?;
    let Found {
        settings, skipped, ..
    } = found;
    tracing::info!("store: {settings} settings restored, {skipped} skipped");
    Ok(store)
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

async fn run_http(wallbox: Rc<Charging>, listener: TcpListener, shutdown: Shutdown) {
    let slots: &'static http::Slots<CONNECTIONS> = Box::leak(Box::default());
    let mut stop = std::pin::pin!(shutdown.wait());
    loop {
        let client = async {
            let socket = TcpSocket::new(accept(&listener).await);
            (socket, slots.claim().await)
        };
        let (socket, slot) = tokio::select! {
            client = client => client,
            () = &mut stop => return,
        };
        let wallbox = wallbox.clone();
        spawn_local(async move {
            let mut request = vec![0; http::REQUEST_LINE_MAX + 4096];
            let mut body = vec![0; http::REQUEST_LINE_MAX.max(ENTRY_CAPACITY + 3)];
            let mut transmit = vec![0; 4096];
            let buffers = http::Buffers {
                request: &mut request,
                body: &mut body,
                transmit: &mut transmit,
            };
            http::serve(&*wallbox, &ROUTES, slot, socket, buffers).await;
        });
    }
}

async fn run_mqtt(wallbox: Rc<Charging>, serial: String, mut dial: Dial, shutdown: Shutdown) {
    let mut slots = vec![Slot::NEW; REGISTRY.descriptors.len()];
    let mut receive = vec![0; 16 * 1024];
    let mut transmit = vec![0; ENTRY_CAPACITY + 4096];
    let memory = mqtt::Memory {
        rx: &mut receive,
        tx: &mut transmit,
        slots: &mut slots,
    };
    let topics = (&TOPICS, serial.as_str());
    mqtt::run(
        &mut dial,
        &*wallbox,
        topics,
        memory,
        chance(),
        shutdown.wait(),
    )
    .await;
}

/// A number of this run alone: two chargers with one serial number must not
/// leave the same to chance.
fn chance() -> u64 {
    use std::hash::{BuildHasher, RandomState};
    RandomState::new().hash_one(std::process::id())
}
