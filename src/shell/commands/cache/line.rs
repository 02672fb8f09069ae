//! An entry as a line of JSON: the format of `cache export` and `cache import`. Its field names are stable.

use crate::error::Result;
use crate::rater::{Nanodollars, Usage};
use crate::rating::{Outcome, Repair};
use crate::shell::cache::{Entry, Kept, checksum_of};
use crate::wire::{Key, RequestRecord};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Line {
    /// Key in hex.
    key: String,
    time: String,
    rater: String,
    occupation_id: String,
    task_id: String,
    outcome: Outcome,
    repair: Option<Repair>,
    status: u16,
    usage: Option<Usage>,
    cost_nanodollars: Option<Nanodollars>,
    /// Fields of the key; long texts as fingerprints.
    request: BTreeMap<String, String>,
    body: String,
    #[serde(default)]
    history: Vec<(u16, String)>,
    /// Over the key and all other fields, whatever their order: a line that was damaged on its way does not pass.
    checksum: Option<String>,
}

impl Line {
    pub fn of(kept: Kept) -> Result<Self> {
        let checksum = checksum_of(&kept.key, &kept.entry)?;
        let Entry {
            outcome,
            repair,
            status,
            body,
            usage,
            cost,
            time,
            rater,
            occupation_id,
            task_id,
            request,
            history,
        } = kept.entry;
        Ok(Self {
            key: hex(&kept.key),
            time,
            rater,
            occupation_id,
            task_id,
            outcome,
            repair,
            status,
            usage,
            cost_nanodollars: cost,
            request: request.0,
            body,
            history,
            checksum: Some(checksum),
        })
    }

    /// Reads and checks a line; the error says what is wrong with it.
    pub fn read(text: &str) -> std::result::Result<Kept, String> {
        let line: Self = serde_json::from_str(text).map_err(|error| error.to_string())?;
        if !line.outcome.is_final() {
            return Err(format!(
                "the outcome is '{}'; only rated and refused replies are kept",
                line.outcome.name()
            ));
        }
        if line.time.parse::<jiff::Timestamp>().is_err() {
            return Err(format!("'{}' is no time (RFC 3339)", line.time));
        }
        let key = from_hex(&line.key).ok_or("the key is not 64 hex digits")?;
        let entry = Entry {
            outcome: line.outcome,
            repair: line.repair,
            status: line.status,
            body: line.body,
            usage: line.usage,
            cost: line.cost_nanodollars,
            time: line.time,
            rater: line.rater,
            occupation_id: line.occupation_id,
            task_id: line.task_id,
            request: RequestRecord(line.request),
            history: line.history,
        };
        if let Some(said) = line.checksum {
            let is = checksum_of(&key, &entry).map_err(|error| error.to_string())?;
            if is != said {
                return Err(
                    "the checksum does not fit: the line is damaged or was edited".to_owned(),
                );
            }
        }
        Ok(Kept { key, entry })
    }
}

pub(super) fn hex(key: &Key) -> String {
    blake3::Hash::from_bytes(*key).to_hex().to_string()
}

pub(super) fn from_hex(text: &str) -> Option<Key> {
    blake3::Hash::from_hex(text).ok().map(Key::from)
}
