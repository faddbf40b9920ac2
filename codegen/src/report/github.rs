//! A finding as a workflow command of GitHub Actions, which shows it beside the
//! line it is about.
//!
//! A leaf: it must never know what is found, only how such a command is written.

/// `::error file=spec/api.md,line=3,title=D0411::message`, without the end of the
/// line. `level` is `error`, `warning` or `notice`; lines and columns count from 1.
pub(crate) fn command(
    level: &str,
    file: Option<&str>,
    line: Option<usize>,
    column: Option<usize>,
    title: &str,
    message: &str,
) -> String {
    let number = |number: Option<usize>| number.map(|number| number.to_string());
    let title = Some(title).filter(|title| !title.is_empty());
    let properties = [
        ("file", file.map(property)),
        ("line", number(line)),
        ("col", number(column)),
        ("title", title.map(property)),
    ];
    let mut out = format!("::{level}");
    let mut before = ' ';
    for (name, value) in properties {
        if let Some(value) = value {
            out.push(before);
            out += &format!("{name}={value}");
            before = ',';
        }
    }
    out + "::" + &data(message)
}

/// Text behind the second `::`: a line of it ends the command.
fn data(text: &str) -> String {
    text.replace('%', "%25")
        .replace('\r', "%0D")
        .replace('\n', "%0A")
}

/// Text between commas, before the second `::`.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_in_a_text_ends_the_command() {
        let file = Some("a,b:c%.md");
        assert_eq!(
            command(
                "error",
                file,
                Some(3),
                Some(7),
                "D0411: x, y",
                "50 % of\n::a, b"
            ),
            "::error file=a%2Cb%3Ac%25.md,line=3,col=7,title=D0411%3A x%2C y::50 %25 of%0A::a, b"
        );
        assert_eq!(
            command("notice", None, None, None, "", "a\r"),
            "::notice::a%0D"
        );
    }
}
