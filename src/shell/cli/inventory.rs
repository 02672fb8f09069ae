//! Where the occupations come from: the arguments that every command with an inventory shares.

use clap::Args;
use std::path::PathBuf;

#[derive(Args, Clone, Default)]
pub(in crate::shell) struct InventoryArgs {
    /// Folder or zip of an O*NET release, a list of occupations and tasks (.csv, .tsv, .jsonl, .xlsx, .toml), or a folder of
    /// lists [default: that of taskrater.toml, or the starter inventory]
    #[arg(long, value_name = "PATH", help_heading = "Inventory")]
    pub inventory: Option<PathBuf>,
    /// O*NET: take the emerging tasks of the release in
    #[arg(long, help_heading = "Inventory")]
    pub emerging: bool,
    /// Refuse an inventory, or a file of labour data or of recorded ratings, of which a row cannot be used, instead of going
    /// on with the others
    #[arg(long, help_heading = "Inventory")]
    pub strict: bool,
}
