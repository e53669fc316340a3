//! The readers of fingerprints as text take or refuse anything, and what they took is written and read the same.

#![no_main]

use libfuzzer_sys::fuzz_target;
use touchstone_fuzz::image::{ColourGrid, PHash, PdqHash, PdqLine, read_pdq_lines};

fuzz_target!(|text: &str| {
    if let Ok(hash) = text.parse::<PdqHash>() {
        assert_eq!(hash.to_string().parse(), Ok(hash));
    }
    if let Ok(hash) = text.parse::<PHash>() {
        assert_eq!(hash.to_string().parse(), Ok(hash));
    }
    let quoted = serde_json::to_string(text).unwrap_or_default();
    if let Ok(colours) = serde_json::from_str::<ColourGrid>(&quoted) {
        assert_eq!(colours.to_string(), text.to_lowercase());
    }
    for line in read_pdq_lines(text).flatten() {
        let again: Vec<PdqLine> = read_pdq_lines(&line.to_string()).flatten().collect();
        assert_eq!(again, [line]);
    }
});
