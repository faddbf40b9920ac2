//! The parts of the MQTT client that have no clock and no socket: session,
//! back-off, waiting keys, topics. Times are made up, in milliseconds.

use goe_device::mqtt::backoff::{Backoff, CAP_MS, STABLE_MS};
use goe_device::mqtt::codec::{Packet, PacketId, Publish, Qos, Refusal};
use goe_device::mqtt::pending::{INTERVAL_MS, KeyState, Pending, SLACK_MS};
use goe_device::mqtt::session::{ANSWER_MS, Event, Session, SessionError};
use goe_device::mqtt::topics::{Action, TOPIC_MAX, Topics, TopicsError};
use goe_device::mqtt::tx::Tx;
use goe_runtime::KeyIndex;
use goe_runtime::mqtt::{Level, Names, Topic, TopicMap};

const ACCEPTED: Packet<'static> = Packet::Connack {
    session_present: false,
    result: Ok(()),
};

fn id(number: u16) -> PacketId {
    PacketId::new(number).expect("not 0")
}

/// A session with a keep alive of 20 s, connected at 0.
fn connected() -> Session {
    let mut session = Session::new(20, 0);
    let event = session.receive(ACCEPTED, 0);
    assert_eq!(
        event,
        Ok(Event::Connected {
            session_present: false
        })
    );
    session
}

/// Polls at `now_ms`; returns the bytes sent and the result.
fn poll(session: &mut Session, now_ms: u64) -> (Vec<u8>, Result<(), SessionError>) {
    let mut buf = [0; 16];
    let mut tx = Tx::new(&mut buf);
    let result = session.poll(now_ms, &mut tx);
    let sent = tx.bytes().to_vec();
    if !sent.is_empty() {
        session.sent(now_ms);
    }
    (sent, result)
}

const PING: [u8; 2] = [0xC0, 0];

#[test]
fn connack_comes_first_and_once() {
    for packet in [Packet::Pingresp, Packet::Puback(id(1))] {
        let mut session = Session::new(20, 0);
        assert_eq!(session.receive(packet, 0), Err(SessionError::OutOfOrder));
        assert!(!session.is_connected());
    }
    assert_eq!(
        connected().receive(ACCEPTED, 0),
        Err(SessionError::OutOfOrder)
    );
    let present = Packet::Connack {
        session_present: true,
        result: Ok(()),
    };
    let event = Session::new(20, 0).receive(present, 0);
    assert_eq!(
        event,
        Ok(Event::Connected {
            session_present: true
        })
    );
}

#[test]
fn a_refusal_is_told() {
    let refused = Packet::Connack {
        session_present: false,
        result: Err(Refusal::NotAuthorized),
    };
    let mut session = Session::new(20, 0);
    let error = SessionError::Refused(Refusal::NotAuthorized);
    assert_eq!(session.receive(refused, 0), Err(error));
    assert!(!session.is_connected());
}

#[test]
fn connack_is_waited_for_five_seconds() {
    let mut session = Session::new(20, 100);
    assert_eq!(session.deadline_ms(), Some(100 + ANSWER_MS));
    assert_eq!(poll(&mut session, 99 + ANSWER_MS), (vec![], Ok(())));
    assert_eq!(
        poll(&mut session, 100 + ANSWER_MS).1,
        Err(SessionError::NoAnswer)
    );
}

#[test]
fn silence_is_pinged_after_half_a_keep_alive() {
    let mut session = connected();
    assert_eq!(session.deadline_ms(), Some(10_000));
    assert_eq!(poll(&mut session, 9_999), (vec![], Ok(())));
    assert_eq!(poll(&mut session, 10_000), (PING.to_vec(), Ok(())));
    assert_eq!(session.deadline_ms(), Some(20_000));
    assert_eq!(poll(&mut session, 19_999), (vec![], Ok(())));
    assert_eq!(session.receive(Packet::Pingresp, 19_999), Ok(Event::Pong));
    // Sent at 10 s, so the next one is due at 20 s.
    assert_eq!(poll(&mut session, 20_000), (PING.to_vec(), Ok(())));
}

