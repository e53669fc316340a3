//! JPEG, decoded no further than fingerprints need: luma exactly at PDQ's samples, and a small picture from an
//! inverse DCT of fewer points, as libjpeg scales (ITU-T T.81; baseline and progressive, Huffman-coded, 8 bits).
//!
//! A fast path only. Whatever is unusual or damaged gives `None`, and the picture goes the general way, which alone
//! decides what is read and what is refused.

mod frame;
mod huffman;
mod idct;
mod output;
mod refine;
mod scan;
#[cfg(test)]
mod tests;

use image::metadata::Orientation;

use frame::{Frame, NATURAL};
use huffman::Table;
use scan::Scan;

use super::pdq::Plane;
use super::picture::least_eighths;
use super::{Limits, Picture};

/// More scans than encoders write; each is a pass over the whole picture.
const MOST_SCANS: u32 = 32;

/// Decodes an ordinary JPEG of more than 512 pixels a side.
pub(super) fn decode(bytes: &[u8], limits: &Limits) -> Option<Picture> {
    // The copy of a scan's data is no longer than the file.
    let limits = &Limits {
        max_memory: limits.max_memory.saturating_sub(bytes.len() as u64),
        ..*limits
    };
    let mut decoder = Decoder::default();
    let mut rest = bytes.get(2..)?;
    let mut scans = 0;
    loop {
        let marker;
        (marker, rest) = next_marker(rest)?;
        if marker == END_OF_IMAGE {
            break;
        }
        let length = usize::from(u16::from_be_bytes(*rest.first_chunk()?));
        let segment = rest.get(2..length)?;
        rest = &rest[length..];
        match marker {
            QUANTISATION => decoder.quantisation(segment)?,
            HUFFMAN => decoder.huffman(segment)?,
            BASELINE | EXTENDED | PROGRESSIVE => {
                decoder.frame(segment, marker == PROGRESSIVE, limits)?;
            }
            RESTART_INTERVAL => {
                decoder.restart_interval =
                    usize::from(u16::from_be_bytes(segment.try_into().ok()?));
            }
            START_OF_SCAN => {
                scans += 1;
                if scans > MOST_SCANS {
                    return None;
                }
                rest = decoder.scan(segment, rest)?;
            }
            EXIF => {
                let turned = segment
                    .strip_prefix(b"Exif\0\0")
                    .and_then(Orientation::from_exif_chunk)
                    .is_some_and(|orientation| orientation != Orientation::NoTransforms);
                if turned {
                    return None;
                }
            }
            // Its last byte says how the three components are meant.
            ADOBE if segment.starts_with(b"Adobe") && segment.get(11) != Some(&YCBCR) => {
                return None;
            }
            0xe0..=0xef | COMMENT => {}
            _ => return None,
        }
    }
    decoder.finish()
}

const BASELINE: u8 = 0xc0;
const EXTENDED: u8 = 0xc1;
const PROGRESSIVE: u8 = 0xc2;
const HUFFMAN: u8 = 0xc4;
const END_OF_IMAGE: u8 = 0xd9;
const START_OF_SCAN: u8 = 0xda;
const QUANTISATION: u8 = 0xdb;
const RESTART_INTERVAL: u8 = 0xdd;
const EXIF: u8 = 0xe1;
const ADOBE: u8 = 0xee;
const COMMENT: u8 = 0xfe;
const YCBCR: u8 = 1;

/// The marker that `bytes` start with, after fill bytes, and what follows it.
fn next_marker(bytes: &[u8]) -> Option<(u8, &[u8])> {
    let mut rest = bytes.strip_prefix(&[0xff])?;
    while let Some(shorter) = rest.strip_prefix(&[0xff]) {
        rest = shorter;
    }
    rest.split_first().map(|(&marker, rest)| (marker, rest))
}

#[derive(Default)]
struct Decoder {
    /// Steps by table, row by row in a block.
    quantisation: [Option<[f32; 64]>; 4],
    constants: [Option<Table>; 4],
    others: [Option<Table>; 4],
    restart_interval: usize,
    frame: Option<Frame>,
    started: bool,
}

impl Decoder {
    fn quantisation(&mut self, mut segment: &[u8]) -> Option<()> {
        // A table that changes between the scans would hold for some coefficients only.
        if self.started {
            return None;
        }
        while let Some((&head, rest)) = segment.split_first() {
            let wide = usize::from(head >> 4) + 1;
            let values = rest.get(..64 * wide)?;
            let mut table = [0.0; 64];
            for (natural, value) in NATURAL.iter().zip(values.chunks_exact(wide)) {
                table[*natural] = match value {
                    [value] => f32::from(*value),
                    [high, low] => f32::from(u16::from_be_bytes([*high, *low])),
                    _ => return None,
                };
            }
            *self.quantisation.get_mut(usize::from(head & 15))? = Some(table);
            segment = &rest[64 * wide..];
        }
        Some(())
    }

    fn huffman(&mut self, mut segment: &[u8]) -> Option<()> {
        while let Some((&head, rest)) = segment.split_first() {
            let counts: &[u8; 16] = rest.first_chunk()?;
            let total: usize = counts.iter().map(|&count| usize::from(count)).sum();
            let values = rest.get(16..16 + total)?;
            let tables = match head >> 4 {
                0 => &mut self.constants,
                1 => &mut self.others,
                _ => return None,
            };
            *tables.get_mut(usize::from(head & 15))? = Some(Table::new(counts, values)?);
            segment = &rest[16 + total..];
        }
        Some(())
    }

