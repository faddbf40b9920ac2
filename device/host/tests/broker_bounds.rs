//! What strangers can make the broker hold, and what becomes of them when they
//! try; and that it serves any clients in any order.

mod broker_support;

use broker_support::{Bench, QOS, Wire, connack, connect, kept, message, with_will};
use goe_host::broker::{Core, Limits};
use proptest::prelude::*;
use rumqttc::mqttbytes::QoS;
use rumqttc::mqttbytes::v4::{Packet, Subscribe, SubscribeFilter, SubscribeReasonCode};

const Q0: QoS = QoS::AtMostOnce;
const Q1: QoS = QoS::AtLeastOnce;
const MIB: usize = 1 << 20;

#[test]
fn two_hundred_stalled_subscribers_hold_one_copy() {
    let bench = Bench::new();
    let stalled: Vec<_> = (0..200).map(|n| bench.client(&n.to_string())).collect();
    for wire in &stalled {
        wire.subscribe("#", Q0);
    }
    let publisher = bench.client("publisher");
    let payload = "x".repeat(10_000);
    for n in 0..3_000 {
        publisher.publish(&format!("t/{n}"), &payload);
        assert!(bench.bytes() < 2 * MIB, "{} after {n}", bench.bytes());
    }
    // The youngest megabyte, in order; nobody was cut off.
    for wire in &stalled {
        let topics: Vec<_> = wire.messages().into_iter().map(|m| m.topic).collect();
        let expected: Vec<_> = (3_000 - topics.len()..3_000)
            .map(|n| format!("t/{n}"))
            .collect();
        assert_eq!(topics, expected);
        assert!((90..110).contains(&topics.len()), "{}", topics.len());
    }
}

#[test]
fn of_qos_0_the_oldest_goes_and_of_qos_1_nothing() {
    let limits = Limits {
        queue: 10,
        in_flight: 2,
        ..Limits::default()
    };
    let bench = Bench::with(limits);
    let subscriber = bench.client("subscriber");
    subscriber.subscribe("#", Q1);
    let publisher = bench.client("publisher");
    // Every third is of QoS 1: ten of these and no other are left at the end.
    for n in 0..30 {
        publisher.send(message("t", &n.to_string(), u8::from(n % 3 == 0), false));
        publisher.take();
    }
    let expected: Vec<_> = (0..10).map(|n| format!("t={}", n * 3)).collect();
    assert_eq!(subscriber.texts(), expected);
    assert!(!subscriber.is_closing());
}

#[test]
fn who_takes_nothing_of_qos_1_is_cut_off_and_learns_it() {
    let bench = Bench::new();
    let publisher = bench.client("publisher");
    let stalled = bench.connect(&kept("stalled"));
    stalled.subscribe("t", Q1);
    let witness = bench.client("witness");
    witness.subscribe("will", Q1);
    let mortal = bench.connect(&with_will("mortal", "will", false));
    mortal.subscribe("t", Q1);
    let mut sent = 0;
    while !stalled.is_closing() {
        publisher.publish_qos1("t", "1");
        publisher.take();
        sent += 1;
        assert!(sent < 3_000);
    }
    assert!(sent > Limits::default().queue);
    assert!(mortal.is_closing());
    assert_eq!(witness.texts(), ["will=gone"]);
    stalled.reset();
    // It was kept, and is not any more: that tells the client what it missed.
    bench.connect(&kept("stalled")).reset();
    // One that is away fares the same.
    let away = bench.connect(&kept("away"));
    away.subscribe("#", Q1);
    away.reset();
    for _ in 0..3_000 {
        publisher.publish_qos1("t", "1");
        publisher.take();
    }
    bench.connect(&kept("away"));
}

