//! A device as a program: from its logic and a command line to a process that
//! serves it, tells where, and ends by Ctrl-C or SIGTERM.
//!
//! [`main`] is all of it. A program that has more to bring up beside the device
//! starts it by [`Program::start`] and ends by [`exit`]; one that has several devices, one
//! after the other, opens one [`Door`] for them.

use std::cell::{Cell, RefCell};
use std::io::{self, Write};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;
use std::rc::Rc;
use std::time::Instant;

use anyhow::Context;
use clap::{Args, FromArgMatches};
use goe_device::http::Handler;
use goe_device::mqtt::topics::{Action, TOPIC_MAX, Topics};
use goe_runtime::device::{
    Api, Credential, Device, DeviceCell, Logic, Observed, Reached, Registered, Stored, Table, Url,
};
use goe_runtime::error::Sent;
use goe_runtime::http;
use goe_runtime::mqtt::{Names, TopicMap};
use tokio::net::TcpListener;
use tokio::task::{spawn_local, yield_now};

use crate::broker::Broker;
use crate::flash::{FileFlash, InUse};
use crate::host::{Host, Tables, run};
use crate::log;
use crate::mdns::Announcer;
use crate::modbus::Place;
use crate::options::Options;
use crate::password::{self, Origin, Password, Passwords};
use crate::shutdown::Shutdown;
use crate::steps::{Clock, Speed};
use crate::tls::Tls;
use crate::traffic::Traffic;

/// The `main` of a device that is called `name`: takes [`Options`] from the command
/// line, and serves until it is told to stop. `step` is called once a second of
/// the device's time, with the milliseconds of that time, and the first time before
/// anybody is served.
///
/// ```no_run
/// # use std::process::ExitCode;
/// # use goe_runtime::device::Logic;
/// # fn example<L: Logic + 'static>(pump: L, step: fn(&mut L, u64)) -> ExitCode {
/// goe_host::main(env!("CARGO_PKG_NAME"), pump, step)
/// # }
/// ```
pub fn main<L: Logic + 'static>(
    name: &'static str,
    logic: L,
    mut step: impl FnMut(&mut L, u64) + 'static,
) -> ExitCode {
    let command = Options::augment_args(clap::Command::new(name));
    let options = Options::from_arg_matches(&command.get_matches());
    let options = options.unwrap_or_else(|error| error.exit());
    exit(async move {
        let program = Program::start(name, &options, logic).await?;
        let heading = format!("{name} {}, {}x real time", options.serial, options.speed);
        program.device().act(|logic| step(logic, 0));
        program.announce(&heading, None, &[])?;
        program.serve((), step).await;
        Ok(())
    })
}

/// Runs a program to its end, with a log; an error is told.
pub fn exit(program: impl Future<Output = anyhow::Result<()>>) -> ExitCode {
    exit_logging("info", program)
}

/// The same with a log of what these directives pick, such as `warn,goe_host=debug`, unless RUST_LOG
/// has others.
pub fn exit_logging(
    directives: &str,
    program: impl Future<Output = anyhow::Result<()>>,
) -> ExitCode {
    log::begin(directives);
    ended(run(program))
}