    fn frame(&mut self, segment: &[u8], progressive: bool, limits: &Limits) -> Option<()> {
        let frame = Frame::new(segment, progressive)?;
        let pixels = frame.width as u64 * frame.height as u64;
        let memory = frame.memory(keeps_chroma(&frame)) + FIXED_MEMORY;
        let ids: Vec<u8> = frame.components.iter().map(|one| one.id).collect();
        let small = frame.width.max(frame.height) <= Plane::LONGEST_SIDE as usize;
        if self.frame.is_some()
            || ids == b"RGB"
            || small
            || pixels > limits.max_pixels
            || memory > limits.max_memory
        {
            return None;
        }
        self.frame = Some(frame);
        Some(())
    }

    /// Reads a scan; `rest` starts with its data. Returns what follows the data.
    fn scan<'a>(&mut self, segment: &[u8], rest: &'a [u8]) -> Option<&'a [u8]> {
        let (&count, header) = segment.split_first()?;
        let (selectors, &[first, last, bits]) = header.split_last_chunk::<3>()?;
        let frame = self.frame.as_mut()?;
        let (high, low) = (u32::from(bits >> 4), u32::from(bits & 15));
        let (first, last) = (usize::from(first), usize::from(last));
        if selectors.len() != 2 * usize::from(count) || selectors.is_empty() {
            return None;
        }
        if !self.started {
            self.started = true;
            frame.allocate(keeps_chroma(frame));
        }
        let mut components: Vec<(usize, Option<&Table>, Option<&Table>)> = Vec::new();
        for selector in selectors.chunks_exact(2) {
            let index = frame
                .components
                .iter()
                .position(|one| one.id == selector[0])?;
            if components.iter().any(|&(other, ..)| other >= index) {
                return None;
            }
            components.push((
                index,
                self.constants.get(usize::from(selector[1] >> 4))?.as_ref(),
                self.others.get(usize::from(selector[1] & 15))?.as_ref(),
            ));
        }
        let plausible = if frame.progressive {
            let band = first <= last && last < 64 && (first > 0 || last == 0);
            let passes = low <= 13 && (high == 0 || high == low + 1);
            band && passes && (first == 0 || components.len() == 1)
        } else {
            (first, last, high, low) == (0, 63, 0, 0)
        };
        if !plausible {
            return None;
        }
        if first == 0 && high == 0 {
            for &(index, ..) in &components {
                if std::mem::replace(&mut frame.components[index].seen, true) {
                    return None;
                }
            }
        }
        let kept = |index: usize| !frame.components[index].others.is_empty();
        if first > 0 && !components.iter().any(|&(index, ..)| kept(index)) {
            return Some(&rest[end_of_data(rest)?..]);
        }
        let most_restarts = match self.restart_interval {
            0 => 0,
            interval => frame.most_mcus() / interval,
        };
        let (data, restarts, length) = unstuffed(rest, most_restarts)?;
        let mut from = 0;
        let segments = restarts.into_iter().chain([data.len()]).map(|end| {
            let segment = &data[from..end];
            from = end;
            segment
        });
        let scan = Scan {
            components,
            band: (first, last),
            high,
            low,
            restart_interval: self.restart_interval,
        };
        scan::decode(frame, &scan, segments)?;
        Some(&rest[length..])
    }

    fn finish(self) -> Option<Picture> {
        let frame = self.frame?;
        let mut steps = Vec::new();
        for component in &frame.components {
            if !component.seen {
                return None;
            }
            steps.push((*self.quantisation.get(component.table)?)?);
        }
        let size = least_eighths(frame.width.max(frame.height));
        Some(output::render(&frame, &steps, size))
    }
}

/// Whether chroma is wanted finer than one value a block, which is fine enough for a picture of half the size or less.
fn keeps_chroma(frame: &Frame) -> bool {
    least_eighths(frame.width.max(frame.height)) > 4
}

/// For the pixels that are kept, which are fewer than this however long and thin the picture.
const FIXED_MEMORY: u64 = 16 << 20;

/// A scan's data without stuffed zeros and restart markers, the places of those markers, and its length in `bytes`;
/// `None` when it has more restarts than `most`: a file of nothing else would take many times its length.
fn unstuffed(bytes: &[u8], most: usize) -> Option<(Vec<u8>, Vec<usize>, usize)> {
    let end = end_of_data(bytes)?;
    let mut data = Vec::with_capacity(end);
    let mut restarts = Vec::new();
    let mut rest = &bytes[..end];
    while let Some(at) = rest.iter().position(|&byte| byte == 0xff) {
        match rest.get(at + 1) {
            Some(0) => {
                data.extend_from_slice(&rest[..=at]);
                rest = &rest[at + 2..];
            }
            // A restart, or a fill byte before one.
            Some(0xff) => {
                data.extend_from_slice(&rest[..at]);
                rest = &rest[at + 1..];
            }
            _ => {
                if restarts.len() == most {
                    return None;
                }
                data.extend_from_slice(&rest[..at]);
                restarts.push(data.len());
                rest = rest.get(at + 2..).unwrap_or_default();
            }
        }
    }
    data.extend_from_slice(rest);
    Some((data, restarts, end))
}

/// Where the next marker is that is not part of a scan's own data.
fn end_of_data(bytes: &[u8]) -> Option<usize> {
    super::jpeg::next_marker(bytes)
}
