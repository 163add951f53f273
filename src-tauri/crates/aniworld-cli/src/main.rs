//! Aniworld in the terminal.
fn main() {}
