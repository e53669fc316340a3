//! Huffman codes and the bits they are read from (ITU-T T.81, annexes C and F).

/// Codes of up to this many bits are found in one look-up.
const LOOK: u32 = 10;

/// A Huffman table.
#[derive(Clone)]
pub(super) struct Table {
    /// By the next [`LOOK`] bits: length of the code and its symbol, or 0 where the code is longer.
    symbols: Box<[u16; 1 << LOOK]>,
    /// By the next [`LOOK`] bits, where code and number both fit: number, run of zeros before it, bits of both; or 0.
    numbers: Box<[i32; 1 << LOOK]>,
    /// One past the last code of each length, as the upper bits of 16.
    limits: [u32; 17],
    /// What is added to a code of each length to get the index of its symbol.
    offsets: [i32; 17],
    values: Vec<u8>,
}

impl Table {
    /// The table with `counts` codes of 1 to 16 bits for `values` in order of length; `None` when there is none such.
    pub fn new(counts: &[u8; 16], values: &[u8]) -> Option<Self> {
        let mut table = Self {
            symbols: Box::new([0; 1 << LOOK]),
            numbers: Box::new([0; 1 << LOOK]),
            limits: [0; 17],
            offsets: [0; 17],
            values: values.to_vec(),
        };
        let mut code = 0u32;
        let mut index = 0usize;
        for (length, &count) in (1u32..).zip(counts) {
            table.offsets[length as usize] = index as i32 - code as i32;
            for _ in 0..count {
                let &symbol = values.get(index)?;
                if code >= 1 << length {
                    return None;
                }
                if length <= LOOK {
                    table.fill(code, length, symbol);
                }
                code += 1;
                index += 1;
            }
            table.limits[length as usize] = code << (16 - length);
            code <<= 1;
        }
        Some(table)
    }

    fn fill(&mut self, code: u32, length: u32, symbol: u8) {
        let free = LOOK - length;
        let (run, size) = (i32::from(symbol >> 4), u32::from(symbol & 15));
        for rest in 0..1u32 << free {
            let at = (code << free | rest) as usize;
            self.symbols[at] = (length as u16) << 8 | u16::from(symbol);
            if size > 0 && size <= free {
                let number = extend(rest >> (free - size), size);
                self.numbers[at] = number << 16 | run << 8 | (length + size) as i32;
            }
        }
    }

    /// The next symbol; `None` when the bits are no code. Takes up to 16 bits.
    #[inline]
    pub fn symbol(&self, bits: &mut Bits) -> Option<u8> {
        let found = self.symbols[bits.peek(LOOK) as usize];
        if found != 0 {
            bits.skip(u32::from(found >> 8));
            return Some(found as u8);
        }
        let code = bits.peek(16);
        let length = (LOOK + 1..=16).find(|&length| code < self.limits[length as usize])?;
        bits.skip(length);
        let index = (code >> (16 - length)) as i32 + self.offsets[length as usize];
        self.values.get(usize::try_from(index).ok()?).copied()
    }

    /// A run of zeros and the number after it, where one look-up tells both.
    #[inline]
    pub fn number(&self, bits: &mut Bits) -> Option<(usize, i32)> {
        let found = self.numbers[bits.peek(LOOK) as usize];
        if found == 0 {
            return None;
        }
        bits.skip((found & 0xff) as u32);
        Some(((found >> 8 & 15) as usize, found >> 16))
    }
}

/// The number that `bits` of `size` 1..=15 stand for: those without a leading 1 are negative.
fn extend(bits: u32, size: u32) -> i32 {
    let bits = bits as i32;
    if bits < 1 << (size - 1) {
        bits - (1 << size) + 1
    } else {
        bits
    }
}

/// Bits of one segment between restarts, its stuffed zeros removed; zeros without end after it.
pub(super) struct Bits<'a> {
    bytes: &'a [u8],
    at: usize,
    buffer: u64,
    count: u32,
}

impl<'a> Bits<'a> {
    pub fn new(bytes: &'a [u8]) -> Self {
        Self {
            bytes,
            at: 0,
            buffer: 0,
            count: 0,
        }
    }

    /// Makes at least 56 bits ready.
    #[inline]
    pub fn refill(&mut self) {
        if let Some(next) = self
            .bytes
            .get(self.at..)
            .and_then(|rest| rest.first_chunk())
        {
            self.buffer |= u64::from_be_bytes(*next) >> self.count;
            self.at += (63 - self.count as usize) / 8;
            self.count |= 56;
        } else {
            self.refill_at_end();
        }
    }

    #[cold]
    fn refill_at_end(&mut self) {
        while self.count <= 56 {
            let byte = self.bytes.get(self.at).copied().unwrap_or(0);
            self.buffer |= u64::from(byte) << (56 - self.count);
            self.at += 1;
            self.count += 8;
        }
    }

    /// The next `count` bits, 1..=32, which stay.
    #[inline]
    pub fn peek(&self, count: u32) -> u32 {
        (self.buffer >> (64 - count)) as u32
    }

    #[inline]
    pub fn skip(&mut self, count: u32) {
        self.buffer <<= count;
        self.count = self.count.saturating_sub(count);
    }

    /// The next `count` bits, 0..=16.
    #[inline]
    pub fn take(&mut self, count: u32) -> u32 {
        if count == 0 {
            return 0;
        }
        let bits = self.peek(count);
        self.skip(count);
        bits
    }

    /// The next number of `size` bits, 0..=15.
    #[inline]
    pub fn number(&mut self, size: u32) -> i32 {
        if size == 0 {
            return 0;
        }
        extend(self.take(size), size)
    }

    /// Whether more bits were taken than there are.
    pub fn overrun(&self) -> bool {
        self.at * 8 - self.count as usize > self.bytes.len() * 8
    }
}

#[cfg(test)]
mod tests {
    use super::{Bits, Table, extend};

    #[test]
    fn numbers_without_a_leading_one_are_negative() {
        assert_eq!(
            [(0, 1), (1, 1), (0b011, 3), (0b100, 3)].map(|(bits, size)| extend(bits, size)),
            [-1, 1, -4, 4]
        );
    }

    #[test]
    fn codes_are_read_short_and_long() {
        // Codes 0, 10, then one of 12 bits: 110000000000.
        let mut counts = [0; 16];
        (counts[0], counts[1], counts[11]) = (1, 1, 1);
        let table = Table::new(&counts, &[0x01, 0x52, 0x77]).expect("a table");
        // 0, "1" | 10, "01" | the long one.
        let bytes = [0b0110_0111, 0b0000_0000, 0b0001_1000];
        let mut bits = Bits::new(&bytes);
        bits.refill();
        assert_eq!(table.number(&mut bits), Some((0, 1)));
        assert_eq!(table.number(&mut bits), Some((5, -2)));
        assert_eq!(table.number(&mut bits), None);
        assert_eq!(table.symbol(&mut bits), Some(0x77));
        assert!(!bits.overrun());
        bits.skip(8);
        assert!(bits.overrun());
    }

    #[test]
    fn tables_that_cannot_be_are_refused() {
        let mut counts = [0; 16];
        counts[0] = 3;
        assert!(
            Table::new(&counts, &[1, 2, 3]).is_none(),
            "three codes of one bit"
        );
        counts[0] = 2;
        assert!(Table::new(&counts, &[1]).is_none(), "a symbol is missing");
    }
}
