//! Where the broker is, as its URL says it, and why it cannot be reached.
//!
//! `mqtt://user:password@host:port`, or `mqtts://` with TLS; behind it perhaps
//! `?qos=1`. Only what a client needs is understood, and everything else
//! refused, so that a URL with a slip in it is not half obeyed.

use core::fmt;

/// The longest URL, in bytes.
pub const URL_MAX: usize = 128;

/// The text that stands for a password where it is shown.
pub const HIDDEN: &str = "***";

/// The broker that a client connects to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Broker<'a> {
    /// A name or an address, without the brackets that a URL wants.
    pub host: &'a str,
    /// Its port.
    pub port: u16,
    /// Whom to trust, if the connection is encrypted.
    pub tls: Option<Trust>,
}

/// The conditions under which a certificate is accepted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Trust {
    /// The authorities of the board's system may have signed it.
    pub system: bool,
    /// It may be for another host name.
    pub any_name: bool,
    /// It may be anything.
    pub anyone: bool,
}

/// Why there is no connection, in words that a user can act upon.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unreachable {
    /// For a reason of its own.
    Other,
    /// It took longer than ten seconds.
    TimedOut,
    /// No address belongs to the name.
    UnknownHost,
    /// Nobody listens there.
    Refused,
    /// This board cannot encrypt.
    NoTls,
    /// There is nobody to trust.
    NoAuthority,
    /// The authorities on this board cannot be read.
    Authorities,
    /// An authority that is not trusted signed the certificate, or nobody.
    UnknownAuthority,
    /// The certificate is for another host name.
    WrongName,
    /// The certificate is not valid yet, or no more.
    Expired,
    /// There is something else wrong with the certificate.
    Certificate,
    /// The peer does not speak TLS as this board does.
    Handshake,
}

impl Unreachable {
    /// At most 64 bytes.
    pub const fn text(self) -> &'static str {
        match self {
            Self::Other => "cannot reach the broker",
            Self::TimedOut => "cannot reach the broker within ten seconds",
            Self::UnknownHost => "the broker's name is unknown",
            Self::Refused => "no broker listens at this address",
            Self::NoTls => "this board has no TLS, so mqtts:// cannot be used",
            Self::NoAuthority => "no authority is trusted with the broker's certificate",
            Self::Authorities => "the trusted authorities cannot be read",
            Self::UnknownAuthority => "the broker's certificate is of an unknown authority",
            Self::WrongName => "the broker's certificate is for another host name",
            Self::Expired => "the broker's certificate is not valid now",
            Self::Certificate => "the broker's certificate cannot be accepted",
            Self::Handshake => "the broker does not speak TLS as it should",
        }
    }
}

/// A URL, taken apart. User and password are percent-encoded still.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Url<'a> {
    encrypted: bool,
    user: Option<&'a str>,
    password: Option<&'a str>,
    host: &'a str,
    port: Option<u16>,
    acknowledged: bool,
    /// Where the password stands in the text.
    password_at: usize,
    text: &'a str,
}

impl<'a> Url<'a> {
    /// Takes a URL apart.
    ///
    /// # Errors
    /// A text that says what is wrong with it, for the one who wrote it.
    pub fn parse(text: &'a str) -> Result<Self, &'static str> {
        if text.len() > URL_MAX {
            return Err("URL must have at most 128 bytes");
        }
        let (encrypted, rest) = match (text.strip_prefix("mqtt://"), text.strip_prefix("mqtts://"))
        {
            (Some(rest), _) => (false, rest),
            (None, Some(rest)) => (true, rest),
            (None, None) => return Err("URL must begin with mqtt:// or mqtts://"),
        };
        let before = text.len() - rest.len();
        let (rest, acknowledged) = match rest.split_once('?') {
            None => (rest, false),
            Some((rest, "qos=0")) => (rest, false),
            Some((rest, "qos=1")) => (rest, true),
            Some(_) => return Err("URL may end in ?qos=0 or ?qos=1, and no other parameter"),
        };
        let rest = rest.strip_suffix('/').unwrap_or(rest);
        if rest
            .bytes()
            .any(|byte| byte <= b' ' || b"/#\"\\".contains(&byte) || byte == 0x7F)
        {
            return Err("URL must be mqtt://user:password@host:port");
        }
        let (login, address) = match rest.rsplit_once('@') {
            Some((login, address)) => (Some(login), address),
            None => (None, rest),
        };
        let (user, password) = match login.map(|login| login.split_once(':').ok_or(login)) {
            Some(Ok((user, password))) => (Some(user), Some(password)),
            Some(Err(user)) => (Some(user), None),
            None => (None, None),
        };
        if !login.is_none_or(|login| decoded(login).all(|byte| byte.is_some_and(|byte| byte != 0)))
        {
            return Err("user and password must be percent-encoded");
        }
        let (host, port) =
            address_of(address).ok_or("URL must have a host, and a port below 65536")?;
        Ok(Url {
            encrypted,
            user: user.filter(|user| !user.is_empty()),
            password,
            host,
            port,
            acknowledged,
            password_at: before + user.map_or(0, |user| user.len() + 1),
            text,
        })
    }

    /// The broker, trusted so if it is encrypted.
    pub fn broker(&self, trust: Trust) -> Broker<'a> {
        let port = if self.encrypted { 8883 } else { 1883 };
        Broker {
            host: self.host,
            port: self.port.unwrap_or(port),
            tls: self.encrypted.then_some(trust),
        }
    }

