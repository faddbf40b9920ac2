//! QoS 1: what goes out while how much of it is not acknowledged, what ends the
//! connection, and what is published again because the broker may have lost it.

mod mqtt_support;

use std::cell::Cell;
use std::collections::BTreeSet;
use std::future::poll_fn;
use std::pin::pin;
use std::time::Duration;

use goe_device::mqtt::codec::{Packet as Received, PacketId, Qos, Will};
use goe_device::mqtt::pending::{KeyState, Pending};
use goe_device::mqtt::session::{Event, Session, SessionError};
use goe_device::mqtt::tx::Tx;
use goe_device::mqtt::window::{
    CALM_MAX_MS, CALM_MS, DOUBT_MAX_MS, Doubt, FORGET_MS, LATE_MS, MARGIN_MS, STILL_MS, WINDOW,
    Window,
};
use goe_runtime::KeyIndex;
use mqtt_support::broker::{Played, Wire, message};
use mqtt_support::device::Fake;
use mqtt_support::{ACKNOWLEDGED, Dial, Setup, on_one_thread, run, soon, start};
use rumqttc::mqttbytes::QoS;
use rumqttc::mqttbytes::v4::{Packet, Publish};

/// Sends a message.
fn send(window: &mut Window, now_ms: u64) -> PacketId {
    let id = window.vacancy().expect("room");
    window.sent(now_ms);
    id
}

#[test]
fn as_many_wait_as_may_and_their_ids_are_no_others() {
    let mut window = Window::new();
    assert!(window.is_empty());
    let ids: Vec<_> = (0..WINDOW).map(|_| send(&mut window, 0)).collect();
    assert_eq!(window.vacancy(), None);
    let different: BTreeSet<_> = ids.iter().collect();
    assert_eq!(different.len(), usize::from(WINDOW));
    window.acknowledged(ids[0], 1);
    let next = send(&mut window, 1);
    assert!(!ids.contains(&next), "{next}");
    assert_eq!(window.vacancy(), None);
    // All ids that there are, several times; none is one of a SUBSCRIBE.
    let mut window = Window::new();
    for _ in 0..100_000 {
        let id = send(&mut window, 0);
        assert!(id.get() > u16::MAX / 2, "{id}");
        window.acknowledged(id, 0);
        assert!(window.is_empty());
    }
}

#[test]
fn what_was_not_sent_is_not_acknowledged() {
    let mut window = Window::new();
    let first = send(&mut window, 0);
    let second = send(&mut window, 0);
    for unknown in [1, first.get() - 1, second.get() + 1, u16::MAX] {
        window.acknowledged(PacketId::new(unknown).expect("not 0"), 0);
        assert!(!window.is_empty(), "{unknown}");
        assert_eq!(window.due_ms(), Some(STILL_MS));
    }
    window.acknowledged(first, 5);
    window.acknowledged(first, 6);
    assert_eq!(window.due_ms(), Some(5 + STILL_MS), "twice says nothing");
    window.acknowledged(second, 7);
    assert!(window.is_empty() && window.due_ms().is_none() && window.calm_ms().is_none());
}

#[test]
fn late_acknowledgements_put_in_doubt_what_was_published_around_them() {
    let mut window = Window::new();
    let start = 100_000;
    let id = send(&mut window, start);
    window.acknowledged(id, start + LATE_MS);
    assert_eq!(window.calm_ms(), None, "that is in time");
    let id = send(&mut window, start);
    let late = start + LATE_MS + 1;
    window.acknowledged(id, late);
    let doubt = Doubt {
        from_ms: start - MARGIN_MS,
        until_ms: late,
    };
    assert_eq!(window.calm_ms(), Some(late + CALM_MS));
    assert_eq!(window.settle(late + CALM_MS - 1), None);
    // One more that is late, and the calm begins anew.
    let id = send(&mut window, late);
    window.acknowledged(id, late + 3_000);
    let calm = late + 3_000 + CALM_MS;
    assert_eq!(window.settle(calm - 1), None);
    let until_ms = late + 3_000;
    assert_eq!(window.settle(calm), Some(Doubt { until_ms, ..doubt }));
    assert_eq!(window.settle(calm), None, "once");
    assert_eq!(window.calm_ms(), None);
}

