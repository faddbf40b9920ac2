//! Days of a world: what is planned for them happens, clients ask, and what must hold is held
//! against what there is, second by second.

mod checks;
mod clients;
mod day;
mod end;
mod log;
mod plan;
mod shrink;
mod trace;

pub use self::checks::{Invariant, Violation};
pub use self::day::{Seen, live};
pub use self::plan::{Act, DAY_MS, Event, Manner, draw, seed_of};
pub use self::shrink::{Short, shrink};
pub use self::trace::Trace;