    /// Returns whether the broker shall acknowledge what a device publishes, as
    /// `?qos=1` says: a broker that does not keep all of it otherwise.
    pub fn is_acknowledged(&self) -> bool {
        self.acknowledged
    }

    /// User and password, decoded into `out`, which is as long as a URL may be.
    /// MQTT knows no password without a user.
    pub fn login<'o>(&self, out: &'o mut [u8; URL_MAX]) -> Option<(&'o str, Option<&'o [u8]>)> {
        let user = self.user?;
        let mut length = 0;
        let mut ends = [0; 2];
        for (text, end) in [user, self.password.unwrap_or_default()]
            .iter()
            .zip(&mut ends)
        {
            for byte in decoded(text) {
                *out.get_mut(length)? = byte?;
                length += 1;
            }
            *end = length;
        }
        let [user_end, end] = ends;
        let user = core::str::from_utf8(&out[..user_end]).ok()?;
        let password = self.password.map(|_| &out[user_end..end]);
        Some((user, password))
    }

    /// The text before the password, the password, and the text behind it.
    fn parts(&self) -> (&'a str, &'a str, &'a str) {
        let password = self.password.unwrap_or_default();
        let (before, rest) = self.text.split_at(self.password_at);
        match self.password {
            Some(_) => (before, password, &rest[password.len()..]),
            None => (self.text, "", ""),
        }
    }

    /// Returns whether this is the text that `other` is shown as.
    pub fn shows(&self, other: &Url<'_>) -> bool {
        let (mine, theirs) = (self.parts(), other.parts());
        mine.1 == HIDDEN && (mine.0, mine.2) == (theirs.0, theirs.2)
    }
}

/// Without its password.
impl fmt::Display for Url<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (before, password, behind) = self.parts();
        f.write_str(before)?;
        if !password.is_empty() {
            f.write_str(HIDDEN)?;
        }
        f.write_str(behind)
    }
}

impl fmt::Debug for Url<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

fn address_of(text: &str) -> Option<(&str, Option<u16>)> {
    let (host, port) = match text.strip_prefix('[') {
        Some(rest) => {
            let (host, port) = rest.split_once(']')?;
            let port = match port {
                "" => None,
                port => Some(port.strip_prefix(':')?),
            };
            (host, port)
        }
        None => match text.split_once(':') {
            Some((host, port)) => (host, Some(port)),
            None => (text, None),
        },
    };
    let port = match port {
        Some(digits) if digits.bytes().all(|byte| byte.is_ascii_digit()) => {
            Some(digits.parse().ok().filter(|&port| port > 0)?)
        }
        Some(_) => return None,
        None => None,
    };
    (!host.is_empty()).then_some((host, port))
}

/// The bytes that percent-encoded text stands for; `None` for a fault.
fn decoded(text: &str) -> impl Iterator<Item = Option<u8>> + '_ {
    let mut bytes = text.bytes();
    core::iter::from_fn(move || {
        let byte = bytes.next()?;
        if byte != b'%' {
            return Some(Some(byte));
        }
        let mut digit = || char::from(bytes.next()?).to_digit(16);
        let (high, low) = (digit(), digit());
        Some(high.zip(low).map(|(high, low)| (high * 16 + low) as u8))
    })
}

#[cfg(test)]
mod tests {
    use std::string::ToString;

    use super::*;

