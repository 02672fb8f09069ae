//! Little-endian bytes, written and read back with every length checked.

use super::error::SurrogateError;

/// No number of a weights file is larger. Keeps sums and products finite, whatever the file says.
pub(crate) const LARGEST: f64 = 1e12;

/// Bytes being written.
#[derive(Debug, Default)]
pub(crate) struct Writer(pub(crate) Vec<u8>);

/// Bytes being read; `part` of an error names what was being read.
#[derive(Debug)]
pub(crate) struct Reader<'a>(pub(crate) &'a [u8]);

type Read<T> = Result<T, SurrogateError>;

impl Writer {
    pub(crate) fn bytes(&mut self, bytes: &[u8]) {
        self.0.extend_from_slice(bytes);
    }

    pub(crate) fn count(&mut self, count: usize) {
        self.bytes(&(count as u32).to_le_bytes());
    }

    pub(crate) fn f64(&mut self, number: f64) {
        self.bytes(&number.to_le_bytes());
    }

    pub(crate) fn text(&mut self, text: &str) {
        self.count(text.len());
        self.bytes(text.as_bytes());
    }

    pub(crate) fn f64s(&mut self, numbers: &[f64]) {
        self.count(numbers.len());
        numbers.iter().for_each(|number| self.f64(*number));
    }
}

impl<'a> Reader<'a> {
    /// The next `count` bytes.
    pub(crate) fn bytes(&mut self, count: usize, part: &'static str) -> Read<&'a [u8]> {
        let (bytes, rest) = self
            .0
            .split_at_checked(count)
            .ok_or(SurrogateError::Malformed(part))?;
        self.0 = rest;
        Ok(bytes)
    }

    /// The next `N` bytes.
    fn array<const N: usize>(&mut self, part: &'static str) -> Read<[u8; N]> {
        self.bytes(N, part)?
            .try_into()
            .map_err(|_| SurrogateError::Malformed(part))
    }

    /// `count` items of `N` bytes each. The bytes are there before anything is allocated.
    pub(crate) fn items<const N: usize, T>(
        &mut self,
        count: usize,
        part: &'static str,
        read: impl Fn([u8; N]) -> T,
    ) -> Read<Vec<T>> {
        let size = count
            .checked_mul(N)
            .ok_or(SurrogateError::Malformed(part))?;
        let (items, _) = self.bytes(size, part)?.as_chunks::<N>();
        Ok(items.iter().map(|item| read(*item)).collect())
    }

    pub(crate) fn count(&mut self, part: &'static str) -> Read<usize> {
        Ok(u32::from_le_bytes(self.array(part)?) as usize)
    }

    pub(crate) fn byte(&mut self, part: &'static str) -> Read<u8> {
        Ok(self.array::<1>(part)?[0])
    }

    /// A number of sensible size.
    pub(crate) fn f64(&mut self, part: &'static str) -> Read<f64> {
        let number = f64::from_le_bytes(self.array(part)?);
        if number.abs() <= LARGEST {
            Ok(number)
        } else {
            Err(SurrogateError::Malformed(part))
        }
    }

    pub(crate) fn text(&mut self, part: &'static str) -> Read<String> {
        let count = self.count(part)?;
        let bytes = self.bytes(count, part)?.to_vec();
        String::from_utf8(bytes).map_err(|_| SurrogateError::Malformed(part))
    }

    /// Numbers of sensible size, as many as `count` says.
    pub(crate) fn f64s(&mut self, count: usize, part: &'static str) -> Read<Vec<f64>> {
        let numbers = if self.count(part)? == count {
            self.items(count, part, f64::from_le_bytes)?
        } else {
            Vec::new()
        };
        let sound = numbers.len() == count && numbers.iter().all(|number| number.abs() <= LARGEST);
        if sound {
            Ok(numbers)
        } else {
            Err(SurrogateError::Malformed(part))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_written_is_read() {
        let mut writer = Writer::default();
        writer.text("E0");
        writer.f64s(&[0.5, 1.0]);
        let mut reader = Reader(&writer.0);
        assert_eq!(reader.text("label").unwrap(), "E0");
        assert_eq!(reader.f64s(2, "values").unwrap(), [0.5, 1.0]);
        assert!(reader.byte("end").is_err());
    }

    #[test]
    fn a_length_beyond_the_end_is_an_error() {
        let mut reader = Reader(&[255, 255, 255, 255, 1]);
        assert_eq!(
            reader.text("label"),
            Err(SurrogateError::Malformed("label"))
        );
        assert!(
            Reader(&[0; 8])
                .items(usize::MAX, "x", u64::from_le_bytes)
                .is_err()
        );
    }
}
