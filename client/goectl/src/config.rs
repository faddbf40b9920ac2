//! Which charger is meant, and the secrets that lead to it.
//!
//! Takes the command line, the environment and the configuration file; gives an address
//! with what belongs to it. A secret is in a file that nobody else can read, and is
//! printed by nothing.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde::Deserialize;

use crate::args::Target;
use crate::fault::{Fault, Outcome};
use crate::words;

/// More than any configuration or password has.
const FILE_MAX: u64 = 64 * 1024;

/// A text that must not be shown.
#[derive(Clone)]
pub(crate) struct Secret(pub(crate) String);

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("***")
    }
}

/// The charger that is meant.
#[derive(Clone, Debug)]
pub(crate) struct Chosen {
    /// Its address, as somebody wrote it.
    pub(crate) host: String,
    pub(crate) password: Option<Secret>,
    /// The broker that it uses; it may have a password.
    pub(crate) mqtt: Option<Secret>,
    pub(crate) timeout: Duration,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    default: Option<String>,
    #[serde(default)]
    charger: BTreeMap<String, Entry>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(
    deny_unknown_fields,
    rename_all = "kebab-case",
    expecting = "a table with `host`"
)]
struct Entry {
    host: String,
    password_file: Option<PathBuf>,
    mqtt: Option<String>,
}

/// A configuration that was read.
struct Config {
    path: PathBuf,
    file: File,
}

/// The charger that a command line means.
pub(crate) fn choose(target: &Target) -> Outcome<Chosen> {
    let config = Config::read(target.config.as_deref())?;
    let named = |name: &String| Some((name.clone(), config.file.charger.get(name)?.clone()));
    let (host, entry) = match &target.host {
        Some(host) => match named(host) {
            Some((_, entry)) => (entry.host.clone(), Some(entry)),
            None => (host.clone(), None),
        },
        None => {
            let entry = config.default()?;
            (entry.host.clone(), Some(entry))
        }
    };
    let mqtt = entry.as_ref().and_then(|entry| entry.mqtt.clone());
    if mqtt.as_deref().is_some_and(words::has_login) {
        private(&config.path, "it has the password of a broker")?;
    }
    let file = target.password_file.clone().or_else(|| {
        let file = entry?.password_file?;
        Some(config.beside(&file))
    });
    Ok(Chosen {
        host,
        password: password(file.as_deref())?,
        mqtt: mqtt.map(Secret),
        timeout: target.timeout,
    })
}

/// That of a file, or else of the environment.
fn password(file: Option<&Path>) -> Outcome<Option<Secret>> {
    let Some(file) = file else {
        let password = std::env::var("GOE_PASSWORD").ok();
        return Ok(password.filter(|password| !password.is_empty()).map(Secret));
    };
    let text = read(file).map_err(|error| {
        Fault::usage(format!(
            "the password cannot be read from {}: {error}",
            file.display()
        ))
    })?;
    private(file, "it has a password")?;
    let password = without_line_end(&text);
    match password.is_empty() {
        true => Err(Fault::usage(format!(
            "{} has no password in it",
            file.display()
        ))),
        false => Ok(Some(Secret(password.to_owned()))),
    }
}

/// A charger's own `--password-file` takes off one end of a line, and so must this.
fn without_line_end(text: &str) -> &str {
    let line = text.strip_suffix('\n');
    line.map_or(text, |line| line.strip_suffix('\r').unwrap_or(line))
}

fn read(file: &Path) -> io::Result<String> {
    use io::Read as _;
    let mut text = String::new();
    fs::File::open(file)?
        .take(FILE_MAX)
        .read_to_string(&mut text)?;
    Ok(text)
}

/// A file with a secret must be its owner's alone.
#[cfg(unix)]
fn private(file: &Path, why: &str) -> Outcome {
    use std::os::unix::fs::PermissionsExt as _;
    let metadata = fs::metadata(file);
    let is_open = metadata.is_ok_and(|metadata| metadata.permissions().mode() & 0o077 != 0);
    match is_open {
        true => Err(
            Fault::usage(format!("others can read {}, and {why}", file.display()))
                .help(format!("chmod 600 {}", file.display())),
        ),
        false => Ok(()),
    }
}

