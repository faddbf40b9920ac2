//! A charger as a program has it: asked, told and watched, over the wire that there is.

use std::sync::Arc;

use goe_api::client::{JsonText, Members, Status};

use crate::address::Address;
use crate::changes::{self, Watch};
use crate::error::Error;
use crate::http::Http;
use crate::options::Options;
use crate::poll;
use crate::setting::{KeyName, Setting, conclude};

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
        Ok(Charger {
            inner: Arc::new(Inner {
                address,
                options,
                http,
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
        let json = self.inner.http.status(&keys).await?;
        self.read(&json)
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
        let outcomes = self.inner.http.set(&settings).await?;
        conclude(&settings, outcomes)
    }

    /// The changes of these keys, of all if there are none.
    ///
    /// It tells them until it is dropped, and runs beside; it must be called within
    /// tokio.
    pub fn watch<K: KeyName>(&self, keys: impl IntoIterator<Item = K>) -> Watch {
        let keys = names(keys);
        let (feed, watch) = changes::feed(keys.clone());
        let Inner { http, options, .. } = &*self.inner;
        let source = tokio::spawn(poll::run(http.clone(), keys, options.poll, feed));
        watch.fed_by(source.abort_handle())
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
