use super::*;
use crate::inventory::TaskType;
use crate::inventory::{Grid, Inventory, Occupation};
use crate::ratings::fixtures::{occupation, task};
use crate::reconcile::{Interval, OccupationScore, Options, RaterScore, Reconciled};
use crate::rubric::Band;
use proptest::prelude::*;

const HEADER: &str = "AREA,O_GROUP,OCC_CODE,OCC_TITLE,TOT_EMP,H_MEDIAN,A_MEDIAN";

/// An OEWS table of rows `level,code,jobs,hourly,annual`.
fn table(rows: &[&str]) -> Table {
    read(rows).unwrap()
}

fn read(rows: &[&str]) -> crate::Result<Table> {
    let mut text = HEADER.to_owned();
    for row in rows {
        let cells: Vec<&str> = row.split(' ').collect();
        let [level, code, jobs, hourly, annual] = cells[..] else {
            panic!("{row}");
        };
        text += &format!("\n99,{level},{code},Title of {code},\"{jobs}\",{hourly},{annual}");
    }
    oews(
        "jobs.csv",
        "0",
        &[grid_of_csv("jobs.csv", text.as_bytes())?],
    )
}

const TOTAL: &str = "total 00-0000 1,000 20 40000";

#[test]
fn a_code_has_its_row_or_the_one_that_combines_it_or_a_group() {
    let table = table(&[
        TOTAL,
        "minor 21-1000 700 20 41000",
        "broad 21-1010 600 20 42000",
        "detailed 21-1012 100 20 43000",
        // The other codes of its group, which have no row: 21-1011 and 21-1014 (21-1013, 21-1015 and 21-1019 too here).
        "detailed 21-1018 500 20 44000",
        "broad 31-1120 90 15 31000",
        "detailed 31-1120 90 15 31000",
        "detailed 11-9198 5 15 31000",
        "detailed 11-9197 5 15 31000",
        "major 11-0000 10 60 99000",
    ]);
    let found = |code: &str| table.find(code).map(|(how, row)| (how, row.code.clone()));
    let expect = |how, code: &str| Some((how, code.to_owned()));
    assert_eq!(found("21-1012"), expect(Match::Detailed, "21-1012"));
    assert_eq!(found("21-1014"), expect(Match::Combined, "21-1018"));
    assert_eq!(found("31-1122"), expect(Match::Combined, "31-1120"));
    assert_eq!(found("31-1120"), expect(Match::Detailed, "31-1120"));
    assert_eq!(found("21-1022"), expect(Match::Broader, "21-1000"));
    // Two rows could hold it: neither is taken.
    assert_eq!(found("11-9199"), expect(Match::Broader, "11-0000"));
    // No code of the SOC 2018: which row holds it is not known.
    assert_eq!(found("21-1010"), expect(Match::Broader, "21-1010"));
    assert_eq!(found("21-1017"), expect(Match::Broader, "21-1010"));
    assert_eq!(found("55-1011"), None);
    assert_eq!(found("00-1011"), None);
    assert_eq!(table.all_jobs, Some(1000.0));
}

#[test]
fn wages_have_their_bounds_and_markers_are_no_figures() {
    let mut notes = Grid::new("jobs.xlsx, sheet notes");
    for (n, text) in [
        "May 2024 estimates",
        "# = $115.00 per hour or $239,200 per year or more",
    ]
    .iter()
    .enumerate()
    {
        notes.begin(n + 1);
        notes.cell(text);
    }
    let rows = format!(
        "{HEADER}\n99,detailed,29-1212,Hearts,**,#,#\n99,detailed,27-2011,Plays,12,30.5,*\n"
    );
    let rows = grid_of_csv("jobs.xlsx, sheet jobs", rows.as_bytes()).unwrap();
    let table = oews("jobs.xlsx", "0", &[rows, notes]).unwrap();
    let hearts = table.find("29-1212").unwrap().1;
    assert_eq!(hearts.employment, None);
    assert_eq!(hearts.median_annual, Some(Wage::AtLeast(Some(239_200.0))));
    assert_eq!(hearts.median_hourly, Some(Wage::AtLeast(Some(115.0))));
    let plays = table.find("27-2011").unwrap().1;
    assert_eq!(
        (plays.median_annual, plays.median_hourly),
        (None, Some(Wage::Dollars(30.5)))
    );
    assert_eq!(table.period.as_deref(), Some("May 2024"));
    assert_eq!(table.notes, ["it has no total over all occupations"]);
}