/// It is the device's, and strangers may send it as much as they like.
#[test]
fn our_own_client_is_not_cut_off() {
    let limits = Limits {
        queue: 10,
        bytes: MIB,
        ..Limits::default()
    };
    let bench = Bench::with(limits);
    let own = bench.client("own-1");
    own.subscribe("set/#", Q1);
    let publisher = bench.client("publisher");
    for n in 0..100 {
        publisher.publish_qos1("set/a", &n.to_string());
    }
    assert!(!own.is_closing() && !publisher.is_closing());
    assert_eq!(own.texts().len(), 10);
    publisher.publish_qos1("set/a", "more");
    assert_eq!(own.texts(), ["set/a=more"]);
    // When all hold too much it is not the first to go, though it holds most.
    own.subscribe("big", Q1);
    for _ in 0..10 {
        publisher.publish_qos1("big", &"x".repeat(90_000));
    }
    let stranger = bench.wire();
    stranger.send_bytes(&[&[0x10, 0xFF, 0x7F][..], &[0; 10]].concat());
    for n in 0..20 {
        let stranger = bench.client(&format!("stranger-{n}"));
        stranger.subscribe(&"f".repeat(1_000), Q1);
        stranger.send_bytes(&[&[0x30, 0xFF, 0xFF, 0x0C, 0, 1, b't'][..], &[0; 100_000]].concat());
    }
    assert!(!own.is_closing());
    assert!(bench.bytes() <= MIB);
}

#[test]
fn a_thousand_and_a_hundred_come_and_go() {
    let bench = Bench::new();
    for n in 0..1_100 {
        let client = bench.client(&format!("c{n}"));
        client.send(Packet::Disconnect);
        assert!(client.is_closing());
        client.reset();
    }
    assert_eq!(bench.bytes(), 0);
    bench.client("fresh");
}

#[test]
fn places_are_given_back_and_one_is_kept() {
    let limits = Limits {
        connections: 3,
        reserved: 1,
        ..Limits::default()
    };
    let bench = Bench::with(limits);
    let clients = ["a", "b", "c"].map(|id| bench.client(id));
    let refused = |id| {
        let wire = bench.wire();
        assert_eq!(wire.connect(&connect(id)), [connack(false, 3)], "{id}");
        assert!(wire.is_closing());
    };
    refused("d");
    // In the place of its like, and in the one that is kept.
    let again = bench.client("a");
    let own = bench.client("own-1");
    refused("own-2");
    refused("d");
    drop(own);
    clients[1].reset();
    // Its session holds no place.
    bench.connect(&kept("d")).reset();
    let last = bench.client("e");
    refused("f");
    assert!(!again.is_closing() && !last.is_closing());
}

#[test]
fn of_those_who_do_not_say_who_they_are_the_oldest_gives_way() {
    let bench = Bench::new();
    let silent: Vec<_> = (0..40).map(|_| bench.wire()).collect();
    let closing = silent.iter().filter(|wire| wire.is_closing()).count();
    assert_eq!(closing, 40 - Limits::default().waiting);
    assert!(silent[0].is_closing() && !silent[39].is_closing());
    bench.client("a");
}