#[test]
fn a_missing_pong_ends_it_whatever_else_comes() {
    let mut session = connected();
    assert_eq!(poll(&mut session, 10_000).0, PING);
    assert_eq!(
        session.receive(Packet::Puback(id(1)), 19_000),
        Ok(Event::Acknowledged(id(1)))
    );
    assert_eq!(poll(&mut session, 20_000).1, Err(SessionError::NoPong));
}

#[test]
fn hearing_or_sending_alone_does_not_save_the_ping() {
    let mut session = connected();
    session.sent(9_000);
    assert_eq!(poll(&mut session, 10_000).0, PING, "nothing was heard");
    let mut session = connected();
    let _ = session.receive(Packet::Pingresp, 9_000);
    assert_eq!(poll(&mut session, 10_000).0, PING, "nothing was sent");
    let mut session = connected();
    session.sent(9_000);
    let _ = session.receive(Packet::Pingresp, 8_000);
    assert_eq!(poll(&mut session, 10_000).0, []);
    assert_eq!(session.deadline_ms(), Some(18_000));
}

#[test]
fn a_long_message_puts_the_pong_off() {
    let mut session = connected();
    assert_eq!(poll(&mut session, 10_000).0, PING);
    session.draining(19_000);
    assert_eq!(poll(&mut session, 28_999), (vec![], Ok(())));
    assert_eq!(poll(&mut session, 29_000).1, Err(SessionError::NoPong));
}

#[test]
fn a_ping_without_room_stays_due() {
    let mut session = connected();
    let mut buf = [0; 1];
    assert_eq!(session.poll(10_000, &mut Tx::new(&mut buf)), Ok(()));
    assert_eq!(session.deadline_ms(), Some(10_000));
    assert_eq!(poll(&mut session, 10_000).0, PING);
}

#[test]
fn keep_alive_zero_pings_never() {
    let mut session = Session::new(0, 0);
    let _ = session.receive(ACCEPTED, 0);
    assert_eq!(session.deadline_ms(), None);
    assert_eq!(poll(&mut session, 1 << 40), (vec![], Ok(())));
}

fn subscribing() -> Session {
    let mut session = connected();
    let mut buf = [0; 16];
    let mut tx = Tx::new(&mut buf);
    assert_eq!(
        session.subscribe("a/+", Qos::AtLeastOnce, 1000, &mut tx),
        Ok(())
    );
    assert_eq!(tx.bytes(), b"\x82\x08\x00\x01\x00\x03a/+\x01");
    session
}

#[test]
fn ids_of_subscriptions_are_never_those_of_messages() {
    let mut session = connected();
    for _ in 0..70_000 {
        let mut buf = [0; 16];
        let mut tx = Tx::new(&mut buf);
        let asked = session.subscribe("a/+", Qos::AtMostOnce, 0, &mut tx);
        assert_eq!(asked, Ok(()));
        let asked = id(u16::from_be_bytes([tx.bytes()[2], tx.bytes()[3]]));
        let message = session.vacancy().expect("room");
        session.published(0);
        assert!(
            asked.get() < 0x8000 && message.get() >= 0x8000,
            "{asked} {message}"
        );
        let granted = Packet::Suback {
            id: asked,
            codes: &[0],
        };
        let subscribed = Event::Subscribed(Qos::AtMostOnce);
        assert_eq!(session.receive(granted, 0), Ok(subscribed));
        let acknowledged = session.receive(Packet::Puback(message), 0);
        assert_eq!(acknowledged, Ok(Event::Acknowledged(message)));
    }
}

