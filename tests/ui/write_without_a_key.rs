use goe_tiny::Write;

fn main() {}

#[allow(dead_code)]
fn apply(write: Write<'_>) {
    match write {
        Write::Dwo(_) => {}
        Write::Nets(_) => {}
    }
}