#[test]
fn filters_are_bounded_for_each_and_for_all() {
    let limits = Limits {
        filters: 4,
        all_filters: 10,
        ..Limits::default()
    };
    let bench = Bench::with(limits);
    let codes = |wire: &Wire<'_>, filters: &[&str]| -> String {
        let filters = filters.iter();
        let filters = filters.map(|filter| SubscribeFilter::new((*filter).to_owned(), Q1));
        let mut subscribe = Subscribe::new_many(filters);
        subscribe.pkid = 1;
        wire.send(Packet::Subscribe(subscribe));
        match wire.hear().pop() {
            Some(Packet::SubAck(ack)) => ack
                .return_codes
                .iter()
                .map(|code| match code {
                    SubscribeReasonCode::Success(_) => '+',
                    SubscribeReasonCode::Failure => '-',
                })
                .collect(),
            other => panic!("{other:?}"),
        }
    };
    let [a, b, c] = ["a", "b", "c"].map(|id| bench.client(id));
    assert_eq!(codes(&a, &["1", "1/#", "2", "2", "3"]), "++++-");
    assert_eq!(codes(&a, &["3", "4", "1"]), "+-+");
    assert_eq!(codes(&b, &["1", "2", "3", "4", "5"]), "++++-");
    assert_eq!(codes(&c, &["1", "2", "3"]), "++-");
    a.unsubscribe("1");
    assert_eq!(codes(&c, &["3", "4"]), "+-");
    a.reset();
    assert_eq!(codes(&c, &["4"]), "+");
    let bench = Bench::new();
    let wire = bench.client("a");
    let (long, deep) = ("x".repeat(1_024), "/".repeat(31));
    assert_eq!(codes(&wire, &[&long, &deep]), "++");
    assert_eq!(
        codes(&wire, &[&format!("{long}x"), &format!("{deep}/")]),
        "--"
    );
    // Also a packet of nothing but filters.
    let many: Vec<_> = std::iter::repeat_n("a", 20_000).collect();
    assert_eq!(codes(&wire, &many).matches('+').count(), 1_000);
}

#[test]
fn what_is_retained_is_bounded_by_number_and_bytes() {
    let limits = Limits {
        retained: 3,
        retained_bytes: 1_000,
        ..Limits::default()
    };
    let bench = Bench::with(limits);
    let client = bench.client("a");
    for n in 0..5 {
        client.retain(&n.to_string(), "1");
    }
    let kept = |filter: &str| -> Vec<String> {
        let heard = bench.client("late").subscribe(filter, Q0).into_iter();
        heard.map(|m| m.topic).collect()
    };
    assert_eq!(kept("#"), ["0", "1", "2"]);
    // One that is too large is heard, and the one before it is not kept as if
    // it were the last.
    client.subscribe("1", Q0);
    client.retain("1", &"x".repeat(900));
    assert_eq!(client.texts(), [format!("1={}", "x".repeat(900))]);
    assert_eq!(kept("#"), ["0", "2"]);
    client.retain("3", "1");
    assert_eq!(kept("#"), ["0", "2", "3"]);
    for topic in ["0", "2", "3"] {
        client.retain(topic, "");
    }
    client.retain("1", &"x".repeat(800));
    assert_eq!(kept("#"), ["1"]);
}

#[test]
fn nothing_is_read_from_who_takes_no_answers() {
    let bench = Bench::new();
    let client = bench.client("a");
    let pings = [0xC0, 0].repeat(50_000);
    client.send_bytes(&pings[..8_000]);
    assert!(!bench.core.borrow().may_read(client.id));
    assert!(!bench.core.borrow().is_busy(client.id));
    assert!(bench.bytes() < 32 * 1024, "{}", bench.bytes());
    // All are answered once it takes them.
    assert_eq!(client.take().len(), 8_000);
    assert!(bench.core.borrow().may_read(client.id));
}

/// What is more work for all is less at once; our own client has others that
/// wait for it.
#[test]
fn a_turn_is_shorter_where_there_are_many_filters_and_longer_for_our_own_client() {
    let bench = Bench::new();
    let answers = |client_id: &str| {
        let client = bench.client(client_id);
        let mut core = bench.core.borrow_mut();
        core.receive(client.id, &[0xC0, 0].repeat(100), 0);
        let mut out = Vec::new();
        core.pull(client.id, &mut out);
        out.len() / 2
    };
    assert_eq!((answers("a"), answers("own")), (16, 100));
    let subscribers = ["b", "c", "d"].map(|id| bench.client(id));
    for subscriber in &subscribers {
        for n in 0..1_000 {
            subscriber.subscribe_only(&format!("{n}/+"), Q0);
            subscriber.take();
        }
    }
    assert_eq!((answers("a"), answers("own")), (2, 100));
}

