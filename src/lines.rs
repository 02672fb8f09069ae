//! Lines of text files, counted as an editor counts them.

/// 1-based line of a byte offset.
pub(crate) fn line_at(text: &str, offset: usize) -> usize {
    text.as_bytes()
        .iter()
        .take(offset)
        .filter(|&&byte| byte == b'\n')
        .count()
        + 1
}

/// Lines on which the records of a CSV file begin, asked for in the order of the file.
///
/// The reader's own count is no help: its position may still be at the blank lines before the record, and after `\r\n` it
/// takes the second half for the next row's.
pub(crate) struct RecordLines<'a> {
    bytes: &'a [u8],
    at: usize,
    line: usize,
}

impl<'a> RecordLines<'a> {
    /// Of the bytes that the reader reads.
    pub(crate) fn of(bytes: &'a [u8]) -> Self {
        Self {
            bytes,
            at: 0,
            line: 1,
        }
    }

    /// The line of the record at this position, from 1; that of the one before where the reader knows no position.
    pub(crate) fn line(&mut self, position: Option<&csv::Position>) -> usize {
        let start = position.and_then(|at| usize::try_from(at.byte()).ok());
        let start = start.unwrap_or(self.at).max(self.at);
        let passed = self.bytes.get(self.at..start).unwrap_or_default().iter();
        let ends = self.bytes.get(start..).unwrap_or_default().iter();
        let ends = ends.take_while(|&&byte| matches!(byte, b'\r' | b'\n'));
        self.line += passed
            .chain(ends.clone())
            .filter(|&&byte| byte == b'\n')
            .count();
        self.at = start + ends.count();
        self.line
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(text: &str) -> Vec<usize> {
        let mut lines = RecordLines::of(text.as_bytes());
        let mut reader = csv::ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .from_reader(text.as_bytes());
        let records = reader.records().map(Result::unwrap);
        records.map(|row| lines.line(row.position())).collect()
    }

    #[test]
    fn records_have_their_lines_whatever_stands_between_them() {
        assert_eq!(lines("a\n\nb,\"c\nd\"\ne"), [1, 3, 5]);
        assert_eq!(lines("a\r\n\r\nb,\"c\r\nd\"\r\n\r\n\ne\r\n"), [1, 3, 7]);
        assert_eq!(lines("\n\na"), [3]);
    }
}
