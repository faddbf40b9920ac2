//! The MQTT client with its memory, and how it reaches the broker.

use core::net::Ipv4Addr;

use embassy_net::dns::DnsQueryType;
use embassy_net::tcp::TcpSocket;
use embassy_net::{IpAddress, Stack};
use embassy_time::Duration;
use goe_device::mqtt::{self, Connect, pending::KeyState};
use goe_runtime::device::{self, Broker, Reached};
use goe_runtime::mqtt::TopicMap;

use crate::clock::SinceBoot;
use crate::socket::BrokerSocket;

/// Room for a setting with its topic: all WiFi entries at their longest take
/// 1.3 KB. Longer ones are answered with `payload too long`.
const RECEIVE: usize = 2048;
/// Room for the longest value with its topic, by the generated `ENTRY_CAPACITY`.
pub const fn transmit(entry: usize) -> usize {
    entry + 256
}

/// Memory of the MQTT client.
pub struct MqttMemory<const KEYS: usize, const TRANSMIT: usize> {
    receive: [u8; RECEIVE],
    transmit: [u8; TRANSMIT],
    states: [KeyState; KEYS],
    socket_receive: [u8; 512],
    socket_transmit: [u8; 1024],
}

impl<const KEYS: usize, const TRANSMIT: usize> MqttMemory<KEYS, TRANSMIT> {
    /// Unused.
    pub const NEW: Self = MqttMemory {
        receive: [0; RECEIVE],
        transmit: [0; TRANSMIT],
        states: [KeyState::NEW; KEYS],
        socket_receive: [0; 512],
        socket_transmit: [0; 1024],
    };
}

/// Time that the broker may leave a packet unanswered.
const SILENCE: Duration = Duration::from_secs(20);

struct Dial<'a> {
    stack: Stack<'a>,
    receive: &'a mut [u8],
    transmit: &'a mut [u8],
}

/// Why the broker cannot be reached.
#[derive(Debug)]
#[allow(dead_code, reason = "read by the log")]
enum Unreachable {
    NoTls,
    UnknownName,
    Connect(embassy_net::tcp::ConnectError),
}

impl Connect for Dial<'_> {
    type Socket<'a>
        = BrokerSocket<'a>
    where
        Self: 'a;
    type Error = Unreachable;

    fn reason(error: &Unreachable) -> device::Unreachable {
        use embassy_net::tcp::ConnectError;
        match error {
            Unreachable::NoTls => device::Unreachable::NoTls,
            Unreachable::UnknownName => device::Unreachable::UnknownHost,
            Unreachable::Connect(ConnectError::ConnectionReset) => device::Unreachable::Refused,
            Unreachable::Connect(_) => device::Unreachable::Other,
        }
    }

    async fn connect(&mut self, broker: &Broker<'_>) -> Result<BrokerSocket<'_>, Unreachable> {
        if broker.tls.is_some() {
            return Err(Unreachable::NoTls);
        }
        self.stack.wait_config_up().await;
        let address = match broker.host.parse::<Ipv4Addr>() {
            Ok(address) => IpAddress::Ipv4(address),
            Err(_) => {
                let found = self.stack.dns_query(broker.host, DnsQueryType::A).await;
                let first = found.ok().and_then(|found| found.first().copied());
                first.ok_or(Unreachable::UnknownName)?
            }
        };
        let mut socket = TcpSocket::new(self.stack, self.receive, self.transmit);
        socket.set_timeout(Some(SILENCE));
        socket.set_nagle_enabled(false);
        socket
            .connect((address, broker.port))
            .await
            .map_err(Unreachable::Connect)?;
        Ok(BrokerSocket(socket))
    }
}

/// Keeps the device connected to the broker that its settings name, for ever.
pub async fn run_mqtt<const KEYS: usize, const TRANSMIT: usize>(
    stack: Stack<'_>,
    topics: (&TopicMap, &str),
    memory: &mut MqttMemory<KEYS, TRANSMIT>,
    device: &impl Reached,
    seed: u64,
) {
    let MqttMemory {
        receive,
        transmit,
        states,
        socket_receive,
        socket_transmit,
    } = memory;
    let mut dial = Dial {
        stack,
        receive: socket_receive,
        transmit: socket_transmit,
    };
    let memory = mqtt::Memory {
        rx: receive,
        tx: transmit,
        states,
    };
    let never = core::future::pending();
    mqtt::run(&mut dial, device, SinceBoot, topics, memory, seed, never).await;
}
