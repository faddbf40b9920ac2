//! What is stated in one place and holds in another: the one stage that changes
//! the model after it was read.

mod families;
mod positions;

use crate::model::Model;

pub(crate) fn resolve(model: &mut Model) {
    positions::resolve(model);
    families::find(model);
}
