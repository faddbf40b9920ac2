//! The MQTT client against a broker that the test plays packet by packet: what
//! it sends when, as long as the broker keeps to the rules.

mod mqtt_support;

use std::time::{Duration, Instant};

use goe_device::mqtt::Status;
use goe_device::mqtt::codec::{Credentials, Qos, Will};
use mqtt_support::broker::{Played, acknowledged, message};
use mqtt_support::device::Fake;
use mqtt_support::{SETUP, Setup, on_one_thread, run, soon, start};
use rumqttc::mqttbytes::QoS;
use rumqttc::mqttbytes::v4::Packet;

const AMP: &str = "/go-eCharger/000001/amp";

#[test]
fn it_introduces_itself() {
    on_one_thread(async {
        let broker = Played::new().await;
        let setup = Setup {
            credentials: Some(Credentials {
                user: "u",
                password: Some(b"p"),
            }),
            will: Some(Will {
                topic: "w",
                payload: b"gone",
                qos: Qos::AtLeastOnce,
                retain: true,
            }),
            ..SETUP
        };
        let _client = start(Fake::small(), broker.address, setup);
        let mut wire = broker.accept().await;
        let Packet::Connect(connect) = wire.packet().await else {
            panic!("CONNECT comes first");
        };
        assert_eq!(connect.client_id, "device");
        assert!(connect.clean_session, "whatever the configuration says");
        assert_eq!(connect.keep_alive, 30);
        let login = connect.login.expect("a login");
        assert!(login.validate("u", "p"));
        let will = connect.last_will.expect("a will");
        assert_eq!(
            (will.topic.as_str(), &will.message[..]),
            ("w", &b"gone"[..])
        );
        assert!(will.retain && will.qos == QoS::AtLeastOnce);
    });
}

#[test]
fn it_subscribes_and_publishes_everything_retained() {
    on_one_thread(async {
        let broker = Played::new().await;
        let client = start(Fake::small(), broker.address, SETUP);
        let mut wire = broker.accept().await;
        wire.packet().await;
        wire.send(&[0x20, 2, 0, 0]).await;
        let Packet::Subscribe(subscribe) = wire.packet().await else {
            panic!("SUBSCRIBE comes first");
        };
        assert_eq!(subscribe.filters.len(), 1);
        assert_eq!(subscribe.filters[0].path, "/go-eCharger/000001/+/set");
        assert_eq!(subscribe.filters[0].qos, QoS::AtLeastOnce);
        for (key, value) in [("amp", "16"), ("car", "1"), ("fna", "\"x\"")] {
            let publish = wire.publish().await;
            assert_eq!(publish.topic, format!("/go-eCharger/000001/{key}"));
            assert_eq!(publish.payload, value);
            assert!(publish.retain && publish.qos == QoS::AtMostOnce);
        }
        // `delw` cannot be read: what comes next is the change.
        client.device.change("car", "2");
        let publish = wire.publish().await;
        assert_eq!(
            (publish.topic.as_str(), &publish.payload[..]),
            ("/go-eCharger/000001/car", &b"2"[..])
        );
        assert_eq!(client.device.statuses(), [Status::Connected]);
    });
}

#[test]
fn a_setting_is_applied_and_answered() {
    on_one_thread(async {
        let broker = Played::new().await;
        let client = start(Fake::small(), broker.address, SETUP);
        let mut wire = broker.welcome().await;
        wire.send(&message(&format!("{AMP}/set"), b"10", false))
            .await;
        loop {
            let publish = wire.publish().await;
            if publish.topic.ends_with("/result") {
                assert_eq!(publish.topic, format!("{AMP}/result"));
                assert_eq!(publish.payload, "success");
                assert!(!publish.retain);
                break;
            }
        }
        assert_eq!(client.device.current("amp").as_deref(), Some("10"));
        assert_eq!(wire.text_on(AMP).await, "10");
        for (topic, payload, answer) in [
            ("/go-eCharger/000001/zzz", &b"1"[..], "unknown api key"),
            (AMP, b"{", "invalid json InvalidInput: {"),
            (AMP, b"", "invalid json InvalidInput: "),
            // A payload that is not text is not repeated.
            (AMP, b"\xff", "invalid json InvalidInput: "),
        ] {
            wire.send(&message(&format!("{topic}/set"), payload, false))
                .await;
            assert_eq!(wire.text_on(&format!("{topic}/result")).await, answer);
        }
    });
}

