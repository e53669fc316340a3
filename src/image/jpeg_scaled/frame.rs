//! A picture's geometry and its coefficients.

/// Where each coefficient in zigzag order lies in its block, row by row.
pub(super) const NATURAL: [usize; 64] = [
    0, 1, 8, 16, 9, 2, 3, 10, 17, 24, 32, 25, 18, 11, 4, 5, 12, 19, 26, 33, 40, 48, 41, 34, 27, 20,
    13, 6, 7, 14, 21, 28, 35, 42, 49, 56, 57, 50, 43, 36, 29, 22, 15, 23, 30, 37, 44, 51, 58, 59,
    52, 45, 38, 31, 39, 46, 53, 60, 61, 54, 47, 55, 62, 63,
];

/// One of a picture's planes.
pub(super) struct Component {
    /// Name in the scans' headers.
    pub id: u8,
    /// Blocks of an MCU, 1 or 2.
    pub across: usize,
    pub down: usize,
    /// Index of the quantisation table.
    pub table: usize,
    /// Blocks in a row, with those that only fill up MCUs.
    pub wide: usize,
    /// Blocks without those.
    pub own_wide: usize,
    pub own_high: usize,
    /// The constant coefficients by block.
    pub constants: Vec<i16>,
    /// The others by block, row by row in each; empty where they are not kept.
    pub others: Vec<[i16; 64]>,
    /// Which of the others may be something else than zero, by block, in zigzag order.
    pub nonzero: Vec<u64>,
    /// Whether a scan gave the constants.
    pub seen: bool,
}

/// A picture.
pub(super) struct Frame {
    pub width: usize,
    pub height: usize,
    pub progressive: bool,
    pub mcus_wide: usize,
    pub mcus_high: usize,
    /// One, or luma and two of colour.
    pub components: Vec<Component>,
}

impl Frame {
    /// Reads the segment of a baseline, extended or progressive frame; `None` for one that is not read here: others
    /// than 8 bits, others than one or three components, chroma that is not once or half as fine as luma.
    pub fn new(segment: &[u8], progressive: bool) -> Option<Self> {
        let &[8, h1, h0, w1, w0, count, ref rest @ ..] = segment else {
            return None;
        };
        let height = usize::from(u16::from_be_bytes([h1, h0]));
        let width = usize::from(u16::from_be_bytes([w1, w0]));
        let count = usize::from(count);
        if width == 0 || height == 0 || !matches!(count, 1 | 3) || rest.len() != 3 * count {
            return None;
        }
        let mut components: Vec<Component> = rest
            .chunks_exact(3)
            .map(|entry| Component {
                id: entry[0],
                across: usize::from(entry[1] >> 4),
                down: usize::from(entry[1] & 15),
                table: usize::from(entry[2]),
                wide: 0,
                own_wide: 0,
                own_high: 0,
                constants: Vec::new(),
                others: Vec::new(),
                nonzero: Vec::new(),
                seen: false,
            })
            .collect();
        if let [only] = components.as_mut_slice() {
            // Sampling factors say nothing when there is one component.
            (only.across, only.down) = (1, 1);
        }
        let (across, down) = (components[0].across, components[0].down);
        let chroma_is_coarse = components[1..]
            .iter()
            .all(|chroma| (chroma.across, chroma.down) == (1, 1));
        let ids_differ = components
            .iter()
            .enumerate()
            .all(|(at, one)| components[..at].iter().all(|other| other.id != one.id));
        if !matches!((across, down), (1 | 2, 1 | 2)) || !chroma_is_coarse || !ids_differ {
            return None;
        }
        let (mcus_wide, mcus_high) = (width.div_ceil(8 * across), height.div_ceil(8 * down));
        for component in &mut components {
            component.wide = mcus_wide * component.across;
            component.own_wide = (width * component.across).div_ceil(8 * across);
            component.own_high = (height * component.down).div_ceil(8 * down);
        }
        Some(Self {
            width,
            height,
            progressive,
            mcus_wide,
            mcus_high,
            components,
        })
    }

    /// Most MCUs of a scan: when it has luma alone, each of its blocks is one.
    pub fn most_mcus(&self) -> usize {
        self.blocks(&self.components[0])
    }

    /// Bytes that [`Frame::allocate`] asks for, and those for the places of restarts.
    pub fn memory(&self, with_chroma: bool) -> u64 {
        let mut memory = self.most_mcus() as u64 * 8;
        for (index, component) in self.components.iter().enumerate() {
            let kept = if index == 0 || with_chroma {
                128 + 8
            } else {
                0
            };
            memory += self.blocks(component) as u64 * (2 + kept);
        }
        memory
    }

    fn blocks(&self, component: &Component) -> usize {
        component.wide * self.mcus_high * component.down
    }

    /// Makes room for the coefficients; `with_chroma` also for those of the second and third component that are not
    /// constant.
    pub fn allocate(&mut self, with_chroma: bool) {
        for index in 0..self.components.len() {
            let blocks = self.blocks(&self.components[index]);
            let component = &mut self.components[index];
            component.constants = vec![0; blocks];
            if index == 0 || with_chroma {
                component.others = vec![[0; 64]; blocks];
                component.nonzero = vec![0; blocks];
            }
        }
    }
}
