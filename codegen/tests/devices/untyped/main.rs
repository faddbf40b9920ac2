//! All that is known of each value is that it is JSON.

use std::io::BufRead;

use untyped::{
    Document, Key, REGISTRY, Readings, Write, http::ROUTES, mqtt::TOPICS, runtime::RawJson,
};

fn main() {
    assert!(ROUTES.is_empty() && TOPICS.topics.is_empty());
    let mut document = Document::new();
    for line in std::io::stdin().lock().lines() {
        let json = line.expect("text");
        match Write::parse(Key::Two, &json) {
            Ok(Write::Two(two)) => {
                document.render(&Readings {
                    one: RawJson::NULL,
                    two,
                });
                let whole = document.view(&REGISTRY).full();
                println!("{}", std::str::from_utf8(whole).expect("UTF-8"));
            }
            other => println!("{other:?}"),
        }
    }
}