#[test]
fn rows_that_cannot_be_used_are_listed_and_the_others_kept() {
    let table = table(&[
        "detailed 15-1252 1,6 20 40000",
        "detailed 15-1253 20 2O 40000",
        "detailed 15-12 20 20 40000",
        "levelled 15-1254 20 20 40000",
        "detailed 15-1255 20 20 40000",
    ]);
    assert_eq!(table.detailed().count(), 1);
    let problems: Vec<String> = table.problems.iter().map(ToString::to_string).collect();
    assert_eq!(
        problems,
        [
            "jobs.csv, line 2: TOT_EMP of 15-1252: '1,6' is not a number",
            "jobs.csv, line 3: H_MEDIAN of 15-1253: '2O' is not a number",
            "jobs.csv, line 4: '15-12' is not a SOC code",
            "jobs.csv, line 5: 'levelled' is no level of 15-1254 (total, major, minor, broad, detailed)",
        ]
    );
}

#[test]
fn a_code_that_is_there_twice_is_refused() {
    let twice = ["detailed 15-1252 1 20 40000", "detailed 15-1252 2 20 40000"];
    let error = read(&twice).unwrap_err().to_string();
    assert_eq!(error, "jobs.csv, line 3: code 15-1252 is there twice");
}

#[test]
fn columns_of_older_years_are_known() {
    let text = "occ_code,occ_title,group,tot_emp,h_mean,a_mean,h_median,a_median\n\
                00-0000,All,total,100,1,2,3,4\n15-1252,Developers,,\"1,234\",1,2,3,4\n";
    let grid = grid_of_csv("national_M2010.csv", text.as_bytes()).unwrap();
    let table = oews("national_M2010.csv", "0", &[grid]).unwrap();
    assert_eq!(table.find("15-1252").unwrap().1.employment, Some(1234.0));
    assert_eq!(table.period.as_deref(), Some("May 2010"));
}

const PROJECTED: &str = "Table 1.2 (Employment in thousands)\n\
    2024 National Employment Matrix title,2024 National Employment Matrix code,Occupation type,\"Employment, 2024\",\
    \"Employment, 2034\",\"Employment change, numeric, 2024–34\",\"Employment change, percent, 2024–34\",\
    \"Occupational openings, 2024–34 annual average\",\"Median annual wage, dollars, 2024[1]\",Typical education needed for entry\n\
    \"Total, all occupations\",00-0000,Summary,169956.1,175167.9,5211.8,3.1,18863.3,49500,—\n\
    \x20   Legislators,11-1031,Line item,27.7,28.6,0.9,3.4,2.2,\">=$239,200\",Bachelor's degree\n\
    \x20   Fishing,45-3031,Line item,21.9,20.9,-1,-4.6,2.8,—,—\nFootnotes:\n[1] A note.\n";

#[test]
fn projections_are_in_jobs() {
    let grid = grid_of_csv("p.csv", PROJECTED.as_bytes()).unwrap();
    let table = projections("p.csv", "0", std::iter::once(Ok(grid))).unwrap();
    assert_eq!(table.problems, []);
    assert_eq!(table.period.as_deref(), Some("2024–2034"));
    assert_eq!(table.all_jobs, Some(169_956_100.0));
    let first = table.find("11-1031").unwrap().1;
    assert_eq!(
        (first.employment, first.projected),
        (Some(27_700.0), Some(28_600.0))
    );
    assert_eq!(
        (first.change_percent, first.openings),
        (Some(3.4), Some(2200.0))
    );
    assert_eq!(first.median_annual, Some(Wage::AtLeast(Some(239_200.0))));
    assert_eq!(first.education.as_deref(), Some("Bachelor's degree"));
    let second = table.find("45-3031").unwrap().1;
    assert_eq!(
        (second.median_annual, second.education.as_ref()),
        (None, None)
    );
    assert_eq!(second.change_percent, Some(-4.6));
}

#[test]
fn sheets_worth_opening_come_first_and_the_others_stay_closed() {
    let mut sheets: Vec<String> = ["Index", "Table 1.10", "Table 1.1", "Table 1.2"]
        .map(String::from)
        .to_vec();
    put_first(&mut sheets);
    assert_eq!(sheets, ["Table 1.2", "Table 1.10", "Index", "Table 1.1"]);
    let mut grids = [
        grid_of_csv("p.csv", PROJECTED.as_bytes()),
        Err(crate::Error::input("not opened")),
    ]
    .into_iter();
    projections("p", "0", &mut grids).unwrap();
    assert!(grids.next().is_some());
}