#[test]
fn a_subscription_is_granted_refused_or_overdue() {
    let suback = |number, codes| Packet::Suback {
        id: id(number),
        codes,
    };
    let cases: &[(Packet<'_>, Result<Event<'_>, SessionError>)] = &[
        (suback(1, &[0]), Ok(Event::Subscribed(Qos::AtMostOnce))),
        (suback(1, &[1]), Ok(Event::Subscribed(Qos::AtLeastOnce))),
        (suback(1, &[0x80]), Ok(Event::SubscriptionRefused)),
        (suback(1, &[2]), Err(SessionError::OutOfOrder)),
        (suback(1, &[1, 1]), Err(SessionError::OutOfOrder)),
        (suback(2, &[1]), Err(SessionError::OutOfOrder)),
    ];
    for (packet, expected) in cases {
        let mut session = subscribing();
        assert_eq!(session.receive(*packet, 1000), *expected);
        let again = session.receive(*packet, 1000);
        assert_eq!(again, Err(SessionError::OutOfOrder));
    }
    let mut session = subscribing();
    assert_eq!(poll(&mut session, 999 + ANSWER_MS).1, Ok(()));
    assert_eq!(
        poll(&mut session, 1000 + ANSWER_MS).1,
        Err(SessionError::NoAnswer)
    );
    let mut session = subscribing();
    let _ = session.receive(suback(1, &[1]), 2000);
    assert_eq!(poll(&mut session, 1000 + ANSWER_MS).1, Ok(()));
}

#[test]
fn messages_pass_up_to_qos_1() {
    let mut session = connected();
    let publish = Publish::at_most_once(true, "t", b"1");
    let acknowledged = Publish {
        qos: Qos::AtLeastOnce,
        id: Some(id(7)),
        ..publish
    };
    for publish in [publish, acknowledged] {
        let event = session.receive(Packet::Publish(publish), 0);
        assert_eq!(event, Ok(Event::Message(publish)));
    }
    let mut buf = [0; 4];
    let mut tx = Tx::new(&mut buf);
    assert_eq!(session.acknowledge(id(7), &mut tx), Ok(()));
    assert_eq!(tx.bytes(), [0x40, 2, 0, 7]);
    let twice = Publish {
        qos: Qos::ExactlyOnce,
        ..acknowledged
    };
    assert_eq!(
        session.receive(Packet::Publish(twice), 0),
        Err(SessionError::OutOfOrder)
    );
}

#[test]
fn a_message_on_a_topic_that_cannot_be_is_owed_an_acknowledgement_alone() {
    let bad = |qos, id| Packet::BadTopic { qos, id };
    let mut session = connected();
    for (qos, id) in [(Qos::AtMostOnce, None), (Qos::AtLeastOnce, Some(id(7)))] {
        let event = session.receive(bad(qos, id), 0);
        assert_eq!(event, Ok(Event::BadTopic(id)));
    }
    let twice = bad(Qos::ExactlyOnce, Some(id(7)));
    assert_eq!(session.receive(twice, 0), Err(SessionError::OutOfOrder));
    let mut session = Session::new(20, 0);
    let early = session.receive(bad(Qos::AtMostOnce, None), 0);
    assert_eq!(early, Err(SessionError::OutOfOrder));
}

#[test]
fn delays_double_up_to_the_cap() {
    let mut backoff = Backoff::new(7);
    let ceilings = [500, 1000, 2000, 4000, 8000, CAP_MS, CAP_MS, CAP_MS];
    for ceiling in ceilings {
        let delay = backoff.next_ms();
        assert!(
            (ceiling / 2..=ceiling).contains(&delay),
            "{delay} of {ceiling}"
        );
    }
    backoff.was_up(STABLE_MS - 1);
    assert!(backoff.next_ms() >= CAP_MS / 2, "broke at once");
    backoff.was_up(STABLE_MS);
    assert!(backoff.next_ms() <= 500, "was stable");
}

#[test]
fn delays_differ_between_seeds_and_repeat_with_one() {
    let delays = |seed| {
        let mut backoff = Backoff::new(seed);
        [(); 8].map(|()| backoff.next_ms())
    };
    assert_eq!(delays(1), delays(1));
    for seed in [0, 2, 1 << 32, u64::MAX] {
        assert_ne!(delays(1), delays(seed), "{seed}");
    }
    let mut backoff = Backoff::new(u64::MAX);
    let spread: std::collections::BTreeSet<u32> = (0..200).map(|_| backoff.next_ms()).collect();
    assert!(spread.len() > 150, "only {} delays", spread.len());
}

