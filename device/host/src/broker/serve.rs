//! The broker's sockets, tasks and thread; nothing of MQTT.
//!
//! It has a thread of its own, and one alone. What strangers do to it then
//! costs the program that starts it no more than a core's time, and no request
//! and no step of the device waits behind ten thousand of their messages.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::rc::Rc;
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use anyhow::Context;
use goe_device::mqtt::client_id;
use goe_runtime::mqtt::TopicMap;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Notify, oneshot};
use tokio::task::{spawn_local, yield_now};

use super::connection::ConnectionId;
use super::core::Core;
use super::limits::Limits;
use crate::net::accept;

/// Bytes that are read at once.
const READ: usize = 4 * 1024;

/// A broker that listens.
#[derive(Debug)]
pub struct Broker {
    listener: std::net::TcpListener,
    address: SocketAddr,
    own: Option<String>,
}

/// A broker that serves, until this is dropped; then its connections are closed
/// and its thread has ended.
#[derive(Debug)]
#[must_use = "the broker ends when this is dropped"]
pub struct Running {
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Broker {
    /// Listens; clients are served once it is started.
    ///
    /// # Errors
    /// When it cannot listen there.
    pub fn bind(wanted: SocketAddr) -> anyhow::Result<Self> {
        let listener = std::net::TcpListener::bind(wanted)?;
        let address = listener.local_addr().context("the broker has no address")?;
        Ok(Self {
            listener,
            address,
            own: None,
        })
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Keeps a place for the client of a device, however many others there are.
    pub fn keep_place(self, topics: &TopicMap, serial: &str) -> Self {
        let own = client_id(topics, serial).as_str().to_owned();
        Self {
            own: Some(own),
            ..self
        }
    }

    /// Starts it for as long as the tasks of [`crate::run`] last, which is until the
    /// device has said goodbye to it, and gives the address it listens on.
    ///
    /// # Errors
    /// When there can be no thread for it.
    ///
    /// # Panics
    /// Outside of [`crate::run`] or another `LocalSet`.
    pub fn start_here(self) -> anyhow::Result<SocketAddr> {
        let address = self.address;
        let running = self.start()?;
        spawn_local(async move {
            let _running = running;
            std::future::pending::<()>().await
        });
        Ok(address)
    }

    /// Starts it.
    ///
    /// # Errors
    /// When there can be no thread for it.
    pub fn start(self) -> anyhow::Result<Running> {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .context("cannot start the broker's runtime")?;
        let Self { listener, own, .. } = self;
        listener.set_nonblocking(true)?;
        let listener = {
            let _entered = runtime.enter();
            TcpListener::from_std(listener)?
        };
        let (stop, stopped) = oneshot::channel::<()>();
        let serve = move || {
            // Dropped at the end, and all connections with it.
            let tasks = tokio::task::LocalSet::new();
            tasks.block_on(&runtime, async {
                tokio::select! {
                    () = serve(listener, Core::new(Limits::default(), own)) => {}
                    // The sender is dropped, never used.
                    _ = stopped => {}
                }
            });
        };
        let thread = std::thread::Builder::new()
            .name("broker".to_owned())
            .spawn(serve)
            .context("the broker's thread cannot be started")?;
        Ok(Running {
            stop: Some(stop),
            thread: Some(thread),
        })
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take()
            && thread.join().is_err()
        {
            tracing::error!("the broker ended badly");
        }
    }
}

/// What all connections share.
struct Shared {
    core: RefCell<Core>,
    bells: RefCell<BTreeMap<ConnectionId, Rc<Notify>>>,
    started: Instant,
}

impl Shared {
    fn now_ms(&self) -> u64 {
        // 500 million years.
        u64::try_from(self.started.elapsed().as_millis()).unwrap_or(u64::MAX)
    }

    /// Does something to the core, and wakes whom it concerns.
    fn with<T>(&self, act: impl FnOnce(&mut Core) -> T) -> T {
        let mut core = self.core.borrow_mut();
        let result = act(&mut core);
        let bells = self.bells.borrow();
        while let Some(id) = core.woken() {
            if let Some(bell) = bells.get(&id) {
                bell.notify_one();
            }
        }
        result
    }
}

async fn serve(listener: TcpListener, core: Core) {
    let shared = Rc::new(Shared {
        core: RefCell::new(core),
        bells: RefCell::default(),
        started: Instant::now(),
    });
    loop {
        let stream = accept(&listener).await;
        let seat = Seat::new(&shared);
        spawn_local(async move { seat.serve(stream).await });
        // A flood of connections leaves a turn for those that there are.
        yield_now().await;
    }
}

/// A connection's place in the core, which it leaves in whatever way it ends.
struct Seat {
    shared: Rc<Shared>,
    id: ConnectionId,
    bell: Rc<Notify>,
}

impl Drop for Seat {
    fn drop(&mut self) {
        self.shared.bells.borrow_mut().remove(&self.id);
        self.shared.with(|core| core.closed(self.id));
    }
}

/// What a connection may do now.
struct State {
    is_closing: bool,
    is_busy: bool,
    may_read: bool,
    deadline_ms: Option<u64>,
}

impl Seat {
    fn new(shared: &Rc<Shared>) -> Self {
        let now_ms = shared.now_ms();
        let id = shared.with(|core| core.connected(now_ms));
        let bell = Rc::new(Notify::new());
        shared.bells.borrow_mut().insert(id, bell.clone());
        Self {
            shared: shared.clone(),
            id,
            bell,
        }
    }

    /// Serves the connection to its end.
    async fn serve(&self, stream: TcpStream) {
        let mut out = Vec::new();
        loop {
            let state = self.shared.with(|core| {
                if out.is_empty() {
                    core.pull(self.id, &mut out);
                }
                State {
                    is_closing: core.is_closing(self.id),
                    is_busy: core.is_busy(self.id),
                    may_read: core.may_read(self.id),
                    deadline_ms: core.deadline_ms(self.id),
                }
            });
            if state.is_closing {
                // A few bytes at most, on a connection that took all before them
                // or is not worth waiting for.
                let _ = stream.try_write(&out);
                return;
            }
            let deadline = async {
                match state.deadline_ms {
                    Some(ms) => {
                        let at = self.shared.started + Duration::from_millis(ms);
                        tokio::time::sleep_until(at.into()).await;
                    }
                    None => std::future::pending().await,
                }
            };
            let goes_on = tokio::select! {
                _ = stream.readable(), if state.may_read => self.read(&stream),
                _ = stream.writable(), if !out.is_empty() => write(&stream, &mut out),
                () = self.bell.notified() => true,
                () = yield_now(), if state.is_busy => {
                    self.shared.with(|core| core.work(self.id));
                    true
                }
                () = deadline => {
                    let now_ms = self.shared.now_ms();
                    self.shared.with(|core| core.tick(self.id, now_ms));
                    true
                }
            };
            if !goes_on {
                return;
            }
            // However fast it sends and takes, others have their turn.
            yield_now().await;
        }
    }

    /// False at the end of the stream.
    fn read(&self, stream: &TcpStream) -> bool {
        let mut buffer = [0; READ];
        match stream.try_read(&mut buffer) {
            Ok(0) => false,
            Ok(length) => {
                let now_ms = self.shared.now_ms();
                let bytes = buffer.get(..length).unwrap_or_default();
                self.shared
                    .with(|core| core.receive(self.id, bytes, now_ms));
                true
            }
            Err(error) => error.kind() == std::io::ErrorKind::WouldBlock,
        }
    }
}

/// False when the connection is gone.
fn write(stream: &TcpStream, out: &mut Vec<u8>) -> bool {
    match stream.try_write(out) {
        Ok(length) => {
            out.drain(..length);
            true
        }
        Err(error) => error.kind() == std::io::ErrorKind::WouldBlock,
    }
}
