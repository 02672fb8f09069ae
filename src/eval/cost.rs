//! What the answers on a card took: once a card, as a reply answers in all dimensions.

use super::card::{Card, Cost};
use super::words::dollars;

/// What stands above the rows.
pub(super) const TITLE: &str = "Cost of all replies that the card rests on, cached ones at what they took when they were asked";

/// The header, a row a rater of the panel, and their sum. A rater that nobody asked costs nothing.
pub(super) fn rows(card: &Card) -> Vec<Vec<String>> {
    let row = |id: &str, cost: &Cost| {
        let known =
            |tokens: Option<u64>| tokens.map_or_else(|| "unknown".to_owned(), |n| n.to_string());
        let tokens = [cost.input_tokens, cost.output_tokens].map(known);
        let [sent, received] = tokens;
        vec![
            id.to_owned(),
            cost.replies.to_string(),
            sent,
            received,
            dollars(cost.dollars),
        ]
    };
    let free = |id: &str| [id, "–", "–", "–", "free"].map(str::to_owned).to_vec();
    let header = ["rater", "replies", "tokens in", "tokens out", "cost"];
    let mut rows = vec![header.map(str::to_owned).to_vec()];
    let raters = card.panel.raters.iter();
    rows.extend(raters.map(|id| match card.cost.get(id) {
        Some(cost) => row(id, cost),
        None => free(id),
    }));
    rows.push(match card.cost.is_empty() {
        true => free("all"),
        false => row("all", &total(card.cost.values())),
    });
    rows
}

/// The sum; what is not known of one is not known of all.
fn total<'a>(costs: impl Iterator<Item = &'a Cost>) -> Cost {
    let nothing = Cost {
        replies: 0,
        input_tokens: Some(0),
        output_tokens: Some(0),
        dollars: Some(0.0),
    };
    costs.fold(nothing, |sum, cost| Cost {
        replies: sum.replies + cost.replies,
        input_tokens: sum.input_tokens.zip(cost.input_tokens).map(|(a, b)| a + b),
        output_tokens: sum
            .output_tokens
            .zip(cost.output_tokens)
            .map(|(a, b)| a + b),
        dollars: sum.dollars.zip(cost.dollars).map(|(a, b)| a + b),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::eval::fixtures::card;

    #[test]
    fn a_row_a_rater_and_their_sum() {
        let mut card = card();
        card.panel.raters = ["a", "b", "surrogate"].map(str::to_owned).to_vec();
        let cost = |dollars| Cost {
            replies: 2,
            input_tokens: Some(1500),
            output_tokens: Some(70),
            dollars,
        };
        let lines = |card: &Card| -> Vec<String> {
            rows(card).iter().skip(1).map(|row| row.join(" ")).collect()
        };
        assert_eq!(
            lines(&card),
            [
                "a – – – free",
                "b – – – free",
                "surrogate – – – free",
                "all – – – free"
            ]
        );
        card.cost.insert("a".into(), cost(Some(1.2)));
        card.cost.insert("b".into(), cost(Some(0.00125)));
        assert_eq!(
            lines(&card),
            [
                "a 2 1500 70 $1.20",
                "b 2 1500 70 $0.001250",
                "surrogate – – – free",
                "all 4 3000 140 $1.20"
            ]
        );
        let unsaid = Cost {
            input_tokens: None,
            ..cost(None)
        };
        card.cost.insert("b".into(), unsaid);
        assert_eq!(lines(&card)[1], "b 2 unknown 70 unknown price");
        assert_eq!(lines(&card)[3], "all 4 unknown 140 unknown price");
    }
}
