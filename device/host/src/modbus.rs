//! The registers of a device, served at an address of the command line's or at the port
//! that the device wants.
//!
//! It must never know a register, nor what a frame is.

use std::io;
use std::net::{IpAddr, SocketAddr};
use std::rc::Rc;

use goe_device::http::Slots;
use goe_device::modbus::{self, FRAME_MAX};
use goe_runtime::Registry;
use goe_runtime::device::{Device, Registered};
use goe_runtime::http::Route;
use tokio::net::TcpListener;
use tokio::task::JoinSet;

use crate::clock::RealTime;
use crate::net::{TcpSocket, accept};
use crate::shutdown::Shutdown;
use crate::traffic::{Client, Traffic, Watched, Wire};

/// Connections served at the same time.
const CONNECTIONS: usize = 4;

/// Where it is noted what clients write, and the tables that it takes.
pub(crate) type Seen = (Traffic, (&'static Registry, &'static [Route]));

/// Where registers are served.
#[derive(Debug)]
pub(crate) enum Place {
    /// Here, whatever the device wants.
    Open(TcpListener),
    /// At this address, at the port that the device wants, while it wants it.
    Wanted(IpAddr),
}

/// Serves the registers of `device` until `shutdown`. A port that cannot be had is told
/// and nothing else, until another one is wanted.
pub(crate) async fn serve<D: Registered + Device + 'static>(
    device: Rc<D>,
    place: Place,
    clock: RealTime,
    seen: Seen,
    shutdown: Shutdown,
) {
    // Once for each device of a process: connections hold a part of it.
    let slots: &'static Slots<_, CONNECTIONS> = Box::leak(Box::new(Slots::new(clock)));
    let mut stop = std::pin::pin!(shutdown.wait());
    let ip = match place {
        Place::Open(listener) => {
            return accept_all(&device, &listener, slots, &seen, stop).await;
        }
        Place::Wanted(ip) => ip,
    };
    loop {
        let at = wanted(&*device, ip);
        let change = async {
            while wanted(&*device, ip) == at {
                device.modbus_changed().wait().await;
            }
        };
        let listener = match at {
            Some(at) => listen(at).await,
            None => None,
        };
        let served = async {
            match &listener {
                Some(listener) => accept_all(&device, listener, slots, &seen, change).await,
                None => change.await,
            }
        };
        // Whoever is connected when it is switched off loses the connection.
        tokio::select! {
            biased;
            () = &mut stop => return,
            () = served => {}
        }
    }
}

fn wanted(device: &impl Registered, ip: IpAddr) -> Option<SocketAddr> {
    let modbus = device.modbus();
    modbus.enabled.then(|| SocketAddr::new(ip, modbus.port))
}

async fn listen(at: SocketAddr) -> Option<TcpListener> {
    match TcpListener::bind(at).await {
        Ok(listener) => {
            tracing::info!("modbus: listening on {at}");
            if !at.ip().is_loopback() {
                tracing::warn!(
                    "whoever reaches {at} can set what has a register: there is no password"
                );
            }
            Some(listener)
        }
        Err(error) => {
            let why = match error.kind() {
                io::ErrorKind::PermissionDenied => {
                    "ports below 1024 are for the system's administrator"
                }
                _ => "another program may have it",
            };
            tracing::error!(
                "modbus: cannot listen on {at}: {error} ({why}); set another port and restart, or start with --modbus ADDRESS"
            );
            None
        }
    }
}

/// Serves whoever comes, until `end`.
async fn accept_all<D: Registered + Device + 'static>(
    device: &Rc<D>,
    listener: &TcpListener,
    slots: &'static Slots<RealTime, CONNECTIONS>,
    (traffic, table): &Seen,
    end: impl Future<Output = ()>,
) {
    // Dropping them ends all connections.
    let mut clients = JoinSet::new();
    let mut end = std::pin::pin!(end);
    loop {
        let mut client = std::pin::pin!(async {
            let socket = TcpSocket::new(accept(listener).await);
            (socket, slots.claim().await)
        });
        let (socket, slot) = loop {
            tokio::select! {
                biased;
                () = &mut end => return,
                client = &mut client => break client,
                Some(ended) = clients.join_next(), if !clients.is_empty() => {
                    if let Err(error) = ended {
                        tracing::error!("modbus: a connection ended badly: {error}");
                    }
                }
            }
        };
        let device = device.clone();
        let client = Client::new(traffic.clone(), (Wire::Modbus, socket.peer()), *table);
        clients.spawn_local(async move {
            let device = Watched {
                device: &*device,
                client: &client,
            };
            let mut frame = [0; FRAME_MAX];
            modbus::serve(&device, slot, socket, &mut frame).await;
        });
    }
}
