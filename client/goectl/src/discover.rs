//! `goectl discover`: the chargers of this network, by mDNS.
//!
//! What kinds of chargers there are is not asked: a type of service that begins with the
//! maker's name is one. So those that came after this program are found, too.

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;
use std::time::Duration;

use anstyle::AnsiColor;
use goe_api::Key;
use mdns_sd::{IfKind, ResolvedService, ServiceDaemon, ServiceEvent};
use serde_json::{Map, Value, json};
use tokio::task::JoinSet;
use tokio::time::{Instant, timeout_at};

use crate::args::Discover;
use crate::ask;
use crate::fault::{Fault, Kind, Outcome};
use crate::output::{self, ASIDE, KEY};
use crate::words::printable;

/// Types that chargers are known to have; asked for at once, since a responder need not
/// answer the question for types.
const KNOWN: [&str; 2] = [
    "_go-e_go-eCharger._tcp.local.",
    "_go-e_go-eCharger_V4._tcp.local.",
];

/// How the types of the maker's chargers begin. Its controllers (`_go-e_controller`) are
/// none.
const CHARGERS: &str = "_go-e_go-eCharger";

/// The question for all types of service.
const TYPES: &str = "_services._dns-sd._udp.local.";

/// What is asked of each that was found.
const ASKED: [Key; 4] = [Key::Fna, Key::Sse, Key::Typ, Key::Fwv];

/// It need not be a charger, nor answer.
const PATIENCE: Duration = Duration::from_secs(2);

/// Strangers may announce without end.
const MOST: usize = 500;

/// A charger that answered.
struct Found {
    hostname: String,
    addresses: Vec<IpAddr>,
    port: u16,
    /// What it says of itself; nothing if HTTP does not answer.
    says: Map<String, Value>,
}

/// Those that were resolved, by host name and port: each has a service for each of its
/// names, and its addresses may come one after the other.
#[derive(Default)]
struct Resolved {
    taken: BTreeSet<(String, u16)>,
    /// Those that nobody reaches at the addresses that came so far.
    waiting: BTreeMap<(String, u16), ResolvedService>,
}

impl Resolved {
    /// Gives it back if it is to be asked now.
    fn take(&mut self, service: ResolvedService) -> Option<ResolvedService> {
        let place = (service.get_hostname().to_owned(), service.get_port());
        let is_full = self.taken.len() + self.waiting.len() >= MOST;
        if self.taken.contains(&place) || (is_full && !self.waiting.contains_key(&place)) {
            return None;
        }
        let mut addresses = service.get_addresses().iter();
        if addresses.any(|ip| is_reachable(ip.to_ip_addr())) {
            self.waiting.remove(&place);
            self.taken.insert(place);
            return Some(service);
        }
        self.waiting.insert(place, service);
        None
    }
}

/// Returns whether an address leads there by itself: one of a link alone (`fe80::`) does
/// not without the interface.
pub(crate) fn is_reachable(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(_) => true,
        IpAddr::V6(ip) => !ip.is_unicast_link_local(),
    }
}

pub(crate) async fn run(args: &Discover) -> Outcome {
    let until = Instant::now() + args.time;
    let broken = |error| Fault::new(Kind::Unreachable, format!("cannot ask by mDNS: {error}"));
    let daemon = ServiceDaemon::new().map_err(broken)?;
    if let Some(interface) = &args.on {
        let only = match interface.parse::<IpAddr>() {
            Ok(address) => IfKind::Addr(address),
            Err(_) => IfKind::Name(interface.clone()),
        };
        let limited = daemon.disable_interface(IfKind::All);
        limited
            .and_then(|()| daemon.enable_interface(only))
            .map_err(broken)?;
    }
    let mut resolved = Resolved::default();
    let mut asked = JoinSet::new();
    let mut browses = JoinSet::new();
    let (events, mut all) = tokio::sync::mpsc::channel(64);
    for service in KNOWN.into_iter().chain([TYPES]) {
        browse(&daemon, service, &events, &mut browses).map_err(broken)?;
    }
    let mut types: BTreeSet<String> = KNOWN.into_iter().map(str::to_owned).collect();
    let mut count = 0;
    loop {
        tokio::select! {
            event = timeout_at(until, all.recv()) => match event {
                Ok(Some(ServiceEvent::ServiceFound(of, name))) if of == TYPES => {
                    let is_new = name.starts_with(CHARGERS) && types.len() < MOST;
                    if is_new && types.insert(name.clone()) {
                        browse(&daemon, &name, &events, &mut browses).map_err(broken)?;
                    }
                }
                Ok(Some(ServiceEvent::ServiceResolved(service))) => {
                    if let Some(service) = resolved.take(*service) {
                        asked.spawn(ask_for(service));
                    }
                }
                Ok(Some(_)) => {}
                Ok(None) | Err(_) => break,
            },
            Some(found) = asked.join_next() => {
                count += usize::from(tell(found.ok(), args.json)?);
            }
        }
    }
    for service in resolved.waiting.into_values() {
        asked.spawn(ask_for(service));
    }
    while let Some(found) = asked.join_next().await {
        count += usize::from(tell(found.ok(), args.json)?);
    }
    match count {
        0 => Err(Fault::new(
            Kind::Unreachable,
            format!("no charger answered by mDNS within {:?}", args.time),
        )
        .help("it has to be in the same network; guest networks, VPNs and containers let no mDNS through")
        .help("a virtual one that listens on loopback is announced with --mdns alone")
        .help("its address is in the app and in your router's list; then: goectl --host ADDRESS status")),
        _ if args.json => Ok(()),
        _ => output::line(format_args!(
            "{ASIDE}goectl --host ADDRESS status shows what one of them does{ASIDE:#}"
        )),
    }
}

