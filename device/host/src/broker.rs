//! A broker in the same process, so that nothing has to be installed.

use std::collections::HashMap;
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::time::{Duration, Instant};

use anyhow::{Context, bail};
use rumqttd::{Broker, Config, ConnectionSettings, RouterConfig, ServerSettings};

/// Time limit for the broker to listen.
const START: Duration = Duration::from_secs(3);

/// Starts the broker and gives the address it listens on. Its threads live as
/// long as the process: it has no way of being stopped.
///
/// # Errors
/// When it cannot listen there.
pub fn start(wanted: SocketAddr) -> anyhow::Result<SocketAddr> {
    // The broker says nothing about a port that is taken, so it is tried first.
    let probe = TcpListener::bind(wanted)?;
    let address = probe.local_addr().context("the broker has no address")?;
    drop(probe);
    let mut broker = Broker::new(config(address));
    std::thread::Builder::new()
        .name("broker".to_owned())
        .spawn(move || {
            if let Err(error) = broker.start() {
                tracing::error!("broker: {error}");
            }
        })
        .context("the broker's thread cannot be started")?;
    wait_until_it_listens(address)?;
    Ok(address)
}

fn wait_until_it_listens(address: SocketAddr) -> anyhow::Result<()> {
    let started = Instant::now();
    while started.elapsed() < START {
        // A connection that is refused is refused at once; there is no event
        // to wait for.
        if TcpStream::connect_timeout(&address, START).is_ok() {
            return Ok(());
        }
        std::thread::sleep(Duration::from_millis(5));
    }
    bail!("the broker does not come up")
}

fn config(listen: SocketAddr) -> Config {
    let server = ServerSettings {
        name: "embedded".to_owned(),
        listen,
        tls: None,
        next_connection_delay_ms: 1,
        connections: ConnectionSettings {
            connection_timeout_ms: 5000,
            // The broker disconnects whoever sends more.
            max_payload_size: 1 << 20,
            max_inflight_count: 200,
            auth: None,
            external_auth: None,
            dynamic_filters: true,
        },
    };
    Config {
        id: 0,
        router: RouterConfig {
            max_connections: 1000,
            max_outgoing_packet_count: 1000,
            max_segment_size: 1 << 20,
            max_segment_count: 10,
            custom_segment: None,
            initialized_filters: None,
            shared_subscriptions_strategy: Default::default(),
        },
        v4: Some(HashMap::from([("embedded".to_owned(), server)])),
        v5: None,
        ws: None,
        cluster: None,
        console: None,
        bridge: None,
        prometheus: None,
        metrics: None,
    }
}
