//! Announces a device on the local network by mDNS, so that apps find it, and takes it
//! back when it ends.
//!
//! What it is called and which services it has is the device's own matter; where it is
//! announced follows from where HTTP listens: on that interface alone, or on all but
//! loopback where it listens on all. It must never know what is served.

use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use anyhow::Context;
use goe_runtime::device::Announced;
use mdns_sd::{DaemonEvent, IfKind, ServiceDaemon, ServiceInfo};
use tokio::task::spawn_local;

/// The longest name of a service that the library takes. RFC 6763 says 15, and devices
/// have longer ones.
const NAME_MAX: u8 = 30;

/// Goodbyes are out after this long.
const STOP: Duration = Duration::from_millis(500);

/// A device that is announced until [`withdraw`](Announcer::withdraw).
pub(crate) struct Announcer {
    daemon: ServiceDaemon,
    hostname: String,
}

impl Announcer {
    /// Begins to announce what is served at `http`. It takes a second until others
    /// hear of it: a name that another device has is looked for first.
    ///
    /// # Errors
    /// The device states what cannot be announced, or there can be no thread for it.
    pub(crate) fn start(announced: Announced<'_>, http: SocketAddr) -> anyhow::Result<Self> {
        let daemon = ServiceDaemon::new()?;
        daemon.set_service_name_len_max(NAME_MAX)?;
        let ip = http.ip();
        match ip {
            _ if ip.is_unspecified() => {
                daemon.disable_interface(vec![IfKind::LoopbackV4, IfKind::LoopbackV6])?;
                if ip.is_ipv4() {
                    daemon.disable_interface(IfKind::IPv6)?;
                }
            }
            _ => {
                daemon.disable_interface(IfKind::All)?;
                daemon.enable_interface(interface(ip))?;
            }
        }
        let monitor = daemon.monitor()?;
        spawn_local(async move {
            while let Ok(event) = monitor.recv_async().await {
                match event {
                    DaemonEvent::Error(error) => tracing::warn!("mDNS: {error}"),
                    DaemonEvent::NameChange(change) => tracing::warn!(
                        "mDNS: another device is called {}; this one is {} now",
                        change.original,
                        change.new_name
                    ),
                    event => tracing::debug!("mDNS: {event:?}"),
                }
            }
        });
        for service in announced.services {
            tracing::info!("mDNS: announcing {}.{service}.local", announced.hostname);
            let info = service_info(service, announced.hostname, http);
            let info = info.with_context(|| format!("{service} cannot be announced by mDNS"))?;
            daemon.register(info)?;
        }
        Ok(Announcer {
            daemon,
            hostname: announced.hostname.to_owned(),
        })
    }

    /// Its name on the local network.
    pub(crate) fn hostname(&self) -> &str {
        &self.hostname
    }

    /// Tells everybody that the device has gone.
    pub(crate) async fn withdraw(self) {
        let told = async {
            self.daemon
                .shutdown()?
                .recv_async()
                .await
                .context("no answer")
        };
        match tokio::time::timeout(STOP, told).await {
            Ok(Ok(_)) => {}
            Ok(Err(error)) => tracing::warn!("mDNS ended badly: {error}"),
            Err(_) => tracing::warn!("mDNS could not say goodbye in time"),
        }
    }
}

/// The interface with that address; any address of loopback's is on the one.
fn interface(ip: IpAddr) -> IfKind {
    match (ip.is_loopback(), ip) {
        (true, IpAddr::V4(_)) => IfKind::LoopbackV4,
        (true, IpAddr::V6(_)) => IfKind::LoopbackV6,
        (false, ip) => IfKind::Addr(ip),
    }
}

/// Without members of TXT: none of a charger is known.
fn service_info(service: &str, hostname: &str, http: SocketAddr) -> mdns_sd::Result<ServiceInfo> {
    let (kind, host) = (format!("{service}.local."), format!("{hostname}.local."));
    let none: &[(&str, &str)] = &[];
    match http.ip() {
        ip if ip.is_unspecified() => {
            let info = ServiceInfo::new(&kind, hostname, &host, "", http.port(), none)?;
            Ok(info.enable_addr_auto())
        }
        ip => ServiceInfo::new(&kind, hostname, &host, ip, http.port(), none),
    }
}
