//! A device with everything around it: its store is mounted, HTTP and MQTT
//! serve it, and all of them end together.

use std::rc::Rc;
use std::time::Duration;

use anyhow::Context;
use goe_device::http;
use goe_device::http::Handler;
use goe_device::store::{MountError, Store};
use goe_device::ws::{Hall, Session};
use goe_runtime::device::{Api, Observed, Reached, Registered, Stored, Table};
use goe_runtime::http::Route;
use goe_runtime::mqtt::TopicMap;
use goe_runtime::websocket::Messages;
use tokio::net::TcpListener;
use tokio::task::{LocalSet, spawn_local};

use crate::clock::RealTime;
use crate::dial::Dial;
use crate::entropy::Os;
use crate::flash::{FileFlash, FlashError};
use crate::memory::{MqttRoom, OnHeap, run_mqtt, serve_client};
use crate::modbus::{self, Place};
use crate::shutdown::Shutdown;
use crate::tls::Tls;
use crate::traffic::{Client, Overheard, Traffic, Watched, Wire};
use crate::web::let_in;

/// HTTP connections served at the same time.
const CONNECTIONS: usize = 32 + STREAMS + SOCKETS;

/// Of which so many may be streams.
const STREAMS: usize = 8;

/// And so many WebSockets.
const SOCKETS: usize = 10;

/// Everything has to be down after this long.
const STOP: Duration = Duration::from_millis(900);

/// The tables of the generated crate that say how a device is reached.
#[derive(Clone, Copy, Debug)]
pub struct Tables {
    /// Its `http::ROUTES`.
    pub routes: &'static [Route],
    /// Its `mqtt::TOPICS`.
    pub topics: &'static TopicMap,
    /// Its `websocket::MESSAGES`.
    pub messages: Option<&'static Messages>,
}

impl Tables {
    /// The tables of a generated `Api`.
    pub fn of<A: Api>() -> Self {
        Tables {
            routes: A::ROUTES,
            topics: A::TOPICS,
            messages: A::MESSAGES,
        }
    }
}

/// A device whose settings were restored, and that is ready to be served.
///
/// ```no_run
/// # use std::{net::SocketAddr, path::Path, rc::Rc};
/// # use goe_host::{FileFlash, Host, Shutdown, Tables, Tls};
/// # use goe_runtime::device::{Observed, Reached, Registered, Stored};
/// # fn example<D: Reached + Stored + Observed + Registered + 'static>(device: D, tables: Tables) -> anyhow::Result<()> {
/// goe_host::run(async move {
///     let shutdown = Shutdown::listen(false)?;
///     let flash = FileFlash::open(Path::new("device.flash"))?;
///     let host = Host::mount(Rc::new(device), tables, "000001", flash).await?;
///     let http = tokio::net::TcpListener::bind("127.0.0.1:8080").await?;
///     host.serve(http, (), Tls::new(None)?, shutdown).await;
///     Ok(())
/// })
/// # }
/// ```
pub struct Host<D> {
    device: Rc<D>,
    tables: Tables,
    serial: String,
    store: Store<'static, FileFlash>,
    clock: RealTime,
    names: &'static [&'static str],
    traffic: Traffic,
    modbus: Option<Place>,
}

/// Runs a future, which may spawn local tasks, to its end.
///
/// # Errors
/// Those of the future, and when there can be no runtime.
pub fn run(future: impl Future<Output = anyhow::Result<()>>) -> anyhow::Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .context("cannot start the runtime")?;
    LocalSet::new().block_on(&runtime, future)
}

