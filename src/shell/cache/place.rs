//! Where an entry lies: by occupation, task and key.

use crate::wire::Key;

/// Half a key is as unlikely to meet another as a checksum, and short enough for sled to keep it in place.
pub(super) const HALF: usize = 16;

/// Where an entry lies: occupation id, task id and half of its key. Places sort by task.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Place(pub(super) Vec<u8>);

impl Place {
    /// The place of a key's entry for this task.
    pub fn new(occupation_id: &str, task_id: &str, key: &Key) -> Self {
        let mut place = Self::before_task(occupation_id, task_id);
        place.0.extend_from_slice(&key[..HALF]);
        place
    }

    /// Before the first entry of a task.
    pub fn before_task(occupation_id: &str, task_id: &str) -> Self {
        let mut bytes = Vec::with_capacity(occupation_id.len() + task_id.len() + 2 + HALF);
        bytes.extend_from_slice(occupation_id.as_bytes());
        bytes.push(0);
        bytes.extend_from_slice(task_id.as_bytes());
        bytes.push(0);
        Self(bytes)
    }

    /// Before the first entry of an occupation.
    pub fn before_occupation(occupation_id: &str) -> Self {
        Self([occupation_id.as_bytes(), &[0]].concat())
    }

    /// Whether it begins as `start` does.
    pub fn is_below(&self, start: &Self) -> bool {
        self.0.starts_with(&start.0)
    }

    /// Occupation, task and the half of the key in hex, for people: all that is left of a damaged entry.
    pub fn describe(&self) -> String {
        let (task, half) = self.parts();
        let ids = task.split(|&byte| byte == 0).map(String::from_utf8_lossy);
        let ids: Vec<_> = ids.filter(|id| !id.is_empty()).collect();
        let half: String = half.iter().map(|byte| format!("{byte:02x}")).collect();
        format!("{} {half}…", ids.join(" "))
    }

    /// The task, and half of the key.
    pub(super) fn parts(&self) -> (&[u8], &[u8]) {
        self.0.split_at(self.0.len().saturating_sub(HALF))
    }
}
