//! A heat pump that keeps a tank of hot water warm.

use api::{Api, Key, Mode, Readings, Settings, Write};
use goe_runtime::device::{Logic, Mqtt, MqttEvent, Wanted};
use goe_runtime::{KeyIndex, Refusal, Text};

/// What follows from the tables in `spec/`.
mod api {
    include!(concat!(env!("OUT_DIR"), "/src/api.rs"));
}

const TANK_J_PER_K: f32 = 200.0 * 4186.0;
const COP: f32 = 3.2;
/// Of the room that the tank stands in, and of the water that comes into it.
const COLD_C: f32 = 15.0;

struct HeatPump {
    name: String,
    mode: Mode,
    target_c: f32,
    tank_c: f32,
    power_w: f32,
    energy_wh: f64,
    mqtt: Mqtt,
}

impl HeatPump {
    /// A second of its life. It waits until the tank is cold, and then runs for long.
    fn step(&mut self, _now_ms: u64) {
        let hysteresis_k = if self.power_w > 0.0 { 0.0 } else { 3.0 };
        self.power_w = match self.mode {
            _ if self.tank_c > self.target_c - hysteresis_k => 0.0,
            Mode::Off => 0.0,
            Mode::Heating => 1500.0,
            Mode::Boost => 2500.0,
        };
        self.tank_c += (self.power_w * COP - 2.5 * (self.tank_c - COLD_C)) / TANK_J_PER_K;
        self.energy_wh += f64::from(self.power_w) / 3600.0;
    }
}

impl Logic for HeatPump {
    type Api = Api;
    const MADE: [&'static str; 3] = ["Example", "Heat pump", env!("CARGO_PKG_VERSION")];
    const CONNECTED: KeyIndex = Key::Online.index();

    fn readings(&self) -> Readings<'_> {
        let missing_ws = (self.target_c - self.tank_c) * TANK_J_PER_K / COP;
        Readings {
            name: Text::cut(&self.name),
            mode: self.mode,
            target: self.target_c,
            temps: [self.tank_c, self.tank_c + self.power_w * COP / 1000.0],
            power: self.power_w,
            energy: self.energy_wh,
            left: (self.power_w > 0.0).then(|| (missing_ws / self.power_w) as u32),
            mqtt: Text::of(self.mqtt.broker.shown()),
            online: self.mqtt.is_connected(),
        }
    }

    fn settings(&self) -> Settings<'_> {
        Settings {
            name: Text::cut(&self.name),
            mode: self.mode,
            target: self.target_c,
            mqtt: Text::of(self.mqtt.broker.stored()),
        }
    }

    fn apply(&mut self, write: Write<'_>) -> Result<(), Refusal> {
        match write {
            Write::Name(name) => self.name = name.chars().collect(),
            Write::Mode(mode) => self.mode = mode,
            Write::Target(celsius) => self.target_c = celsius,
            Write::Tap(litres) => self.tank_c -= (self.tank_c - COLD_C) * f32::from(litres) / 200.0,
            Write::Mqtt(url) => self.mqtt.broker.set(url)?,
        }
        Ok(())
    }

    fn wanted(&self) -> Option<Wanted<'_>> {
        self.mqtt.wanted()
    }

    fn hear(&mut self, event: MqttEvent) {
        self.mqtt.hear(event);
    }
}

fn main() -> std::process::ExitCode {
    let pump = HeatPump {
        name: "Cellar".to_owned(),
        mode: Mode::Heating,
        target_c: 50.0,
        tank_c: 20.0,
        power_w: 0.0,
        energy_wh: 0.0,
        mqtt: Mqtt::default(),
    };
    goe_host::main(env!("CARGO_PKG_NAME"), pump, HeatPump::step)
}
