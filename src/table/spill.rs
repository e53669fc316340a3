use std::path::{Path, PathBuf};

use super::{Cell, Column, TableError, Writer};

/// Rows of one file. What a Parquet file tells of its row groups is in memory until it is closed.
const FILE_ROWS: u64 = 1 << 15;

/// Rows that are put aside, in numbered Parquet files, beside those of many other spills that are open at once.
pub struct Spill {
    stem: PathBuf,
    columns: &'static [Column],
    held_back: usize,
    files: usize,
    open: Option<(Writer, u64)>,
}

impl Spill {
    /// Rows will lie in files whose paths begin with `stem`; there is none before the first row. So many bytes of memory
    /// hold rows back.
    pub fn new(stem: PathBuf, columns: &'static [Column], held_back: usize) -> Self {
        Self {
            stem,
            columns,
            held_back,
            files: 0,
            open: None,
        }
    }

    /// Adds a row.
    ///
    /// # Errors
    /// As [`Writer::push`], or [`TableError::Write`] when a file cannot be created.
    pub fn push(&mut self, row: Vec<Cell>) -> Result<(), TableError> {
        let (mut writer, rows) = match self.open.take() {
            Some(open) => open,
            None => {
                let path = file(&self.stem, self.files);
                self.files += 1;
                (Writer::spill(&path, self.columns, self.held_back)?, 0)
            }
        };
        writer.push(row)?;
        if rows + 1 == FILE_ROWS {
            writer.finish()?;
        } else {
            self.open = Some((writer, rows + 1));
        }
        Ok(())
    }

    /// Writes what is held back.
    ///
    /// # Errors
    /// As [`Writer::finish`].
    pub fn finish(self) -> Result<(), TableError> {
        match self.open {
            Some((writer, _)) => writer.finish().map(|_| ()),
            None => Ok(()),
        }
    }

    /// The files of a spill, in the order of its rows.
    pub fn files(stem: &Path) -> Vec<PathBuf> {
        let files = (0..).map(|number| file(stem, number));
        files.take_while(|path| path.is_file()).collect()
    }
}

fn file(stem: &Path, number: usize) -> PathBuf {
    let mut path = stem.as_os_str().to_owned();
    path.push(format!("-{number:04}.parquet"));
    path.into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::table::{Format, Kind, read_cells};

    #[test]
    fn rows_come_back_in_order_from_however_many_files() {
        const COLUMNS: &[Column] = &[
            Column::new("number", Kind::Int),
            Column::new("text", Kind::Text),
        ];
        let folder = tempfile::tempdir().expect("a folder");
        let stem = folder.path().join("part");
        let other = Spill::new(folder.path().join("part-x"), COLUMNS, 1 << 10);
        other.finish().expect("finished");
        let mut spill = Spill::new(stem.clone(), COLUMNS, 1 << 10);
        let rows = 2 * FILE_ROWS as i64 + 5;
        for number in 0..rows {
            let row = vec![number.into(), number.to_string().as_str().into()];
            spill.push(row).expect("written");
        }
        spill.finish().expect("finished");
        let files = Spill::files(&stem);
        assert_eq!(files.len(), 3);
        let mut numbers = Vec::new();
        for path in files {
            for chunk in read_cells(&path, Format::Parquet, COLUMNS, 1000).expect("opened") {
                numbers.extend(chunk.expect("read").iter().map(|cells| cells[0].as_int()));
            }
        }
        assert!(numbers.into_iter().eq((0..rows).map(Some)));
    }
}
