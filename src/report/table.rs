//! CSV cells: numbers printed one way, text that no spreadsheet runs.

use crate::error::{Error, Result};
use crate::inventory::FORMULA;
use crate::ratings::round12;
use std::fmt::Write as _;
use std::io::Write;

/// A CSV table that is written cell by cell.
pub(crate) struct Table<W: Write> {
    writer: csv::Writer<W>,
    cell: String,
    what: &'static str,
}

impl<W: Write> Table<W> {
    /// A table with its header; `what` names it in an error.
    pub(crate) fn new<'a>(
        out: W,
        what: &'static str,
        header: impl Iterator<Item = &'a str>,
    ) -> Result<Self> {
        let writer = csv::WriterBuilder::new()
            .buffer_capacity(1 << 16)
            .from_writer(out);
        let mut table = Self {
            writer,
            cell: String::new(),
            what,
        };
        for name in header {
            table.text(name)?;
        }
        table.end_row()?;
        Ok(table)
    }

    /// A text cell. Text that a spreadsheet would run as a formula gets a leading apostrophe.
    pub(crate) fn text(&mut self, text: &str) -> Result<()> {
        if text.starts_with(FORMULA) {
            self.cell.clear();
            self.cell.push('\'');
            self.cell.push_str(text);
            return self.flush_cell();
        }
        self.writer
            .write_field(text)
            .map_err(|error| failed(self.what, error))
    }

    /// A number, rounded to 12 decimals and printed as short as possible; empty when it is missing.
    pub(crate) fn number(&mut self, number: Option<f64>) -> Result<()> {
        self.cell.clear();
        if let Some(number) = number.filter(|number| number.is_finite()) {
            write!(self.cell, "{}", round12(number)).map_err(|error| failed(self.what, error))?;
        }
        self.flush_cell()
    }

    /// A count.
    pub(crate) fn count(&mut self, count: usize) -> Result<()> {
        self.cell.clear();
        write!(self.cell, "{count}").map_err(|error| failed(self.what, error))?;
        self.flush_cell()
    }

    /// `true`, `false`, or empty when it cannot be said.
    pub(crate) fn flag(&mut self, flag: Option<bool>) -> Result<()> {
        self.text(flag.map_or("", |flag| if flag { "true" } else { "false" }))
    }

    pub(crate) fn end_row(&mut self) -> Result<()> {
        self.writer
            .write_record(None::<&[u8]>)
            .map_err(|error| failed(self.what, error))
    }

    /// Writes what is buffered.
    pub(crate) fn finish(mut self) -> Result<()> {
        self.writer
            .flush()
            .map_err(|error| failed(self.what, error))
    }

    fn flush_cell(&mut self) -> Result<()> {
        self.writer
            .write_field(&self.cell)
            .map_err(|error| failed(self.what, error))
    }
}

fn failed(what: &str, error: impl std::error::Error + Send + Sync + 'static) -> Error {
    Error::io(format!("cannot write {what}"), error)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(cells: usize, fill: impl Fn(&mut Table<&mut Vec<u8>>)) -> String {
        let mut bytes = Vec::new();
        let mut table = Table::new(&mut bytes, "a table", vec!["=a"; cells].into_iter()).unwrap();
        fill(&mut table);
        table.end_row().unwrap();
        table.finish().unwrap();
        String::from_utf8(bytes).unwrap()
    }

    #[test]
    fn text_that_a_spreadsheet_would_run_gets_an_apostrophe() {
        let text = row(9, |table| {
            for cell in ["=1+1", "+1", "-1", "@x", "\tx", "\rx", "a=1", "", "'x"] {
                table.text(cell).unwrap();
            }
        });
        assert_eq!(
            text,
            "'=a,'=a,'=a,'=a,'=a,'=a,'=a,'=a,'=a\n'=1+1,'+1,'-1,'@x,'\tx,\"'\rx\",a=1,,'x\n"
        );
    }

    #[test]
    fn numbers_are_short_and_what_is_missing_is_empty() {
        let text = row(11, |table| {
            let numbers = [
                0.1 + 0.2,
                -1e-15,
                100.0,
                1e-12,
                200.0 / 3.0,
                f64::NAN,
                f64::INFINITY,
            ];
            for number in numbers {
                table.number(Some(number)).unwrap();
            }
            table.number(None).unwrap();
            table.flag(None).unwrap();
            table.flag(Some(false)).unwrap();
            table.count(3).unwrap();
        });
        let numbers = text.lines().nth(1).unwrap();
        assert_eq!(
            numbers,
            "0.3,0,100,0.000000000001,66.666666666667,,,,,false,3"
        );
    }
}