#[test]
fn one_that_is_passed_over_was_lost() {
    let mut window = Window::new();
    let _lost = send(&mut window, 10_000);
    let id = send(&mut window, 10_000);
    window.acknowledged(id, 10_001);
    assert!(window.is_empty());
    let doubt = Doubt {
        from_ms: 10_000 - MARGIN_MS,
        until_ms: 10_001,
    };
    assert_eq!(window.settle(10_001 + CALM_MS), Some(doubt));
}

#[test]
fn doubts_that_follow_each_other_become_rare_and_stay_small() {
    let mut window = Window::new();
    let mut now_ms = 1_000_000;
    let mut calms = Vec::new();
    let settled = |window: &mut Window, now_ms: &mut u64| {
        let id = send(window, *now_ms);
        *now_ms += 2 * LATE_MS;
        window.acknowledged(id, *now_ms);
        let late = *now_ms;
        *now_ms = window.calm_ms().expect("a doubt");
        assert!(window.settle(*now_ms).is_some());
        *now_ms - late
    };
    for _ in 0..8 {
        calms.push(settled(&mut window, &mut now_ms));
    }
    let doubled = (0..8).map(|times| (CALM_MS << times).min(CALM_MAX_MS));
    assert_eq!(calms, doubled.collect::<Vec<_>>());
    now_ms += FORGET_MS;
    assert_eq!(settled(&mut window, &mut now_ms), CALM_MS);
    // A broker that is late for an hour.
    let begin_ms = now_ms;
    while now_ms < begin_ms + 3_600_000 {
        let id = send(&mut window, now_ms);
        now_ms += 2 * LATE_MS;
        window.acknowledged(id, now_ms);
        assert_eq!(window.settle(now_ms), None, "no calm, no load");
    }
    let settled = window.settle(window.calm_ms().expect("a doubt"));
    let settled = settled.expect("it is calm");
    assert_eq!(settled.until_ms, now_ms);
    assert_eq!(settled.from_ms, now_ms - DOUBT_MAX_MS);
}

#[test]
fn a_window_that_stands_still_ends_the_session() {
    let mut session = Session::new(0, 0);
    let accepted = Received::Connack {
        session_present: false,
        result: Ok(()),
    };
    assert!(session.receive(accepted, 0).is_ok());
    let mut out = [0; 8];
    let mut poll = |session: &mut Session, now_ms| session.poll(now_ms, &mut Tx::new(&mut out));
    let id = session.vacancy().expect("room");
    session.published(1_000);
    assert_eq!(session.deadline_ms(), Some(1_000 + STILL_MS));
    assert_eq!(poll(&mut session, 999 + STILL_MS), Ok(()));
    let late = session.clone();
    assert_eq!(
        session.receive(Received::Puback(id), 999 + STILL_MS),
        Ok(Event::Acknowledged(id))
    );
    assert!(session.is_acknowledged());
    assert_eq!(poll(&mut session, 1_000 + STILL_MS), Ok(()));
    let error = Err(SessionError::NoAnswer);
    assert_eq!(poll(&mut { late }, 1_000 + STILL_MS), error);
}

#[test]
fn keys_are_marked_by_when_they_were_published() {
    let mut states = [KeyState::NEW; 4];
    let mut pending = Pending::new(&mut states);
    let at = |time: u64| 5_000_000_000 + time;
    for (key, published) in [(0, 1_000), (1, 2_000), (2, 3_000)] {
        pending.mark(KeyIndex(key));
        pending.published(KeyIndex(key), at(published));
    }
    pending.mark_published(at(1_500), at(2_500), at(9_000));
    assert_eq!(pending.due(at(9_000)), Some(KeyIndex(1)));
    pending.published(KeyIndex(1), at(9_000));
    assert_eq!(
        pending.due(at(20_000)),
        None,
        "not what was never published"
    );
    pending.mark_published(at(1_000), at(3_000), at(20_000));
    let due = core::iter::from_fn(|| {
        let key = pending.due(at(20_000))?;
        pending.published(key, at(20_000));
        Some(key.0)
    });
    assert_eq!(due.collect::<BTreeSet<_>>(), [0, 2].into());
}

