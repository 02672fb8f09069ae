//! From a task to features: which terms it holds, and which readable word each belongs to.
//!
//! Four blocks: words of the statement, its word pairs, 3- to 5-character pieces within its words,
//! and words and word pairs of the occupation title. A feature is named by a
//! 64-bit key only, so that weights hold no text. Every feature has an *owner*, the word, word pair
//! or title term it was found in, and an explanation speaks of owners.

use super::text::{Words, finish, mix, step};

/// The block a feature belongs to; each block is scaled to its own length.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Block {
    /// Words of the statement, and its opening word once more as such.
    Words = 0,
    /// Word pairs of the statement: neighbours, and the opening word with every later word.
    Pairs = 1,
    /// Character pieces within the words of the statement.
    Pieces = 2,
    /// Words and word pairs of the occupation title.
    Title = 3,
}

/// Number of blocks.
pub(crate) const BLOCKS: usize = 4;

/// Shortest and longest character piece; a word is padded with one blank on either side.
const PIECE: std::ops::RangeInclusive<usize> = 3..=5;

/// What a feature was found in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Owner {
    /// Word `i` of the statement.
    Word(u16),
    /// Words `i`, `i + 1` of the statement.
    Pair(u16),
    /// The opening word with word `i`; task statements open with their verb.
    Opening(u16),
    /// Word `i` of the title.
    TitleWord(u16),
    /// Words `i`, `i + 1` of the title.
    TitlePair(u16),
}

/// The words of one task, read once and used for features, look-up and explanation.
#[derive(Debug, Default, Clone)]
pub(crate) struct Task {
    pub(crate) statement: Words,
    pub(crate) title: Words,
}

/// Words beyond this many are left out: an owner is numbered with 16 bits, and no task statement
/// comes near it.
const MOST_WORDS: usize = 2000;

impl Task {
    /// Replace the content by `statement` and occupation `title` (may be empty).
    pub(crate) fn read(&mut self, title: &str, statement: &str) {
        self.statement.read(statement);
        self.title.read(title);
    }

    /// Readable text of an owner.
    pub(crate) fn term(&self, owner: Owner) -> String {
        match owner {
            Owner::Word(i) => self.statement.word(i.into()).to_owned(),
            Owner::Pair(i) => self.statement.pair(i.into()).to_owned(),
            Owner::Opening(i) => {
                format!(
                    "{} … {}",
                    self.statement.word(0),
                    self.statement.word(i.into())
                )
            }
            Owner::TitleWord(i) => format!("title: {}", self.title.word(i.into())),
            Owner::TitlePair(i) => format!("title: {}", self.title.pair(i.into())),
        }
    }

    /// Call `visit(key, block, owner)` for every occurrence of every feature, in a fixed order.
    pub(crate) fn features(&self, mut visit: impl FnMut(u64, Block, Owner)) {
        self.terms(&mut visit);
        for (i, word) in self.words() {
            pieces(word, |key| visit(key, Block::Pieces, Owner::Word(i)));
        }
    }

    /// The same without pieces, which depend on the word alone and can be remembered.
    pub(crate) fn terms(&self, visit: &mut impl FnMut(u64, Block, Owner)) {
        self.word_features(visit);
        self.title_features(visit);
    }

    /// The words of the statement, numbered.
    pub(crate) fn words(&self) -> impl Iterator<Item = (u16, &str)> {
        (0..self.statement.len().min(MOST_WORDS)).map(|i| (i as u16, self.statement.word(i)))
    }

    fn word_features(&self, visit: &mut impl FnMut(u64, Block, Owner)) {
        let (mut opening, mut last) = (0, 0);
        for (i, word) in self.words() {
            let word = running(word);
            visit(key(1, word, 0), Block::Words, Owner::Word(i));
            if i == 0 {
                opening = word;
                visit(key(6, word, 0), Block::Words, Owner::Word(0));
            } else {
                visit(key(2, last, word), Block::Pairs, Owner::Pair(i - 1));
            }
            if i > 1 {
                visit(key(3, opening, word), Block::Pairs, Owner::Opening(i));
            }
            last = word;
        }
    }

    fn title_features(&self, visit: &mut impl FnMut(u64, Block, Owner)) {
        let mut last = 0;
        for i in 0..self.title.len().min(MOST_WORDS) as u16 {
            let word = running(self.title.word(i.into()));
            visit(key(4, word, 0), Block::Title, Owner::TitleWord(i));
            if i > 0 {
                visit(key(5, last, word), Block::Title, Owner::TitlePair(i - 1));
            }
            last = word;
        }
    }
}

/// Call `visit` with the key of every character piece of `word`, padded with a blank on either side.
pub(crate) fn pieces(word: &str, mut visit: impl FnMut(u64)) {
    let padded = || {
        std::iter::once(' ')
            .chain(word.chars())
            .chain(std::iter::once(' '))
    };
    for start in 0..padded().count() {
        let mut running = SEED ^ 7;
        for (length, c) in padded().skip(start).take(*PIECE.end()).enumerate() {
            running = step(running, c.into());
            if length + 1 >= *PIECE.start() {
                visit(finish(running));
            }
        }
    }
}

/// Offset basis of FNV-1a, 64 bit.
const SEED: u64 = 0xcbf2_9ce4_8422_2325;

/// Running key of a word.
fn running(word: &str) -> u64 {
    word.chars()
        .fold(SEED, |running, c| step(running, c.into()))
}

/// Key of a term of one word or two (`second` is 0 for one); `kind` keeps the kinds apart.
fn key(kind: u64, first: u64, second: u64) -> u64 {
    finish(mix(first ^ kind).wrapping_add(second))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_of_a_small_task() {
        let mut task = Task::default();
        task.read("Chief Cook", "Cut ham thin");
        let mut counts = [0; BLOCKS];
        task.features(|_, block, _| counts[block as usize] += 1);
        // Three words and the opening one again; two neighbours and "cut … thin"; " cut " and " ham "
        // have 3 pieces of three, 2 of four, 1 of five characters, " thin " has 4 + 3 + 2.
        assert_eq!(counts, [4, 3, 21, 3]);
    }

    #[test]
    fn the_same_word_has_another_key_in_the_title() {
        let mut task = Task::default();
        task.read("cook", "cook");
        let mut keys = Vec::new();
        task.features(|key, block, _| keys.push((key, block)));
        let of = |wanted| keys.iter().find(|(_, b)| *b == wanted).map(|(k, _)| *k);
        assert_ne!(of(Block::Words), of(Block::Title));
    }
}
