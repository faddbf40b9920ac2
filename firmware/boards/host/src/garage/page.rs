//! The garage as a page of buttons.

use super::deeds::{CHOICES, OPEN};

const HEAD: &str = r#"<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>The garage</title>
<style>
:root { color-scheme: light dark; font: 1rem/1.5 system-ui, sans-serif; }
body { max-width: 44rem; margin: 2rem auto; padding: 0 1rem; }
form { display: flex; flex-wrap: wrap; gap: .5rem; align-items: center; margin: .75rem 0; }
form > label, form > b { width: 6rem; }
form > small { flex-basis: 100%; }
button, input { font: inherit; padding: .25rem .75rem; }
output { display: block; white-space: pre-line; min-height: 3rem; }
</style>
<h1>The garage</h1>
<p>What happens around the charger. Scripts do the same by, say, <code>curl 'ADDRESS/?car=absent'</code>.</p>
"#;

const TAIL: &str = r#"<output aria-live="polite"></output>
<script>
const said = document.querySelector("output");
for (const form of document.forms) {
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const query = new URLSearchParams(new FormData(form, event.submitter));
    try {
      said.textContent = await (await fetch("/?" + query)).text();
    } catch (error) {
      said.textContent = "the charger does not answer: " + error.message;
    }
  });
}
</script>
</html>
"#;

/// All of it: names and words are our own, so nothing has to be escaped.
pub(super) fn page() -> String {
    let mut page = HEAD.to_owned();
    for choice in CHOICES {
        let name = choice.name;
        page.push_str(&format!("<form><b>{name}</b>"));
        for (word, _) in choice.words {
            page.push_str(&format!(
                "<button name=\"{name}\" value=\"{word}\">{word}</button>"
            ));
        }
        page.push_str(&format!("<small>{}</small></form>\n", choice.about));
    }
    for open in OPEN {
        let (name, example) = (open.name, open.example);
        page.push_str(&format!(
            "<form><label for=\"{name}\">{name}</label><input id=\"{name}\" name=\"{name}\" \
             value=\"{example}\"><button>do</button><small>{}</small></form>\n",
            open.about
        ));
    }
    page.push_str(TAIL);
    page
}