#[test]
fn who_releases_nothing_of_qos_2_is_closed() {
    let bench = Bench::new();
    let client = bench.client("a");
    for id in 1..=1_001_u16 {
        assert!(!client.is_closing(), "{id}");
        let [high, low] = id.to_be_bytes();
        client.send_bytes(&[0x34, 5, 0, 1, b't', high, low]);
        client.take();
    }
    assert!(client.is_closing());
}

#[test]
fn topics_that_are_too_long_close_the_connection() {
    let bench = Bench::new();
    let client = bench.client("a");
    let longest = "x".repeat(1_024);
    client.publish(&longest, "1");
    assert!(!client.is_closing());
    client.publish(&format!("{longest}x"), "1");
    assert!(client.is_closing());
    let wire = bench.wire();
    wire.send(Packet::Connect(with_will(
        "b",
        &format!("{longest}x"),
        false,
    )));
    assert!(wire.is_closing() && wire.take().is_empty());
}

#[test]
fn sessions_that_nobody_comes_back_to_are_bounded() {
    let bench = Bench::new();
    let ids: Vec<_> = (0..=Limits::default().sessions)
        .map(|n| format!("c{n}"))
        .collect();
    for id in &ids {
        bench.connect(&kept(id)).reset();
    }
    // The first gave way to the last; the others are there.
    let wire = bench.wire();
    assert_eq!(wire.connect(&kept("c1")), [connack(true, 0)]);
    bench.connect(&kept("c0"));
    assert!(bench.bytes() < MIB);
}

#[test]
fn a_session_that_is_come_back_to_is_not_the_oldest() {
    let bench = Bench::new();
    bench.connect(&kept("a")).reset();
    for _ in 0..2 * Limits::default().sessions {
        let wire = bench.wire();
        assert_eq!(wire.connect(&kept("a")), [connack(true, 0)]);
        wire.reset();
    }
}

#[test]
fn filters_that_go_are_given_back() {
    let bench = Bench::new();
    let client = bench.client("a");
    let before = bench.bytes();
    for n in 0..100 {
        client.subscribe(&n.to_string(), Q1);
        client.subscribe(&format!("{n}/#"), Q1);
        client.subscribe(&n.to_string(), Q0);
    }
    assert!(bench.bytes() > before + 200);
    for n in 0..100 {
        client.unsubscribe(&n.to_string());
        client.unsubscribe(&format!("{n}/#"));
    }
    assert_eq!(bench.bytes(), before);
}

#[test]
fn when_all_hold_too_much_the_one_with_most_goes() {
    let limits = Limits {
        bytes: 2 * MIB,
        ..Limits::default()
    };
    let bench = Bench::with(limits);
    let publisher = bench.client("publisher");
    let [small, large, half] = ["small", "large", "half"].map(|id| bench.client(id));
    small.subscribe("small", Q1);
    large.subscribe("large", Q1);
    // Half a packet counts, too.
    half.send_bytes(&[&[0x30, 0xFF, 0xFF, 0x0C, 0, 1, b't'][..], &[0; 200_000]].concat());
    for _ in 0..9 {
        publisher.publish_qos1("small", &"x".repeat(90_000));
        publisher.publish_qos1("large", &"x".repeat(100_000));
    }
    let silent = bench.wire();
    silent.send_bytes(&[0x10, 0xFF, 0x7F, 0]);
    assert!(!large.is_closing());
    for n in 0..10 {
        publisher.publish(&n.to_string(), &"x".repeat(90_000));
        publisher.retain(&n.to_string(), &"x".repeat(90_000));
    }
    assert!(large.is_closing());
    assert!(!small.is_closing() && !half.is_closing() && !publisher.is_closing());
    assert!(bench.bytes() <= 2 * MIB);
}

