//! The broker's core with clients that are packets, read and written by another
//! codec than the broker's.

// Each test file is a crate of its own and uses its part of this.
#![allow(dead_code, unreachable_pub)]

use std::cell::{Cell, RefCell};

use bytes::BytesMut;
use goe_host::broker::{ConnectionId, Core, Limits};
use rumqttc::mqttbytes::QoS;
use rumqttc::mqttbytes::v4::{
    ConnAck, Connect, LastWill, Packet, PubAck, Publish, SubAck, Subscribe, Unsubscribe,
};

pub const QOS: [QoS; 3] = [QoS::AtMostOnce, QoS::AtLeastOnce, QoS::ExactlyOnce];

/// A broker whose time is the test's.
pub struct Bench {
    pub core: RefCell<Core>,
    pub now_ms: Cell<u64>,
}

/// A connection to it.
pub struct Wire<'b> {
    bench: &'b Bench,
    pub id: ConnectionId,
    received: RefCell<BytesMut>,
}

impl Bench {
    pub fn new() -> Self {
        Self::with(Limits::default())
    }

    pub fn with(limits: Limits) -> Self {
        Self {
            core: RefCell::new(Core::new(limits, Some("own".to_owned()))),
            now_ms: Cell::new(0),
        }
    }

    pub fn wire(&self) -> Wire<'_> {
        let id = self.core.borrow_mut().connected(self.now_ms.get());
        Wire {
            bench: self,
            id,
            received: RefCell::default(),
        }
    }

    /// A client with a clean session and without a keep alive.
    pub fn client(&self, client_id: &str) -> Wire<'_> {
        self.connect(&connect(client_id))
    }

    /// A client that is welcome, and finds no session.
    pub fn connect(&self, connect: &Connect) -> Wire<'_> {
        let wire = self.wire();
        assert_eq!(wire.connect(connect), [connack(false, 0)]);
        wire
    }

    pub fn bytes(&self) -> usize {
        self.core.borrow().bytes()
    }

    /// Lets time go by, and looks at the time for these.
    pub fn wait(&self, ms: u64, wires: &[&Wire<'_>]) {
        self.now_ms.set(self.now_ms.get() + ms);
        for wire in wires {
            self.core.borrow_mut().tick(wire.id, self.now_ms.get());
        }
    }
}