/// Acknowledges a message.
async fn acknowledge(wire: &mut Wire, publish: &Publish) {
    assert_eq!(publish.qos, QoS::AtLeastOnce, "{publish:?}");
    let [high, low] = publish.pkid.to_be_bytes();
    wire.send(&[0x40, 2, high, low]).await;
}

#[test]
fn settings_are_heard_at_qos_0_then() {
    on_one_thread(async {
        let broker = Played::new().await;
        let client = start(Fake::small(), broker.address, ACKNOWLEDGED);
        let mut wire = broker.accept().await;
        wire.packet().await;
        wire.send(&[0x20, 2, 0, 0]).await;
        let Packet::Subscribe(subscribe) = wire.packet().await else {
            panic!("SUBSCRIBE comes first");
        };
        assert_eq!(subscribe.filters[0].qos, QoS::AtMostOnce);
        let [high, low] = subscribe.pkid.to_be_bytes();
        wire.send(&[0x90, 3, high, low, 0]).await;
        let topic = "/go-eCharger/000001/amp/set";
        wire.send(&message(topic, b"10", false)).await;
        loop {
            let publish = wire.publish().await;
            if publish.topic.ends_with("/result") {
                assert_eq!(publish.payload, "success");
                assert_eq!(publish.qos, QoS::AtMostOnce, "nobody keeps it");
                break;
            }
            assert!(publish.retain);
            acknowledge(&mut wire, &publish).await;
        }
        assert_eq!(client.device.sets().len(), 1);
    });
}

#[test]
fn publishing_waits_for_room_and_loses_nothing() {
    on_one_thread(async {
        let broker = Played::new().await;
        let client = start(Fake::many(100, 20), broker.address, ACKNOWLEDGED);
        let mut wire = broker.welcome().await;
        let mut owed = Vec::new();
        for _ in 0..WINDOW {
            owed.push(wire.publish().await);
        }
        let more = tokio::time::timeout(Duration::from_millis(300), wire.publish());
        assert!(more.await.is_err(), "more than may be unacknowledged");
        // A key that changes while it waits is published once, as it is then.
        client.device.change("k099", "8");
        let mut seen = BTreeSet::new();
        while let Some(publish) = owed.pop() {
            assert!(seen.insert(publish.topic.clone()), "{}", publish.topic);
            let is_last = publish.topic.ends_with("k099");
            assert_eq!(publish.payload == "8", is_last);
            // The last first: those before it count as passed over.
            acknowledge(&mut wire, &publish).await;
            while seen.len() + owed.len() < 100 && owed.len() < usize::from(WINDOW) {
                owed.insert(0, wire.publish().await);
                let ids: BTreeSet<_> = owed.iter().map(|publish| publish.pkid).collect();
                assert_eq!(ids.len(), owed.len());
            }
        }
        assert_eq!(seen.len(), 100);
    });
}

#[test]
fn a_full_window_is_waited_for_by_its_events() {
    on_one_thread(async {
        let broker = Played::new().await;
        let device = Fake::many(100, 20);
        let (mut dial, stop) = (Dial(broker.address), std::future::pending());
        let mut client = pin!(run(&device, &mut dial, ACKNOWLEDGED, stop));
        let polls = Cell::new(0);
        let client = poll_fn(|context| {
            polls.set(polls.get() + 1);
            client.as_mut().poll(context)
        });
        let test = async {
            let mut wire = broker.welcome().await;
            for _ in 0..WINDOW {
                wire.publish().await;
            }
            let before = polls.get();
            tokio::time::sleep(Duration::from_millis(300)).await;
            let waited = polls.get() - before;
            assert!(waited < 10, "asked {waited} times");
        };
        tokio::select! {
            _ = client => panic!("it stops for nothing"),
            () = test => {}
        }
    });
}

