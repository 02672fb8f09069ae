//! Corrections for the number of kinds of work.

use super::dimension::DimensionAudit;
use super::groups::Group;
use crate::stats::inference::{Adjustment, adjust};

/// Activities of a dimension that are given: there are thousands, most of which show nothing.
const ACTIVITIES: usize = 200;

/// Adjusts the p-values of all kinds of work, raters and dimensions together.
pub(super) fn adjust_groups(dimensions: &mut [DimensionAudit]) {
    let mut all: Vec<&mut Group> = dimensions
        .iter_mut()
        .flat_map(|one| &mut one.groups)
        .collect();
    let p: Vec<Option<f64>> = all.iter().map(|group| group.p).collect();
    let beyond: Vec<Option<f64>> = all.iter().map(|group| group.beyond_p).collect();
    let holm = adjust(&p, Adjustment::Holm);
    let q = adjust(&p, Adjustment::BenjaminiHochberg);
    let beyond = adjust(&beyond, Adjustment::BenjaminiHochberg);
    let at = |values: &Option<Vec<Option<f64>>>, place: usize| *values.as_ref()?.get(place)?;
    for (place, group) in all.iter_mut().enumerate() {
        group.p_adjusted = at(&holm, place);
        group.q = at(&q, place);
        group.beyond_q = at(&beyond, place);
    }
}

/// Keeps all major groups, and of the activities those with the smallest p.
pub(super) fn keep_first(dimensions: &mut [DimensionAudit]) {
    for dimension in dimensions {
        let (major, mut activities): (Vec<Group>, Vec<Group>) =
            std::mem::take(&mut dimension.groups)
                .into_iter()
                .partition(|group| group.by == "major_group");
        let p = |group: &Group| group.beyond_p.unwrap_or(1.0);
        activities.sort_by(|a, b| p(a).total_cmp(&p(b)));
        dimension.groups_left_out = activities.len().saturating_sub(ACTIVITIES);
        activities.truncate(ACTIVITIES);
        dimension.groups = major;
        dimension.groups.extend(activities);
    }
}
