//! The password of a board's WebSocket: given at the start, kept in flash as a hash of it,
//! or made and told once, on the board's log, which nobody reads by a network.

use goe_device::entropy::Entropy;
use goe_device::ws::password;
use goe_runtime::device::{DeviceCell, HashKind, Logic, Observed};

/// Where the password comes from.
#[derive(Clone, Debug, Default)]
pub struct Password {
    /// Whoever started the board gave it.
    pub given: Option<heapless::String<{ password::PASSWORD_MAX }>>,
    /// Another one shall be made, whatever flash has.
    pub new: bool,
}

/// Brings about that the device has a password. A small chip takes half a minute to make the hash of
/// one, in which everything else goes on.
pub fn give_password<L: Logic>(
    device: &DeviceCell<L>,
    serial: &str,
    entropy: &impl Entropy,
    asked: Password,
) -> impl Future<Output = ()> {
    // What was asked for is not kept while it is hashed.
    let password = chosen(device, serial, entropy, asked);
    async move {
        let Some(password) = &password else { return };
        device.set_credential(None);
        match password::hash(HashKind::Pbkdf2, password, serial).await {
            Ok(credential) => {
                device.set_credential(Some(credential));
                log::info!("ws: the password is ready");
            }
            Err(why) => log::error!("ws: the password cannot be used: {why}"),
        }
    }
}

/// The password that is to be hashed, if one is.
fn chosen<L: Logic>(
    device: &DeviceCell<L>,
    serial: &str,
    entropy: &impl Entropy,
    asked: Password,
) -> Option<heapless::String<{ password::PASSWORD_MAX }>> {
    if asked.given.is_some() {
        return asked.given;
    }
    let stored = device.credential();
    if !asked.new && stored.is_some_and(|stored| stored.serial() == serial) {
        return None;
    }
    let Ok(made) = password::make(entropy) else {
        log::error!("ws: no password can be made, so nobody can come in");
        return None;
    };
    log::warn!("ws: the password is {made} (made now, and told this once)");
    Some(made)
}
