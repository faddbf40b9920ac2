//! Where a charger is: a host with or without a port, or a URL.

use std::fmt;

use crate::error::Error;

/// Where a charger listens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Address {
    /// A name or an address, without the brackets that a URL wants.
    host: String,
    port: u16,
}

impl Address {
    /// Takes `192.168.1.20`, `go-echarger_123456.local:80`, `[fe80::1]:80` and
    /// `http://…/`.
    pub(crate) fn parse(text: &str) -> Result<Self, Error> {
        let fault = |reason: &str| Error::Address {
            text: text.to_owned(),
            reason: reason.to_owned(),
        };
        let bare = text.trim();
        let bare = bare.strip_prefix("http://").unwrap_or(bare);
        if bare.starts_with("https://") {
            return Err(fault(
                "chargers speak plain HTTP in the local network: http://",
            ));
        }
        let bare = bare.strip_suffix('/').unwrap_or(bare);
        if bare.contains("://") || bare.contains(['/', '?', '#', '@']) || bare.contains(' ') {
            return Err(fault(
                "give a host, `192.168.1.20`, or `http://192.168.1.20`",
            ));
        }
        let (host, port) = match bare.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
            Some((host, behind)) => (host, behind.strip_prefix(':')),
            // More than one colon is an address of version 6 without brackets.
            None if bare.matches(':').count() > 1 => (bare, None),
            None => match bare.split_once(':') {
                Some((host, port)) => (host, Some(port)),
                None => (bare, None),
            },
        };
        if host.is_empty() {
            return Err(fault("there is no host in it, such as 192.168.1.20"));
        }
        let port = match port.map(str::parse) {
            None => 80,
            Some(Ok(port)) => port,
            Some(Err(_)) => return Err(fault("its port is a number below 65536")),
        };
        Ok(Address {
            host: host.to_owned(),
            port,
        })
    }

    /// What a socket is opened to.
    pub(crate) fn socket(&self) -> (&str, u16) {
        (&self.host, self.port)
    }

    /// As the `Host` of HTTP has it.
    pub(crate) fn authority(&self) -> String {
        let host = match self.host.contains(':') {
            true => format!("[{}]", self.host),
            false => self.host.clone(),
        };
        match self.port {
            80 => host,
            port => format!("{host}:{port}"),
        }
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "http://{}", self.authority())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses() {
        for (text, url) in [
            ("192.168.1.20", "http://192.168.1.20"),
            (" charger.local:8080 ", "http://charger.local:8080"),
            ("http://127.0.0.1:80/", "http://127.0.0.1"),
            ("[::1]:81", "http://[::1]:81"),
            ("::1", "http://[::1]"),
        ] {
            let address = Address::parse(text).map(|address| address.to_string());
            assert_eq!(address.as_deref(), Ok(url));
        }
        for (text, why) in [
            ("", "no host"),
            (":80", "no host"),
            ("https://x", "plain HTTP"),
            ("mqtt://x", "give a host"),
            ("x/api/status", "give a host"),
            ("x:http", "its port"),
            ("x:65536", "its port"),
        ] {
            let error = Address::parse(text).map_err(|error| error.to_string());
            assert!(
                error.as_ref().is_err_and(|text| text.contains(why)),
                "{error:?}"
            );
        }
    }
}