/// How a program that came to this ends; an error is told.
pub fn ended(outcome: anyhow::Result<()>) -> ExitCode {
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // Where nobody reads there is nobody to tell.
            let _ = writeln!(io::stderr(), "error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// A filter for everything that a device publishes.
fn all_topics(map: &TopicMap, names: Names<'_>) -> String {
    let mut topic = [0; TOPIC_MAX];
    let state = Topics::new(map, names)
        .ok()
        .and_then(|topics| Some(topics.format(Action::State, "#", &mut topic)?.to_owned()));
    let state = state.unwrap_or_else(|| "#".to_owned());
    // A filter ends there.
    let end = state.find('#').map_or(state.len(), |at| at + 1);
    state[..end].to_owned()
}

/// Announces a device by mDNS where it is wanted: asked for, or reached by others.
fn announcer<L: Logic>(
    device: &DeviceCell<L>,
    options: &Options,
    http: SocketAddr,
) -> anyhow::Result<Option<Announcer>> {
    let wanted = options.mdns || !http.ip().is_loopback();
    if !wanted || options.no_mdns {
        return Ok(None);
    }
    device.look(|logic| match logic.announced() {
        Some(announced) => Announcer::start(announced, http).map(Some),
        None if options.mdns => anyhow::bail!(
            "this device states no service that mDNS could announce; leave --mdns out"
        ),
        None => Ok(None),
    })
}

/// Once in a process, for what is served to its end.
fn leak(names: &[String]) -> &'static [&'static str] {
    let names = names.iter().map(|name| &*name.clone().leak());
    names.collect::<Vec<_>>().leak()
}

/// What the devices of a program have one after the other: the HTTP address, at which
/// clients of the next one wait while the last one ends, and the signals.
#[derive(Debug)]
pub struct Door {
    listener: std::net::TcpListener,
    http: SocketAddr,
    modbus: Option<std::net::TcpListener>,
    shutdown: Shutdown,
    /// The password that was made for the first device that had none.
    made: RefCell<Option<Password>>,
    /// What stands for the password that was set last, which all of them have.
    credential: Rc<RefCell<Option<Credential>>>,
}

impl Door {
    /// Takes the address that a command line names.
    ///
    /// # Errors
    /// It is taken: by which flag there is another.
    pub fn open(options: &Options) -> anyhow::Result<Self> {
        let shutdown = Shutdown::listen(options.until_eof).context("cannot listen for signals")?;
        let listener = listen("HTTP", "--http", options.http)?;
        let http = listener.local_addr().context("HTTP has no address")?;
        let modbus = options.modbus.map(|at| listen("Modbus", "--modbus", at));
        Ok(Door {
            listener,
            http,
            modbus: modbus.transpose()?,
            shutdown,
            made: RefCell::default(),
            credential: Rc::default(),
        })
    }

    fn listener(&self) -> io::Result<TcpListener> {
        TcpListener::from_std(self.listener.try_clone()?)
    }

    fn modbus(&self) -> io::Result<Place> {
        let Some(listener) = &self.modbus else {
            return Ok(Place::Wanted(self.http.ip()));
        };
        TcpListener::from_std(listener.try_clone()?).map(Place::Open)
    }
}

/// Takes an address for what the flag is of.
///
/// # Errors
/// It is taken: by which flag there is another.
pub fn listen(what: &str, flag: &str, at: SocketAddr) -> anyhow::Result<std::net::TcpListener> {
    let listener = std::net::TcpListener::bind(at).with_context(|| {
        format!("{what} cannot listen on {at}; choose another address with {flag}")
    })?;
    let ready = listener.set_nonblocking(true);
    ready.with_context(|| format!("{what} cannot be served without blocking"))?;
    Ok(listener)
}

/// Makes a setting of the command line.
fn set<L: Logic + 'static>(device: &DeviceCell<L>, key: &str, json: &str) -> anyhow::Result<()> {
    let index = device.find(key).with_context(|| {
        format!("--set {key}: there is no such key; the status has all that there are")
    })?;
    device.set(index, json).map_err(|error| {
        let profile = Some(L::Api::REGISTRY.descriptor(index).profile);
        let why = error.mqtt(Sent { raw: json, profile });
        anyhow::anyhow!("--set {key}: {why}; give it another value, in JSON")
    })
}

/// Brings about that the device has a password.
fn passwords<L: Logic + 'static>(
    door: &Door,
    options: &Options,
    device: &Rc<DeviceCell<L>>,
) -> anyhow::Result<(Passwords, Origin)> {
    // A device behind another has a password already: its own, or that of the one before.
    let last = door.credential.borrow().clone();
    if let Some(last) = last.filter(|last| last.serial() == options.serial) {
        let own = device.credential();
        let own = own.filter(|own| own.serial() == options.serial);
        let kind = own.as_ref().unwrap_or(&last).kind();
        if own.is_none() {
            device.set_credential(Some(last));
        }
        let passwords = Passwords::new(kind, &options.serial, teller(door, device));
        return Ok((passwords, Origin::Stored));
    }
    let stored = device.credential();
    let (kind, origin) = password::decide(options, stored.as_ref(), door.made.borrow().as_ref())?;
    let passwords = Passwords::new(kind, &options.serial, teller(door, device));
    match &origin {
        Origin::Stored => {
            door.credential.replace(stored);
        }
        Origin::Given(Password(text)) | Origin::Made(Password(text)) => {
            passwords.set(text).map_err(|why| anyhow::anyhow!(why))?;
        }
    }
    if let Origin::Made(password) = &origin {
        door.made.replace(Some(password.clone()));
    }
    Ok((passwords, origin))
}

