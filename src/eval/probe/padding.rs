//! More words for the same task: sentences that say nothing of it.

/// Sentences without information: none says what is done, how hard it is, how often, by whom or with what. Of several lengths,
/// so that a target is met closely.
const EMPTY: [&str; 12] = [
    "That is the task.",
    "This sentence adds nothing to it.",
    "The words above are the whole of what is meant here.",
    "It is one task, and it is stated above in full.",
    "Nothing more is meant than what has been said already.",
    "What follows the first sentence does not change what the first sentence says.",
    "The task remains the one that was named at the beginning of this text.",
    "No further details belong to it.",
    "Whoever reads this has read everything about it that there is to read here.",
    "The statement stands as it was given, with nothing added and nothing taken away.",
    "Other words could be used for it, and they would come to the same.",
    "There is no second part to it, and there are no conditions attached.",
];

/// Number of words of a text.
#[must_use]
pub fn words(text: &str) -> usize {
    text.split_whitespace().count()
}

/// The statement and empty sentences, until it has about `times` as many words. Which sentence comes first depends on the
/// statement, so that tasks do not all read alike; the last is the one whose length fits best. None comes twice before all have
/// come.
#[must_use]
pub fn padded(statement: &str, times: u32) -> String {
    let own = words(statement);
    let wanted = own * times as usize;
    let mut text = statement.trim_end().to_owned();
    if times > 1 && !text.ends_with(['.', '!', '?']) {
        text.push('.');
    }
    let first = statement.bytes().map(usize::from).sum::<usize>() % EMPTY.len();
    let mut unsaid: Vec<&str> = Vec::new();
    let mut have = own;
    while have < wanted {
        if unsaid.is_empty() {
            unsaid.extend(&EMPTY[first..]);
            unsaid.extend(&EMPTY[..first]);
        }
        let left = wanted - have;
        let fits = unsaid.iter().position(|one| words(one) <= left);
        let nearest = || (0..unsaid.len()).min_by_key(|&at| words(unsaid[at]).abs_diff(left));
        let Some(at) = fits.or_else(nearest) else {
            break;
        };
        let adds = words(unsaid[at]);
        // Nearer without it than with it; but something is added to every statement.
        if adds > 2 * left && have > own {
            break;
        }
        text.push(' ');
        text.push_str(unsaid.remove(at));
        have += adds;
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_length_is_about_as_wanted_and_the_statement_stays() {
        let statements = [
            "Bake bread.",
            "Answer letters of customers about prices, delivery and complaints",
            "Plan the work of a shop, order what is needed, keep the accounts and train those who are new to it, day by day.",
        ];
        for statement in statements {
            assert_eq!(padded(statement, 1), statement);
            for times in [2_u32, 3] {
                let text = padded(statement, times);
                assert!(text.starts_with(statement), "{text}");
                let wanted = words(statement) * times as usize;
                // Half of the longest sentence.
                assert!(words(&text).abs_diff(wanted) <= 7, "{text}");
                assert!(words(&text) > words(statement));
            }
            assert!(words(&padded(statement, 3)) >= words(&padded(statement, 2)));
        }
        // No sentence twice before all have been said.
        let text = padded(statements[2], 3);
        assert!(EMPTY.iter().all(|one| text.matches(one).count() < 2));
    }
}