#[cfg(not(unix))]
fn private(_: &Path, _: &str) -> Outcome {
    Ok(())
}

impl Config {
    /// That of a file which is named, or of the usual one, which need not be there.
    fn read(named: Option<&Path>) -> Outcome<Self> {
        let usual = || Some(dirs::config_dir()?.join("goectl").join("config.toml"));
        let Some(path) = named.map(Path::to_owned).or_else(usual) else {
            return Ok(Config {
                path: PathBuf::new(),
                file: File::default(),
            });
        };
        let text = match read(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound && named.is_none() => {
                String::new()
            }
            Err(error) => {
                let path = path.display();
                return Err(Fault::usage(format!("{path} cannot be read: {error}")));
            }
        };
        match toml::from_str(&text) {
            Ok(file) => Ok(Config { path, file }),
            Err(error) => {
                // The line itself may have a secret in it.
                let place = error.span().map_or(1, |span| line_of(&text, span.start));
                let why = without_value(error.message());
                let fault = Fault::usage(format!("{}:{place}: {why}", path.display()));
                Err(fault.help("goectl --help shows an example"))
            }
        }
    }

    /// The one that is used where none is named.
    fn default(&self) -> Outcome<Entry> {
        let File { default, charger } = &self.file;
        let path = self.path.display();
        let names = || charger.keys().cloned().collect::<Vec<_>>().join(", ");
        match (default, charger.len()) {
            (Some(name), _) => charger.get(name).cloned().ok_or_else(|| {
                Fault::usage(format!(
                    "{path}: the default is `{name}`, which is no charger of it"
                ))
                .help(format!("there are: {}", names()))
            }),
            (None, 1) => Ok(charger.values().next().cloned())
                .and_then(|only| only.ok_or_else(|| Fault::usage(format!("{path}: no charger")))),
            (None, 0) => Err(Fault::usage("which charger?")
                .help("goectl discover                  finds those of this network")
                .help("goectl --host 192.168.1.20 …     asks that one; GOE_HOST does the same")
                .help(format!("{path}     keeps it; goectl --help shows how"))),
            (None, _) => Err(Fault::usage("which charger?")
                .help(format!("--host {}", names()))
                .help(format!("or write default = \"…\" into {path}"))),
        }
    }

    /// A path of the file, which begins where the file is.
    fn beside(&self, path: &Path) -> PathBuf {
        if let (Ok(rest), Some(home)) = (path.strip_prefix("~"), dirs::home_dir()) {
            return home.join(rest);
        }
        let folder = self.path.parent().unwrap_or(Path::new(""));
        folder.join(path)
    }
}

/// What serde says of a value of the wrong kind has the value in it, which may be a secret:
/// what it should be is behind it.
fn without_value(message: &str) -> Cow<'_, str> {
    if !message.starts_with("invalid ") {
        return message.into();
    }
    match message.rsplit_once(", expected ") {
        Some((_, expected)) => format!("this should be {expected}").into(),
        None => message.into(),
    }
}

fn line_of(text: &str, at: usize) -> usize {
    let before = text.get(..at).unwrap_or(text);
    before.matches('\n').count() + 1
}

#[cfg(test)]
mod tests {
    use super::*;

    const TWO: &str = "default = \"garage\"\n[charger.garage]\nhost = \"192.168.1.20\"\n\
                       password-file = \"secret\"\n[charger.carport]\nhost = \"carport.local\"\n\
                       mqtt = \"mqtt://me:hush@broker\"\n";

    struct Home(tempfile::TempDir);

    impl Home {
        fn new(config: &str) -> Self {
            let home = Home(tempfile::tempdir().expect("a folder"));
            home.file("config.toml", config, 0o600);
            home
        }

        fn file(&self, name: &str, text: &str, mode: u32) -> PathBuf {
            let path = self.0.path().join(name);
            fs::write(&path, text).expect("written");
            #[cfg(unix)]
            {
                use std::os::unix::fs::PermissionsExt as _;
                let mode = fs::Permissions::from_mode(mode);
                fs::set_permissions(&path, mode).expect("its owner's");
            }
            path
        }

