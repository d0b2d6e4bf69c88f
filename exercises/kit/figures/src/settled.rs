//! Who read what when a group was at its largest: what [`mod@crate::topology`] draws, and what [`crate::tell`] tells of it.

use trace::Partition;

use crate::scene::Band;

/// A group at its largest.
pub(crate) struct Settled {
    pub(crate) name: Option<String>,
    /// Members with the partitions that they read.
    pub(crate) members: Vec<(String, Vec<Partition>)>,
}

impl Settled {
    /// The moment with the most members that had an assignment; the last of them where there are several.
    pub(crate) fn of(band: &Band) -> Self {
        let moments = band.lanes.iter().flat_map(|lane| {
            let rows = lane.rows.iter().flat_map(|row| &row.held);
            rows.chain(&lane.idle).map(|span| span.from)
        });
        let size = |at: &u64| band.lanes.iter().filter(|lane| lane.assigned_at(*at)).count();
        let at = moments.max_by_key(|at| (size(at), *at)).unwrap_or(0);
        let present = band.lanes.iter().filter(|lane| lane.assigned_at(at));
        Self {
            name: band.name.clone(),
            members: present.map(|lane| (lane.name.clone(), lane.held_at(at).cloned().collect())).collect(),
        }
    }
}
