//! The rules: what each change is to readers and to writers, and its mirror.
//!
//! Ids stay. The mirror of a rule is what the same change is called when it is
//! undone; every rule has one, some are their own, and `tests/diff.rs` swaps
//! OLD and NEW of every case to see that it is so. Hundreds group them: `D01`
//! existence, `D02` access, `D03` types, `D04` units and limits, `D05` named
//! values, `D06` category and text, `D07` what could not be read, `D08` shapes,
//! `D09` routes, topics and messages.

use super::severity::Severity::{self, Breaking, Compatible, Editorial, Risky};

/// A kind of change.
#[derive(Debug, PartialEq, Eq)]
pub struct Rule {
    /// `D0101`.
    pub id: &'static str,
    /// A few words: what changed.
    pub title: &'static str,
    /// The severity for readers.
    pub readers: Severity,
    /// The severity for writers.
    pub writers: Severity,
    /// The id of what it is when it is undone.
    pub mirror: &'static str,
}

macro_rules! rules {
    ($($name:ident = $id:literal $title:literal $readers:ident $writers:ident $mirror:literal)*) => {
        $(
            #[doc = concat!("`", $id, "`: ", $title, ".")]
            pub static $name: Rule = Rule {
                id: $id,
                title: $title,
                readers: $readers,
                writers: $writers,
                mirror: $mirror,
            };
        )*

        /// Every rule, by id.
        pub static ALL: &[&Rule] = &[$(&$name),*];
    };
}

