//! Whether a web page of somebody else is behind a request.
//!
//! A set is a GET, so any page that a person in this network opens could have
//! their browser send one: by a script, an image, a link, or under a name that
//! leads here. What browsers say of the page, and the name they were sent to,
//! tells such requests from those of programs and of the device's own pages. This
//! file must never know what a request asks for.

use core::net::Ipv4Addr;

/// Returns why a request with these headers must not change anything; `None` if
/// it may. `names` are names of this device besides those that lead nowhere else:
/// addresses, names without a dot and names in `.local`.
pub(super) fn refusal<'h, I: Iterator<Item = (&'h [u8], &'h [u8])>>(
    headers: impl Fn() -> I,
    names: &[&str],
) -> Option<&'static str> {
    let text = |value: &'h [u8]| core::str::from_utf8(value).unwrap_or_default();
    let is = |wanted: &'static str| move |name: &[u8]| name.eq_ignore_ascii_case(wanted.as_bytes());
    let (is_host, is_site) = (is("Host"), is("Sec-Fetch-Site"));
    let (is_origin, is_referer) = (is("Origin"), is("Referer"));
    let host = headers().find(|(name, _)| is_host(name));
    let host = host.map(|(_, value)| text(value));
    if host.is_some_and(|host| !is_own(name_of(host), names)) {
        return Some(
            "the name in Host is not known as this device's: use its address, or allow the name\n",
        );
    }
    let is_foreign = |&(name, value): &(&'h [u8], &'h [u8])| match () {
        () if is_site(name) => text(value) == "cross-site",
        () if is_origin(name) || is_referer(name) => {
            let page = authority(text(value));
            page.is_none() || page != host.map(without_default_port)
        }
        () => false,
    };
    let foreign = headers().find(is_foreign);
    foreign.map(|_| "a page of another site must not change anything here\n")
}

/// Nobody else can have such a name lead to their own server and then to here.
fn is_own(name: &str, names: &[&str]) -> bool {
    let suffix = name.len().checked_sub(".local".len());
    let suffix = suffix.and_then(|at| name.get(at..));
    name.starts_with('[')
        || !name.contains('.')
        || name.parse::<Ipv4Addr>().is_ok()
        || suffix.is_some_and(|end| end.eq_ignore_ascii_case(".local"))
        || names.iter().any(|own| own.eq_ignore_ascii_case(name))
}

/// The name or address of a `Host`, without its port.
fn name_of(host: &str) -> &str {
    match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => name,
        _ => host,
    }
}

/// The host and port of a URL; `None` if it has none, as an origin of `null`.
fn authority(url: &str) -> Option<&str> {
    let (_, rest) = url.split_once("://")?;
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    rest.get(..end).map(without_default_port)
}

/// A browser leaves out the port of the scheme.
fn without_default_port(host: &str) -> &str {
    host.strip_suffix(":80").unwrap_or(host)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_refused(headers: &[(&'static str, &'static str)]) -> bool {
        let headers = || {
            headers
                .iter()
                .map(|(name, value)| (name.as_bytes(), value.as_bytes()))
        };
        refusal(headers, &["charger.example.org"]).is_some()
    }

    #[test]
    fn hosts_that_may_belong_to_others_are_refused() {
        for host in [
            "192.168.1.7",
            "192.168.1.7:8080",
            "[fe80::1]",
            "[::1]:8080",
            "localhost:8080",
            "wallbox",
            "go-echarger_000001.local",
            "GO-ECHARGER.LOCAL:80",
            "Charger.example.org:8080",
        ] {
            assert!(!is_refused(&[("Host", host)]), "{host}");
        }
        for host in [
            "rebound.example.com",
            "192.168.1.7.example.com",
            "local.example.com:80",
            "notlocal.",
            "charger.example.org.evil.net",
            "xlocal.de",
        ] {
            assert!(is_refused(&[("Host", host)]), "{host}");
        }
    }

    #[test]
    fn pages_of_others_are_refused() {
        const HOST: (&str, &str) = ("HOST", "192.168.1.7:8080");
        for own in [
            ("Origin", "http://192.168.1.7:8080"),
            ("Referer", "http://192.168.1.7:8080/docs?page=1"),
            ("Sec-Fetch-Site", "same-origin"),
            ("Sec-Fetch-Site", "none"),
            ("User-Agent", "https://example.com/"),
        ] {
            assert!(!is_refused(&[HOST, own]), "{own:?}");
        }
        for foreign in [
            ("Origin", "https://example.com"),
            ("ORIGIN", "null"),
            ("Origin", ""),
            ("Origin", "http://192.168.1.7"),
            ("Origin", "http://192.168.1.7:8081"),
            ("Referer", "https://example.com/192.168.1.7:8080"),
            ("Referer", "http://192.168.1.7:8080@example.com/"),
            ("Referer", "http://example.com?http://192.168.1.7:8080"),
            ("Sec-Fetch-Site", "cross-site"),
        ] {
            assert!(is_refused(&[HOST, foreign]), "{foreign:?}");
        }
        // The port of the scheme is not written.
        let at_80 = [("Host", "wallbox:80"), ("Origin", "http://wallbox")];
        assert!(!is_refused(&at_80));
        // Whom it came to, nobody knows.
        assert!(is_refused(&[("Origin", "http://wallbox")]));
        // The second of two counts as well.
        let twice = [
            HOST,
            ("Origin", "http://192.168.1.7:8080"),
            ("Origin", "null"),
        ];
        assert!(is_refused(&twice));
    }
}