/// Tells a device what stands for its password, and the door for those behind it.
fn teller<L: Logic + 'static>(
    door: &Door,
    device: &Rc<DeviceCell<L>>,
) -> impl Fn(Option<Credential>) + 'static {
    let (device, last) = (device.clone(), door.credential.clone());
    move |credential| {
        if credential.is_some() {
            last.replace(credential.clone());
        }
        device.set_credential(credential);
    }
}

/// A device that was brought up: its flash is mounted, its addresses are taken,
/// and its broker listens.
pub struct Program<L: Logic, D = DeviceCell<L>> {
    device: Rc<DeviceCell<L>>,
    options: Options,
    host: Host<D>,
    listener: TcpListener,
    http: SocketAddr,
    /// Where registers are served in this run.
    modbus: Option<SocketAddr>,
    /// The broker of its own.
    own: Option<SocketAddr>,
    flash: PathBuf,
    flash_fails: Rc<Cell<bool>>,
    speed: Speed,
    tls: Tls,
    traffic: Traffic,
    announcer: Option<Announcer>,
    shutdown: Shutdown,
    /// Of a device with a WebSocket.
    passwords: Option<(Passwords, Origin)>,
}

impl<L: Logic + 'static> Program<L> {
    /// Brings a device up as it is.
    ///
    /// # Errors
    /// An address is taken, or flash cannot be used: by which flag there is another.
    pub async fn start(name: &str, options: &Options, logic: L) -> anyhow::Result<Self> {
        let door = Door::open(options)?;
        Program::start_behind(&door, (name, options), logic, |device| device).await
    }
}

impl<L: Logic + 'static, D: Reached + Stored + Observed + Registered + 'static> Program<L, D> {
    /// Brings the parts up, in an order in which each failure can still be told.
    /// The broker of the command line goes before the one that is set, the own one
    /// behind it. What `around` makes of the device is served and stored.
    ///
    /// # Errors
    /// As for [`start`](Program::start).
    pub async fn start_behind(
        door: &Door,
        (name, options): (&str, &Options),
        logic: L,
        around: impl FnOnce(Rc<DeviceCell<L>>) -> Rc<D>,
    ) -> anyhow::Result<Self> {
        let listener = door.listener().context("HTTP cannot be served")?;
        let (http, shutdown) = (door.http, door.shutdown.apart());
        let path = options.flash_path(name)?;
        let flash = FileFlash::open(&path).map_err(|error| match error.is::<InUse>() {
            true => anyhow::anyhow!(
                "{error} by another device; choose another with --serial or --flash"
            ),
            false => error,
        })?;
        let flash_fails = flash.fails();
        let device = Rc::new(DeviceCell::new(logic));
        let names = leak(&options.allow_host);
        let traffic = Traffic::default();
        let host = Host::mount(
            around(device.clone()),
            Tables::of::<L::Api>(),
            &options.serial,
            flash,
        )
        .await?
        .known_as(names)
        .seen_by(traffic.clone());
        for (key, json) in &options.set {
            set(&device, key, json)?;
        }
        let has_registers = !L::Api::REGISTERS.is_empty();
        let modbus = door.modbus.as_ref().map(std::net::TcpListener::local_addr);
        let modbus = modbus.transpose().context("Modbus has no address")?;
        anyhow::ensure!(
            has_registers || modbus.is_none(),
            "{name} has no registers that Modbus could read: start it without --modbus"
        );
        let host = match has_registers {
            true => host.with_modbus(door.modbus().context("Modbus cannot be served")?),
            false => host,
        };
        let passwords = match L::Api::MESSAGES {
            Some(_) => Some(passwords(door, options, &device)?),
            None => None,
        };
        let tls = Tls::new(options.mqtt_ca.as_deref())?;
        let own = match &options.mqtt_url {
            Some(url) => {
                // Once in a run, as below.
                device.give_broker(url.0.clone().leak(), true);
                None
            }
            None => {
                let broker = Broker::bind(options.broker).with_context(|| {
                    format!(
                        "the broker cannot listen on {}; choose another address with --broker, or a broker of yours with --mqtt-url",
                        options.broker
                    )
                })?;
                let broker = broker.keep_place(L::Api::TOPICS, &options.serial);
                let own = broker.start_here()?;
                device.give_broker(format!("mqtt://{own}").leak(), false);
                Some(own)
            }
        };
        let open = [Some(http), own, modbus];
        let open = open
            .into_iter()
            .flatten()
            .filter(|at| !at.ip().is_loopback());
        let open: Vec<_> = open.map(|at| at.to_string()).collect();
        if !open.is_empty() {
            tracing::warn!(
                "whoever reaches {} can set everything: there is no password",
                open.join(" and ")
            );
        }
        let announcer = announcer(&device, options, http)?;
        Ok(Program {
            device,
            options: options.clone(),
            host,
            listener,
            http,
            modbus,
            own,
            flash: path,
            flash_fails,
            speed: Speed::new(options.speed),
            tls,
            traffic,
            announcer,
            shutdown,
            passwords,
        })
    }

