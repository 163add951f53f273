//! Sources by commands: what is no address, and what is not there.

use serde_json::json;

use crate::program::{Program, params_of};

#[test]
fn what_is_no_address_is_refused_and_nothing_is_kept() {
    let program = Program::start();
    for nonsense in [
        "",
        "   ",
        "not an address",
        "http://",
        "ftp://example.org/",
        "javascript:alert(1)",
    ] {
        let error = program.ask_in_vain("source_add", &json!({ "source": { "url": nonsense } }));
        assert_eq!(params_of(&error, "invalid_url")["url"], nonsense.trim());
    }
    assert_eq!(program.ask("source_list", &json!({})), json!([]));
    assert_eq!(program.state()["sources"], 0);
}

#[test]
fn a_source_that_is_not_there_can_be_neither_read_nor_removed() {
    let program = Program::start();
    for command in ["source_refresh", "source_remove"] {
        let error = program.ask_in_vain(command, &json!({ "id": 7 }));
        assert_eq!(
            params_of(&error, "source_unknown"),
            &json!({ "id": "7" }),
            "{command}"
        );
    }
}