#[test]
fn a_setting_at_qos_1_is_acknowledged_after_it_is_applied() {
    on_one_thread(async {
        let broker = Played::new().await;
        let client = start(Fake::small(), broker.address, SETUP);
        let mut wire = broker.welcome().await;
        wire.send(&acknowledged(
            &format!("{AMP}/set"),
            b"10",
            false,
            Some(0x1234),
        ))
        .await;
        loop {
            if let Packet::PubAck(ack) = wire.packet().await {
                assert_eq!(ack.pkid, 0x1234);
                break;
            }
        }
        assert_eq!(client.device.sets().len(), 1);
    });
}

#[test]
fn an_old_wish_is_acknowledged_and_not_granted() {
    on_one_thread(async {
        let broker = Played::new().await;
        let client = start(Fake::small(), broker.address, SETUP);
        let mut wire = broker.welcome().await;
        wire.send(&acknowledged(&format!("{AMP}/set"), b"10", true, Some(7)))
            .await;
        // Foreign topics are none of its business, and acknowledged, too.
        wire.send(&acknowledged("foreign", b"10", false, Some(8)))
            .await;
        for expected in [7, 8] {
            loop {
                match wire.packet().await {
                    Packet::PubAck(ack) => break assert_eq!(ack.pkid, expected),
                    Packet::Publish(publish) => assert!(!publish.topic.ends_with("/result")),
                    other => panic!("{other:?}"),
                }
            }
        }
        assert_eq!(client.device.sets(), []);
    });
}

#[test]
fn a_setting_too_long_is_answered_and_the_connection_stays() {
    on_one_thread(async {
        let broker = Played::new().await;
        let client = start(Fake::small(), broker.address, Setup { rx: 512, ..SETUP });
        let mut wire = broker.welcome().await;
        for (len, id) in [(600, 1), (100_000, 2)] {
            let payload = vec![b'1'; len];
            wire.send(&acknowledged(
                &format!("{AMP}/set"),
                &payload,
                false,
                Some(id),
            ))
            .await;
            assert_eq!(
                wire.text_on(&format!("{AMP}/result")).await,
                "payload too long"
            );
            assert!(matches!(wire.packet().await, Packet::PubAck(ack) if ack.pkid == id));
        }
        // Not even the topic fits; it cannot be answered, but acknowledged.
        let topic = format!("/go-eCharger/000001/{}/set", "k".repeat(5000));
        wire.send(&acknowledged(&topic, &[b'1'; 5000], false, Some(3)))
            .await;
        assert!(matches!(wire.packet().await, Packet::PubAck(ack) if ack.pkid == 3));
        // The topic fits, but not that of the answer.
        let topic = format!("/go-eCharger/000001/{}/set", "k".repeat(231));
        wire.send(&acknowledged(&topic, b"1", false, Some(4))).await;
        assert!(matches!(wire.packet().await, Packet::PubAck(ack) if ack.pkid == 4));
        assert_eq!(client.device.sets(), []);
        wire.send(&message(&format!("{AMP}/set"), b"10", false))
            .await;
        assert_eq!(wire.text_on(&format!("{AMP}/result")).await, "success");
        assert_eq!(client.device.statuses(), [Status::Connected]);
    });
}

#[test]
fn a_flood_of_settings_is_answered_one_by_one() {
    on_one_thread(async {
        let broker = Played::new().await;
        // Many more settings arrive at once than answers fit into a batch.
        let setup = Setup {
            rx: 2048,
            tx: 300,
            ..SETUP
        };
        let client = start(Fake::small(), broker.address, setup);
        let mut wire = broker.welcome().await;
        let count = 2000;
        let set = format!("{AMP}/set");
        let flood: Vec<u8> = (0..count)
            .flat_map(|n| message(&set, n.to_string().as_bytes(), false))
            .collect();
        for chunk in flood.chunks(4000) {
            wire.send(chunk).await;
        }
        let mut answers = 0;
        while answers < count {
            let publish = wire.publish().await;
            if publish.topic.ends_with("/result") {
                assert_eq!(publish.payload, "success", "whole, however full the batch");
                answers += 1;
            }
        }
        assert_eq!(client.device.sets().len(), count);
        assert_eq!(client.device.sets()[count - 1].1, (count - 1).to_string());
        assert_eq!(wire.text_on(AMP).await, (count - 1).to_string());
    });
}

