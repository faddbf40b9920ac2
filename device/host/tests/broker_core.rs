//! The broker as MQTT 3.1.1 has it, packet by packet, without sockets.

mod broker_support;

use broker_support::{Bench, QOS, Wire, connack, connect, kept, message, with_will};
use goe_host::broker::Limits;
use rumqttc::mqttbytes::QoS;
use rumqttc::mqttbytes::v4::{Connect, Packet, PubAck, PubComp, PubRec, PubRel, Publish};

const Q0: QoS = QoS::AtMostOnce;
const Q1: QoS = QoS::AtLeastOnce;

#[test]
fn connect_is_accepted_or_refused_by_number() {
    let bench = Bench::new();
    bench.client("a");
    let no_id = |clean_session| Connect {
        clean_session,
        ..connect("")
    };
    // Each gets an id of its own: none takes the place of another.
    let nameless = [(); 3].map(|()| bench.connect(&no_id(true)));
    assert!(nameless.iter().all(|wire| !wire.is_closing()));
    let wire = bench.wire();
    assert_eq!(wire.connect(&no_id(false)), [connack(false, 2)]);
    assert!(wire.is_closing());
    let other_versions: [&[u8]; 3] = [
        b"\x10\x0f\0\x06MQIsdp\x03\x02\0\0\0\x01a",
        b"\x10\x0e\0\x04MQTT\x05\x02\0\0\0\0\x01a",
        b"\x10\x0d\0\x04MQTT\x84\x02\0\0\0\x01a",
    ];
    for connect in other_versions {
        let wire = bench.wire();
        wire.send_bytes(connect);
        assert_eq!(wire.hear(), [connack(false, 1)]);
        assert!(wire.is_closing());
    }
}

#[test]
fn connect_comes_first_once_and_soon() {
    let bench = Bench::new();
    let wire = bench.wire();
    wire.send(Packet::PingReq);
    assert!(wire.is_closing() && wire.take().is_empty());
    let wire = bench.client("a");
    wire.send(Packet::Connect(connect("a")));
    assert!(wire.is_closing() && wire.take().is_empty());
    let (silent, slow) = (bench.wire(), bench.wire());
    bench.wait(4_999, &[&silent]);
    // Half a CONNECT makes it no longer.
    slow.send_bytes(&[0x10, 0x0D, 0]);
    assert!(!silent.is_closing());
    bench.wait(1, &[&silent, &slow]);
    assert!(silent.is_closing() && slow.is_closing());
}

#[test]
fn what_is_malformed_closes_the_connection() {
    let bench = Bench::new();
    let cases: &[(&str, &[u8])] = &[
        ("reserved type", &[0xF0, 0]),
        ("CONNACK", &[0x20, 2, 0, 0]),
        ("PUBREC of nothing", &[0x50, 2, 0, 1]),
        ("QoS 3", &[0x36, 5, 0, 1, b'a', 0, 1]),
        ("id 0", &[0x32, 5, 0, 1, b'a', 0, 0]),
        ("topic with #", &[0x30, 3, 0, 1, b'#']),
        ("topic with +", &[0x30, 4, 0, 2, b'a', b'+']),
        ("topic with NUL", &[0x30, 3, 0, 1, 0]),
        ("topic not UTF-8", &[0x30, 3, 0, 1, 0xFF]),
        ("topic empty", &[0x30, 2, 0, 0]),
        ("filter a#", b"\x82\x07\0\x01\0\x02a#\0"),
        ("filter with NUL", b"\x82\x06\0\x01\0\x01\0\0"),
        ("SUBSCRIBE to nothing", &[0x82, 2, 0, 1]),
        ("length of five bytes", &[0x30, 0xFF, 0xFF, 0xFF, 0xFF]),
        ("longer than 256 KiB", &[0x30, 0x80, 0x80, 0x10]),
    ];
    let witness = bench.client("witness");
    witness.subscribe("#", Q1);
    for (name, bytes) in cases {
        let wire = bench.client("a");
        wire.send_bytes(bytes);
        assert!(wire.is_closing(), "{name}");
        // What comes behind it is not heard any more.
        wire.publish("a", "1");
        assert!(wire.take().is_empty(), "{name}");
    }
    assert_eq!(witness.texts(), [""; 0]);
}