fn jobs(id: &str, tasks: usize) -> Occupation {
    let task = |n| task(&format!("{id}-{n}"), TaskType::Core, None);
    occupation(id, "Jobs", (0..tasks).map(task).collect())
}

#[test]
fn the_jobs_of_a_row_are_divided_among_those_of_the_inventory_that_have_tasks() {
    let all = vec![
        jobs("15-2051.00", 1),
        jobs("15-2051.01", 2),
        jobs("15-2051.02", 0),
        jobs("45-3031.00", 1),
        jobs("2512", 1),
    ];
    let inventory = Inventory::new("i".into(), "0".into(), Vec::new(), all).unwrap();
    let labour = Labour::new(
        Some(table(&[
            TOTAL,
            "detailed 15-2051 300 20 40000",
            "minor 45-3000 50 18 37000",
        ])),
        None,
    )
    .unwrap();
    let nothing = Reconciled {
        dimensions: Vec::new(),
        uncovered: Vec::new(),
        options: Options::default(),
        trained_on_gold: Vec::new(),
    };
    let rated: Vec<&Occupation> = inventory.occupations().iter().skip(1).collect();
    let joined = labour.join(&inventory, &rated, &nothing);
    let part = |n: usize| joined.occupations[n].jobs;
    // 300 jobs, of 15-2051.00 and 15-2051.01; the first is not in the run, and keeps its half all the same.
    assert_eq!(
        part(0).map(|part| (part.how, part.among, part.jobs())),
        Some((Match::Detailed, 2, Some(150.0)))
    );
    assert_eq!(
        part(1).map(|part| (part.how, part.among, part.jobs())),
        Some((Match::Detailed, 0, None))
    );
    assert_eq!(
        part(2).map(|part| (part.how, part.jobs())),
        Some((Match::Broader, None))
    );
    assert_eq!(
        part(2).unwrap().row.median_annual,
        Some(Wage::Dollars(37_000.0))
    );
    assert!(part(3).is_none());
    let counts = joined.matches().map(|(_, n)| n);
    assert_eq!(counts, [2, 0, 1, 1]);
}

/// The score of an occupation that raters with these scores rated.
fn score(panel: Option<f64>, raters: &[Option<f64>]) -> OccupationScore {
    OccupationScore {
        score: panel,
        range: None,
        interval: Interval::NotRated,
        band: panel.map(Band::of),
        n_tasks: 1,
        n_rated: 1,
        shares: None,
        raters: raters
            .iter()
            .map(|own| own.map(|score| RaterScore { score, n_rated: 1 }))
            .collect(),
    }
}

#[test]
fn shares_count_jobs_and_the_range_is_that_of_the_raters() {
    let scores = [
        score(Some(10.0), &[Some(5.0), Some(25.0)]),
        score(Some(70.0), &[Some(65.0), Some(75.0)]),
        score(Some(30.0), &[Some(30.0), None]),
        score(Some(90.0), &[Some(90.0), Some(90.0)]),
        score(None, &[None, None]),
    ];
    let jobs = [Some(100.0), Some(300.0), Some(100.0), None, Some(1000.0)];
    let totals = Totals::of(&jobs, &scores, Some(2000.0), None).unwrap();
    assert_eq!(
        (totals.jobs, totals.occupations, totals.scored),
        (500.0, 3, 4)
    );
    assert_eq!(totals.coverage(), Some(0.25));
    let shares = totals.bands.map(|band| band.share.value);
    assert_eq!(shares, [0.2, 0.2, 0.0, 0.6, 0.0]);
    // (100 · 10 + 300 · 70 + 100 · 30) / 500 = 50
    assert_eq!(totals.mean.value, 50.0);
    // The first rater: (100 · 5 + 300 · 65 + 100 · 30) / 500 = 46; the second, of 400 jobs: (2500 + 22500) / 400 = 62.5.
    assert_eq!(totals.mean.range, Some((46.0, 62.5)));
    // Very low: 100 / 500 of the first, none of the second.
    assert_eq!(totals.band(Band::VeryLow).share.range, Some((0.0, 0.2)));
    let second = totals.raters[1].unwrap();
    assert_eq!((second.jobs, second.occupations), (400.0, 2));
    assert_eq!(Totals::of(&[None; 5], &scores, None, None), None);
}

