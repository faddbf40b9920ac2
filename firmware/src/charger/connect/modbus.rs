//! How registers are reached, and how often they were.
//!
//! The port is that of the last boot: who changes it under clients would lose them. This
//! must never know a register or a socket.

use goe_runtime::modbus::{Operation, Order, Wanted};

/// The settings of the server, and what it did since boot.
#[derive(Clone, Copy, Debug)]
pub(in crate::charger) struct Modbus {
    pub(in crate::charger) enabled: bool,
    /// From the next boot on.
    pub(in crate::charger) port: u16,
    pub(in crate::charger) order: Order,
    /// That of this boot, once it is over.
    booted_with: Option<u16>,
    pub(in crate::charger) read: Operations,
    pub(in crate::charger) written: Operations,
}

/// Operations of one kind.
#[derive(Clone, Copy, Debug, Default)]
pub(in crate::charger) struct Operations {
    pub(in crate::charger) count: u32,
    /// When the last one was.
    pub(in crate::charger) last_ms: Option<u64>,
}

impl Modbus {
    pub(in crate::charger) fn new() -> Self {
        Modbus {
            enabled: false,
            port: 502,
            order: Order {
                swap_bytes: false,
                swap_registers: true,
            },
            booted_with: None,
            read: Operations::default(),
            written: Operations::default(),
        }
    }

    /// What was stored is restored before the first step.
    pub(in crate::charger) fn step(&mut self) {
        self.booted_with.get_or_insert(self.port);
    }

    pub(in crate::charger) fn reboot(&mut self) {
        self.booted_with = None;
        self.read = Operations::default();
        self.written = Operations::default();
    }

    pub(in crate::charger) fn wanted(&self) -> Wanted {
        Wanted {
            enabled: self.enabled,
            port: self.booted_with.unwrap_or(self.port),
            order: self.order,
        }
    }

    pub(in crate::charger) fn operated(&mut self, now_ms: u64, operation: Operation) {
        let operations = match operation {
            Operation::Read => &mut self.read,
            Operation::Write => &mut self.written,
        };
        operations.count = operations.count.saturating_add(1);
        operations.last_ms = Some(now_ms);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_port_is_taken_at_boot() {
        let mut modbus = Modbus::new();
        modbus.port = 1502;
        assert_eq!(modbus.wanted().port, 1502, "restored before the first step");
        modbus.step();
        modbus.port = 1503;
        modbus.step();
        assert_eq!(modbus.wanted().port, 1502);
        modbus.reboot();
        assert_eq!(modbus.wanted().port, 1503);
    }

    #[test]
    fn operations_are_counted_until_it_boots() {
        let mut modbus = Modbus::new();
        modbus.operated(7, Operation::Read);
        modbus.operated(9, Operation::Read);
        modbus.operated(8, Operation::Write);
        assert_eq!((modbus.read.count, modbus.read.last_ms), (2, Some(9)));
        assert_eq!((modbus.written.count, modbus.written.last_ms), (1, Some(8)));
        modbus.reboot();
        assert_eq!((modbus.read.count, modbus.written.last_ms), (0, None));
    }
}
