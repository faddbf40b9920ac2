//! Any text as the value of any key: never a panic, a refusal that repeats no
//! secret, and what is accepted satisfies the table.

#![no_main]

use goe_api::{Key, Write};
use goe_runtime::error::Sent;
use goe_runtime::http::filter;
use goe_runtime::json;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: (u8, &str)| {
    let (number, text) = input;
    let key = Key::ALL[usize::from(number) % Key::ALL.len()];
    let descriptor = key.descriptor();
    match Write::parse(key, text) {
        Ok(write) => {
            assert_eq!(write.key(), key);
            assert!(descriptor.access.writable());
            assert!(json::check(text).is_ok());
            if let Write::Delw(entry) = write {
                assert!(entry <= 9);
            }
            if let Write::Wifis(patches) = write {
                assert!(patches.iter().count() <= 10);
                for patch in patches.iter() {
                    assert!(patch.ssid.is_none_or(|ssid| ssid.decode::<32>().is_some()));
                    assert!(patch.key.is_none_or(|key| key.decode::<64>().is_some()));
                }
            }
        }
        Err(error) => {
            let sent = Sent {
                raw: text,
                profile: Some(descriptor.profile),
            };
            let said = [
                error.http(key.name(), sent).to_string(),
                error.mqtt(sent).to_string(),
            ];
            // A string of eight bytes and more could be a passphrase.
            if descriptor.is_secret() {
                for (_, secret) in text.split('"').enumerate().filter(|(at, _)| at % 2 == 1) {
                    let is_name = matches!(secret, "ssid" | "key");
                    let long = secret.len() >= 8
                        && secret.bytes().all(|byte| byte.is_ascii_alphanumeric());
                    let value = text.contains(&format!(":\"{secret}\""));
                    assert!(
                        is_name
                            || !long
                            || !value
                            || said
                                .iter()
                                .all(|said| !said.contains(&format!(":\"{secret}\""))),
                        "{said:?} repeats {secret}"
                    );
                }
            }
        }
    }
    let _ = filter::<goe_api::KeySet>(&goe_api::REGISTRY, text);
});
