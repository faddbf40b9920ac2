//! A day without faults: what the charger says is what happens, and the same seed gives
//! the same day.

#![allow(clippy::unwrap_used, reason = "tests")]

use goe_runtime::device::{Device as _, Table as _};
use goe_world::{Site, World};

fn value(world: &World, name: &str) -> String {
    let device = world.device().unwrap();
    let key = device.find(name).unwrap();
    device
        .with_document(|document| String::from_utf8(document.value(key).unwrap().to_vec()).unwrap())
}

#[test]
fn a_car_is_charged_and_everybody_hears_of_it() {
    let mut world = World::new(&Site::default());
    world.run_until(600_000);
    assert_eq!(value(&world, "car"), "2");
    let eto: f64 = value(&world, "eto").parse().unwrap();
    assert!(eto > 1_000.0, "{eto}");
    let mut retained = Vec::new();
    world.retained(|topic, payload| {
        retained.push((
            topic.to_owned(),
            String::from_utf8(payload.to_vec()).unwrap(),
        ));
    });
    let car = retained
        .iter()
        .find(|(topic, _)| topic == "go-eCharger/000001/car");
    assert_eq!(car.unwrap().1, "2");
    assert!(retained.len() > 300, "{}", retained.len());
}

#[test]
fn a_setting_survives_a_power_cut() {
    let mut world = World::new(&Site::default());
    let device = world.device().unwrap();
    device.set(device.find("amp").unwrap(), "10").unwrap();
    drop(device);
    world.run_until(2_000);
    world.set_power(false);
    world.run_until(10_000);
    assert!(world.device().is_none());
    world.set_power(true);
    assert_eq!(value(&world, "amp"), "10");
    world.run_until(60_000);
    assert_eq!(value(&world, "car"), "2");
}
