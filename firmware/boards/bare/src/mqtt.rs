//! The MQTT client with its memory, and how it reaches the broker.

use core::net::Ipv4Addr;

use embassy_net::dns::DnsQueryType;
use embassy_net::tcp::TcpSocket;
use embassy_net::{IpAddress, Stack};
use embassy_time::Duration;
use goe_api::mqtt::TOPICS;
use goe_api::{ENTRY_CAPACITY, REGISTRY};
use goe_firmware::mqtt::{self, Connect, pending::Slot, topics::Topics};
use goe_runtime::mqtt::Names;

use crate::socket::BrokerSocket;

/// Where the broker is, and who the client is to it.
#[derive(Clone, Copy, Debug)]
pub struct Broker<'a> {
    /// Name or address.
    pub host: &'a str,
    /// Its port.
    pub port: u16,
    /// User, if it wants one.
    pub user: Option<&'a str>,
    /// Password, if it wants one.
    pub password: Option<&'a str>,
}

/// Room for a setting with its topic: all WiFi entries at their longest take
/// 1.3 KB. Longer ones are answered with `payload too long`.
const RECEIVE: usize = 2048;
/// Room for the longest value with its topic.
const TRANSMIT: usize = ENTRY_CAPACITY + 256;

/// Memory of the MQTT client.
pub struct MqttMemory {
    receive: [u8; RECEIVE],
    transmit: [u8; TRANSMIT],
    slots: [Slot; REGISTRY.descriptors.len()],
    socket_receive: [u8; 512],
    socket_transmit: [u8; 1024],
}

impl MqttMemory {
    /// Unused.
    pub const NEW: Self = MqttMemory {
        receive: [0; RECEIVE],
        transmit: [0; TRANSMIT],
        slots: [Slot::NEW; REGISTRY.descriptors.len()],
        socket_receive: [0; 512],
        socket_transmit: [0; 1024],
    };
}

/// How long the broker may leave a packet unanswered.
const SILENCE: Duration = Duration::from_secs(20);

struct Dial<'a> {
    stack: Stack<'a>,
    broker: Broker<'a>,
    receive: &'a mut [u8],
    transmit: &'a mut [u8],
}

/// Why the broker cannot be reached.
#[derive(Debug)]
#[allow(dead_code, reason = "read by the log")]
enum Unreachable {
    UnknownName,
    Connect(embassy_net::tcp::ConnectError),
}

impl Connect for Dial<'_> {
    type Socket<'a>
        = BrokerSocket<'a>
    where
        Self: 'a;
    type Error = Unreachable;

    async fn connect(&mut self) -> Result<BrokerSocket<'_>, Unreachable> {
        self.stack.wait_config_up().await;
        let address = match self.broker.host.parse::<Ipv4Addr>() {
            Ok(address) => IpAddress::Ipv4(address),
            Err(_) => {
                let found = self.stack.dns_query(self.broker.host, DnsQueryType::A).await;
                let first = found.ok().and_then(|found| found.first().copied());
                first.ok_or(Unreachable::UnknownName)?
            }
        };
        let mut socket = TcpSocket::new(self.stack, self.receive, self.transmit);
        socket.set_timeout(Some(SILENCE));
        socket.set_nagle_enabled(false);
        socket
            .connect((address, self.broker.port))
            .await
            .map_err(Unreachable::Connect)?;
        Ok(BrokerSocket(socket))
    }
}

/// Keeps the charger connected to the broker, for ever.
pub async fn run_mqtt<D: mqtt::Device>(
    stack: Stack<'_>,
    broker: Broker<'_>,
    serial: &str,
    memory: &mut MqttMemory,
    device: &D,
    seed: u64,
) {
    let MqttMemory {
        receive,
        transmit,
        slots,
        socket_receive,
        socket_transmit,
    } = memory;
    let prefix = TOPICS.default_prefix;
    let topics = match Topics::new(&TOPICS, Names { prefix, serial }) {
        Ok(topics) => topics,
        Err(error) => return log::error!("mqtt: the topics cannot be used: {error:?}"),
    };
    let mut client_id = heapless::String::<64>::new();
    for part in [prefix, "-", serial] {
        if client_id.push_str(part).is_err() {
            return log::error!("mqtt: the client id is too long");
        }
    }
    let config = mqtt::Config {
        connect: mqtt::codec::Connect {
            client_id: &client_id,
            keep_alive_s: 30,
            clean_session: true,
            credentials: broker.user.map(|user| mqtt::codec::Credentials {
                user,
                password: broker.password.map(str::as_bytes),
            }),
            will: None,
        },
        topics,
    };
    let buffers = mqtt::Buffers {
        rx: receive,
        tx: transmit,
        slots,
    };
    let mut dial = Dial {
        stack,
        broker,
        receive: socket_receive,
        transmit: socket_transmit,
    };
    let mut client = mqtt::Client::new(config, buffers, seed);
    if let Err(error) = client.run(&mut dial, device, core::future::pending()).await {
        log::error!("mqtt: not started: {error:?}");
    }
}
