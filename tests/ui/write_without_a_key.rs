use goe_api::Write;

fn main() {}

#[allow(dead_code)]
fn apply(write: Write<'_>) {
    match write {
        Write::Dwo(_) => {}
        Write::Wifis(_) => {}
    }
}