    fn parse(text: &str) -> Url<'_> {
        Url::parse(text).expect(text)
    }

    #[test]
    fn says_where_and_who() {
        for (text, host, port, login) in [
            ("mqtt://broker", "broker", 1883, None),
            ("mqtts://broker", "broker", 8883, None),
            ("mqtt://broker:1884/", "broker", 1884, None),
            ("mqtt://[::1]:99", "::1", 99, None),
            ("mqtt://[fe80::1]", "fe80::1", 1883, None),
            ("mqtt://me@b", "b", 1883, Some(("me", None))),
            ("mqtt://me:@b", "b", 1883, Some(("me", Some("")))),
            ("mqtts://me:pw@b:1/", "b", 1, Some(("me", Some("pw")))),
            (
                "mqtt://m%40:p%3a:%C3%A4@b",
                "b",
                1883,
                Some(("m@", Some("p::ä"))),
            ),
            ("mqtt://:pw@b", "b", 1883, None),
            ("mqtt://a@b:c@d", "d", 1883, Some(("a@b", Some("c")))),
        ] {
            let url = parse(text);
            let trust = Trust::default();
            let broker = url.broker(trust);
            assert_eq!((broker.host, broker.port), (host, port), "{text}");
            assert_eq!(broker.tls.is_some(), text.starts_with("mqtts"), "{text}");
            let mut out = [0; URL_MAX];
            let expected = login
                .map(|(user, password): (&str, Option<&str>)| (user, password.map(str::as_bytes)));
            assert_eq!(url.login(&mut out), expected, "{text}");
            assert!(!url.is_acknowledged(), "{text}");
        }
    }

    #[test]
    fn says_what_has_to_be_acknowledged() {
        for (text, acknowledged) in [
            ("mqtt://b?qos=1", true),
            ("mqtts://me:pw@b:1/?qos=1", true),
            ("mqtt://[::1]:99?qos=1", true),
            ("mqtt://b?qos=0", false),
            ("mqtt://b/?qos=0", false),
        ] {
            let url = parse(text);
            assert_eq!(url.is_acknowledged(), acknowledged, "{text}");
            let plain = parse(text.split_once('?').expect("a parameter").0);
            let trust = Trust::default();
            assert_eq!(url.broker(trust), plain.broker(trust), "{text}");
        }
    }

    #[test]
    fn what_it_does_not_understand_it_refuses() {
        let long = std::format!("mqtt://{}", "x".repeat(122));
        for text in [
            "", "broker", "broker:1883", "http://b", "MQTT://b", "mqtt:b", "mqtt://", "mqtt:///",
            "mqtt://b/topic", "mqtt://b?x", "mqtt://b#x", "mqtt://b?", "mqtt://b?qos=2",
            "mqtt://b?qos=1&x=1", "mqtt://b?qos=1/", "mqtt://b?qos=1?qos=1", "mqtt://?qos=1",
            "mqtt://b?QOS=1", "mqtt://b:", "mqtt://b:x", "mqtt://b:0", "mqtt://b:65536",
            "mqtt://b:+1", "mqtt://b c", "mqtt://me:%4@b", "mqtt://me:%zz@b", "mqtt://%00@b",
            "mqtt://[::1", "mqtt://[::1]x", "mqtt://a:b@", "mqtt://a\nb", &long,
        ] {
            assert!(Url::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn shows_no_password() {
        for (text, shown) in [
            ("mqtt://me:secret@b:1", "mqtt://me:***@b:1"),
            ("mqtts://:secret@b/", "mqtts://:***@b/"),
            ("mqtt://me:s:t@b", "mqtt://me:***@b"),
            ("mqtt://me:@b", "mqtt://me:@b"),
            ("mqtt://me@b", "mqtt://me@b"),
            ("mqtt://b", "mqtt://b"),
            ("mqtt://me:secret@b/?qos=1", "mqtt://me:***@b/?qos=1"),
        ] {
            assert_eq!(parse(text).to_string(), shown);
            assert_eq!(std::format!("{:?}", parse(text)), shown);
        }
        let held = parse("mqtt://me:secret@b:1");
        assert!(parse("mqtt://me:***@b:1").shows(&held));
        for other in [
            "mqtt://me:***@b:2",
            "mqtt://you:***@b:1",
            "mqtt://me:x@b:1",
            "mqtt://b:1",
            "mqtt://me:***@b:1?qos=1",
        ] {
            assert!(!parse(other).shows(&held), "{other}");
        }
    }

    #[test]
    fn reasons_are_short() {
        use Unreachable::*;
        for reason in [
            Other, TimedOut, UnknownHost, Refused, NoTls, NoAuthority, Authorities,
            UnknownAuthority, WrongName, Expired, Certificate, Handshake,
        ] {
            assert!(reason.text().len() <= 64, "{}", reason.text());
        }
    }
}
