//! Asks a running charger, or a fleet, whether it is well, for whoever watches over
//! its process: an image from scratch has no curl. It asks as any client does, by
//! HTTP, and knows nothing else of the process.

use std::io::{self, Read, Write};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpStream};
use std::process::ExitCode;
use std::time::{Duration, Instant};

use anyhow::Context;

use crate::fleet;

/// Longest wait for an answer.
const PATIENCE: Duration = Duration::from_secs(3);

/// Longest answer that is read; those that are asked for are shorter.
const ANSWER_MAX: usize = 1 << 20;

/// Where it asks, one after the other until one answers with 200 and JSON: a charger is well also
/// while its API is switched off or has a quirk of released firmware, and a fleet has
/// neither of the first two.
const PATHS: [&str; 3] = ["/api/status?filter=sse", goe_garage::PATH, fleet::PATH];

/// Tells, and ends with 0 if it is well.
pub(crate) fn tell(http: SocketAddr) -> ExitCode {
    goe_host::ended(ask(reached(http)).map(|said| {
        // Where nobody reads there is nobody to tell; the code says it, too.
        let _ = writeln!(io::stdout(), "{said}");
    }))
}

fn ask(http: SocketAddr) -> anyhow::Result<String> {
    let mut said = String::new();
    for path in PATHS {
        let answer = get(http, path).with_context(|| {
            format!("no charger answers at http://{http}; name what its --http is")
        })?;
        said = answer.lines().next().unwrap_or_default().to_owned();
        // A server of pages may have one for every path.
        if said.split(' ').nth(1) == Some("200") && answer.contains("application/json") {
            return Ok(format!("http://{http}{path} answers"));
        }
    }
    anyhow::bail!(
        "what listens at http://{http} is no charger that is well: it answers {} with {said:?}",
        PATHS.join(", ")
    )
}

/// What listens on every address is asked on one of them.
fn reached(mut http: SocketAddr) -> SocketAddr {
    match http.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => http.set_ip(Ipv4Addr::LOCALHOST.into()),
        IpAddr::V6(ip) if ip.is_unspecified() => http.set_ip(Ipv6Addr::LOCALHOST.into()),
        _ => {}
    }
    http
}

fn get(http: SocketAddr, path: &str) -> io::Result<String> {
    let until = Instant::now() + PATIENCE;
    let mut socket = TcpStream::connect_timeout(&http, PATIENCE)?;
    socket.set_write_timeout(Some(PATIENCE))?;
    let request = format!("GET {path} HTTP/1.1\r\nHost: {http}\r\nConnection: close\r\n\r\n");
    socket.write_all(request.as_bytes())?;
    let mut answer = Vec::new();
    let mut part = [0; 4096];
    while answer.len() < ANSWER_MAX {
        let left = until.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return Err(io::ErrorKind::TimedOut.into());
        }
        socket.set_read_timeout(Some(left))?;
        match socket.read(&mut part)? {
            0 => break,
            read => answer.extend_from_slice(&part[..read]),
        }
    }
    Ok(String::from_utf8_lossy(&answer).into_owned())
}