/// Lets the events of one type come where all come.
fn browse(
    daemon: &ServiceDaemon,
    service: &str,
    events: &tokio::sync::mpsc::Sender<ServiceEvent>,
    browses: &mut JoinSet<()>,
) -> mdns_sd::Result<()> {
    let (receiver, events) = (daemon.browse(service)?, events.clone());
    browses.spawn(async move {
        while let Ok(event) = receiver.recv_async().await {
            if events.send(event).await.is_err() {
                return;
            }
        }
    });
    Ok(())
}

/// Asks a charger who it is.
async fn ask_for(service: ResolvedService) -> Option<Found> {
    let mut addresses: Vec<IpAddr> = service
        .get_addresses()
        .iter()
        .map(mdns_sd::ScopedIp::to_ip_addr)
        .collect();
    // Those that people can type come first.
    addresses.sort_by_key(|ip| (ip.is_ipv6(), *ip));
    let port = service.get_port();
    let host = place(*addresses.first()?, port);
    let says = ask::quickly(&host, &ASKED, PATIENCE).await;
    let hostname = service.get_hostname().trim_end_matches('.');
    Some(Found {
        hostname: hostname.trim_end_matches(".local").to_owned(),
        addresses,
        port,
        says: says.unwrap_or_default(),
    })
}

/// As `--host` takes it.
fn place(ip: IpAddr, port: u16) -> String {
    match (ip, port) {
        (IpAddr::V4(ip), 80) => ip.to_string(),
        (IpAddr::V4(ip), port) => format!("{ip}:{port}"),
        (IpAddr::V6(ip), 80) => format!("[{ip}]"),
        (IpAddr::V6(ip), port) => format!("[{ip}]:{port}"),
    }
}

/// Prints one; gives whether there was one.
fn tell(found: Option<Option<Found>>, as_json: bool) -> Outcome<bool> {
    let Some(Found {
        hostname,
        addresses,
        port,
        says,
    }) = found.flatten()
    else {
        return Ok(false);
    };
    let said = |key: Key| says.get(key.name()).and_then(Value::as_str);
    let [name, serial, kind, version] = ASKED.map(said);
    let host = addresses
        .first()
        .map(|ip| place(*ip, port))
        .unwrap_or_default();
    if as_json {
        let found = json!({
            "host": host, "hostname": hostname, "addresses": addresses, "port": port,
            "name": name, "serial": serial, "type": kind, "version": version,
        });
        output::data(&format!("{found}\n"))?;
        return Ok(true);
    }
    let about = match (kind, version) {
        (Some(kind), Some(version)) => {
            let name = name.filter(|name| !name.is_empty());
            let name = name.map_or(String::new(), |name| format!("\"{}\", ", printable(name)));
            format!("{name}{}, firmware {}", printable(kind), printable(version))
        }
        _ => "its HTTP API does not answer; it may be off".to_owned(),
    };
    let bold = AnsiColor::Green.on_default();
    let (host, hostname) = (output::padded(&host, 22), printable(&hostname));
    output::line(format_args!(
        "{bold}{host}{bold:#} {KEY}{hostname}{KEY:#}  {ASIDE}{about}{ASIDE:#}"
    ))?;
    Ok(true)
}

#[cfg(test)]
mod tests {
    use mdns_sd::ServiceInfo;

    use super::*;

    fn service(name: &str, addresses: &str) -> ResolvedService {
        let (kind, host) = (KNOWN[0], format!("{name}.local."));
        let none: &[(&str, &str)] = &[];
        let info = ServiceInfo::new(kind, name, &host, addresses, 80, none);
        info.expect("a service").as_resolved_service()
    }

    #[test]
    fn an_address_that_leads_nowhere_waits_for_another() {
        let mut resolved = Resolved::default();
        assert!(resolved.take(service("a", "fe80::1")).is_none());
        let better = resolved.take(service("a", "fe80::1,192.168.1.20"));
        assert_eq!(better.map(|a| a.get_addresses().len()), Some(2));
        for addresses in ["fe80::1", "192.168.1.20"] {
            assert!(resolved.take(service("a", addresses)).is_none());
        }
        assert!(resolved.take(service("b", "fd00::1")).is_some());
        assert!(resolved.take(service("c", "fe80::2")).is_none());
        // In the end it is told all the same.
        let waiting = resolved.waiting.into_values();
        let waiting: Vec<_> = waiting.map(|service| service.host).collect();
        assert_eq!(waiting, ["c.local."]);
    }

    #[test]
    fn strangers_do_not_fill_the_memory() {
        let mut resolved = Resolved::default();
        for number in 0..MOST {
            assert!(
                resolved
                    .take(service(&format!("x{number}"), "fe80::1"))
                    .is_none()
            );
        }
        assert!(resolved.take(service("y", "10.0.0.1")).is_none());
        assert!(resolved.take(service("x0", "10.0.0.1")).is_some());
        assert_eq!(resolved.taken.len() + resolved.waiting.len(), MOST);
    }
}