/// Publishes all that is due at `now_ms`.
fn publish_due(pending: &mut Pending<'_>, now_ms: u64) -> Vec<u16> {
    let mut keys = Vec::new();
    while let Some(key) = pending.due(now_ms) {
        pending.published(key, now_ms);
        keys.push(key.0);
    }
    keys
}

#[test]
fn a_key_goes_out_once_a_second_and_its_last_change_is_not_lost() {
    // Also where the 31 bits of milliseconds wrap.
    for start in [0, 5_000, (1 << 31) - 500, (1 << 32) - 500, 1 << 40] {
        let mut states = [KeyState::NEW; 3];
        let mut pending = Pending::new(&mut states);
        assert_eq!(pending.wait_ms(start), None);
        pending.mark(KeyIndex(1));
        assert_eq!(pending.wait_ms(start), Some(0));
        assert_eq!(publish_due(&mut pending, start), [1]);
        for later in [1, 300, 999] {
            pending.mark(KeyIndex(1));
            // The very first millisecond counts as the second one.
            let left = pending.wait_ms(start + later).expect("it waits");
            assert!((INTERVAL_MS - later..=INTERVAL_MS - later + 1).contains(&left));
            assert_eq!(publish_due(&mut pending, start + later), []);
        }
        assert_eq!(publish_due(&mut pending, start + 1001), [1]);
        assert_eq!(publish_due(&mut pending, start + 9000), []);
    }
}

/// Rounds are early and late by what else a computer does, and clients are woken late.
#[test]
fn what_changes_every_second_goes_out_every_second_and_at_once() {
    let mut states = [KeyState::NEW];
    let mut pending = Pending::new(&mut states);
    let late_ms = [0, SLACK_MS, 3, 30, 0, 1, 39, 20];
    for second in 1..=600 {
        let now_ms = second * INTERVAL_MS + late_ms[(second as usize - 1) % late_ms.len()];
        pending.mark(KeyIndex(0));
        assert_eq!(publish_due(&mut pending, now_ms), [0], "at {now_ms}");
    }
}

#[test]
fn what_changes_all_the_time_goes_out_no_more_than_once_a_second() {
    let mut states = [KeyState::NEW];
    let mut pending = Pending::new(&mut states);
    let (mut last_ms, mut count) = (None, 0);
    for now_ms in (1..=600 * INTERVAL_MS).step_by(7) {
        pending.mark(KeyIndex(0));
        if publish_due(&mut pending, now_ms).is_empty() {
            continue;
        }
        let is_apart = last_ms.is_none_or(|last_ms| now_ms - last_ms >= INTERVAL_MS - SLACK_MS);
        assert!(is_apart, "{now_ms} after {last_ms:?}");
        (last_ms, count) = (Some(now_ms), count + 1);
    }
    // Each is up to 7 ms late, and the average is a second nevertheless.
    assert_eq!(count, 600);
}

#[test]
fn all_keys_go_out_in_order_and_none_starves() {
    let mut states = [KeyState::NEW; 5];
    let mut pending = Pending::new(&mut states);
    pending.mark_all((0..4).map(KeyIndex));
    pending.mark(KeyIndex(9));
    assert_eq!(pending.due(10), Some(KeyIndex(0)));
    pending.published(KeyIndex(0), 10);
    pending.published(KeyIndex(1), 10);
    // So slow a link that the first are due again before the last went out.
    pending.mark_all((0..0).map(KeyIndex));
    pending.mark(KeyIndex(0));
    assert_eq!(pending.due(20), Some(KeyIndex(2)));
    pending.published(KeyIndex(2), 2000);
    assert_eq!(pending.due(2000), Some(KeyIndex(3)));
    pending.published(KeyIndex(3), 2000);
    assert_eq!(publish_due(&mut pending, 2000), [0]);
}

