//! The fault plan at work: the rules in order, each with its own count.

use std::collections::HashMap;

use super::ask::Ask;
use super::fault::{Class, Fault, Kind, When};
use super::hash::{hash, unit};

/// The rules and how often each has been reached.
#[derive(Debug, Default)]
pub struct Plan {
    rules: Vec<Rule>,
}

#[derive(Debug)]
struct Rule {
    fault: Fault,
    seen: u64,
    seen_each: HashMap<u64, u64>,
}

/// What the plan does to one request.
#[derive(Debug, Default)]
pub struct Verdict {
    /// Milliseconds to wait before the answer.
    pub delay_ms: u64,
    /// Changes to a good answer, in the order of the rules.
    pub alterations: Vec<Kind>,
    /// The fault that takes the place of an answer.
    pub end: Option<Kind>,
}

impl Plan {
    /// A plan with all counts at zero.
    pub fn new(faults: Vec<Fault>) -> Self {
        let rule = |fault| Rule {
            fault,
            seen: 0,
            seen_each: HashMap::new(),
        };
        Self {
            rules: faults.into_iter().map(rule).collect(),
        }
    }

    /// Counts the request and says what happens to it.
    pub fn judge(&mut self, path: &str, ask: &Ask, raw: &[u8]) -> Verdict {
        let mut verdict = Verdict::default();
        for (index, rule) in self.rules.iter_mut().enumerate() {
            if !rule.concerns(path, ask, raw) || !rule.fires(index, raw) {
                continue;
            }
            match (&rule.fault.kind, rule.fault.kind.class()) {
                (Kind::Delay { ms }, _) => verdict.delay_ms += ms,
                (kind, Class::Ends) => {
                    verdict.end = Some(kind.clone());
                    break;
                }
                (kind, _) => verdict.alterations.push(kind.clone()),
            }
        }
        verdict
    }
}

impl Rule {
    fn concerns(&self, path: &str, ask: &Ask, raw: &[u8]) -> bool {
        let within = |text: &str, part: &Option<String>| {
            part.as_deref().is_none_or(|part| text.contains(part))
        };
        let asked = match self.fault.kind {
            Kind::NoStructured => ask.structured,
            Kind::TruncatedBelow { max_tokens } => ask.max_tokens.is_some_and(|n| n < max_tokens),
            _ => true,
        };
        asked
            && within(&ask.model, &self.fault.model)
            && within(path, &self.fault.path)
            && within(&ask.task, &self.fault.contains)
            && within(&String::from_utf8_lossy(raw), &self.fault.prompt)
    }

    fn fires(&mut self, index: usize, raw: &[u8]) -> bool {
        self.seen += 1;
        match self.fault.when {
            When::Always => true,
            When::First(n) => self.seen <= n,
            When::Nth(n) => self.seen == n,
            When::Every(k) => self.seen.is_multiple_of(k.max(1)),
            When::Share(p) => {
                let times = self.seen_each.entry(hash(&[raw])).or_insert(0);
                *times += 1;
                unit(&[raw, &times.to_le_bytes(), &index.to_le_bytes()]) < p
            }
        }
    }
}