#[test]
fn a_message_reaches_who_wants_it_with_the_lower_qos() {
    let bench = Bench::new();
    let publisher = bench.client("publisher");
    for (wanted, qos) in QOS.into_iter().zip(0..) {
        let subscriber = bench.client("subscriber");
        subscriber.subscribe_only("a/+", wanted);
        // 2 is granted as 1.
        assert_eq!(subscriber.take(), [0x90, 3, 0, 7, qos.min(1)]);
        for sent in 0..3 {
            publisher.send(message("a/b", "1", sent, false));
            let expected = qos.min(sent).min(1);
            let heard = subscriber.messages();
            let [heard] = &heard[..] else {
                panic!("{heard:?}");
            };
            assert_eq!(heard.qos, QOS[usize::from(expected)]);
            assert_eq!((&heard.topic[..], &heard.payload[..]), ("a/b", &b"1"[..]));
            assert!(!heard.dup && !heard.retain && (expected == 0 || heard.pkid > 0));
            let answer = publisher.hear();
            match sent {
                0 => assert_eq!(answer, []),
                1 => assert_eq!(answer, [Packet::PubAck(PubAck::new(11))]),
                _ => {
                    assert_eq!(answer, [Packet::PubRec(PubRec::new(22))]);
                    publisher.send(Packet::PubRel(PubRel::new(22)));
                    assert_eq!(publisher.hear(), [Packet::PubComp(PubComp::new(22))]);
                }
            }
        }
    }
}

#[test]
fn a_message_of_qos_2_is_delivered_once() {
    let bench = Bench::new();
    let subscriber = bench.client("subscriber");
    subscriber.subscribe("a", Q1);
    let publisher = bench.connect(&kept("publisher"));
    let twice = || message("a", "1", 2, false);
    publisher.send(twice());
    publisher.send(twice());
    // Also over the next connection.
    publisher.reset();
    let publisher = bench.wire();
    assert_eq!(publisher.connect(&kept("publisher")), [connack(true, 0)]);
    publisher.send(twice());
    assert_eq!(subscriber.texts(), ["a=1"]);
    publisher.send(Packet::PubRel(PubRel::new(22)));
    publisher.send(twice());
    assert_eq!(subscriber.texts(), ["a=1"]);
    // Of one that is not known, too.
    publisher.take();
    publisher.send(Packet::PubRel(PubRel::new(5)));
    assert_eq!(publisher.hear(), [Packet::PubComp(PubComp::new(5))]);
}

#[test]
fn several_filters_that_match_give_one_message_with_the_highest_qos() {
    let bench = Bench::new();
    let client = bench.client("a");
    for (filter, qos) in [("a/#", Q0), ("a/b", Q1), ("+/b", Q0), ("$SYS/#", Q0)] {
        client.subscribe(filter, qos);
    }
    client.send(message("a/b", "1", 1, false));
    let heard = client.hear();
    let messages = heard.iter().filter_map(|packet| match packet {
        Packet::Publish(publish) => Some(publish.qos),
        _ => None,
    });
    assert_eq!(messages.collect::<Vec<_>>(), [Q1]);
    client.send(Packet::PubAck(PubAck::new(1)));
    for topic in ["$SYS/b", "$SYS"] {
        client.publish(topic, "x");
    }
    assert_eq!(client.texts(), ["$SYS/b=x", "$SYS=x"]);
    client.unsubscribe("$SYS/#");
    client.unsubscribe("never there");
    // `+/b` does not match it [MQTT-4.7.2-1].
    client.publish("$SYS/b", "x");
    assert_eq!(client.texts(), [""; 0]);
    for filter in ["a/#", "a/b", "+/b"] {
        assert_eq!(client.texts(), [""; 0]);
        client.publish("a/b", "2");
        assert_eq!(client.texts(), ["a/b=2"]);
        client.unsubscribe(filter);
    }
    client.publish("a/b", "3");
    assert_eq!(client.texts(), [""; 0]);
}

