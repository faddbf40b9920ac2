//! A charger's name in `.local`, where the system does not know it.
//!
//! Chargers announce such names by mDNS. Not every system asks for them, and a static
//! program asks the hosts file and name servers alone.

use std::net::IpAddr;
use std::pin::pin;

use mdns_sd::{HostnameResolutionEvent, ScopedIp, ServiceDaemon};
use tokio::net::lookup_host;
use tokio::time::timeout;

use crate::config::Chosen;
use crate::discover::is_reachable;

/// Puts the address in place of such a name, if a charger answers to it in time. Without
/// one the name stays, and whoever connects to it tells what is wrong.
pub(crate) async fn addressed(mut chosen: Chosen) -> Chosen {
    let Some(name) = local(&chosen.host) else {
        return chosen;
    };
    let known = async { lookup_host((name, 0)).await.is_ok() };
    if let Ok(Some(ip)) = timeout(chosen.timeout, unless(known, ask(name))).await {
        let address = match ip {
            IpAddr::V4(ip) => ip.to_string(),
            IpAddr::V6(ip) => format!("[{ip}]"),
        };
        chosen.host = chosen.host.replacen(name, &address, 1);
    }
    chosen
}

/// What is asked for, unless the system knows the name. Both are asked at once: where no name
/// server answers, the system says so only after ten seconds and more.
async fn unless<T>(
    known: impl Future<Output = bool>,
    asked: impl Future<Output = Option<T>>,
) -> Option<T> {
    let mut asked = pin!(asked);
    tokio::select! {
        biased;
        is_known = known => if is_known { None } else { asked.await },
        // Whoever connects asks the system again.
        told = &mut asked => told,
    }
}

/// The name in what stands for a charger, if it is one in `.local`.
fn local(host: &str) -> Option<&str> {
    let host = host.trim();
    let host = host.strip_prefix("http://").unwrap_or(host);
    let (name, _) = host.split_once([':', '/']).unwrap_or((host, ""));
    let (_, last) = name.rsplit_once('.')?;
    last.eq_ignore_ascii_case("local").then_some(name)
}

/// An address that leads there, once one is told.
async fn ask(name: &str) -> Option<IpAddr> {
    let daemon = ServiceDaemon::new().ok()?;
    let events = daemon.resolve_hostname(&format!("{name}."), None).ok()?;
    while let Ok(event) = events.recv_async().await {
        let HostnameResolutionEvent::AddressesFound(_, addresses) = event else {
            continue;
        };
        let all = addresses.iter().map(ScopedIp::to_ip_addr);
        let first = all
            .filter(|ip| is_reachable(*ip))
            .min_by_key(|ip| (ip.is_ipv6(), *ip));
        if first.is_some() {
            return first;
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use std::future::{pending, ready};

    use super::*;

    #[test]
    fn names_in_local() {
        for (host, name) in [
            ("go-eCharger_000001.local", Some("go-eCharger_000001.local")),
            (" http://a.LOCAL:8080/ ", Some("a.LOCAL")),
            ("local", None),
            ("a.local.example", None),
            ("192.168.1.20:80", None),
            ("[fe80::1]:80", None),
        ] {
            assert_eq!(local(host), name, "{host}");
        }
    }

    #[tokio::test]
    async fn a_system_that_does_not_answer_holds_nothing_up() {
        let limit = std::time::Duration::from_secs(5);
        let told = timeout(limit, unless(pending(), ready(Some(1)))).await;
        assert_eq!(told, Ok(Some(1)), "no name server answers");
        let told = timeout(limit, unless(ready(true), pending::<Option<i32>>())).await;
        assert_eq!(told, Ok(None), "the system knows it");
        assert_eq!(unless(ready(false), ready(Some(1))).await, Some(1));
    }
}
