//! Keys as Home Assistant is told of them: which of its components shows each,
//! and what cannot be seen from a [`Descriptor`].
//!
//! A generated crate holds one `static` [`Entity`] per entity, a line each, and the
//! [`Look`]s that they share. They state what follows from prose and from units; limits, names of values and
//! whether there may be `null` are with the key's type, and are not said twice.

use core::ops::Deref;

use crate::descriptor::{Descriptor, Field, Kind, Type};
use crate::key_set::KeyIndex;
use crate::unit::Unit;

/// The component that shows a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Component {
    /// `true` or `false`, to look at.
    BinarySensor,
    /// Sends one value when it is pressed: `null` if the key has others, too.
    Button,
    /// A number that can be set.
    Number,
    /// One of several names that can be set.
    Select,
    /// Anything, to look at.
    Sensor,
    /// `true` or `false` that can be set.
    Switch,
    /// A string that can be set.
    Text,
}

impl Component {
    /// Every component.
    pub const ALL: [Component; 7] = [
        Component::BinarySensor,
        Component::Button,
        Component::Number,
        Component::Select,
        Component::Sensor,
        Component::Switch,
        Component::Text,
    ];

    /// As topics have it.
    pub const fn name(self) -> &'static str {
        match self {
            Component::BinarySensor => "binary_sensor",
            Component::Button => "button",
            Component::Number => "number",
            Component::Select => "select",
            Component::Sensor => "sensor",
            Component::Switch => "switch",
            Component::Text => "text",
        }
    }
}

/// The device class of a number in this unit; empty where Home Assistant has
/// none that takes it in this unit.
pub const fn device_class(unit: Unit) -> &'static str {
    match unit {
        Unit::Amperes | Unit::Milliamperes => "current",
        Unit::Celsius => "temperature",
        Unit::Decibels => "signal_strength",
        Unit::Hertz => "frequency",
        Unit::Hours | Unit::Minutes | Unit::Seconds | Unit::Milliseconds => "duration",
        Unit::KilowattHours | Unit::WattHours => "energy",
        Unit::Kilowatts | Unit::Watts => "power",
        Unit::Volts | Unit::Millivolts => "voltage",
        Unit::Cents
        | Unit::Microseconds
        | Unit::MilliwattHours
        | Unit::Milliwatts
        | Unit::Percent
        | Unit::PercentPerSecond
        | Unit::RevolutionsPerMinute => "",
    }
}

/// The state class of a sensor: what long-term statistics are kept of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Statistics {
    /// Nothing.
    None,
    /// A value of now.
    Measurement,
    /// A sum that only grows, or begins anew.
    TotalIncreasing,
}

/// Where it stands on the page of the device.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Section {
    /// With what the device is for.
    Main,
    /// With its settings.
    Config,
    /// With what tells how it fares.
    Diagnostic,
}

/// One entity.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entity {
    /// For people.
    pub name: &'static str,
    /// The key whose value it shows or sets.
    pub key: KeyIndex,
    /// Its look, whose fields are the entity's, too.
    pub look: &'static Look,
}

/// The look of an entity, and often of others as well.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Look {
    /// The component.
    pub component: Component,
    /// The part of the value: 0 is all of it; otherwise, from 1, the field of its
    /// shape or, in an array, the entry.
    pub part: u8,
    /// Of numbers.
    pub unit: Option<Unit>,
    /// Of sensors.
    pub statistics: Statistics,
    /// Where it stands.
    pub section: Section,
    /// It changes so often, or tells so little, that users have to ask for it.
    pub hidden: bool,
}

impl Look {
    /// All of a key's value, with nothing else known.
    pub const fn new(component: Component) -> Self {
        Look {
            component,
            part: 0,
            unit: None,
            statistics: Statistics::None,
            section: Section::Main,
            hidden: false,
        }
    }

    /// Only a part of it, counted from 1.
    pub const fn part(mut self, part: u8) -> Self {
        self.part = part;
        self
    }

    /// In this unit.
    pub const fn of(mut self, unit: Unit) -> Self {
        self.unit = Some(unit);
        self
    }

    /// A value of now, worth statistics.
    pub const fn measured(mut self) -> Self {
        self.statistics = Statistics::Measurement;
        self
    }

    /// A sum that only grows, or begins anew.
    pub const fn counted(mut self) -> Self {
        self.statistics = Statistics::TotalIncreasing;
        self
    }

    /// Among the settings.
    pub const fn config(mut self) -> Self {
        self.section = Section::Config;
        self
    }

    /// Among what tells how the device fares.
    pub const fn diagnostic(mut self) -> Self {
        self.section = Section::Diagnostic;
        self
    }

    /// Only for users who ask for it.
    pub const fn hidden(mut self) -> Self {
        self.hidden = true;
        self
    }
}

impl Deref for Entity {
    type Target = Look;

    fn deref(&self) -> &Look {
        self.look
    }
}

impl Entity {
    /// The entities of a table: of each its name, the position of its key, and
    /// which of the looks it has.
    ///
    /// # Panics
    /// When there is no such look.
    pub const fn table<const N: usize>(
        entities: [(&'static str, u16, u16); N],
        looks: &'static [Look],
    ) -> [Self; N] {
        const NONE: Entity = Entity {
            name: "",
            key: KeyIndex(0),
            look: &Look::new(Component::Sensor),
        };
        let (mut all, mut i) = ([NONE; N], 0);
        while i < N {
            let (name, key, look) = entities[i];
            all[i] = Entity {
                name,
                key: KeyIndex(key),
                look: &looks[look as usize],
            };
            i += 1;
        }
        all
    }

    /// The field of the key's shape that it shows, if that is what it shows.
    pub fn field(&self, descriptor: &Descriptor) -> Option<&'static Field> {
        let at = usize::from(self.part.checked_sub(1)?);
        match (descriptor.read.kind, descriptor.read.list) {
            (Kind::Object(shape), None) => shape.fields.get(at),
            _ => None,
        }
    }

    /// The type of what it shows; `None` for an entry of an array, which is a
    /// number or a truth value, by the component.
    pub fn shown(&self, descriptor: &Descriptor) -> Option<Type> {
        match self.part {
            0 => Some(descriptor.read),
            _ => Some(self.field(descriptor)?.read),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A key costs a device one of these beside its name.
    #[test]
    fn is_small() {
        let pointer = core::mem::size_of::<&str>();
        let reference = core::mem::size_of::<&Look>();
        assert_eq!(core::mem::size_of::<Entity>(), pointer + 2 * reference);
    }

    #[test]
    fn names_are_told_apart() {
        for (at, component) in Component::ALL.iter().enumerate() {
            assert_eq!(*component as usize, at);
        }
    }
}