    /// Sets the password of its WebSocket, if it has one.
    pub fn passwords(&self) -> Option<Passwords> {
        let passwords = self.passwords.as_ref();
        passwords.map(|(passwords, _)| passwords.clone())
    }

    /// The device.
    pub fn device(&self) -> Rc<DeviceCell<L>> {
        self.device.clone()
    }

    /// Set it, and nothing more can be written to flash.
    pub fn flash_fails(&self) -> Rc<Cell<bool>> {
        self.flash_fails.clone()
    }

    /// How fast the device's time runs.
    pub fn speed(&self) -> Speed {
        self.speed.clone()
    }

    /// The broker of its own, if it has one.
    pub fn broker(&self) -> Option<SocketAddr> {
        self.own
    }

    /// Ends it, and no other device of the program.
    pub fn shutdown(&self) -> Shutdown {
        self.shutdown.clone()
    }

    /// What is asked of the device from now on.
    pub fn traffic(&self) -> Traffic {
        self.traffic.clone()
    }

    /// Prints where everything is, and a page that people look at, if there is one; and
    /// what to try: HTTP `paths`, or else the whole status, and all topics.
    ///
    /// # Errors
    /// Nothing can be written to standard output.
    pub fn announce(
        &self,
        heading: &str,
        page: Option<&str>,
        paths: &[&str],
    ) -> anyhow::Result<()> {
        let told = self.tell(&mut io::stdout().lock(), (heading, page), paths);
        told.context("cannot write to standard output")
    }

