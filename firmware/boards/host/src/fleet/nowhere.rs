//! What is told where none of the chargers is: a person has to learn which there are.

use std::ops::Range;
use std::rc::Rc;

use goe_host::{Call, Handler, NoStream, Reply};

use super::figures;
use super::town::Town;

/// For every path that leads to no charger; it goes behind all other handlers.
#[derive(Clone)]
pub(crate) struct Nowhere(pub(crate) Rc<Town>);

impl Handler for Nowhere {
    type Body = String;
    type Stream = NoStream;

    fn methods(&self, path: &str) -> Option<&'static str> {
        let is_of_one = self.0.find(path).is_some_and(|(_, rest)| rest != "/");
        (!is_of_one).then_some("GET, HEAD, POST")
    }

    fn answer(&self, call: Call<'_>) -> Reply<String> {
        let whole = format!("{}/", call.path.trim_end_matches('/'));
        let body = match self.0.find(&whole) {
            Some((charger, _)) => {
                let at = charger.serial();
                format!(
                    "this is {at}, which has /{at}/api/status, /{at}/api/set and /{at}{}; \
                     all of them are at {}\n",
                    goe_garage::PATH,
                    figures::PATH
                )
            }
            None => {
                let Range { start, end } = self.0.serials();
                format!(
                    "no charger is here: there are {start:06} to {:06}, each at /SERIAL/api/status, \
                     and all of them at {}\n",
                    end - 1,
                    figures::PATH
                )
            }
        };
        Reply::text(404, body)
    }
}
