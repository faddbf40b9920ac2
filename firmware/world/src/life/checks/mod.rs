//! What must hold whatever happens, each in a file of its own. They look at a world from the
//! outside once a second, and know of the firmware what its API says.

mod answers;
mod calm;
mod contactor;
mod energy;
mod progress;
mod retained;
mod secrets;
mod settings;
mod violation;

pub(crate) use self::answers::Answers;
pub(crate) use self::calm::Calm;
pub(crate) use self::contactor::Contactor;
pub(crate) use self::energy::{Energy, Seen as EnergySeen};
pub(crate) use self::progress::{Progress, Seen as ProgressSeen};
pub(crate) use self::retained::Retained;
pub(crate) use self::secrets::Secrets;
pub(crate) use self::settings::Settings;
pub use self::violation::{Invariant, Violation};