rules! {
    //                                                     readers    writers    mirror
    ADDED = "D0101" "added"                                Compatible Compatible "D0102"
    REMOVED = "D0102" "removed"                            Breaking   Breaking   "D0101"
    RENAMED = "D0103" "renamed"                            Breaking   Breaking   "D0103"
    // A row that says of itself that its key is no more.
    MARKED = "D0104" "marked as removed"                   Breaking   Breaking   "D0105"
    UNMARKED = "D0105" "no longer marked as removed"       Compatible Compatible "D0104"
    MARKED_GONE = "D0106" "row of a removed key removed"   Editorial  Editorial  "D0107"
    MARKED_ADDED = "D0107" "row of a removed key added"    Editorial  Editorial  "D0106"

    // Who relied on the one release cannot on the other.
    REMOVAL_MOVED = "D0108" "release of removal changed"   Risky      Risky      "D0108"

    READ_LOST = "D0201" "can no longer be read"            Breaking   Breaking   "D0202"
    READ_GAINED = "D0202" "can be read now"                Compatible Compatible "D0201"
    WRITE_LOST = "D0203" "can no longer be written"        Breaking   Breaking   "D0204"
    WRITE_GAINED = "D0204" "can be written now"            Compatible Compatible "D0203"

    TYPE_WIDER = "D0301" "type widened"                    Breaking   Compatible "D0302"
    TYPE_NARROWER = "D0302" "type narrowed"                Compatible Breaking   "D0301"
    TYPE_OTHER = "D0303" "type replaced"                   Breaking   Breaking   "D0303"
    TYPE_SPELLED = "D0304" "type of the same values"       Editorial  Editorial  "D0304"
    // What was never said is no promise.
    TYPE_STATED = "D0305" "type stated"                    Compatible Risky      "D0306"
    TYPE_UNSTATED = "D0306" "type no longer stated"        Risky      Compatible "D0305"
    NULL_GAINED = "D0311" "may be null now"                Breaking   Compatible "D0312"
    NULL_LOST = "D0312" "is null no more"                  Compatible Breaking   "D0311"

    UNIT_CHANGED = "D0401" "unit changed"                  Breaking   Breaking   "D0401"
    UNIT_STATED = "D0402" "unit stated"                    Editorial  Editorial  "D0403"
    // Nobody says any more what the number means.
    UNIT_UNSTATED = "D0403" "unit no longer stated"        Risky      Risky      "D0402"
    RANGE_WIDER = "D0411" "range widened"                  Breaking   Compatible "D0412"
    RANGE_NARROWER = "D0412" "range narrowed"              Compatible Breaking   "D0411"
    RANGE_STATED = "D0413" "range stated"                  Compatible Risky      "D0414"
    RANGE_UNSTATED = "D0414" "range no longer stated"      Risky      Compatible "D0413"
    // A range in the place of a list, or a list in that of a range.
    SET_WIDER = "D0415" "more values allowed"              Breaking   Compatible "D0416"
    SET_NARROWER = "D0416" "fewer values allowed"          Compatible Breaking   "D0415"
    SET_SPELLED = "D0417" "same values allowed"            Editorial  Editorial  "D0417"
    LENGTH_LONGER = "D0421" "more lengths allowed"         Breaking   Compatible "D0422"
    LENGTH_SHORTER = "D0422" "fewer lengths allowed"       Compatible Breaking   "D0421"
    LENGTH_STATED = "D0423" "length stated"                Compatible Risky      "D0424"
    LENGTH_UNSTATED = "D0424" "length no longer stated"    Risky      Compatible "D0423"
    LENGTH_OTHER = "D0425" "length counted otherwise"      Risky      Risky      "D0425"
    FORMAT_CHANGED = "D0431" "format changed"              Breaking   Breaking   "D0431"
    FORMAT_STATED = "D0432" "format stated"                Editorial  Risky      "D0433"
    FORMAT_UNSTATED = "D0433" "format no longer stated"    Risky      Editorial  "D0432"

    // A device where nobody set it behaves otherwise.
    DEFAULT_CHANGED = "D0441" "default changed"            Risky      Risky      "D0441"
    DEFAULT_STATED = "D0442" "default stated"              Editorial  Editorial  "D0443"
    DEFAULT_UNSTATED = "D0443" "default no longer stated"  Editorial  Editorial  "D0442"

    // What never changes is what readers rely on.
    CONSTANT_CHANGED = "D0444" "value of a constant changed" Breaking Breaking "D0444"

    VALUE_GAINED = "D0501" "named value gained"            Breaking   Compatible "D0502"
    VALUE_LOST = "D0502" "named value lost"                Compatible Breaking   "D0501"
    // The number stays, but what it stands for may be something else.
    VALUE_RENAMED = "D0503" "named value renamed"          Risky      Risky      "D0503"
    VALUE_SPELLED = "D0504" "named value spelled otherwise" Editorial Editorial  "D0504"
    VALUE_MOVED = "D0505" "named value renumbered"         Breaking   Breaking   "D0505"
    // The list said that there are more: readers had to expect it.
    VALUE_NAMED = "D0506" "value named in an open list"    Compatible Compatible "D0507"
    // The list still says that there are more: it may be accepted without a name.
    VALUE_UNNAMED = "D0507" "value left out of an open list" Compatible Risky    "D0506"
    LIST_OPENED = "D0508" "list of values opened"          Risky      Compatible "D0509"
    LIST_CLOSED = "D0509" "list of values closed"          Compatible Risky      "D0508"
    // Its old name is gone or has moved on, and no client sees that.
    VALUE_REUSED = "D0510" "number given to another name"  Breaking   Breaking   "D0510"
    LIST_STATED = "D0511" "values named"                   Compatible Risky      "D0512"
    LIST_UNSTATED = "D0512" "values no longer named"       Risky      Compatible "D0511"

    CATEGORY = "D0601" "category changed"                  Risky      Risky      "D0601"
    CATEGORY_STATED = "D0602" "category stated"            Editorial  Editorial  "D0603"
    CATEGORY_UNSTATED = "D0603" "category left unknown"    Editorial  Editorial  "D0602"
    DESCRIPTION = "D0611" "description changed"            Editorial  Editorial  "D0611"

    SINCE = "D0612" "release of introduction changed"      Editorial  Editorial  "D0612"

    // What is set has an effect now, or none any more.
    COVERAGE = "D0613" "coverage changed"                  Risky      Risky      "D0613"
    COVERAGE_STATED = "D0614" "coverage stated"            Editorial  Editorial  "D0615"
    COVERAGE_UNSTATED = "D0615" "coverage no longer stated" Editorial Editorial  "D0614"

    // It may have changed as well as not.
    NOT_COMPARED = "D0701" "not compared"                  Risky      Risky      "D0701"

    SHAPE_STATED = "D0801" "shape stated"                  Compatible Risky      "D0802"
    SHAPE_UNSTATED = "D0802" "shape no longer stated"      Risky      Compatible "D0801"

    // Where a place is called otherwise, something else may stand there.
    POSITION_RENAMED = "D0803" "position renamed"          Risky      Risky      "D0803"
    POSITION_MOVED = "D0804" "position moved"              Breaking   Breaking   "D0804"
    POSITION_REUSED = "D0805" "position given to another"  Breaking   Breaking   "D0805"

    ROUTE_ADDED = "D0901" "route added"                    Compatible Compatible "D0902"
    ROUTE_REMOVED = "D0902" "route removed"                Breaking   Breaking   "D0901"
    ROUTE_CHANGED = "D0903" "route changed"                Breaking   Breaking   "D0903"
    TOPIC_ADDED = "D0911" "topic added"                    Compatible Compatible "D0912"
    TOPIC_REMOVED = "D0912" "topic removed"                Breaking   Breaking   "D0911"
    TOPIC_CHANGED = "D0913" "topic changed"                Breaking   Breaking   "D0913"
    RETAINED = "D0914" "retained changed"                  Risky      Risky      "D0914"
    DEFAULT = "D0921" "default changed"                    Risky      Risky      "D0921"
    MESSAGE_ADDED = "D0931" "message added"                Compatible Compatible "D0932"
    MESSAGE_REMOVED = "D0932" "message removed"            Breaking   Breaking   "D0931"
    MESSAGE_CHANGED = "D0933" "message changed"            Breaking   Breaking   "D0933"
}

