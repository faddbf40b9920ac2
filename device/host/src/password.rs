//! The password of the WebSocket: where it comes from, and how the device gets what
//! stands for it.
//!
//! It comes from a file or from the environment, never from a command line, which others
//! on the computer can see. Without either, flash has the hash of the one before; without
//! that one is made, and told once. It must never be written to a log.

use std::cell::Cell;
use std::fmt;
use std::path::Path;
use std::rc::Rc;

use anyhow::{Context, bail};
use goe_device::ws::password;
use goe_runtime::device::{Credential, HashKind};
use tokio::task::spawn_local;

use crate::entropy::Os;
use crate::options::Options;

/// The variable of the environment that may hold it.
const VARIABLE: &str = "GOE_PASSWORD";

/// A password. It is not shown but where it is meant to be.
#[derive(Clone)]
pub(crate) struct Password(pub(crate) String);

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

/// Where the password of a device comes from.
#[derive(Clone, Debug)]
pub(crate) enum Origin {
    /// Whoever started it gave it.
    Given(Password),
    /// Flash has a hash of it.
    Stored,
    /// It was made just now.
    Made(Password),
}

/// The password that is given, if one is.
fn given(options: &Options) -> anyhow::Result<Option<Password>> {
    let password = match (&options.password_file, std::env::var_os(VARIABLE)) {
        (Some(file), _) => Some(read(file)?),
        (None, Some(text)) if !text.is_empty() => match text.into_string() {
            Ok(text) => Some(text),
            Err(_) => bail!("{VARIABLE} is no UTF-8; use letters and digits"),
        },
        (None, _) => None,
    };
    Ok(password.map(Password))
}

fn read(file: &Path) -> anyhow::Result<String> {
    let name = file.display();
    let text = std::fs::read_to_string(file);
    let text = text.with_context(|| {
        format!("the password cannot be read from {name}; --password-file names a text file")
    })?;
    // As editors end a line.
    let text = text.strip_suffix('\n').unwrap_or(&text);
    Ok(text.strip_suffix('\r').unwrap_or(text).to_owned())
}

/// Decides, by what was asked for, by what flash has, and by the password that was made
/// for an earlier device of the program.
pub(crate) fn decide(
    options: &Options,
    stored: Option<&Credential>,
    made: Option<&Password>,
) -> anyhow::Result<(HashKind, Origin)> {
    let serial = options.serial.as_str();
    let stored = stored.filter(|stored| stored.serial() == serial);
    let asked = options.ws_hash;
    let kind = asked.or(stored.map(Credential::kind)).unwrap_or_default();
    let given = given(options)?;
    if given.is_some() && options.new_password {
        bail!("--new-password makes a password, and {VARIABLE} has one; leave one of them out");
    }
    let origin = match (given, stored) {
        (Some(password), _) => Origin::Given(password),
        (None, Some(stored)) if !options.new_password => match stored.kind() == kind {
            true => Origin::Stored,
            false => bail!(
                "--ws-hash {}: flash has a hash of the password by {} alone; give the password again, \
                 by --password-file or {VARIABLE}, or have another one made by --new-password",
                kind.name(),
                stored.kind().name(),
            ),
        },
        (None, _) => Origin::Made(match made {
            Some(made) => made.clone(),
            None => match password::make(&Os) {
                Ok(made) => Password(made.to_string()),
                Err(_) => bail!("no password can be made; give one by --password-file"),
            },
        }),
    };
    if let Origin::Given(Password(text)) | Origin::Made(Password(text)) = &origin {
        password::check(kind, text, serial).map_err(|why| anyhow::anyhow!("{why}"))?;
    }
    Ok((kind, origin))
}

/// Sets the password of a running device; a clone is the same.
#[derive(Clone)]
pub struct Passwords(Rc<Shared>);

struct Shared {
    kind: HashKind,
    serial: String,
    /// Tells the device what stands for its password, or that nothing does now.
    tell: Box<dyn Fn(Option<Credential>)>,
    /// How often it was set.
    count: Cell<u64>,
}

impl Passwords {
    pub(crate) fn new(
        kind: HashKind,
        serial: &str,
        tell: impl Fn(Option<Credential>) + 'static,
    ) -> Self {
        Passwords(Rc::new(Shared {
            kind,
            serial: serial.to_owned(),
            tell: Box::new(tell),
            count: Cell::new(0),
        }))
    }

    /// Sets another password. Clients who come before its hash is made wait for it; those
    /// who are there stay.
    ///
    /// # Errors
    /// It cannot be one, for this reason.
    pub fn set(&self, password: &str) -> Result<(), String> {
        let shared = self.0.clone();
        let checked = password::check(shared.kind, password, &shared.serial);
        checked.map_err(|why| why.to_string())?;
        let number = shared.count.get() + 1;
        shared.count.set(number);
        (shared.tell)(None);
        let password = password.to_owned();
        spawn_local(async move {
            let made = password::hash(shared.kind, &password, &shared.serial).await;
            // Another one may have been set meanwhile.
            if let (Ok(credential), true) = (made, shared.count.get() == number) {
                (shared.tell)(Some(credential));
            }
        });
        Ok(())
    }
}

impl fmt::Debug for Passwords {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "passwords of {}", self.0.serial)
    }
}
