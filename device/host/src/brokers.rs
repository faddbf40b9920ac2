//! Several brokers that are one to a device: the nodes of a cluster.
//!
//! A device knows the URL of the first, and with it the login, TLS and QoS for all of
//! them; so URLs that differ in these are refused here, where they are read together.
//! Which of them is used when is the dial's to say.

use std::rc::Rc;

use goe_runtime::device::{Broker, Trust, URL_MAX, Url};

use crate::options::MqttUrl;

/// Brokers any of which will do. Those of a clone are the same ones.
#[derive(Clone, Debug, Default)]
pub struct Brokers {
    first: Option<MqttUrl>,
    places: Rc<[Place]>,
}

/// Where a broker is.
#[derive(Debug, PartialEq, Eq)]
struct Place {
    host: String,
    port: u16,
}

impl Brokers {
    /// Those of these URLs, in their order.
    ///
    /// # Errors
    /// They are not alike in what a device knows of all of them, or one is no URL: what
    /// differs, for the one who wrote them.
    pub fn new(urls: &[MqttUrl]) -> Result<Self, String> {
        let places = urls.iter().map(|url| {
            let other = Url::parse(&url.0)?;
            if let Some(first) = urls.first() {
                alike(&Url::parse(&first.0)?, &other)?;
            }
            let broker = other.broker(Trust::default());
            Ok(Place {
                host: broker.host.to_owned(),
                port: broker.port,
            })
        });
        Ok(Brokers {
            places: places.collect::<Result<_, String>>()?,
            first: urls.first().cloned(),
        })
    }

    /// The URL that devices are given; `None` where there is no broker.
    pub fn url(&self) -> Option<&str> {
        self.first.as_ref().map(|url| url.0.as_str())
    }

    /// Returns whether there is a choice.
    pub(crate) fn are_several(&self) -> bool {
        self.places.len() > 1
    }

    /// So many brokers can take the place of this one, itself included; none where it is
    /// another, or the only one.
    pub(crate) fn count(&self, broker: &Broker<'_>) -> usize {
        let is_this =
            |place: &Place| (place.host.as_str(), place.port) == (broker.host, broker.port);
        match self.are_several() && self.places.iter().any(is_this) {
            true => self.places.len(),
            false => 0,
        }
    }

    /// The one at that place of the list, as this one is reached.
    pub(crate) fn at<'a>(&'a self, at: usize, broker: &Broker<'_>) -> Option<Broker<'a>> {
        let Place { host, port } = self.places.get(at)?;
        Some(Broker {
            host,
            port: *port,
            tls: broker.tls,
        })
    }
}

/// Says in what they differ that has to be the same.
fn alike(first: &Url<'_>, other: &Url<'_>) -> Result<(), String> {
    let is_encrypted = |url: &Url<'_>| url.broker(Trust::default()).tls.is_some();
    let (mut mine, mut theirs) = ([0; URL_MAX], [0; URL_MAX]);
    let what = if is_encrypted(first) != is_encrypted(other) {
        "scheme, mqtt:// or mqtts://"
    } else if first.login(&mut mine) != other.login(&mut theirs) {
        "user or password"
    } else if first.is_acknowledged() != other.is_acknowledged() {
        "qos"
    } else {
        return Ok(());
    };
    Err(format!(
        "{first} and {other} differ in their {what}: brokers of which any will do must \
         be alike in that, so write it the same in every --mqtt-url"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn brokers(urls: &[&str]) -> Result<Brokers, String> {
        let urls: Vec<_> = urls.iter().map(|url| MqttUrl((*url).to_owned())).collect();
        Brokers::new(&urls)
    }

    #[test]
    fn they_are_alike_in_all_but_their_place() {
        let three = [
            "mqtts://m:p@a?qos=1", "mqtts://m:p@b:1/?qos=1", "mqtts://%6D:p@c?qos=1",
        ];
        let brokers = brokers(&three).expect("alike");
        assert_eq!(brokers.url(), Some(three[0]));
        let first = Url::parse(three[0]).expect("a URL");
        let trust = Trust {
            system: true,
            ..Trust::default()
        };
        let first = first.broker(trust);
        assert_eq!(brokers.count(&first), 3);
        let second = brokers.at(1, &first).expect("there is one");
        assert_eq!(
            (second.host, second.port, second.tls),
            ("b", 1, Some(trust))
        );
        assert_eq!(brokers.at(3, &first), None);
        assert_eq!(brokers.count(&Broker { port: 1, ..first }), 0, "another");
    }

    #[test]
    fn one_or_none_is_fine_too() {
        let none = brokers(&[]).expect("none");
        assert_eq!(none.url(), None);
        let one = brokers(&["mqtt://a"]).expect("one");
        let url = Url::parse("mqtt://a").expect("a URL");
        assert_eq!(one.count(&url.broker(Trust::default())), 0, "no other");
    }

    #[test]
    fn what_differs_is_told_without_a_password() {
        for (other, what) in [
            ("mqtts://me:secret@b", "scheme"),
            ("mqtt://you:secret@b", "user"),
            ("mqtt://me:Secret@b", "password"),
            ("mqtt://b", "user"),
            ("mqtt://me:secret@b?qos=1", "qos"),
        ] {
            let error = brokers(&["mqtt://me:secret@a", "mqtt://me:secret@c", other]);
            let error = error.expect_err(other);
            assert!(error.contains(what), "{error}");
            assert!(!error.to_lowercase().contains("secret"), "{error}");
        }
        assert!(brokers(&["mqtt://a", "b"]).is_err());
    }
}
