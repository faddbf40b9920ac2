//! The URL of a broker as a setting: checked when it is set, shown without its
//! password, and second to one that the board gives.

use core::fmt::{self, Write as _};

use heapless::String;

use crate::error::Refusal;
use crate::string::JsonStr;

use super::broker::{Trust, URL_MAX, Url};
use super::contract::Wanted;

/// The URL that was set, and the one that the board gave. Neither is in `Debug`.
#[derive(Default)]
pub struct BrokerUrl {
    /// Empty when none was set.
    set: String<URL_MAX>,
    /// The one in force, without its password.
    shown: String<URL_MAX>,
    /// Empty when none was given.
    given: &'static str,
    /// The one given goes first, until another is set.
    is_prescribed: bool,
}

impl BrokerUrl {
    /// Takes a broker of the board's: for as long as none is set or, to prescribe
    /// it, in spite of what is set, until that is set again.
    pub fn give(&mut self, url: &'static str, prescribe: bool) {
        self.given = url;
        self.is_prescribed = prescribe;
        self.show();
    }

    /// Returns whether the board gave one.
    pub fn is_given(&self) -> bool {
        !self.given.is_empty()
    }

    /// Takes a URL that a client sends; an empty one forgets what was set. As it is
    /// [shown](Self::shown), the one in force stays.
    ///
    /// # Errors
    /// A client could not connect by it. The one that was set stays.
    pub fn set(&mut self, url: JsonStr<'_>) -> Result<(), Refusal> {
        let text: String<URL_MAX> = url.decode().ok_or(Refusal::new("URL is too long"))?;
        if !text.is_empty() {
            let url = Url::parse(&text).map_err(Refusal::new)?;
            let held = Url::parse(self.in_force()).ok();
            if held.is_some_and(|held| url.shows(&held)) {
                return Ok(());
            }
            if write!(String::<URL_MAX>::new(), "{url}").is_err() {
                return Err(Refusal::new(
                    "URL is too long to be shown with a hidden password",
                ));
            }
        }
        self.set = text;
        self.is_prescribed = false;
        self.show();
        Ok(())
    }

    /// The one in force, with its password; empty when there is none.
    pub fn in_force(&self) -> &str {
        if self.is_prescribed || self.set.is_empty() {
            self.given
        } else {
            &self.set
        }
    }

    /// The one in force, without its password, for the readings.
    pub fn shown(&self) -> &String<URL_MAX> {
        &self.shown
    }

    /// The one that was set, with its password, for the store.
    pub fn stored(&self) -> &String<URL_MAX> {
        &self.set
    }

    /// A client of the broker in force, with the table's topics, which trusts the
    /// authorities of the system.
    pub fn wanted(&self) -> Option<Wanted<'_>> {
        let url = self.in_force();
        (!url.is_empty()).then_some(Wanted {
            url,
            prefix: None,
            trust: Trust {
                system: true,
                ..Trust::default()
            },
            discovery: None,
        })
    }

    fn show(&mut self) {
        let mut shown = String::new();
        if let Ok(url) = Url::parse(self.in_force()) {
            // It was tried before it was taken.
            let _ = write!(shown, "{url}");
        }
        self.shown = shown;
    }
}

impl fmt::Debug for BrokerUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("BrokerUrl(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(broker: &mut BrokerUrl, url: &str) -> Result<(), Refusal> {
        broker.set(JsonStr::from_quoted(&std::format!("\"{url}\"")))
    }

    #[test]
    fn what_is_set_goes_before_what_is_given_unless_that_is_prescribed() {
        let mut broker = BrokerUrl::default();
        assert!(broker.wanted().is_none() && !broker.is_given());
        broker.give("mqtt://own", false);
        assert_eq!(
            (broker.in_force(), broker.stored().as_str()),
            ("mqtt://own", "")
        );
        set(&mut broker, "mqtt://me:pw@b").expect("a URL");
        assert_eq!(broker.in_force(), "mqtt://me:pw@b");
        broker.give("mqtt://other", true);
        assert_eq!(broker.in_force(), "mqtt://other");
        assert_eq!(broker.stored(), "mqtt://me:pw@b");
        set(&mut broker, "mqtt://c").expect("a URL");
        assert_eq!(broker.wanted().map(|wanted| wanted.url), Some("mqtt://c"));
        set(&mut broker, "").expect("none");
        assert_eq!(broker.in_force(), "mqtt://other");
    }

    #[test]
    fn its_password_stays_and_is_not_shown() {
        let mut broker = BrokerUrl::default();
        set(&mut broker, "mqtt://me:pw@b").expect("a URL");
        assert_eq!(broker.shown(), "mqtt://me:***@b");
        set(&mut broker, "mqtt://me:***@b").expect("as it is shown");
        assert_eq!(broker.stored(), "mqtt://me:pw@b");
        assert!(set(&mut broker, "b").is_err());
        let long = std::format!("mqtt://m:p@{}", "x".repeat(116));
        assert!(set(&mut broker, &long).is_err());
        assert_eq!(broker.in_force(), "mqtt://me:pw@b");
        assert!(!std::format!("{broker:?}").contains("pw"));
    }
}