#[test]
fn one_rater_gives_no_range() {
    let totals = Totals::of(
        &[Some(1.0)],
        &[score(Some(50.0), &[None, Some(50.0)])],
        None,
        None,
    )
    .unwrap();
    assert_eq!(
        (totals.mean.range, totals.mean.interval),
        (None, Interval::OneRater)
    );
    assert_eq!(totals.coverage(), None);
}

/// What any table must hold.
fn sound(table: &Table) {
    for row in table.detailed().chain(table.groups()) {
        let counts = [row.employment, row.projected, row.openings];
        assert!(
            counts
                .into_iter()
                .flatten()
                .all(|count| count.is_finite() && count >= 0.0)
        );
        for code in [row.code.as_str(), "15-1252", "31-1122"] {
            let found = table.find(code);
            assert!(found.is_none_or(|(_, row)| row.code[..2] == code[..2]));
        }
    }
}

fn read_both(grid: Grid) {
    if let Ok(table) = oews("f", "0", std::slice::from_ref(&grid)) {
        sound(&table);
    }
    if let Ok(table) = projections("f", "0", std::iter::once(Ok(grid))) {
        sound(&table);
    }
}

proptest! {
    #[test]
    fn no_bytes_make_a_reader_panic(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        if let Ok(grid) = grid_of_csv("f", &bytes) {
            read_both(grid);
        }
    }

    #[test]
    fn no_damage_to_a_file_makes_a_reader_panic(
        which in any::<bool>(),
        at in any::<prop::sample::Index>(),
        cut in 0_usize..40,
        bytes in prop::collection::vec(any::<u8>(), 0..8),
    ) {
        let oews = format!("{HEADER}\n99,total,00-0000,All,\"1,000\",20,#\n99,detailed,15-1252,Some,*,**,\"23,980\"\n");
        let whole = if which { oews.as_str() } else { PROJECTED }.as_bytes();
        let start = at.index(whole.len());
        let end = (start + cut).min(whole.len());
        let damaged = [&whole[..start], &bytes, &whole[end..]].concat();
        if let Ok(grid) = grid_of_csv("f", &damaged) {
            read_both(grid);
        }
    }

    #[test]
    fn no_cells_make_a_reader_panic(
        rows in prop::collection::vec(prop::collection::vec(
            prop::sample::select(vec![
                "", "OCC_CODE", "TOT_EMP", "O_GROUP", "A_MEDIAN", "Employment, 2024", "Employment, 2034", "Occupation type",
                "Matrix code", "Line item", "Summary", "detailed", "total", "00-0000", "15-1252", "*", "**", "#", "—",
                ">=$1", "12", "é", "\u{0}",
            ]), 0..6), 0..14),
    ) {
        let mut grid = Grid::new("f");
        for (n, row) in rows.iter().enumerate() {
            grid.begin(n + 1);
            row.iter().for_each(|cell| grid.cell(cell));
        }
        read_both(grid);
    }

    #[test]
    fn shares_add_up_and_the_order_of_occupations_changes_nothing(
        mut rows in prop::collection::vec((prop::option::of(0.0..1e7_f64), prop::option::of(0.0..=100.0_f64)), 1..40),
    ) {
        let of = |rows: &[(Option<f64>, Option<f64>)]| {
            let jobs: Vec<Option<f64>> = rows.iter().map(|row| row.0).collect();
            let scores: Vec<OccupationScore> = rows.iter().map(|row| score(row.1, &[row.1])).collect();
            Totals::of(&jobs, &scores, None, None)
        };
        let before = of(&rows);
        rows.reverse();
        let Some(totals) = of(&rows) else {
            prop_assert!(before.is_none());
            return Ok(());
        };
        let sum: f64 = totals.bands.iter().map(|band| band.share.value).sum();
        prop_assert!((sum - 1.0).abs() < 1e-12);
        let count: usize = totals.bands.iter().map(|band| band.occupations).sum();
        prop_assert_eq!(count, totals.occupations);
        let before = before.unwrap();
        prop_assert!((before.mean.value - totals.mean.value).abs() < 1e-9);
        prop_assert!((0.0..=100.0 + 1e-9).contains(&totals.mean.value));
    }
}
