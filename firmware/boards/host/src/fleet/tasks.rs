//! All that a fleet does at the same time, and its end.
//!
//! What is stored comes to its end, however long that takes; for the rest there is a time after
//! which nobody waits any more. None of them ends before it is told to: where one does, the
//! others would go on as if nothing had happened, so that is told. What a task does it must
//! never know.

use std::time::Duration;

use tokio::task::{JoinError, JoinSet};

/// Everything has to be down after this long, but for what is stored.
const STOP: Duration = Duration::from_millis(1_500);

/// The tasks.
#[derive(Default)]
pub(super) struct Tasks {
    /// Those that store what is set.
    pub(super) stores: JoinSet<()>,
    pub(super) others: JoinSet<()>,
}

impl Tasks {
    /// Waits until one of them ends that was not told to, and says why.
    pub(super) async fn end_early(&mut self) -> anyhow::Error {
        let ended = tokio::select! {
            Some(ended) = self.stores.join_next() => ended,
            Some(ended) = self.others.join_next() => ended,
            else => std::future::pending().await,
        };
        let why = ended.map_or_else(
            |error| error.to_string(),
            |()| "it had nothing to do".to_owned(),
        );
        anyhow::anyhow!("a part of the fleet came to its end, and the others with it: {why}")
    }

    /// Waits for the end of all, which they were told to come to.
    pub(super) async fn close(mut self) {
        let others = tokio::time::timeout(STOP, all(&mut self.others));
        let (others, ()) = tokio::join!(others, all(&mut self.stores));
        if others.is_err() {
            tracing::warn!("not everything could be closed in time");
        }
    }
}

async fn all(tasks: &mut JoinSet<()>) {
    while let Some(ended) = tasks.join_next().await {
        if let Err::<(), JoinError>(error) = ended {
            tracing::error!("a task ended badly: {error}");
        }
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;
    use std::rc::Rc;

    use tokio::task::LocalSet;
    use tokio::time::timeout;

    use super::*;

    async fn goes_on() {
        std::future::pending().await
    }

    #[tokio::test]
    async fn one_that_ends_early_is_told_of_among_many_that_go_on() {
        let tried = async {
            for is_stored in [false, true] {
                let mut tasks = Tasks::default();
                for _ in 0..100 {
                    tasks.others.spawn_local(goes_on());
                    tasks.stores.spawn_local(goes_on());
                }
                let early = timeout(Duration::from_millis(20), tasks.end_early());
                assert!(early.await.is_err(), "all go on");
                let set = match is_stored {
                    true => &mut tasks.stores,
                    false => &mut tasks.others,
                };
                set.spawn_local(async { panic!("a charger has no number") });
                let early = timeout(Duration::from_secs(5), tasks.end_early()).await;
                let error = early.expect("it ended").to_string();
                assert!(error.contains("a charger has no number"), "{error}");
            }
        };
        LocalSet::new().run_until(tried).await;
    }

    #[tokio::test]
    async fn what_is_stored_is_waited_for_and_the_rest_is_not() {
        let tried = async {
            let mut tasks = Tasks::default();
            let is_stored = Rc::new(Cell::new(false));
            let stores = is_stored.clone();
            tasks.stores.spawn_local(async move {
                tokio::time::sleep(STOP + Duration::from_millis(100)).await;
                stores.set(true);
            });
            tasks.others.spawn_local(goes_on());
            let closed = timeout(3 * STOP, tasks.close()).await;
            assert!(closed.is_ok() && is_stored.get());
        };
        LocalSet::new().run_until(tried).await;
    }
}
