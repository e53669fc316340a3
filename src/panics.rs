//! Panics of other people's decoders on hostile bytes, contained.

use std::cell::Cell;
use std::panic::{self, AssertUnwindSafe};

thread_local! {
    /// How many contained steps this thread is inside of.
    static DEPTH: Cell<u32> = const { Cell::new(0) };
}

/// Runs a step of somebody else's decoder on hostile bytes; `None` where it panicked.
pub fn contained<T>(step: impl FnOnce() -> T) -> Option<T> {
    DEPTH.set(DEPTH.get() + 1);
    let result = panic::catch_unwind(AssertUnwindSafe(step));
    DEPTH.set(DEPTH.get() - 1);
    result.ok()
}

/// Keeps panics inside [`contained`] steps off standard error: they come back as reasons of rejects.
///
/// A panic hook is the whole process's, so only the program calls this, not the library.
pub fn silence_contained() {
    let before = panic::take_hook();
    panic::set_hook(Box::new(move |panic| {
        if DEPTH.get() == 0 {
            before(panic);
        }
    }));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_inside_comes_back_as_none_and_the_depth_is_as_before() {
        assert_eq!(
            contained(|| contained(|| -> u8 { panic!("hostile") })),
            Some(None)
        );
        assert_eq!(DEPTH.get(), 0);
        assert_eq!(contained(|| 7), Some(7));
    }
}
