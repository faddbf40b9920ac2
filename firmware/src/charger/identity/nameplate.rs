//! The identity of this charger: fixed when it was made, given by the board at boot.

use core::fmt::{self, Display, Formatter};

use goe_runtime::device::Announced;
use heapless::String;

use super::firmware::Firmware;

/// Longest serial number, so that the host name stays within the 32 bytes that
/// DHCP servers keep.
const SERIAL_MAX: usize = 16;

const HOSTNAME_PREFIX: &str = "go-eCharger_";

pub(in crate::charger) const MANUFACTURER: &str = "go-e";

pub(in crate::charger) const DEVICE_TYPE: &str = "go-eCharger";

/// What apps look for to find a charger.
const SERVICES: &[&str] = &["_go-e_go-eCharger._tcp", "_go-e_go-eCharger_V4._tcp"];

/// The current that a unit carries.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Variant {
    /// 11 kW: 16 A on each phase.
    Kw11,
    /// 22 kW: 32 A on each phase.
    #[default]
    Kw22,
}

impl Variant {
    /// Its power, kW.
    pub fn kilowatts(self) -> u8 {
        match self {
            Variant::Kw11 => 11,
            Variant::Kw22 => 22,
        }
    }

    /// Returns the current that wiring and contactor carry, mA per phase.
    pub fn current_ma(self) -> u32 {
        match self {
            Variant::Kw11 => 16_000,
            Variant::Kw22 => 32_000,
        }
    }
}

/// Serial number, hardware version, variant and release.
#[derive(Clone, Debug)]
pub struct Identity {
    serial: String<SERIAL_MAX>,
    hostname: String<{ HOSTNAME_PREFIX.len() + SERIAL_MAX }>,
    pcb_version: u8,
    variant: Variant,
    firmware: &'static Firmware,
}

/// The serial number has more than 16 bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SerialTooLong;

impl Display for SerialTooLong {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "a serial number has at most {SERIAL_MAX} bytes")
    }
}

impl core::error::Error for SerialTooLong {}

impl Identity {
    /// A unit of 22 kW of the newest release. `pcb_version` is the version of the circuit board: 0, 1, …
    ///
    /// # Errors
    /// When the serial number is too long; six characters are usual.
    pub fn new(serial: &str, pcb_version: u8) -> Result<Self, SerialTooLong> {
        let mut hostname = String::new();
        let written = hostname
            .push_str(HOSTNAME_PREFIX)
            .and_then(|()| hostname.push_str(serial));
        match (String::try_from(serial), written) {
            (Ok(serial), Ok(())) => Ok(Identity {
                serial,
                hostname,
                pcb_version,
                variant: Variant::default(),
                firmware: Firmware::NEWEST,
            }),
            _ => Err(SerialTooLong),
        }
    }

    /// The same as a unit of that size.
    #[must_use]
    pub fn with_variant(self, variant: Variant) -> Self {
        Identity { variant, ..self }
    }

    /// The same of that release.
    #[must_use]
    pub fn with_firmware(self, firmware: &'static Firmware) -> Self {
        Identity { firmware, ..self }
    }

    /// Its release.
    pub fn firmware(&self) -> &'static Firmware {
        self.firmware
    }

    /// Returns its variant.
    pub fn variant(&self) -> Variant {
        self.variant
    }

    /// The serial number.
    pub fn serial(&self) -> &str {
        &self.serial
    }

    /// Version of the circuit board.
    pub fn pcb_version(&self) -> u8 {
        self.pcb_version
    }

    /// The name the charger gives itself in the network.
    pub fn hostname(&self) -> &str {
        &self.hostname
    }

    /// How it is found on the local network: by its host name.
    pub fn announced(&self) -> Announced<'_> {
        Announced {
            hostname: &self.hostname,
            services: SERVICES,
        }
    }

    pub(in crate::charger) fn serial_buffer(&self) -> &String<SERIAL_MAX> {
        &self.serial
    }

    pub(in crate::charger) fn hostname_buffer(
        &self,
    ) -> &String<{ HOSTNAME_PREFIX.len() + SERIAL_MAX }> {
        &self.hostname
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_itself_after_its_serial() {
        let identity = Identity::new("000001", 1).expect("short");
        assert_eq!(identity.serial(), "000001");
        assert_eq!(identity.hostname(), "go-eCharger_000001");
        assert_eq!(identity.pcb_version(), 1);
        assert!(Identity::new("0123456789abcdef", 0).is_ok());
        assert_eq!(
            Identity::new("0123456789abcdefg", 0).err(),
            Some(SerialTooLong)
        );
    }
}
