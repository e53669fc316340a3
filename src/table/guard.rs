//! Keeps spreadsheets from running a cell as a formula (CWE-1236, OWASP "CSV Injection").
//!
//! A text that starts with a character by which spreadsheets know a formula gets a leading `'`. So
//! does one that starts with quotes and then such a character, so that reading can undo it exactly.

use std::borrow::Cow;

fn is_risky(text: &str) -> bool {
    let text = text.trim_start_matches('\'');
    text.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠'])
}

/// The text as it is safe in a CSV cell.
pub(crate) fn guarded(text: &str) -> Cow<'_, str> {
    if is_risky(text) {
        Cow::Owned(format!("'{text}"))
    } else {
        Cow::Borrowed(text)
    }
}

/// The text that [`guarded`] was given.
pub(super) fn unguarded(text: &str) -> &str {
    match text.strip_prefix('\'') {
        Some(rest) if is_risky(rest) => rest,
        _ => text,
    }
}