#[test]
fn what_was_acknowledged_late_is_published_again_and_nothing_else() {
    on_one_thread(async {
        let broker = Played::new().await;
        let client = start(Fake::small(), broker.address, ACKNOWLEDGED);
        let mut wire = broker.welcome().await;
        for _ in 0..3 {
            let publish = wire.publish().await;
            acknowledge(&mut wire, &publish).await;
        }
        tokio::time::sleep(Duration::from_millis(MARGIN_MS + 500)).await;
        client.device.change("amp", "11");
        let publish = wire.publish().await;
        tokio::time::sleep(Duration::from_millis(LATE_MS + 200)).await;
        acknowledge(&mut wire, &publish).await;
        let begin = std::time::Instant::now();
        let again = wire.publish().await;
        let waited = begin.elapsed().as_millis() as u64;
        assert!(
            (CALM_MS - 200..CALM_MS + 1_500).contains(&waited),
            "{waited}"
        );
        assert_eq!(
            (&again.topic, &again.payload),
            (&publish.topic, &publish.payload)
        );
        acknowledge(&mut wire, &again).await;
        client.device.change("car", "2");
        assert!(wire.publish().await.topic.ends_with("/car"), "not the rest");
        client.stop().await;
    });
}

#[test]
fn what_a_late_will_denies_is_said_again() {
    on_one_thread(async {
        for denied in [Some(KeyIndex(1)), None] {
            let broker = Played::new().await;
            let setup = Setup {
                denied,
                ..ACKNOWLEDGED
            };
            let client = start(Fake::small(), broker.address, setup);
            let mut wire = broker.welcome().await;
            for _ in 0..3 {
                let publish = wire.publish().await;
                acknowledge(&mut wire, &publish).await;
            }
            let early = tokio::time::timeout(Duration::from_secs(8), wire.publish());
            assert!(early.await.is_err(), "a will may come until then");
            let again = tokio::time::timeout(Duration::from_secs(4), wire.publish()).await;
            assert_eq!(again.is_ok(), denied.is_some());
            if let Ok(again) = again {
                assert!(again.topic.ends_with("/car"), "{again:?}");
                acknowledge(&mut wire, &again).await;
            }
            client.device.change("amp", "11");
            assert!(wire.publish().await.topic.ends_with("/amp"), "only once");
        }
    });
}

#[test]
fn a_goodbye_waits_for_what_is_not_acknowledged_but_not_for_ever() {
    on_one_thread(async {
        for answers in [true, false] {
            let broker = Played::new().await;
            let setup = Setup {
                will: Some(Will {
                    topic: "w",
                    payload: b"false",
                    qos: Qos::AtLeastOnce,
                    retain: true,
                }),
                ..ACKNOWLEDGED
            };
            let mut client = start(Fake::small(), broker.address, setup);
            let mut wire = broker.welcome().await;
            for _ in 0..3 {
                let publish = wire.publish().await;
                acknowledge(&mut wire, &publish).await;
            }
            client.signal();
            let will = wire.publish().await;
            assert_eq!((will.topic.as_str(), will.retain), ("w", true));
            let early = tokio::time::timeout(Duration::from_millis(200), wire.packet());
            assert!(early.await.is_err(), "it waits");
            if answers {
                acknowledge(&mut wire, &will).await;
                let quickly = tokio::time::timeout(Duration::from_millis(200), wire.packet());
                assert_eq!(quickly.await, Ok(Packet::Disconnect));
            } else {
                assert_eq!(wire.packet().await, Packet::Disconnect);
            }
            soon("the end", client.ended()).await;
        }
    });
}
