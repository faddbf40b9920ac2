//! A charger as a program has it: asked, told and watched, over the wire that there is.

use std::sync::{Arc, OnceLock};

use goe_api::client::{JsonText, Members, Status};

use crate::address::Address;
use crate::changes::{self, Watch};
use crate::error::Error;
use crate::http::Http;
use crate::mqtt::{self, Broker};
use crate::options::Options;
use crate::poll;
use crate::setting::{KeyName, Setting, conclude};
use crate::websocket::{self, Hello, Link};

/// A charger.
///
/// Nothing is connected until something is asked; clones share what is connected.
#[derive(Clone, Debug)]
pub struct Charger {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    address: Address,
    options: Options,
    http: Http,
    broker: Option<Broker>,
    /// Begun when it is first needed.
    link: OnceLock<Link>,
}

impl Charger {
    /// The charger at a host or URL: `192.168.1.20`, `charger.local:8080`,
    /// `http://192.168.1.20`.
    ///
    /// # Errors
    /// It is no address.
    pub fn new(address: &str) -> Result<Self, Error> {
        Self::with(address, Options::default())
    }

    /// The same, talked to in this way.
    ///
    /// # Errors
    /// It is no address, or that of the broker is none.
    pub fn with(address: &str, options: Options) -> Result<Self, Error> {
        let address = Address::parse(address)?;
        let http = Http::new(address.clone(), options.timeout);
        let broker = options.broker.as_ref().map(Broker::new).transpose()?;
        Ok(Charger {
            inner: Arc::new(Inner {
                address,
                options,
                http,
                broker,
                link: OnceLock::new(),
            }),
        })
    }

    /// Where it is, as a URL.
    pub fn url(&self) -> String {
        self.inner.address.to_string()
    }

    /// All that it says.
    ///
    /// # Errors
    /// It cannot be reached, or does not answer as it should.
    pub async fn status(&self) -> Result<Status, Error> {
        self.status_of::<&str>([]).await
    }

    /// What it says of these keys, all if there are none. Of a key that it does not
    /// have it says nothing.
    ///
    /// # Errors
    /// It cannot be reached, or does not answer as it should.
    pub async fn status_of<K: KeyName>(
        &self,
        keys: impl IntoIterator<Item = K>,
    ) -> Result<Status, Error> {
        let keys = names(keys);
        let Some(link) = self.link() else {
            let json = self.inner.http.status(&keys).await?;
            return self.read(&json);
        };
        let all = link.status().await?;
        if keys.is_empty() {
            return Ok(all);
        }
        let mut some = Status::default();
        for name in keys {
            if let Some(json) = all.get(&name) {
                some.put(&name, &json);
            }
        }
        Ok(some)
    }

    /// Gives keys these values: a [`Set`](goe_api::client::Set) of the table, or a
    /// [`Setting`] by name.
    ///
    /// # Errors
    /// [`Error::Refused`] says of each key what became of it; otherwise it cannot be
    /// reached, or does not answer as it should.
    pub async fn set<S: Into<Setting>>(
        &self,
        settings: impl IntoIterator<Item = S>,
    ) -> Result<(), Error> {
        let settings: Vec<Setting> = settings.into_iter().map(Into::into).collect();
        if settings.is_empty() {
            return Ok(());
        }
        let outcomes = match self.link() {
            Some(link) => link.set(settings.clone()).await?,
            None => self.inner.http.set(&settings).await?,
        };
        conclude(&settings, outcomes)
    }

    /// The changes of these keys, of all if there are none: by the WebSocket where there
    /// is a password, by MQTT where there is a broker, and else by asking again.
    ///
    /// It tells them until it is dropped, and runs beside.
    ///
    /// # Panics
    /// Outside of tokio.
    pub fn watch<K: KeyName>(&self, keys: impl IntoIterator<Item = K>) -> Watch {
        let keys = names(keys);
        let (feed, watch) = changes::feed(keys.clone());
        if let Some(link) = self.link() {
            link.watch(feed);
            return watch;
        }
        let Inner {
            options,
            http,
            broker,
            ..
        } = &*self.inner;
        let (http, timeout) = (http.clone(), options.timeout);
        let source = match broker.clone() {
            Some(broker) => tokio::spawn(mqtt::run(http, broker, timeout, feed)),
            None => tokio::spawn(poll::run(http, keys, options.poll, feed)),
        };
        watch.fed_by(source.abort_handle())
    }

    /// What it says of itself to whoever opens its WebSocket, without a password.
    ///
    /// # Errors
    /// It cannot be reached, has no WebSocket, or does not answer as it should.
    pub async fn hello(&self) -> Result<Hello, Error> {
        websocket::hello(&self.inner.address, self.inner.options.timeout).await
    }

    /// The WebSocket, where there is a password for it.
    fn link(&self) -> Option<&Link> {
        let Inner {
            address, options, ..
        } = &*self.inner;
        let password = options.password.as_ref()?;
        let link = || Link::new(address.clone(), options.timeout, password.clone());
        Some(self.inner.link.get_or_init(link))
    }

    fn read(&self, json: &JsonText) -> Result<Status, Error> {
        Status::parse(json).map_err(|error| Error::Protocol {
            address: self.url(),
            what: format!("its status is no object: {error}"),
        })
    }
}

fn names<K: KeyName>(keys: impl IntoIterator<Item = K>) -> Vec<String> {
    let keys = keys.into_iter();
    keys.map(|key| key.name().to_owned()).collect()
}