static TOPICS: TopicMap = TopicMap {
    topics: &[STATE, SET, RESULT],
    default_prefix: "p",
};
const STATE: Topic = row(Action::State, &[Level::Prefix, Level::Serial, Level::Key]);
const SET: Topic = row(
    Action::Set,
    &[
        Level::Prefix,
        Level::Serial,
        Level::Key,
        Level::Literal("set"),
    ],
);
const RESULT: Topic = row(
    Action::Result,
    &[
        Level::Prefix,
        Level::Serial,
        Level::Key,
        Level::Literal("result"),
    ],
);

const fn row(action: Action, levels: &'static [Level]) -> Topic {
    Topic {
        action,
        levels,
        retained: matches!(action, Action::State),
    }
}

fn names<'a>(prefix: &'a str, serial: &'a str) -> Names<'a> {
    Names { prefix, serial }
}

#[test]
fn topics_are_made_and_taken_apart() {
    for prefix in [
        "go-eCharger", "/go-eCharger", "house/garage", "/a/b", "", "a/",
    ] {
        let topics = Topics::new(&TOPICS, names(prefix, "000001")).expect("they are fine");
        for (action, end) in [
            (Action::State, ""),
            (Action::Set, "/set"),
            (Action::Result, "/result"),
        ] {
            let expected = format!("{prefix}/000001/amp{end}");
            let mut out = [0; TOPIC_MAX];
            assert_eq!(
                topics.format(action, "amp", &mut out),
                Some(expected.as_str())
            );
            assert_eq!(topics.len(action, "amp"), expected.len());
            assert_eq!(topics.parse(&expected), Some((action, "amp")));
            assert_eq!(topics.is_retained(action), action == Action::State);
            let short = &mut out[..expected.len() - 1];
            assert_eq!(topics.format(action, "amp", short), None);
        }
    }
}

#[test]
fn foreign_topics_are_told_apart() {
    let topics = Topics::new(&TOPICS, names("/p", "1")).expect("they are fine");
    let foreign = [
        "", "/", "/p", "/p/1", "/p/1/", "p/1/amp", "/p/2/amp", "/p/1//set", "/p/1/amp/",
        "/p/1/amp/set/", "/p/1/amp/set/x", "/p/1/amp/sets", "/p/1/a/b/set", "/p/11/amp",
        "/p/1/amp/\u{20ac}",
    ];
    for topic in foreign {
        assert_eq!(topics.parse(topic), None, "{topic:?}");
    }
    assert_eq!(topics.parse("/p/1/set/set"), Some((Action::Set, "set")));
    assert_eq!(topics.parse("/p/1/set"), Some((Action::State, "set")));
}

#[test]
fn impossible_topics_are_refused() {
    let error = |topics, names| {
        let map = TopicMap {
            topics,
            default_prefix: "p",
        };
        Topics::new(&map, names).err()
    };
    for name in ["+", "a/#", "\0"] {
        assert_eq!(
            error(TOPICS.topics, names(name, "1")),
            Some(TopicsError::Name)
        );
        assert_eq!(
            error(TOPICS.topics, names("p", name)),
            Some(TopicsError::Name)
        );
    }
    const NO_KEY: Topic = row(Action::Set, &[Level::Prefix, Level::Serial]);
    const TWO_KEYS: Topic = row(Action::Set, &[Level::Key, Level::Key]);
    let tables: [&'static [Topic]; 4] = [
        &[],
        &[STATE, RESULT],
        &[STATE, NO_KEY, RESULT],
        &[STATE, TWO_KEYS, RESULT],
    ];
    for table in tables {
        assert_eq!(error(table, names("p", "1")), Some(TopicsError::Table));
    }
    let long = "x".repeat(TOPIC_MAX);
    assert_eq!(
        error(TOPICS.topics, names(&long, "1")),
        Some(TopicsError::TooLong)
    );
}
