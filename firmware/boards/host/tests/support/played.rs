//! A broker that does what the test says, bytes as they are.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};

use super::{Charger, Options, SOON};

/// Accepts the client and grants its first subscription.
pub const WELCOME: [u8; 9] = [0x20, 2, 0, 0, 0x90, 3, 0, 1, 1];

pub struct Played {
    listener: TcpListener,
}

/// A CONNECT, as far as tests look at it.
#[derive(Debug, PartialEq, Eq)]
pub struct Hello {
    pub client_id: String,
    /// Topic, payload, and whether it is retained.
    pub will: Option<(String, String, bool)>,
    pub user: Option<String>,
    pub password: Option<String>,
}

impl Played {
    pub fn new() -> Self {
        Played {
            listener: TcpListener::bind("127.0.0.1:0").expect("a free port"),
        }
    }

    pub fn address(&self) -> SocketAddr {
        self.listener.local_addr().expect("an address")
    }

    /// A charger that uses this broker.
    pub fn charger(&self) -> Charger {
        Options {
            args: vec![
                "--mqtt-url".to_owned(),
                format!("mqtt://{}", self.address()),
            ],
            own_broker: false,
            ..Options::default()
        }
        .start()
    }

    /// The next connection, and what it begins with.
    pub fn accept(&self) -> (TcpStream, Hello) {
        let (mut stream, _) = self.listener.accept().expect("a client");
        stream.set_read_timeout(Some(SOON)).expect("is set");
        stream.set_write_timeout(Some(SOON)).expect("is set");
        stream.set_nodelay(true).expect("is set");
        let (first, body) = packet(&mut stream).expect("CONNECT");
        assert_eq!(first, 0x10);
        let hello = hello(&body);
        (stream, hello)
    }

    /// The next connection, its client accepted and subscribed.
    pub fn welcome(&self) -> TcpStream {
        let (mut stream, _) = self.accept();
        stream.write_all(&WELCOME[..4]).expect("is sent");
        loop {
            let (first, body) = packet(&mut stream).expect("SUBSCRIBE");
            if first == 0x82 {
                stream
                    .write_all(&[0x90, 3, body[0], body[1], 1])
                    .expect("is sent");
                return stream;
            }
        }
    }
}

/// The next packet: its first byte and what follows the length. `None` at the end.
pub fn packet(stream: &mut TcpStream) -> Option<(u8, Vec<u8>)> {
    let mut byte = [0];
    stream.read_exact(&mut byte).ok()?;
    let first = byte[0];
    let mut length = 0;
    for shift in [0, 7, 14, 21] {
        stream.read_exact(&mut byte).ok()?;
        length |= usize::from(byte[0] & 0x7F) << shift;
        if byte[0] < 0x80 {
            break;
        }
    }
    let mut body = vec![0; length];
    stream.read_exact(&mut body).ok()?;
    Some((first, body))
}

/// A message of QoS 0.
pub fn message(topic: &str, payload: &[u8]) -> Vec<u8> {
    let mut body = (topic.len() as u16).to_be_bytes().to_vec();
    body.extend(topic.as_bytes());
    body.extend(payload);
    let mut packet = vec![0x30];
    let mut rest = body.len();
    loop {
        let more = if rest > 0x7F { 0x80 } else { 0 };
        packet.push((rest & 0x7F) as u8 | more);
        rest >>= 7;
        if rest == 0 {
            break;
        }
    }
    packet.extend(body);
    packet
}

fn hello(body: &[u8]) -> Hello {
    let flags = body[7];
    let mut rest = &body[10..];
    let mut text = || {
        let length = usize::from(u16::from_be_bytes([rest[0], rest[1]]));
        let text = String::from_utf8(rest[2..2 + length].to_vec()).expect("UTF-8");
        rest = &rest[2 + length..];
        text
    };
    let client_id = text();
    let will = (flags & 4 != 0).then(|| (text(), text(), flags & 0x20 != 0));
    Hello {
        client_id,
        will,
        user: (flags & 0x80 != 0).then(&mut text),
        password: (flags & 0x40 != 0).then(&mut text),
    }
}
