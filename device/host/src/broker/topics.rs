//! Whether a filter matches a topic.
//!
//! Both are valid, which the codec sees to. There is no tree of all filters:
//! those without a wildcard are found by their name among a client's
//! ([`super::session`]), and the others are few enough to be tried one by one.

/// Returns whether a filter is the topic that it matches.
pub(super) fn is_exact(filter: &str) -> bool {
    !filter.contains(['+', '#'])
}

/// Returns whether `filter` matches `topic` [MQTT-4.7.1-2], [MQTT-4.7.1-3].
pub(super) fn matches(filter: &str, topic: &str) -> bool {
    // What begins with $ is the broker's own matter [MQTT-4.7.2-1].
    if topic.starts_with('$') && filter.starts_with(['+', '#']) {
        return false;
    }
    let mut levels = topic.split('/');
    for wanted in filter.split('/') {
        // Also of the level above: `a/#` matches `a`.
        if wanted == "#" {
            return true;
        }
        let level = levels.next();
        if level.is_none() || (wanted != "+" && level != Some(wanted)) {
            return false;
        }
    }
    levels.next().is_none()
}

#[cfg(test)]
mod tests {
    use super::{is_exact, matches};

    #[test]
    fn filters_match_as_the_standard_has_them() {
        // 4.7.1.2, 4.7.1.3 and 4.7.2 of MQTT 3.1.1, and their borders.
        let cases = [
            ("sport/tennis/player1/#", "sport/tennis/player1", true),
            (
                "sport/tennis/player1/#",
                "sport/tennis/player1/ranking",
                true,
            ),
            (
                "sport/tennis/player1/#",
                "sport/tennis/player1/score/x",
                true,
            ),
            ("sport/#", "sport", true),
            ("sport/#", "sports", false),
            ("sport/tennis/+", "sport/tennis/player1", true),
            ("sport/tennis/+", "sport/tennis/player1/ranking", false),
            ("sport/+", "sport", false),
            ("sport/+", "sport/", true),
            ("+", "sport", true),
            ("+", "sport/", false),
            ("+", "/finance", false),
            ("+/+", "/finance", true),
            ("/+", "/finance", true),
            ("#", "a", true),
            ("#", "/", true),
            ("#", "$SYS/a", false),
            ("+/a", "$SYS/a", false),
            ("$SYS/#", "$SYS/a", true),
            ("$SYS/+", "$SYS/a", true),
            ("a/#", "a/$b", true),
            ("+/+/#", "a", false),
            ("+/+/#", "a/b", true),
            ("a", "a", true),
            ("a", "A", false),
            ("a/", "a", false),
            ("a", "a/", false),
            ("a/b", "a/bc", false),
        ];
        for (filter, topic, expected) in cases {
            assert_eq!(matches(filter, topic), expected, "{filter} {topic}");
        }
        assert!(is_exact("a/b") && !is_exact("a/+") && !is_exact("#"));
    }
}