#[test]
fn retained_messages_are_kept_replaced_and_cleared() {
    let bench = Bench::new();
    let publisher = bench.client("publisher");
    let early = bench.client("early");
    early.subscribe("#", Q0);
    publisher.retain("a", "1");
    publisher.retain("b", "1");
    publisher.publish("b", "2");
    publisher.retain("a", "3");
    // What is heard as it is published is not retained [MQTT-3.3.1-9].
    let heard = early.messages();
    assert!(heard.len() == 4 && heard.iter().all(|m| !m.retain));
    let late = bench.client("late");
    let heard = late.subscribe("+", Q1);
    assert!(heard.iter().all(|m| m.retain && m.qos == Q0));
    let mut texts: Vec<_> = heard
        .iter()
        .map(|m| (&m.topic[..], &m.payload[..]))
        .collect();
    texts.sort();
    assert_eq!(texts, [("a", &b"3"[..]), ("b", b"1")]);
    // Once more after a second SUBSCRIBE [MQTT-3.8.4-3].
    assert_eq!(late.subscribe("+", Q1).len(), 2);
    publisher.retain("a", "");
    assert_eq!(late.texts(), ["a="]);
    assert_eq!(bench.client("later").subscribe("a", Q1), []);
    assert_eq!(bench.client("later").subscribe("b", Q1).len(), 1);
}

/// A hundred of 127 was what a broker gave that queued them before.
#[test]
fn all_retained_messages_come_at_every_qos() {
    let bench = Bench::new();
    let publisher = bench.client("publisher");
    for count in [127, 2_000, 5_000] {
        for n in 0..count {
            publisher.send(message(&format!("t/{n}"), &n.to_string(), 1, true));
            publisher.take();
        }
        for qos in QOS {
            let subscriber = bench.client("subscriber");
            for filter in ["#", "t/+"] {
                let heard = subscriber.subscribe(filter, qos);
                assert_eq!(heard.len(), count, "{filter} at {qos:?}");
                assert!(heard.iter().all(|m| m.retain && m.qos == qos.min_1()));
                let mut topics: Vec<_> = heard.iter().map(|m| m.topic.clone()).collect();
                topics.sort();
                topics.dedup();
                assert_eq!(topics.len(), count);
            }
            // Nothing matches; all are looked through.
            assert_eq!(subscriber.subscribe("t/+/x", qos), []);
            subscriber.publish("t/x/x", "1");
            assert_eq!(subscriber.texts(), ["t/x/x=1"; 1]);
        }
    }
}

trait Min1 {
    fn min_1(self) -> Self;
}

impl Min1 for QoS {
    fn min_1(self) -> Self {
        if self == QoS::AtMostOnce {
            self
        } else {
            QoS::AtLeastOnce
        }
    }
}

/// The old value is never heard behind the new one, and none twice.
#[test]
fn what_changes_while_retained_messages_are_drawn_comes_once_and_last() {
    let bench = Bench::new();
    let publisher = bench.client("publisher");
    for n in 0..500 {
        publisher.retain(&format!("t/{n:03}"), &"old".repeat(40));
    }
    let subscriber = bench.client("subscriber");
    subscriber.subscribe_only("#", Q0);
    let mut taken = subscriber.take_piece();
    for n in [0, 1, 250, 499] {
        publisher.retain(&format!("t/{n:03}"), "new");
    }
    publisher.retain("t/new", "new");
    taken.extend(subscriber.take());
    let mut stream = bytes::BytesMut::from(&taken[..]);
    let mut of_250 = Vec::new();
    let mut count = 0;
    while !stream.is_empty() {
        if let Packet::Publish(m) = Packet::read(&mut stream, usize::MAX).expect("whole") {
            count += 1;
            if m.topic == "t/250" {
                of_250.push((m.retain, m.payload.to_vec()));
            }
        }
    }
    assert_eq!(of_250, [(false, b"new".to_vec())]);
    // 0 and 1 were on their way before: these come twice.
    assert_eq!(count, 500 + 1 + 2);
}