/// The most that clients can make it hold by each of the ways there are.
#[test]
fn no_way_leads_beyond_the_bound() {
    let limits = Limits {
        bytes: 4 * MIB,
        retained_bytes: MIB,
        ..Limits::default()
    };
    let bench = Bench::with(limits);
    let payload = "x".repeat(60_000);
    let check = |what: &str| assert!(bench.bytes() <= 4 * MIB, "{what}: {}", bench.bytes());
    let mut wires = Vec::new();
    for n in 0..200 {
        // These may be cut off as soon as they are there.
        let [will, half, own_queue, filters] = [(); 4].map(|()| bench.wire());
        will.connect(&rumqttc::mqttbytes::v4::Connect {
            last_will: Some(rumqttc::mqttbytes::v4::LastWill::new(
                "w",
                payload.clone(),
                Q1,
                true,
            )),
            ..kept(&format!("will-{n}"))
        });
        will.subscribe_only("w", Q1);
        check("wills");
        half.connect(&connect(&format!("half-{n}")));
        half.send_bytes(&[&[0x30, 0xFF, 0xFF, 0x0C, 0, 1, b't'][..], &[0; 50_000]].concat());
        check("half a packet");
        own_queue.connect(&connect(&format!("queue-{n}")));
        own_queue.subscribe_only(&format!("q/{n}"), Q1);
        for _ in 0..10 {
            own_queue.publish_qos1(&format!("q/{n}"), &payload);
        }
        check("queues");
        own_queue.retain(&format!("r/{n}"), &payload);
        check("retained");
        filters.connect(&connect(&format!("filters-{n}")));
        for m in 0..200 {
            filters.subscribe_only(&format!("{m}/{}", "f".repeat(1_000)), Q1);
        }
        check("filters");
        wires.extend([will, half, own_queue, filters]);
    }
    // And all of it is given back, but for what is retained and the sessions
    // that are kept.
    for wire in &wires {
        wire.reset();
        check("leaving");
    }
    assert!(bench.bytes() < 2 * MIB, "{}", bench.bytes());
}

/// What a client may do, as a few numbers.
#[derive(Clone, Debug)]
enum Act {
    Connect(u8, bool, bool),
    Publish(u8, u8, bool, usize),
    Subscribe(u8, u8),
    Unsubscribe(u8),
    Acknowledge(u16),
    Bytes(Vec<u8>),
    Take,
    Leave,
    Reset,
    Wait(u64),
}

fn act() -> impl Strategy<Value = (usize, Act)> {
    let act = prop_oneof![
        3 => (0_u8..5, any::<bool>(), any::<bool>()).prop_map(|(a, b, c)| Act::Connect(a, b, c)),
        8 => (0_u8..4, 0_u8..3, any::<bool>(), 0_usize..300)
            .prop_map(|(a, b, c, d)| Act::Publish(a, b, c, d)),
        4 => (0_u8..6, 0_u8..3).prop_map(|(a, b)| Act::Subscribe(a, b)),
        1 => (0_u8..6).prop_map(Act::Unsubscribe),
        3 => (0_u16..6).prop_map(Act::Acknowledge),
        1 => proptest::collection::vec(any::<u8>(), 0..20).prop_map(Act::Bytes),
        4 => Just(Act::Take),
        1 => Just(Act::Leave),
        2 => Just(Act::Reset),
        1 => (0_u64..20_000).prop_map(Act::Wait),
    ];
    (0_usize..4, act)
}

const TINY: Limits = Limits {
    connections: 3,
    reserved: 1,
    waiting: 2,
    connect_ms: 5_000,
    packet: 400,
    topic: 8,
    levels: 3,
    filters: 3,
    all_filters: 6,
    retained: 3,
    retained_bytes: 1_000,
    queue: 5,
    queue_bytes: 1_500,
    in_flight: 2,
    unreleased: 2,
    sessions: 2,
    bytes: 5_000,
};

