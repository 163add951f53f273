//! Reads one path per line and writes what each says as JSON Lines, for measuring against name suites.

use std::io::{self, BufRead, BufWriter, Write};

fn main() -> io::Result<()> {
    let mut out = BufWriter::new(io::stdout().lock());
    for line in io::stdin().lock().lines() {
        let path = line?;
        let mut value = serde_json::to_value(aniworld_names::parse(&path))?;
        value["path"] = path.into();
        writeln!(out, "{value}")?;
    }
    out.flush()
}
