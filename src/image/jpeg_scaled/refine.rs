//! Later passes over the coefficients of a progressive picture (ITU-T T.81, G.1.2.3).

use super::frame::NATURAL;
use super::huffman::{Bits, Table};
use super::scan::Block;

/// One more bit for the coefficients of `band`, and those that get their first one.
pub(super) fn refine(
    bits: &mut Bits,
    table: &Table,
    band: (usize, usize),
    low: u32,
    ended: &mut u32,
    block: &mut Block,
) -> Option<()> {
    let mut at = band.0;
    if *ended == 0 {
        while at <= band.1 {
            bits.refill();
            let symbol = table.symbol(bits)?;
            let (run, size) = (u32::from(symbol >> 4), u32::from(symbol & 15));
            let value = match (size, run) {
                (0, 15) => 0,
                (0, _) => {
                    *ended = (1 << run) + bits.take(run);
                    break;
                }
                (1, _) => (bits.take(1) as i32 * 2 - 1) << low,
                _ => return None,
            };
            // The place is after `run` coefficients that are still zero.
            let mut zeros = !*block.nonzero & from_to(at, band.1);
            for _ in 0..run {
                zeros &= zeros.wrapping_sub(1);
            }
            let place = if zeros == 0 {
                band.1 + 1
            } else {
                zeros.trailing_zeros() as usize
            };
            if place > at {
                correct(bits, from_to(at, place - 1), low, block);
            }
            if value != 0 {
                if place > band.1 {
                    return None;
                }
                block.set(place, value);
            }
            at = place + 1;
        }
    }
    if *ended > 0 {
        if at <= band.1 {
            correct(bits, from_to(at, band.1), low, block);
        }
        *ended -= 1;
    }
    Some(())
}

/// Bits `from` to `to`, both 0..=63.
fn from_to(from: usize, to: usize) -> u64 {
    (u64::MAX << from) & (u64::MAX >> (63 - to))
}

/// Reads a bit for each coefficient of `places` that is not zero and lets it grow where the bit is set.
#[inline]
fn correct(bits: &mut Bits, places: u64, low: u32, block: &mut Block) {
    let mut known = *block.nonzero & places;
    while known != 0 {
        bits.refill();
        // A refill has 56 bits.
        for _ in 0..56 {
            let value = &mut block.values[NATURAL[known.trailing_zeros() as usize & 63]];
            if bits.take(1) == 1 {
                let step = 1 << low;
                *value = value.wrapping_add(if *value < 0 { -step } else { step });
            }
            known &= known - 1;
            if known == 0 {
                break;
            }
        }
    }
}
