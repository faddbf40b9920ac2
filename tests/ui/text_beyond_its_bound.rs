use goe_tiny::runtime::Text;

fn main() {
    let longer = heapless::String::<33>::new();
    let _: Text<'_, 32> = Text::of(&longer);
}