impl<D: Reached + Stored + Observed + Registered + 'static> Host<D> {
    /// Mounts the flash, and restores what is stored there.
    ///
    /// # Errors
    /// When the flash cannot be used at all; what is stored is never an error.
    pub async fn mount(
        device: Rc<D>,
        tables: Tables,
        serial: &str,
        flash: FileFlash,
    ) -> anyhow::Result<Self> {
        let broken = |error: FlashError| anyhow::anyhow!("the flash file cannot be used: {error}");
        let stored = device.registry().capacities.stored;
        // Once for each device of a process.
        let item = vec![0; Store::<FileFlash>::item_capacity(stored)].leak();
        let mounted = Store::mount(flash, item).await;
        let (mut store, mut found) = mounted.map_err(|error| match error {
            MountError::Size => anyhow::anyhow!("the flash file has an impossible size"),
            MountError::Flash(error) => broken(error),
        })?;
        let restored = store.restore(&*device, &mut found).await;
        restored.map_err(broken)?;
        Ok(Host {
            device,
            tables,
            serial: serial.to_owned(),
            store,
            clock: RealTime::start(),
            names: &[],
            traffic: Traffic::default(),
            modbus: None,
        })
    }

    /// Lets it be set under these names, too: see [`Site`](http::Site).
    pub fn known_as(self, names: &'static [&'static str]) -> Self {
        Host { names, ..self }
    }

    /// Serves its registers there, too.
    pub(crate) fn with_modbus(self, place: Place) -> Self {
        let modbus = Some(place);
        Host { modbus, ..self }
    }

    /// Lets somebody see what is asked of it.
    pub fn seen_by(self, traffic: Traffic) -> Self {
        Host { traffic, ..self }
    }

    /// Serves HTTP at `listener`, with the routes of `handler` (`()` has none), keeps
    /// an MQTT client as the device wants it, and stores what is set, until
    /// `shutdown`; then everything is closed.
    pub async fn serve(
        self,
        listener: TcpListener,
        handler: impl Handler + Clone + 'static,
        tls: Tls,
        shutdown: Shutdown,
    ) {
        let Host {
            device,
            tables:
                Tables {
                    routes,
                    topics,
                    messages,
                },
            serial,
            mut store,
            clock,
            names,
            traffic,
            modbus,
        } = self;
        let hall = messages.map(|messages| {
            // Connections outlive this by what it takes to close them.
            let hall = Box::leak(Box::new(Hall::<_, _, SOCKETS>::new(messages, Os)));
            hall.open(&*device);
            OnHeap(hall.session())
        });
        let site = http::Site {
            routes,
            names,
            handler,
            sockets: hall,
        };
        let table = (device.registry(), routes);
        let broker = (Wire::Mqtt, "broker".to_owned());
        let broker = Client::new(traffic.clone(), broker, table);
        let web = serve_http(
            device.clone(),
            site,
            listener,
            clock,
            (traffic.clone(), shutdown.clone()),
        );
        let names = (topics, serial);
        let mqtt = serve_mqtt(device.clone(), broker, names, tls, clock, shutdown.clone());
        let registers = modbus.map(|place| {
            let (device, shutdown) = (device.clone(), shutdown.clone());
            let seen = (traffic.clone(), table);
            spawn_local(modbus::serve(device, place, clock, seen, shutdown))
        });
        let tasks = [spawn_local(web), spawn_local(mqtt)];
        let tasks = tasks.into_iter().chain(registers);
        store.run(&*device, clock, shutdown.wait()).await;
        let rest = async {
            for task in tasks {
                if let Err(error) = task.await {
                    tracing::error!("a task ended badly: {error}");
                }
            }
        };
        if tokio::time::timeout(STOP, rest).await.is_err() {
            tracing::warn!("not everything could be closed in time");
        }
    }
}

/// Who talks on the WebSocket, if the table has one.
type Conversations<K> = Option<OnHeap<Session<'static, K, Os>>>;

async fn serve_http<D: Reached + Observed + 'static, H: Handler + Clone + 'static>(
    device: Rc<D>,
    site: http::Site<H, Conversations<D::Keys>>,
    listener: TcpListener,
    clock: RealTime,
    (traffic, shutdown): (Traffic, Shutdown),
) {
    let slots = http::Slots::<_, CONNECTIONS>::keeping(clock, STREAMS, SOCKETS);
    // Connections outlive this task by what it takes to close them.
    let slots: &'static http::Slots<_, CONNECTIONS> = Box::leak(Box::new(slots));
    let_in(listener, slots, shutdown, |socket, slot| {
        let device = device.clone();
        let site = site.clone();
        let client = (Wire::Http, socket.peer());
        let client = Client::new(traffic.clone(), client, (device.registry(), site.routes));
        spawn_local(async move {
            let overheard = Overheard {
                handler: &site.handler,
                client: &client,
            };
            let site = http::Site {
                routes: site.routes,
                names: site.names,
                handler: &overheard,
                sockets: site.sockets,
            };
            let device = Watched {
                device: &*device,
                client: &client,
            };
            serve_client(&device, site, slot, socket).await;
        });
    })
    .await;
}

async fn serve_mqtt<D: Reached>(
    device: Rc<D>,
    client: Client,
    (topics, serial): (&'static TopicMap, String),
    tls: Tls,
    clock: RealTime,
    shutdown: Shutdown,
) {
    let mut dial = Dial::new(tls);
    let topics = (topics, serial.as_str());
    let device = Watched {
        device: &*device,
        client: &client,
    };
    let room = MqttRoom::ample(device.registry());
    let seed = chance();
    run_mqtt(
        &mut dial,
        &device,
        clock,
        topics,
        room,
        seed,
        shutdown.wait(),
    )
    .await;
}

/// A number of this run alone: two devices with one serial number must not
/// leave the same to chance.
pub fn chance() -> u64 {
    use std::hash::{BuildHasher, RandomState};
    RandomState::new().hash_one(std::process::id())
}
