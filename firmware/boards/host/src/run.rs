//! Brings the parts up, in an order in which each failure can still be told,
//! and down again.

use std::io::Write;
use std::net::SocketAddr;
use std::rc::Rc;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use anyhow::Context;
use goe_api::{ENTRY_CAPACITY, REGISTRY, STORED_CAPACITY, http::ROUTES, mqtt::TOPICS};
use goe_firmware::board::Hardware;
use goe_firmware::charger::{Charger, Counters, Identity};
use goe_firmware::http;
use goe_firmware::mqtt::{self, pending::Slot, topics::Topics};
use goe_firmware::store::{Found, MountError, Store};
use goe_firmware::wallbox::Wallbox;
use goe_runtime::mqtt::Names;
use goe_sim::{Sim, SimConfig};
use tokio::net::TcpListener;
use tokio::task::{LocalSet, spawn_local};

use crate::args::{Args, Car};
use crate::broker;
use crate::clock::Clock;
use crate::flash::{FileFlash, FlashError, default_path};
use crate::net::{Dial, accept};
use crate::shutdown::Shutdown;

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
    let flash_path = match &args.flash {
        Some(path) => path.clone(),
        None => default_path(&args.serial)?,
    };
    let flash = FileFlash::open(&flash_path)?;
    let wallbox = Rc::new(wallbox(args)?);

    let mut item = vec![0; Store::<FileFlash>::item_capacity(STORED_CAPACITY)];
    let mut store = mount(flash, &mut item, &wallbox).await?;

    let dial = match &args.mqtt_url {
        Some(url) => Dial {
            host: url.host.clone(),
            port: url.port,
        },
        None => {
            let address = broker::start(args.broker)?;
            Dial {
                host: address.ip().to_string(),
                port: address.port(),
            }
        }
    };
    announce(args, http, &dial, &flash_path).context("cannot write to standard output")?;

    let clock = spawn_local(run_clock(wallbox.clone(), args.speed, shutdown.clone()));
    let web = spawn_local(run_http(wallbox.clone(), listener, shutdown.clone()));
    let mqtt = spawn_local(run_mqtt(
        wallbox.clone(),
        MqttConfig::new(args),
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

fn announce(
    args: &Args,
    http: SocketAddr,
    dial: &Dial,
    flash: &std::path::Path,
) -> std::io::Result<()> {
    let broker = match &args.mqtt_url {
        Some(url) => url.to_string(),
        None => format!("mqtt://{}:{} (its own broker)", dial.host, dial.port),
    };
    let prefix = TOPICS.default_prefix;
    let serial = &args.serial;
    let host = match dial.port {
        1883 => format!("-h {}", dial.host),
        port => format!("-h {} -p {port}", dial.host),
    };
    let mut out = std::io::stdout().lock();
    writeln!(
        out,
        "go-eCharger {serial}, virtual, {}x real time",
        args.speed
    )?;
    writeln!(out, "  HTTP   http://{http}/api/status")?;
    writeln!(out, "  MQTT   {broker}, topics {prefix}/{serial}/#")?;
    writeln!(out, "  flash  {}", flash.display())?;
    writeln!(out, "try:")?;
    writeln!(out, "  curl 'http://{http}/api/status?filter=alw,acu,eto'")?;
    writeln!(out, "  curl 'http://{http}/api/set?dwo=3500'")?;
    writeln!(out, "  mosquitto_sub {host} -t '{prefix}/{serial}/#' -v")?;
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
            let socket = accept(&listener).await;
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

/// What the MQTT client is told of the command line.
struct MqttConfig {
    serial: String,
    user: Option<String>,
    password: Option<String>,
    seed: u64,
}

impl MqttConfig {
    fn new(args: &Args) -> Self {
        let url = args.mqtt_url.as_ref();
        MqttConfig {
            serial: args.serial.clone(),
            user: url.and_then(|url| url.user.clone()),
            password: url.and_then(|url| url.password.clone()),
            seed: args.seed,
        }
    }
}

async fn run_mqtt(wallbox: Rc<Charging>, config: MqttConfig, mut dial: Dial, shutdown: Shutdown) {
    let names = Names {
        prefix: TOPICS.default_prefix,
        serial: &config.serial,
    };
    let topics = match Topics::new(&TOPICS, names) {
        Ok(topics) => topics,
        Err(error) => return tracing::error!("mqtt: the topics cannot be used: {error:?}"),
    };
    let mut slots = vec![Slot::NEW; REGISTRY.descriptors.len()];
    let mut receive = vec![0; 16 * 1024];
    let mut transmit = vec![0; ENTRY_CAPACITY + 4096];
    let client_config = mqtt::Config {
        connect: mqtt::codec::Connect {
            client_id: &format!("{}-{}", TOPICS.default_prefix, config.serial),
            keep_alive_s: 30,
            clean_session: true,
            credentials: config.user.as_deref().map(|user| mqtt::codec::Credentials {
                user,
                password: config.password.as_deref().map(str::as_bytes),
            }),
            will: None,
        },
        topics,
    };
    let buffers = mqtt::Buffers {
        rx: &mut receive,
        tx: &mut transmit,
        slots: &mut slots,
    };
    let mut client = mqtt::Client::new(client_config, buffers, config.seed);
    if let Err(error) = client.run(&mut dial, &*wallbox, shutdown.wait()).await {
        tracing::error!("mqtt: not started: {error:?}");
    }
}
