//! Rows of cells as columns of text.

/// The rows with two spaces before each column; so many columns are set left, the others right.
pub(super) fn columns(rows: &[Vec<String>], left: usize) -> String {
    let mut widths: Vec<usize> = Vec::new();
    for row in rows {
        widths.resize(widths.len().max(row.len()), 0);
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = cell.chars().count().max(*width);
        }
    }
    let mut out = String::new();
    for row in rows {
        let mut line = String::new();
        for (column, (cell, width)) in row.iter().zip(&widths).enumerate() {
            let room = " ".repeat(width.saturating_sub(cell.chars().count()));
            match column < left {
                true => line.extend(["  ", cell, &room]),
                false => line.extend(["  ", &room, cell]),
            }
        }
        out.push_str(line.trim_end());
        out.push('\n');
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_stand_below_each_other() {
        let row = |cells: [&str; 3]| cells.map(str::to_owned).to_vec();
        let rows = [row(["a", "n", "x"]), row(["long", "12", ""])];
        assert_eq!(columns(&rows, 1), "  a      n  x\n  long  12\n");
        assert_eq!(columns(&rows, 3), "  a     n   x\n  long  12\n");
    }
}