    fn tell(
        &self,
        out: &mut impl Write,
        (heading, page): (&str, Option<&str>),
        paths: &[&str],
    ) -> io::Result<()> {
        let http = self.http;
        let serial = &self.options.serial;
        let mut broker = "none is wanted".to_owned();
        let mut prefix = String::new();
        // A String takes everything.
        let _ = L::Api::TOPICS.write_default_prefix(serial, &mut prefix);
        let names = Names {
            prefix: &prefix,
            serial,
        };
        let mut topics = all_topics(L::Api::TOPICS, names);
        let mut reach = String::new();
        self.device.wanted(&mut |wanted| {
            prefix = wanted.prefix.unwrap_or(&prefix).to_owned();
            let names = Names {
                prefix: &prefix,
                serial,
            };
            topics = all_topics(L::Api::TOPICS, names);
            if let Ok(url) = Url::parse(wanted.url) {
                let to = url.broker(wanted.trust);
                reach = match to.port {
                    1883 => format!("-h {}", to.host),
                    port => format!("-h {} -p {port}", to.host),
                };
                let is_own = self
                    .own
                    .is_some_and(|own| wanted.url == format!("mqtt://{own}"));
                let whose = if is_own { " (its own broker)" } else { "" };
                broker = format!("{url}{whose}, topics {topics}");
            }
        });
        let mut routes = L::Api::ROUTES.iter();
        let status = routes.find(|route| route.action == http::Action::Status);
        let status = status.map_or("/", |route| route.path);
        writeln!(out, "{heading}")?;
        if let Some(page) = page {
            writeln!(out, "  page   http://{http}{page}")?;
        }
        writeln!(out, "  HTTP   http://{http}{status}")?;
        let mut routes = L::Api::ROUTES.iter();
        let socket = routes.find(|route| route.action == http::Action::Socket);
        if let (Some(route), Some((_, origin))) = (socket, &self.passwords) {
            write!(out, "  WS     ws://{http}{}, ", route.path)?;
            match origin {
                Origin::Given(_) => writeln!(out, "with the password that was given")?,
                Origin::Stored => writeln!(out, "with the password of before")?,
                Origin::Made(Password(made)) => {
                    writeln!(out, "password {made} (made now, and told this once)")?;
                }
            }
        }
        writeln!(out, "  MQTT   {broker}")?;
        if let Some(announcer) = &self.announcer {
            writeln!(out, "  mDNS   {}.local", announcer.hostname())?;
        }
        if let Some(modbus) = self.modbus {
            writeln!(out, "  Modbus {modbus}")?;
        }
        writeln!(out, "  flash  {}", self.flash.display())?;
        writeln!(out, "try:")?;
        let all = [status];
        for path in if paths.is_empty() { &all } else { paths } {
            writeln!(out, "  curl 'http://{http}{path}'")?;
        }
        writeln!(out, "  mosquitto_sub {reach} -t '{topics}' -v")?;
        out.flush()
    }

    /// Serves until it is time to stop, with the routes of `handler` on the HTTP port
    /// (`()` has none). `step` is called as by [`main`].
    pub async fn serve(
        self,
        handler: impl Handler + Clone + 'static,
        mut step: impl FnMut(&mut L, u64) + 'static,
    ) {
        let steps = move |device: &DeviceCell<L>, due: &mut dyn Iterator<Item = u64>| {
            device.act(|logic| due.for_each(|now_ms| step(logic, now_ms)));
        };
        self.serve_by(handler, steps).await;
    }

    /// The same, where `steps` is given the device and the times of all steps that are
    /// due.
    pub async fn serve_by(
        self,
        handler: impl Handler + Clone + 'static,
        mut steps: impl FnMut(&DeviceCell<L>, &mut dyn Iterator<Item = u64>) + 'static,
    ) {
        let (device, shutdown, speed) = (self.device, self.shutdown.clone(), self.speed);
        let traffic = self.traffic;
        let mut clock = Clock::new(speed.get(), Instant::now());
        let stepping = spawn_local(async move {
            let mut stop = std::pin::pin!(shutdown.wait());
            loop {
                let next = tokio::time::Instant::from_std(clock.next(Instant::now()));
                tokio::select! {
                    () = tokio::time::sleep_until(next) => {}
                    () = speed.changed() => clock.set_speed(speed.get(), Instant::now()),
                    () = &mut stop => return,
                }
                clock.skip(speed.take_ahead(), Instant::now());
                steps(
                    &device,
                    &mut clock
                        .due(Instant::now())
                        .inspect(|&now_ms| traffic.pass(now_ms)),
                );
                if speed.ahead_s() > 0 {
                    yield_now().await;
                }
            }
        });
        self.host
            .serve(self.listener, handler, self.tls, self.shutdown)
            .await;
        if let Some(announcer) = self.announcer {
            announcer.withdraw().await;
        }
        if let Err(error) = stepping.await {
            tracing::error!("a task ended badly: {error}");
        }
        tracing::info!("stopped");
    }
}