impl Wire<'_> {
    pub fn send_bytes(&self, bytes: &[u8]) {
        let mut core = self.bench.core.borrow_mut();
        // In pieces as sockets give them, with all turns that it takes.
        for piece in bytes.chunks(4096) {
            core.receive(self.id, piece, self.bench.now_ms.get());
            while core.is_busy(self.id) {
                core.work(self.id);
            }
        }
    }

    pub fn send(&self, packet: Packet) {
        let mut bytes = BytesMut::new();
        packet.write(&mut bytes, usize::MAX).expect("it is valid");
        self.send_bytes(&bytes);
    }

    pub fn connect(&self, connect: &Connect) -> Vec<Packet> {
        self.send(Packet::Connect(connect.clone()));
        self.hear()
    }

    /// Takes what there is for it, until there is no more.
    pub fn take(&self) -> Vec<u8> {
        let mut all = Vec::new();
        loop {
            let piece = self.take_piece();
            // With answers taken, it may go on with what it sent.
            let mut core = self.bench.core.borrow_mut();
            let is_busy = core.is_busy(self.id);
            if is_busy {
                core.work(self.id);
            }
            if piece.is_empty() && !is_busy {
                return all;
            }
            all.extend(piece);
        }
    }

    /// Takes as much as goes out at once.
    pub fn take_piece(&self) -> Vec<u8> {
        let mut core = self.bench.core.borrow_mut();
        loop {
            let mut out = Vec::new();
            core.pull(self.id, &mut out);
            // Empty and woken: it has not found the next one yet.
            let mut is_woken = false;
            while let Some(id) = core.woken() {
                is_woken |= id == self.id;
            }
            if !out.is_empty() || !is_woken {
                return out;
            }
        }
    }

    /// The packets among it.
    pub fn hear(&self) -> Vec<Packet> {
        let mut received = self.received.borrow_mut();
        received.extend_from_slice(&self.take());
        let mut packets = Vec::new();
        while !received.is_empty() {
            packets.push(Packet::read(&mut received, usize::MAX).expect("whole packets"));
        }
        packets
    }

    /// The messages among them, acknowledged until no more come; other packets
    /// there must not be.
    pub fn messages(&self) -> Vec<Publish> {
        let mut messages = Vec::new();
        loop {
            let packets = self.hear();
            if packets.is_empty() {
                return messages;
            }
            for packet in packets {
                let Packet::Publish(publish) = packet else {
                    panic!("{packet:?} among messages");
                };
                if publish.qos != QoS::AtMostOnce {
                    self.send(Packet::PubAck(PubAck::new(publish.pkid)));
                }
                messages.push(publish);
            }
        }
    }

    /// Topics and payloads of the messages, as text.
    pub fn texts(&self) -> Vec<String> {
        let messages = self.messages().into_iter();
        let text = |m: Publish| format!("{}={}", m.topic, String::from_utf8_lossy(&m.payload));
        messages.map(text).collect()
    }

    /// Subscribes to one filter; gives the code of the answer and leaves
    /// messages where they are.
    pub fn subscribe_only(&self, filter: &str, qos: QoS) {
        let mut subscribe = Subscribe::new(filter, qos);
        subscribe.pkid = 7;
        self.send(Packet::Subscribe(subscribe));
    }

    /// The same, with what is retained.
    pub fn subscribe(&self, filter: &str, qos: QoS) -> Vec<Publish> {
        self.subscribe_only(filter, qos);
        let answer = self.hear();
        let Some(Packet::SubAck(SubAck { pkid: 7, .. })) = answer.first() else {
            panic!("SUBACK comes first: {answer:?}");
        };
        let mut messages = Vec::new();
        for packet in answer.into_iter().skip(1) {
            let Packet::Publish(publish) = packet else {
                panic!("{packet:?} among messages");
            };
            if publish.qos != QoS::AtMostOnce {
                self.send(Packet::PubAck(PubAck::new(publish.pkid)));
            }
            messages.push(publish);
        }
        messages.extend(self.messages());
        messages
    }

    pub fn unsubscribe(&self, filter: &str) {
        let mut unsubscribe = Unsubscribe::new(filter);
        unsubscribe.pkid = 8;
        self.send(Packet::Unsubscribe(unsubscribe));
        assert!(matches!(&self.hear()[..], [Packet::UnsubAck(ack)] if ack.pkid == 8));
    }

    pub fn publish(&self, topic: &str, payload: &str) {
        self.send(message(topic, payload, 0, false));
    }

    pub fn retain(&self, topic: &str, payload: &str) {
        self.send(message(topic, payload, 0, true));
    }

    pub fn publish_qos1(&self, topic: &str, payload: &str) {
        self.send(message(topic, payload, 1, false));
    }

    pub fn is_closing(&self) -> bool {
        self.bench.core.borrow().is_closing(self.id)
    }

    /// Ends as a broken connection does.
    pub fn reset(&self) {
        self.bench.core.borrow_mut().closed(self.id);
    }
}

pub fn connect(client_id: &str) -> Connect {
    Connect {
        keep_alive: 0,
        clean_session: true,
        ..Connect::new(client_id)
    }
}

pub fn with_will(client_id: &str, topic: &str, retain: bool) -> Connect {
    Connect {
        last_will: Some(LastWill::new(topic, "gone", QoS::AtLeastOnce, retain)),
        ..connect(client_id)
    }
}

pub fn kept(client_id: &str) -> Connect {
    Connect {
        clean_session: false,
        ..connect(client_id)
    }
}

pub fn message(topic: &str, payload: &str, qos: u8, retain: bool) -> Packet {
    let mut publish = Publish::new(topic, QOS[usize::from(qos)], payload);
    publish.retain = retain;
    publish.pkid = u16::from(qos) * 11;
    Packet::Publish(publish)
}

pub fn connack(session_present: bool, code: u8) -> Packet {
    use rumqttc::mqttbytes::v4::ConnectReturnCode as Code;
    let code = match code {
        0 => Code::Success,
        1 => Code::RefusedProtocolVersion,
        2 => Code::BadClientId,
        3 => Code::ServiceUnavailable,
        other => panic!("{other} is never sent"),
    };
    Packet::ConnAck(ConnAck::new(code, session_present))
}