/// A section for each rule, by id: why it matters, and lines before and after.
const EXAMPLES: &str = include_str!("examples.md");

impl Rule {
    /// A page about it: why it matters, what it is to whom, and lines of a table
    /// before (`-`) and after (`+`).
    pub fn page(&self) -> String {
        let (why, example) = self.section().split_once("\n\n").unwrap_or_default();
        let mirror = find(self.mirror).map_or("", |mirror| mirror.title);
        format!(
            "# {}: {}\n\nA change that `goe-codegen diff` finds. {why}\n\n\
             - {} for those who read\n- {} for those who write\n\n\
             Undone, it is `{}`, {mirror}.\n\n## Example\n\n{}\n",
            self.id,
            self.title,
            self.readers,
            self.writers,
            self.mirror,
            example.trim_end(),
        )
    }

    fn section(&self) -> &'static str {
        let mut sections = EXAMPLES.split("# D");
        let section = sections.find_map(|section| {
            let (id, text) = section.split_once('\n')?;
            (id == &self.id[1..]).then_some(text)
        });
        section.unwrap_or_default()
    }
}

/// The rule of this id.
pub fn find(id: &str) -> Option<&'static Rule> {
    let mut all = ALL.iter();
    all.find(|rule| rule.id.eq_ignore_ascii_case(id)).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_go_upwards_and_mirrors_point_back() {
        for pair in ALL.windows(2) {
            assert!(pair[0].id < pair[1].id, "{}", pair[1].id);
        }
        for rule in ALL {
            let mirror = find(rule.mirror).unwrap();
            assert_eq!(mirror.mirror, rule.id, "{}", rule.id);
        }
    }

    /// Growing breaks readers and shrinking writers, so a rule and its mirror
    /// are each other with the columns swapped; the others are spelled out.
    #[test]
    fn columns_of_mirrors_are_swapped() {
        let swapped: Vec<_> = ALL
            .iter()
            .filter(|rule| {
                let mirror = find(rule.mirror).unwrap();
                (rule.readers, rule.writers) != (mirror.writers, mirror.readers)
            })
            .map(|rule| rule.id)
            .collect();
        let existence = ["D0101", "D0102", "D0104", "D0105"];
        let access = ["D0201", "D0202", "D0203", "D0204"];
        let unit = ["D0402", "D0403"];
        // A reader of an open list is never surprised, a writer may be.
        let open = ["D0506", "D0507"];
        let wire = ["D0901", "D0902", "D0911", "D0912", "D0931", "D0932"];
        let expected = [&existence[..], &access, &unit, &open, &wire].concat();
        assert_eq!(swapped, expected);
    }
}
