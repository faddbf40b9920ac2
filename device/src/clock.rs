//! The time, which comes from the caller: two devices in one process may have
//! two clocks, and a clock may be simulated.

use core::future::Future;

/// A clock that never goes back, and the means to wait for a time of it. It is
/// passed by value: a clock with a state is a reference to it.
// One thread: no future here is ever sent to another.
#[allow(async_fn_in_trait)]
pub trait Clock: Copy {
    /// Milliseconds since any moment before.
    fn now_ms(self) -> u64;

    /// Waits until [`now_ms`](Self::now_ms) is at least `at_ms`.
    fn until(self, at_ms: u64) -> impl Future<Output = ()>;

    /// Waits for so many milliseconds, counted from this call.
    fn after(self, ms: u64) -> impl Future<Output = ()> {
        self.until(self.now_ms() + ms)
    }
}
