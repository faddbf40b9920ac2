//! The other side: a broker played by the test packet by packet, a proxy in
//! front of a real one, and a client of that real one.

use std::net::SocketAddr;
use std::time::Duration;

use bytes::BytesMut;
use rumqttc::mqttbytes::v4::{Packet, Publish};
use rumqttc::mqttbytes::{Error as CodecError, QoS};
use rumqttc::{AsyncClient, Event, Incoming, MqttOptions};
use tokio::io::{AsyncReadExt, AsyncWriteExt, copy_bidirectional};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{mpsc, watch};

use super::soon;

/// A broker that does what the test says.
pub struct Played {
    listener: TcpListener,
    pub address: SocketAddr,
}

impl Played {
    pub async fn new() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        Self { listener, address }
    }

    /// The next connection, nothing said yet.
    pub async fn accept(&self) -> Wire {
        let (stream, _) = soon("a connection", self.listener.accept())
            .await
            .expect("accept");
        stream.set_nodelay(true).expect("no delay");
        Wire {
            stream,
            received: BytesMut::new(),
        }
    }

    /// The next connection up to the point where the client is subscribed.
    pub async fn welcome(&self) -> Wire {
        let mut wire = self.accept().await;
        let Packet::Connect(_) = wire.packet().await else {
            panic!("CONNECT comes first");
        };
        wire.send(&[0x20, 2, 0, 0]).await;
        let Packet::Subscribe(subscribe) = wire.packet().await else {
            panic!("SUBSCRIBE comes next");
        };
        let [high, low] = subscribe.pkid.to_be_bytes();
        wire.send(&[0x90, 3, high, low, 1]).await;
        wire
    }
}

/// A connection, seen from the broker.
pub struct Wire {
    pub stream: TcpStream,
    received: BytesMut,
}

impl Wire {
    pub async fn send(&mut self, bytes: &[u8]) {
        self.stream.write_all(bytes).await.expect("it is sent");
    }

    /// The next packet of the client, read by another codec than its own.
    pub async fn packet(&mut self) -> Packet {
        soon("a packet", self.try_packet())
            .await
            .expect("not the end")
    }

    /// The same, or `None` at the end of the stream.
    pub async fn try_packet(&mut self) -> Option<Packet> {
        loop {
            match Packet::read(&mut self.received, 1 << 20) {
                Ok(packet) => return Some(packet),
                Err(CodecError::InsufficientBytes(_)) => {}
                Err(error) => panic!("the client sent no MQTT: {error}"),
            }
            match self.stream.read_buf(&mut self.received).await {
                Ok(0) | Err(_) => return None,
                Ok(_) => {}
            }
        }
    }

    /// The next PUBLISH; other packets are skipped.
    pub async fn publish(&mut self) -> Publish {
        loop {
            if let Packet::Publish(publish) = self.packet().await {
                return publish;
            }
        }
    }

    /// The next PUBLISH on `topic`, as text.
    pub async fn text_on(&mut self, topic: &str) -> String {
        loop {
            let publish = self.publish().await;
            if publish.topic == topic {
                return String::from_utf8_lossy(&publish.payload).into_owned();
            }
        }
    }
}

/// The way the proxy treats its connections.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Line {
    /// Passes everything on.
    Through,
    /// Ends those there are, and accepts no new one.
    Cut,
}

/// A TCP proxy of which the line can be cut.
pub struct Proxy {
    pub address: SocketAddr,
    line: watch::Sender<Line>,
}

impl Proxy {
    pub async fn new(target: SocketAddr) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let (line, seen) = watch::channel(Line::Through);
        tokio::task::spawn_local(async move {
            while let Ok((mut near, _)) = listener.accept().await {
                let mut seen = seen.clone();
                tokio::task::spawn_local(async move {
                    let through = async {
                        let mut far = TcpStream::connect(target).await?;
                        copy_bidirectional(&mut near, &mut far).await
                    };
                    tokio::select! {
                        _ = seen.wait_for(|&line| line == Line::Cut) => {}
                        _ = through => {}
                    }
                });
            }
        });
        Self { address, line }
    }

    pub fn set(&self, line: Line) {
        self.line.send_replace(line);
    }
}

/// A well-behaved client of the broker under test.
pub struct Peer {
    pub client: AsyncClient,
    messages: mpsc::UnboundedReceiver<Publish>,
    subscribed: mpsc::UnboundedReceiver<()>,
}

impl Peer {
    pub async fn new(id: &str, address: SocketAddr) -> Self {
        let mut options = MqttOptions::new(id, address.ip().to_string(), address.port());
        options.set_keep_alive(Duration::from_secs(30));
        options.set_max_packet_size(1 << 20, 1 << 20);
        let (client, mut events) = AsyncClient::new(options, 100);
        let (to_messages, messages) = mpsc::unbounded_channel();
        let (to_subscribed, subscribed) = mpsc::unbounded_channel();
        tokio::task::spawn_local(async move {
            while let Ok(event) = events.poll().await {
                let _ = match event {
                    Event::Incoming(Incoming::Publish(publish)) => {
                        to_messages.send(publish).is_ok()
                    }
                    Event::Incoming(Incoming::SubAck(_)) => to_subscribed.send(()).is_ok(),
                    _ => true,
                };
            }
        });
        Self {
            client,
            messages,
            subscribed,
        }
    }

    /// Subscribes, and waits until the broker knows.
    pub async fn subscribe(&mut self, filter: &str) {
        let request = self.client.subscribe(filter, QoS::AtLeastOnce);
        request.await.expect("it is asked");
        soon("SUBACK", self.subscribed.recv())
            .await
            .expect("it is granted");
    }

    pub async fn publish(&self, topic: &str, payload: &[u8], retain: bool) {
        let request = self
            .client
            .publish(topic, QoS::AtLeastOnce, retain, payload);
        request.await.expect("it is asked");
    }

    /// The next message that comes in.
    pub async fn message(&mut self) -> Publish {
        soon("a message", self.messages.recv())
            .await
            .expect("connected")
    }

    /// The next message on `topic`; others are skipped.
    pub async fn on(&mut self, topic: &str) -> Publish {
        let wait = async {
            loop {
                let message = self.messages.recv().await.expect("connected");
                if message.topic == topic {
                    return message;
                }
            }
        };
        soon(topic, wait).await
    }

    /// Waits until the value on `topic` is `value`.
    pub async fn value(&mut self, topic: &str, value: &str) {
        while self.on(topic).await.payload != value.as_bytes() {}
    }
}

/// A PUBLISH as a broker sends it, QoS 0.
pub fn message(topic: &str, payload: &[u8], retain: bool) -> Vec<u8> {
    acknowledged(topic, payload, retain, None)
}

/// The same at QoS 1, if it has an id.
pub fn acknowledged(topic: &str, payload: &[u8], retain: bool, id: Option<u16>) -> Vec<u8> {
    let qos = if id.is_some() {
        QoS::AtLeastOnce
    } else {
        QoS::AtMostOnce
    };
    let mut publish = Publish::new(topic, qos, payload);
    publish.retain = retain;
    publish.pkid = id.unwrap_or(0);
    let mut bytes = BytesMut::new();
    publish.write(&mut bytes).expect("it is valid");
    bytes.to_vec()
}
