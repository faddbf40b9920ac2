//! Changes where nothing tells them: the status is asked for again and again.

use std::time::Duration;

use crate::changes::Feed;
use crate::http::Http;

/// Tells the feed what the charger says, every so often, until it is aborted.
pub(crate) async fn run(http: Http, keys: Vec<String>, every: Duration, feed: Feed) {
    let mut times = tokio::time::interval(every.max(Duration::from_millis(100)));
    times.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        times.tick().await;
        match http.status(&keys).await {
            Ok(status) => feed.tell(status.members()),
            Err(error) => feed.away(&error),
        }
    }
}
