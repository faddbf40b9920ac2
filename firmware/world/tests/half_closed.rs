//! A connection of which one direction is at its end, and the other goes on.

#![allow(clippy::unwrap_used, reason = "tests")]

use std::cell::RefCell;
use std::rc::Rc;

use goe_runtime::device::{Device as _, Table as _};
use goe_world::net::{Direction, Fault, Port, Stream};
use goe_world::{Site, World};

const SETS: &[u8] = b"GET /api/set?amp=10 HTTP/1.1\r\nHost: charger\r\n\r\n";

fn value(world: &World, name: &str) -> String {
    let device = world.device().unwrap();
    let key = device.find(name).unwrap();
    device
        .with_document(|document| String::from_utf8(document.value(key).unwrap().to_vec()).unwrap())
}

/// What a client of HTTP read, and whether its connection ended.
type Heard = Rc<RefCell<(String, bool)>>;

async fn hear(stream: &Stream, heard: &Heard) {
    let mut bytes = [0; 512];
    while let Ok(length @ 1..) = stream.read(&mut bytes).await {
        let text = String::from_utf8_lossy(&bytes[..length]).into_owned();
        heard.borrow_mut().0 += &text;
    }
    heard.borrow_mut().1 = true;
}

/// A world in which the charger listens.
fn listening() -> World {
    let mut world = World::new(&Site::default());
    world.run_until(30_000);
    world
}

#[test]
fn who_has_said_all_is_answered_and_told_that_it_is_over() {
    let mut world = listening();
    let (net, heard) = (world.net(), Heard::default());
    let noted = heard.clone();
    world.spawn(async move {
        let mut stream = net.connect(Port::Http).await.unwrap();
        stream.write_all(SETS).await.unwrap();
        stream.finish();
        hear(&stream, &noted).await;
    });
    world.run_until(31_000);
    let (text, is_over) = &*heard.borrow();
    assert!(text.starts_with("HTTP/1.1 200 "), "{text}");
    assert!(
        is_over,
        "it still holds a connection on which nothing comes"
    );
}

#[test]
fn who_says_half_and_the_end_is_no_longer_waited_for() {
    let mut world = listening();
    let (net, heard) = (world.net(), Heard::default());
    let noted = heard.clone();
    world.spawn(async move {
        let mut stream = net.connect(Port::Http).await.unwrap();
        stream.write_all(&SETS[..20]).await.unwrap();
        stream.finish();
        hear(&stream, &noted).await;
    });
    world.run_until(32_000);
    assert!(heard.borrow().1, "it waits for the other half");
    assert_eq!(value(&world, "amp"), "32");
}

#[test]
fn what_is_sent_arrives_although_nothing_comes_back() {
    let mut world = listening();
    let (net, heard) = (world.net(), Heard::default());
    let noted = heard.clone();
    world.spawn(async move {
        let stream = net.connect(Port::Http).await.unwrap();
        net.disturb(&stream.link(), Fault::Finish(Direction::Back));
        hear(&stream, &noted).await;
        stream.write_all(SETS).await.unwrap();
        // It stays for as long as the world does.
        std::future::pending::<()>().await;
    });
    world.run_until(31_000);
    assert_eq!(*heard.borrow(), (String::new(), true));
    assert_eq!(value(&world, "amp"), "10");
}

#[test]
fn what_is_sent_behind_the_end_is_lost() {
    let mut world = listening();
    let net = world.net();
    world.spawn(async move {
        let stream = net.connect(Port::Http).await.unwrap();
        stream.write_all(&SETS[..20]).await.unwrap();
        net.disturb(&stream.link(), Fault::Finish(Direction::There));
        // Nobody tells whoever writes.
        stream.write_all(&SETS[20..]).await.unwrap();
        hear(&stream, &Heard::default()).await;
    });
    world.run_until(32_000);
    assert_eq!(value(&world, "amp"), "32");
}

#[test]
fn a_broker_that_says_nothing_more_is_called_anew() {
    for direction in [Direction::There, Direction::Back] {
        let mut world = listening();
        assert_eq!(value(&world, "mcc"), "true");
        let to_broker = |world: &World| {
            let mut links = world.net().links();
            links.retain(|link| link.port == Port::Mqtt);
            links
        };
        for link in to_broker(&world) {
            world.net().disturb(&link, Fault::Finish(direction));
        }
        world.run_until(45_000);
        assert_eq!(value(&world, "mcc"), "true", "{direction:?}");
        let links = to_broker(&world);
        let disturbed: Vec<_> = links.iter().map(|link| link.is_disturbed()).collect();
        assert_eq!(disturbed, [false], "{direction:?}");
    }
}