        fn choose(&self, host: Option<&str>) -> Result<Chosen, String> {
            let target = Target {
                host: host.map(str::to_owned),
                password_file: None,
                config: Some(self.0.path().join("config.toml")),
                timeout: Duration::from_secs(1),
            };
            choose(&target).map_err(|fault| fault.text())
        }
    }

    #[test]
    fn the_default_a_name_or_an_address() {
        let home = Home::new(TWO);
        home.file("secret", "hush\n", 0o600);
        let chosen = home.choose(None).expect("the default");
        assert_eq!(chosen.host, "192.168.1.20");
        assert_eq!(
            chosen.password.as_ref().map(|secret| secret.0.as_str()),
            Some("hush")
        );
        assert!(!format!("{chosen:?}").contains("hush"));
        let chosen = home.choose(Some("carport")).expect("a name");
        assert_eq!(chosen.host, "carport.local");
        assert!(chosen.mqtt.is_some() && !format!("{chosen:?}").contains("hush"));
        let chosen = home.choose(Some("10.0.0.1:8080")).expect("an address");
        assert!(chosen.host == "10.0.0.1:8080" && chosen.password.is_none());
    }

    #[test]
    fn one_end_of_a_line_is_no_password() {
        for (text, password) in [
            ("hush", "hush"),
            ("hush\n", "hush"),
            ("hush\r\n", "hush"),
            ("hush\n\n", "hush\n"),
            ("hush\r", "hush\r"),
        ] {
            let home = Home::new(TWO);
            home.file("secret", text, 0o600);
            let chosen = home.choose(None).expect("the default");
            let read = chosen.password.map(|secret| secret.0);
            assert_eq!(read.as_deref(), Some(password), "{text:?}");
        }
        let home = Home::new(TWO);
        home.file("secret", "\r\n", 0o600);
        let error = home.choose(None).expect_err("nothing");
        assert!(error.contains("has no password in it"), "{error}");
    }

    #[test]
    fn what_is_wrong_is_told_without_secrets() {
        for (config, words) in [
            ("", "which charger?"),
            (
                "[charger.a]\nhost=\"a\"\n[charger.b]\nhost=\"b\"\n",
                "--host a, b",
            ),
            (
                "default = \"x\"\n[charger.a]\nhost = \"a\"\n",
                "there are: a",
            ),
            (
                "[charger.a]\nhost = \"a\"\npassword = \"hush\"\n",
                "config.toml:3: unknown field `password`",
            ),
            ("default = \"hush\n", "config.toml:1: "),
            (
                "[charger]\ngarage = \"mqtt://me:hush, expected @broker\"\n",
                "config.toml:2: this should be a table with `host`",
            ),
            (
                "[charger.a]\nhost = [\"hush\"]\n",
                "config.toml:2: this should be a string",
            ),
            (
                "[charger.a]\nhost = \"a\"\nmqtt = mqtt://me:hush@broker\n",
                "config.toml:3: ",
            ),
            (
                "charger = \"hush\"\n",
                "config.toml:1: this should be a map",
            ),
            ("hush", "config.toml:1: "),
            ("[charger.a]\n\n", "missing field `host`"),
        ] {
            let error = Home::new(config).choose(None).expect_err(config);
            assert!(error.contains(words), "{error}");
            assert!(!error.contains("hush"), "{error}");
        }
    }

    #[cfg(unix)]
    #[test]
    fn a_secret_that_others_can_read_is_none() {
        let home = Home::new(TWO);
        let file = home.file("secret", "hush\n", 0o644);
        let error = home.choose(None).expect_err("open to all");
        assert!(
            error.contains(&format!("chmod 600 {}", file.display())),
            "{error}"
        );
        home.file("config.toml", TWO, 0o640);
        let error = home.choose(Some("carport")).expect_err("open to all");
        assert!(error.contains("the password of a broker"), "{error}");
    }
}
