//! One scan: entropy-coded bits into coefficients (ITU-T T.81, annexes F and G).

use super::frame::{Component, Frame, NATURAL};
use super::huffman::{Bits, Table};
use super::refine::refine;

/// The DC and the AC table, where the file gave them.
pub(super) type Tables<'a> = (Option<&'a Table>, Option<&'a Table>);

/// What a scan's header says.
pub(super) struct Scan<'a> {
    /// Index of each component with its DC and AC table.
    pub components: Vec<(usize, Option<&'a Table>, Option<&'a Table>)>,
    /// First and last coefficient in zigzag order.
    pub band: (usize, usize),
    /// Bit position of the pass before, 0 in the first one; and of this one.
    pub high: u32,
    pub low: u32,
    /// MCUs between restarts, 0 for none.
    pub restart_interval: usize,
}

/// State that a restart puts back.
#[derive(Default)]
struct State {
    predictions: [i32; 3],
    /// Blocks still to come that have nothing more in this band.
    ended: u32,
}

/// The coefficients of one block that are not constant, with those that are not zero as bits in zigzag order.
pub(super) struct Block<'a> {
    pub values: &'a mut [i16; 64],
    pub nonzero: &'a mut u64,
}

impl Block<'_> {
    #[inline]
    pub fn set(&mut self, at: usize, value: i32) {
        self.values[NATURAL[at & 63]] = value as i16;
        *self.nonzero |= 1 << (at & 63);
    }
}

/// Decodes a scan whose `segments` lie between restarts; `None` when the bits are damaged.
pub(super) fn decode<'a>(
    frame: &mut Frame,
    scan: &Scan,
    segments: impl Iterator<Item = &'a [u8]>,
) -> Option<()> {
    let low = scan.low;
    if !frame.progressive {
        let mut nowhere = ([0; 64], 0);
        return each_block(
            frame,
            scan,
            segments,
            |bits, state, component, at, index, tables| {
                constant(
                    bits,
                    tables.0?,
                    &mut state.predictions[index],
                    0,
                    component.constants.get_mut(at)?,
                )?;
                // Those that are not kept are still to be read.
                let mut unkept = Block {
                    values: &mut nowhere.0,
                    nonzero: &mut nowhere.1,
                };
                let mut kept = block(component, at);
                first_pass(
                    bits,
                    tables.1?,
                    (1, 63),
                    0,
                    None,
                    kept.as_mut().unwrap_or(&mut unkept),
                )
            },
        );
    }
    match (scan.band.0, scan.high) {
        (0, 0) => each_block(
            frame,
            scan,
            segments,
            |bits, state, component, at, index, tables| {
                constant(
                    bits,
                    tables.0?,
                    &mut state.predictions[index],
                    low,
                    component.constants.get_mut(at)?,
                )
            },
        ),
        (0, _) => each_block(frame, scan, segments, |bits, _, component, at, _, _| {
            bits.refill();
            *component.constants.get_mut(at)? |= (bits.take(1) << low) as i16;
            Some(())
        }),
        (_, 0) => each_block(
            frame,
            scan,
            segments,
            |bits, state, component, at, _, tables| {
                if state.ended > 0 {
                    state.ended -= 1;
                    return Some(());
                }
                first_pass(
                    bits,
                    tables.1?,
                    scan.band,
                    low,
                    Some(&mut state.ended),
                    &mut block(component, at)?,
                )
            },
        ),
        _ => each_block(
            frame,
            scan,
            segments,
            |bits, state, component, at, _, tables| {
                refine(
                    bits,
                    tables.1?,
                    scan.band,
                    low,
                    &mut state.ended,
                    &mut block(component, at)?,
                )
            },
        ),
    }
}

/// Calls `one` for each block of the scan in order, with the block's place, its component's index and tables.
#[inline]
fn each_block<'a>(
    frame: &mut Frame,
    scan: &Scan,
    mut segments: impl Iterator<Item = &'a [u8]>,
    mut one: impl FnMut(&mut Bits, &mut State, &mut Component, usize, usize, Tables) -> Option<()>,
) -> Option<()> {
    let mut bits = Bits::new(segments.next()?);
    let mut state = State::default();
    let mut until_restart = scan.restart_interval;
    let interleaved = scan.components.len() > 1;
    let (wide, high) = if interleaved {
        (frame.mcus_wide, frame.mcus_high)
    } else {
        let component = &frame.components[scan.components.first()?.0];
        (component.own_wide, component.own_high)
    };
    for row in 0..high {
        for column in 0..wide {
            if scan.restart_interval > 0 {
                if until_restart == 0 {
                    if bits.overrun() {
                        return None;
                    }
                    bits = Bits::new(segments.next()?);
                    state = State::default();
                    until_restart = scan.restart_interval;
                }
                until_restart -= 1;
            }
            for &(index, dc, ac) in &scan.components {
                let component = &mut frame.components[index];
                let (across, down) = if interleaved {
                    (component.across, component.down)
                } else {
                    (1, 1)
                };
                for y in 0..down {
                    for x in 0..across {
                        let at = (row * down + y) * component.wide + column * across + x;
                        one(&mut bits, &mut state, component, at, index, (dc, ac))?;
                    }
                }
            }
        }
        if bits.overrun() {
            return None;
        }
    }
    Some(())
}

#[inline]
fn block(component: &mut Component, at: usize) -> Option<Block<'_>> {
    Some(Block {
        values: component.others.get_mut(at)?,
        nonzero: component.nonzero.get_mut(at)?,
    })
}

/// The constant coefficient, coded as the difference from the block before.
#[inline]
fn constant(
    bits: &mut Bits,
    table: &Table,
    prediction: &mut i32,
    low: u32,
    value: &mut i16,
) -> Option<()> {
    bits.refill();
    let difference = if let Some((_, number)) = table.number(bits) {
        number
    } else {
        let size = u32::from(table.symbol(bits)?);
        if size > 15 {
            return None;
        }
        bits.number(size)
    };
    *prediction = prediction.wrapping_add(difference);
    *value = prediction.wrapping_shl(low) as i16;
    Some(())
}

/// The coefficients of `band`, or their upper bits. `ended` is there in progressive pictures only.
#[inline]
fn first_pass(
    bits: &mut Bits,
    table: &Table,
    band: (usize, usize),
    low: u32,
    ended: Option<&mut u32>,
    block: &mut Block,
) -> Option<()> {
    let mut at = band.0;
    while at <= band.1 {
        bits.refill();
        if let Some((run, number)) = table.number(bits) {
            at += run;
            if at > band.1 {
                return None;
            }
            block.set(at, number << low);
            at += 1;
            continue;
        }
        let symbol = table.symbol(bits)?;
        let (run, size) = (u32::from(symbol >> 4), u32::from(symbol & 15));
        if size > 0 {
            at += run as usize;
            if at > band.1 {
                return None;
            }
            block.set(at, bits.number(size) << low);
            at += 1;
        } else if run == 15 {
            at += 16;
        } else if let Some(ended) = ended {
            *ended = (1 << run) - 1 + bits.take(run);
            break;
        } else {
            break;
        }
    }
    Some(())
}
