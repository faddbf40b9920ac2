//! Changes as a broker of MQTT has them: each key is a retained message.
//!
//! The charger is asked over HTTP only for what stands before a key in its topics, if
//! nobody says it. A connection that ends is opened again, later each time; the broker
//! then tells all of it anew, and what differs is a change.

use std::time::Duration;

use goe_api::client::{JsonText, Members, Status};
use goe_api::runtime::device::{URL_MAX, Url};
use rumqttc::{
    AsyncClient, ConnectReturnCode, ConnectionError, Event, EventLoop, MqttOptions, Packet, QoS,
};

use crate::backoff::Backoff;
use crate::changes::Feed;
use crate::error::Error;
use crate::http::Http;
use crate::options;
use crate::random;

/// Bytes of a message; the largest value of a charger has some thousand.
const MESSAGE_MAX: usize = 1 << 16;

/// Requests that wait for the connection; there is never more than the subscription.
const WAITING_MAX: usize = 4;

/// A broker, checked.
#[derive(Clone)]
pub(crate) struct Broker {
    host: String,
    port: u16,
    /// User and password.
    login: Option<(String, String)>,
    prefix: Option<String>,
    /// The URL without its password.
    shown: String,
}

impl std::fmt::Debug for Broker {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.shown)
    }
}

impl Broker {
    pub(crate) fn new(options: &options::Broker) -> Result<Self, Error> {
        let fault = |shown: &str, reason: &str| Error::Address {
            text: shown.to_owned(),
            reason: reason.to_owned(),
        };
        // What is no URL may have a password anywhere. That the charger publishes at QoS 1 by
        // the same URL is nothing to who hears it at QoS 0.
        let url = Url::parse(options.url.reveal()).map_err(|why| fault("the broker's URL", why))?;
        let shown = url.to_string();
        let broker = url.broker(Default::default());
        if broker.tls.is_some() {
            return Err(fault(&shown, "TLS is not spoken here, only mqtt://"));
        }
        let mut decoded = [0; URL_MAX];
        let login = url.login(&mut decoded).map(|(user, password)| {
            let password = String::from_utf8_lossy(password.unwrap_or_default());
            (user.to_owned(), password.into_owned())
        });
        Ok(Broker {
            host: broker.host.to_owned(),
            port: broker.port,
            login,
            prefix: options.prefix.clone(),
            shown,
        })
    }

    fn connection(&self, timeout: Duration) -> Result<(AsyncClient, EventLoop), Error> {
        let id = random::hex(8).map_err(|what| Error::Protocol {
            address: self.shown.clone(),
            what,
        })?;
        let mut options = MqttOptions::new(format!("goe-client-{id}"), &self.host, self.port);
        options.set_keep_alive(Duration::from_secs(30));
        options.set_max_packet_size(MESSAGE_MAX, MESSAGE_MAX);
        if let Some((user, password)) = &self.login {
            options.set_credentials(user, password);
        }
        let (client, mut events) = AsyncClient::new(options, WAITING_MAX);
        let mut network = events.network_options();
        network.set_connection_timeout(timeout.as_secs().max(1));
        events.set_network_options(network);
        Ok((client, events))
    }
}

/// Tells the feed what the broker says, until it is aborted.
pub(crate) async fn run(http: Http, broker: Broker, timeout: Duration, feed: Feed) {
    let mut backoff = Backoff::default();
    loop {
        let ended = follow(&http, &broker, timeout, &feed, &mut backoff).await;
        let Err(error) = ended;
        if !error.is_passing() {
            return feed.end(&error);
        }
        feed.away(&error);
        tokio::time::sleep(backoff.next()).await;
    }
}

/// One connection.
async fn follow(
    http: &Http,
    broker: &Broker,
    timeout: Duration,
    feed: &Feed,
    backoff: &mut Backoff,
) -> Result<std::convert::Infallible, Error> {
    let prefix = match &broker.prefix {
        Some(prefix) => prefix.clone(),
        None => prefix(http).await?,
    };
    let prefix = prefix.strip_suffix('/').unwrap_or(&prefix);
    let (client, mut events) = broker.connection(timeout)?;
    loop {
        match events
            .poll()
            .await
            .map_err(|error| broken(broker, timeout, error))?
        {
            Event::Incoming(Packet::ConnAck(_)) => {
                let subscribed = client
                    .subscribe(format!("{prefix}/+"), QoS::AtMostOnce)
                    .await;
                subscribed.map_err(|error| Error::Interrupted {
                    address: broker.shown.clone(),
                    reason: error.to_string(),
                })?;
                *backoff = Backoff::default();
            }
            Event::Incoming(Packet::Publish(message)) => {
                let topic = message.topic.strip_prefix(prefix);
                let key = topic.and_then(|topic| topic.strip_prefix('/'));
                let text = std::str::from_utf8(&message.payload).ok();
                let json = text.and_then(|text| JsonText::new(text).ok());
                // Whatever else somebody publishes there is no value.
                if let Some((key, json)) = key.zip(json) {
                    feed.tell([(key.to_owned(), json)]);
                }
            }
            _ => {}
        }
    }
}

/// What stands before a key in the charger's topics.
async fn prefix(http: &Http) -> Result<String, Error> {
    let keys = ["mtp", "sse"].map(str::to_owned);
    let status = http.status(&keys).await?;
    let status = Status::parse(&status).unwrap_or_default();
    let stated = status.mtp.filter(|prefix| !prefix.is_empty());
    let serial = status.sse;
    let default = || serial.map(|serial| format!("go-eCharger/{serial}"));
    stated.or_else(default).ok_or_else(|| Error::Protocol {
        address: http.url(),
        what: "it says neither the prefix of its topics nor its serial".to_owned(),
    })
}

fn broken(broker: &Broker, timeout: Duration, error: ConnectionError) -> Error {
    let address = broker.shown.clone();
    match error {
        ConnectionError::ConnectionRefused(
            ConnectReturnCode::BadUserNamePassword | ConnectReturnCode::NotAuthorized,
        ) => Error::WrongPassword {
            address,
            message: "not authorized".to_owned(),
        },
        ConnectionError::NetworkTimeout | ConnectionError::FlushTimeout => Error::Timeout {
            address,
            after: timeout,
        },
        error => Error::Unreachable {
            address,
            reason: error.to_string(),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn urls_of_brokers() {
        let broker = Broker::new(&options::Broker::new("mqtt://me:s%40cret@10.0.0.2"));
        let broker = broker.expect("a broker");
        assert_eq!((broker.host.as_str(), broker.port), ("10.0.0.2", 1883));
        assert_eq!(broker.login, Some(("me".into(), "s@cret".into())));
        assert_eq!(format!("{broker:?}"), "mqtt://me:***@10.0.0.2");
        for (url, why) in [
            ("10.0.0.2", "must begin with mqtt://"),
            ("mqtts://me:secret@10.0.0.2", "TLS"),
            ("mqtt://me:secret@", "must have a host"),
        ] {
            let error = Broker::new(&options::Broker::new(url)).map(|_| ());
            let error = error.expect_err(url).to_string();
            assert!(error.contains(why) && !error.contains("secret"), "{error}");
        }
    }
}
