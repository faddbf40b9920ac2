use goe_api::Write;

fn main() {}

#[allow(dead_code)]
fn apply(write: Write<'_>) {
    match write {
        Write::Hai(_) => {}
        Write::Mce(_) => {}
        Write::Mcu(_) => {}
        Write::Mcr(_) => {}
        Write::Mtp(_) => {}
        Write::Mqg(_) => {}
        Write::Mqcn(_) => {}
        Write::Mqss(_) => {}
        Write::Dwo(_) => {}
        Write::Wifis(_) => {}
    }
}
