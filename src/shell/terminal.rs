//! Talking to a person: lines on stderr, styles, and text of others made harmless.

/// Writes a line to stderr. A stderr that cannot be written is no reason to lose a run.
macro_rules! say {
    ($($part:tt)*) => {{
        use std::io::Write as _;
        let _ = writeln!(anstream::stderr(), $($part)*);
    }};
}
pub(super) use say;

pub(super) use crate::clean;

/// The same for text of several lines, which stay lines.
pub(super) fn clean_lines(text: &str) -> String {
    text.split('\n').map(clean).collect::<Vec<_>>().join("\n")
}

/// A word of a command that is offered, so that a shell reads it as one: in quotes where it holds more than letters, digits and
/// marks that mean nothing to a shell.
pub(super) fn shell_word(word: &str) -> String {
    let plain = |c: char| c.is_alphanumeric() || "_-./:,=@%+".contains(c);
    match !word.is_empty() && word.chars().all(plain) {
        true => word.to_owned(),
        false => format!("'{}'", word.replace('\'', r"'\''")),
    }
}

pub(super) fn bold(text: &str) -> String {
    styled(anstyle::Style::new().bold(), text)
}

pub(super) fn faint(text: &str) -> String {
    styled(anstyle::Style::new().dimmed(), text)
}

pub(super) fn red(text: &str) -> String {
    styled(
        anstyle::Style::new()
            .fg_color(Some(anstyle::AnsiColor::Red.into()))
            .bold(),
        text,
    )
}

pub(super) fn green(text: &str) -> String {
    let colour = anstyle::AnsiColor::Green.into();
    styled(anstyle::Style::new().fg_color(Some(colour)), text)
}

pub(super) fn yellow(text: &str) -> String {
    styled(
        anstyle::Style::new().fg_color(Some(anstyle::AnsiColor::Yellow.into())),
        text,
    )
}

fn styled(style: anstyle::Style, text: &str) -> String {
    let line = |line: &str| format!("{style}{line}{style:#}");
    text.split('\n').map(line).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_of_others_moves_no_cursor_and_turns_no_line_around() {
        assert_eq!(clean("a\u{1b}[2Jb\u{202e}c\n"), "a [2Jb c ");
        assert_eq!(clean_lines("a\n\u{7}b"), "a\n b");
    }
}
