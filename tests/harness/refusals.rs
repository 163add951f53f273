//! Bad input, as one table: what goes in, and what a terminal, a script and the window must make of it.

/// One row.
#[derive(Debug, Clone, Copy)]
pub struct Refusal {
    /// What is wrong, in a word or two; also the name of the row in a failing test.
    pub name: &'static str,
    /// What is typed. `{base}` is the address of the test's web server.
    pub input: &'static str,
    /// The stable code of the error.
    pub code: &'static str,
    /// The exit status of the terminal program.
    pub exit: i32,
    /// Words that the sentence in the terminal has.
    pub terminal: &'static str,
    /// Words that the sentence in the window has.
    pub window: &'static str,
}

/// Addresses that cannot become a source. None may leave anything in the database.
pub const SOURCES: &[Refusal] = &[
    Refusal {
        name: "not a URL",
        input: "not an address",
        code: "invalid_url",
        exit: 1,
        terminal: "address",
        window: "address",
    },
    Refusal {
        name: "host unknown",
        input: "http://no-such-host.invalid/",
        code: "host_unknown",
        exit: 1,
        terminal: "no-such-host.invalid",
        window: "no-such-host.invalid",
    },
    Refusal {
        name: "nobody listens",
        input: "http://127.0.0.1:9/",
        code: "connect",
        exit: 1,
        terminal: "127.0.0.1",
        window: "127.0.0.1",
    },
    Refusal {
        name: "404",
        input: "{base}gone/",
        code: "not_found",
        exit: 1,
        terminal: "404",
        window: "404",
    },
    Refusal {
        name: "a web page",
        input: "{base}page/",
        code: "not_a_listing",
        exit: 1,
        terminal: "web page",
        window: "web page",
    },
    Refusal {
        name: "an empty feed",
        input: "{base}empty.xml",
        code: "empty_source",
        exit: 1,
        terminal: "no episodes",
        window: "no episodes",
    },
    Refusal {
        name: "truncated XML",
        input: "{base}cut.xml",
        code: "bad_data",
        exit: 1,
        terminal: "cut.xml",
        window: "cut.xml",
    },
];

/// Lays out the files that the rows of [`SOURCES`] ask for.
pub fn lay_out(served: &std::path::Path) -> std::io::Result<()> {
    std::fs::create_dir_all(served.join("page"))?;
    std::fs::write(
        served.join("page/index.html"),
        "<!doctype html><title>Hello</title><p>No list here.</p>",
    )?;
    std::fs::write(
        served.join("empty.xml"),
        "<?xml version=\"1.0\"?><rss version=\"2.0\"><channel><title>Empty</title></channel></rss>",
    )?;
    std::fs::write(
        served.join("cut.xml"),
        "<?xml version=\"1.0\"?><rss version=\"2.0\"><channel><title>Cut</title><item><ti",
    )
}