#[test]
fn a_key_goes_out_once_a_second_with_its_last_value() {
    on_one_thread(async {
        let broker = Played::new().await;
        let client = start(Fake::small(), broker.address, SETUP);
        let mut wire = broker.welcome().await;
        assert_eq!(wire.text_on(AMP).await, "16");
        let mut last = Instant::now();
        let changes = async {
            for n in 0..250 {
                client.device.change("amp", &n.to_string());
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        };
        let mut seen = Vec::new();
        let watch = async {
            while seen.last().is_none_or(|value| value != "249") {
                seen.push(wire.text_on(AMP).await);
                // It is measured here where it arrives: allow for the way.
                assert!(
                    last.elapsed() > Duration::from_millis(950),
                    "{:?}",
                    last.elapsed()
                );
                last = Instant::now();
            }
        };
        soon("the last value", async { tokio::join!(changes, watch) }).await;
        // 2.5 s of changes, and the end of the third second.
        assert!((2..=4).contains(&seen.len()), "{seen:?}");
    });
}

#[test]
fn a_full_publication_takes_few_writes() {
    use embedded_io_async::{ErrorType, Read, Write};
    use std::cell::RefCell;
    use std::convert::Infallible;
    use std::rc::Rc;

    /// A broker in memory: accepts, and counts the writes.
    struct Memory(Rc<RefCell<Vec<usize>>>);
    struct Reader(Vec<u8>);
    struct Writer(Rc<RefCell<Vec<usize>>>);
    impl goe_device::mqtt::Connect for Memory {
        type Socket<'a> = Memory;
        type Error = Infallible;
        async fn connect(
            &mut self,
            _: &goe_runtime::device::Broker<'_>,
        ) -> Result<Memory, Infallible> {
            Ok(Memory(Rc::clone(&self.0)))
        }
    }
    impl goe_device::net::Socket for Memory {
        type Reader<'a> = Reader;
        type Writer<'a> = Writer;
        async fn readable(&mut self) {}
        fn split(&mut self) -> (Reader, Writer) {
            let answers = [0x20, 2, 0, 0, 0x90, 3, 0, 1, 1];
            (Reader(answers.to_vec()), Writer(Rc::clone(&self.0)))
        }
        async fn close(&mut self) {}
    }
    impl ErrorType for Reader {
        type Error = Infallible;
    }
    impl ErrorType for Writer {
        type Error = Infallible;
    }
    impl Read for Reader {
        async fn read(&mut self, buf: &mut [u8]) -> Result<usize, Infallible> {
            // CONNACK on its own: what follows answers a SUBSCRIBE.
            let len = if self.0.len() > 5 { 4 } else { self.0.len() };
            if len == 0 {
                std::future::pending::<()>().await;
            }
            buf[..len].copy_from_slice(&self.0[..len]);
            self.0.drain(..len);
            Ok(len)
        }
    }
    impl Write for Writer {
        async fn write(&mut self, buf: &[u8]) -> Result<usize, Infallible> {
            self.0.borrow_mut().push(buf.len());
            Ok(buf.len())
        }
        async fn flush(&mut self) -> Result<(), Infallible> {
            Ok(())
        }
    }

    on_one_thread(async {
        let writes = Rc::new(RefCell::new(Vec::new()));
        let device = Fake::many(300, 10);
        // "k000" to "k299": 2 + 2 + 24 + 10 bytes each.
        let total = 300 * 38;
        let all_sent = async {
            while writes.borrow().iter().sum::<usize>() < total {
                tokio::task::yield_now().await;
            }
        };
        let setup = Setup { tx: 2048, ..SETUP };
        let mut memory = Memory(Rc::clone(&writes));
        let client = run(&device, &mut memory, setup, all_sent);
        assert_eq!(soon("the end", client).await, Ok(()));
        let writes = writes.borrow();
        println!("{writes:?}");
        // CONNECT, six of nearly 2048 bytes, DISCONNECT.
        assert!(writes.len() <= 9, "{} writes", writes.len());
    });
}