#[test]
fn a_will_is_published_at_every_end_but_a_goodbye() {
    type Way = fn(&Bench, &Wire<'_>);
    let ends: &[(&str, Way, bool)] = &[
        ("reset", |_, wire| wire.reset(), true),
        ("malformed", |_, wire| wire.send_bytes(&[0xF0]), true),
        ("silence", |bench, wire| bench.wait(15_000, &[wire]), true),
        ("take-over", |bench, _| drop(bench.client("mortal")), true),
        ("goodbye", |_, wire| wire.send(Packet::Disconnect), false),
    ];
    for retain in [false, true] {
        for (name, end, is_heard) in ends {
            let bench = Bench::new();
            let witness = bench.client("witness");
            witness.subscribe("will/#", Q1);
            let mortal = bench.connect(&Connect {
                keep_alive: 10,
                ..with_will("mortal", "will/1", retain)
            });
            end(&bench, &mortal);
            mortal.reset();
            let expected: &[&str] = if *is_heard { &["will/1=gone"] } else { &[] };
            assert_eq!(witness.texts(), expected, "{name}");
            let kept = bench.client("late").subscribe("will/1", Q1);
            let is_kept = kept.iter().any(|m| m.retain && m.qos == Q1);
            assert_eq!(is_kept, *is_heard && retain, "{name}");
        }
    }
}

#[test]
fn silence_ends_it_after_one_and_a_half_keep_alives() {
    let bench = Bench::new();
    let client = |id| {
        bench.connect(&Connect {
            keep_alive: 10,
            ..connect(id)
        })
    };
    let (silent, alive, patient) = (client("silent"), client("alive"), bench.client("patient"));
    bench.wait(14_999, &[&silent, &alive]);
    alive.send(Packet::PingReq);
    assert_eq!(alive.hear(), [Packet::PingResp]);
    assert!(!silent.is_closing());
    bench.wait(1, &[&silent, &alive]);
    assert!(silent.is_closing() && !alive.is_closing());
    let due = bench.core.borrow().deadline_ms(alive.id);
    assert_eq!(due, Some(14_999 + 15_000));
    bench.wait(1 << 40, &[&patient]);
    assert!(!patient.is_closing());
}

#[test]
fn a_client_id_takes_the_place_of_its_like() {
    let bench = Bench::new();
    let first = bench.client("a");
    first.subscribe("x", Q1);
    let second = bench.client("a");
    assert!(first.is_closing() && !second.is_closing());
    second.publish("x", "1");
    assert_eq!(second.texts(), [""; 0], "a clean session begins anew");
    second.subscribe("x", Q1);
    // The end of the first one's socket is nothing to the second.
    first.reset();
    second.publish("x", "2");
    assert_eq!(second.texts(), ["x=2"]);
}

/// Ids that are topics, filters or nothing in particular for other brokers.
#[test]
fn any_client_id_is_one_any_number_of_times() {
    let bench = Bench::new();
    let strange = [
        "/", "+", "$", "#", "a/b", "$SYS", "a b", "\u{1f697}", "'", "%00",
    ];
    for id in strange {
        for _ in 0..3 {
            let client = bench.client(id);
            client.subscribe("t", Q1);
            client.publish("t", id);
            assert_eq!(client.texts(), [format!("t={id}")]);
        }
    }
    let long = "x".repeat(65_535);
    bench.client(&long);
    bench.client(&long);
}

#[test]
fn a_reset_before_connack_costs_nobody_anything() {
    let bench = Bench::new();
    for _ in 0..3 {
        let wire = bench.wire();
        wire.send(Packet::Connect(connect("a")));
        wire.reset();
        let wire = bench.wire();
        wire.send_bytes(&[0x10, 0x20, 0]);
        wire.reset();
    }
    let client = bench.client("a");
    client.subscribe("t", Q1);
    client.publish("t", "1");
    assert_eq!(client.texts(), ["t=1"]);
}

#[test]
fn a_session_is_kept_with_what_it_missed_of_qos_1() {
    let bench = Bench::new();
    let publisher = bench.client("publisher");
    let away = bench.connect(&kept("a"));
    away.subscribe("q1/#", Q1);
    away.subscribe("q0/#", Q0);
    // Not acknowledged: it comes again as what it is.
    publisher.publish_qos1("q1/0", "0");
    let Some(Packet::Publish(first)) = away.hear().pop() else {
        panic!("a message");
    };
    publisher.publish("q1/0", "of QoS 0, and not taken yet");
    away.reset();
    for n in 1..100 {
        publisher.publish_qos1(&format!("q1/{n}"), &n.to_string());
        publisher.publish("q1/0", "of QoS 0");
        publisher.publish_qos1("q0/0", "wanted with QoS 0");
    }
    let back = bench.wire();
    let heard = back.connect(&kept("a"));
    assert_eq!(heard[0], connack(true, 0));
    let Packet::Publish(again) = &heard[1] else {
        panic!("{heard:?}");
    };
    let expected = Publish {
        dup: true,
        ..first.clone()
    };
    assert_eq!(again, &expected);
    let mut topics = Vec::new();
    for packet in heard.into_iter().skip(1) {
        let Packet::Publish(m) = packet else {
            panic!("{packet:?}");
        };
        back.send(Packet::PubAck(PubAck::new(m.pkid)));
        topics.push(m.topic);
    }
    topics.extend(back.messages().into_iter().map(|m| m.topic));
    let expected: Vec<_> = (0..100).map(|n| format!("q1/{n}")).collect();
    assert_eq!(topics, expected);
    // A clean start forgets it, before and after.
    back.send(Packet::Disconnect);
    bench.client("a").reset();
    let back = bench.connect(&kept("a"));
    publisher.publish_qos1("q1/1", "1");
    assert_eq!(back.texts(), [""; 0]);
}

#[test]
fn no_more_than_the_window_is_on_its_way() {
    let bench = Bench::new();
    let subscriber = bench.client("subscriber");
    subscriber.subscribe("#", Q1);
    let publisher = bench.client("publisher");
    for n in 0..200 {
        publisher.publish_qos1("t", &n.to_string());
    }
    let window = Limits::default().in_flight;
    let mut ids = Vec::new();
    for packet in subscriber.hear() {
        let Packet::Publish(m) = packet else {
            panic!("{packet:?}");
        };
        ids.push(m.pkid);
    }
    assert_eq!(ids.len(), window);
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), window);
    assert_eq!(subscriber.hear(), []);
    // Out of order, twice, and of nothing.
    for id in [ids[5], ids[5], 60_000, ids[0]] {
        subscriber.send(Packet::PubAck(PubAck::new(id)));
    }
    assert_eq!(subscriber.hear().len(), 2);
}

#[test]
fn packet_ids_go_round_and_skip_those_in_use() {
    let bench = Bench::new();
    let client = bench.client("a");
    client.subscribe("t", Q1);
    client.publish_qos1("t", "held");
    let Some(held) = client.hear().into_iter().find_map(|packet| match packet {
        Packet::Publish(m) => Some(m.pkid),
        _ => None,
    }) else {
        panic!("a message");
    };
    for _ in 0..66_000_u32 {
        client.publish_qos1("t", "");
        for packet in client.hear() {
            if let Packet::Publish(m) = packet {
                assert!(m.pkid != held && m.pkid != 0);
                client.send(Packet::PubAck(PubAck::new(m.pkid)));
            }
        }
    }
}

#[test]
fn the_same_calls_give_the_same_bytes() {
    let run = || {
        let bench = Bench::new();
        let clients = ["c", "a", "b", ""].map(|id| bench.client(id));
        let mut all = Vec::new();
        for client in &clients {
            client.subscribe_only("#", Q1);
            client.send(message("t", "1", 1, true));
            all.extend(clients.iter().map(Wire::take));
        }
        all
    };
    assert_eq!(run(), run());
}