proptest! {
    #![proptest_config(ProptestConfig { cases: 500, failure_persistence: None, ..ProptestConfig::default() })]

    /// Whatever clients do: what is sent to them are whole packets, the bound
    /// holds, and all is given back in the end.
    #[test]
    fn any_clients_in_any_order(acts in proptest::collection::vec(act(), 0..200)) {
        const NAMES: [&str; 6] = ["a", "b", "a/b", "$c", "#", "a/+"];
        let bench = Bench::with(TINY);
        let mut wires: Vec<_> = (0..4).map(|_| bench.wire()).collect();
        for (at, act) in acts {
            if wires[at].is_closing() {
                wires[at].reset();
                wires[at] = bench.wire();
            }
            let wire = &wires[at];
            let name = |n: u8| NAMES[usize::from(n)];
            match act {
                Act::Connect(id, clean_session, has_will) => {
                    let id = ["", "x", "y", "z", "own"][usize::from(id)];
                    let mut connect = if has_will { with_will(id, "a", true) } else { connect(id) };
                    connect.clean_session = clean_session;
                    connect.keep_alive = 10;
                    wire.send(Packet::Connect(connect));
                }
                Act::Publish(topic, qos, retain, len) => {
                    wire.send(message(name(topic), &"x".repeat(len), qos, retain));
                }
                Act::Subscribe(filter, qos) => {
                    wire.subscribe_only(name(filter), QOS[usize::from(qos)]);
                }
                Act::Unsubscribe(filter) => {
                    let mut unsubscribe = rumqttc::mqttbytes::v4::Unsubscribe::new(name(filter));
                    unsubscribe.pkid = 1;
                    wire.send(Packet::Unsubscribe(unsubscribe));
                }
                Act::Acknowledge(id) => {
                    wire.send(Packet::PubAck(rumqttc::mqttbytes::v4::PubAck::new(id + 1)));
                    wire.send(Packet::PubRel(rumqttc::mqttbytes::v4::PubRel::new(id + 20)));
                }
                Act::Bytes(bytes) => wire.send_bytes(&bytes),
                Act::Take => drop(wire.hear()),
                Act::Leave => wire.send(Packet::Disconnect),
                Act::Reset => {
                    wire.reset();
                    wires[at] = bench.wire();
                }
                Act::Wait(ms) => bench.wait(ms, &wires.iter().collect::<Vec<_>>()),
            }
            prop_assert!(bench.bytes() <= TINY.bytes, "{}", bench.bytes());
        }
        for wire in &wires {
            drop(wire.hear());
            wire.reset();
        }
        // A clean start for each kept session, and nothing for each topic.
        for id in ["x", "y", "z", "own"] {
            bench.client(id).reset();
        }
        let last = bench.client("last");
        for topic in ["a", "b", "a/b", "$c"] {
            last.retain(topic, "");
        }
        last.reset();
        prop_assert_eq!(bench.bytes(), 0);
    }

    /// Bytes in any pieces are the same bytes.
    #[test]
    fn any_pieces(cuts in proptest::collection::vec(1_usize..40, 1..20)) {
        let mut bytes = b"\x10\x0d\0\x04MQTT\x04\x02\0\0\0\x01a".to_vec();
        bytes.extend(b"\x82\x06\0\x01\0\x01#\x01\x33\x0a\0\x03a/b\0\x09xyz\xc0\0\x34\x05\0\x01c\0\x08");
        let answers = |cuts: &[usize]| {
            let mut core = Core::new(Limits::default(), None);
            let id = core.connected(0);
            let mut rest = &bytes[..];
            for cut in cuts.iter().cycle() {
                let (piece, left) = rest.split_at((*cut).min(rest.len()));
                core.receive(id, piece, 0);
                rest = left;
                if rest.is_empty() {
                    break;
                }
            }
            let mut out = Vec::new();
            core.pull(id, &mut out);
            out
        };
        prop_assert_eq!(answers(&cuts), answers(&[1_000]));
    }
}
