//! Rows of the inventory that cannot be used, said once before the run.

use crate::inventory::Inventory;
use crate::shell::cli::InventoryArgs;
use crate::shell::terminal::{clean, say};

/// So many of them are shown.
const SHOWN: usize = 3;

/// Says how many rows are left out, the first of them, and what to do.
pub(super) fn say_of_rows(inventory: &Inventory, args: &InventoryArgs) {
    let problems = inventory.problems();
    if problems.is_empty() {
        return;
    }
    let rows = if problems.len() == 1 { "row" } else { "rows" };
    say!(
        "{}: {} {rows} cannot be used and are left out, the first:",
        clean(inventory.name()),
        problems.len()
    );
    for problem in problems.iter().take(SHOWN) {
        say!("  {}", clean(&problem.to_string()));
    }
    let path = args.inventory.as_ref();
    let path = path.map(|path| format!(" --inventory {}", path.display()));
    say!(
        "  `taskrater occupations --check{}` lists them all, --strict refuses them",
        path.unwrap_or_default()
    );
}
