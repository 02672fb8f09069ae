use super::*;
use proptest::prelude::*;
use rust_xlsxwriter::Workbook as Written;
use std::io::Read as _;
use std::sync::LazyLock;

/// A workbook of two sheets; the second has a gap in rows and columns.
fn written() -> Vec<u8> {
    let mut book = Written::new();
    let sheet = book.add_worksheet().set_name("Jobs").unwrap();
    sheet.write_row(0, 0, ["Code", "Title"]).unwrap();
    sheet
        .write_row(1, 0, ["35-2011.00", "Bäcker & \"Co\""])
        .unwrap();
    sheet.write_number(2, 0, 8823).unwrap();
    sheet.write_number(2, 1, 4.52).unwrap();
    sheet.write_boolean(3, 0, true).unwrap();
    let sheet = book.add_worksheet().set_name("Gaps").unwrap();
    sheet.write_string(4, 3, "far").unwrap();
    book.save_to_buffer().unwrap()
}

static BOOK: LazyLock<Vec<u8>> = LazyLock::new(written);

/// Name and content of each part.
fn parts(bytes: &[u8]) -> Vec<(String, Vec<u8>)> {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).unwrap();
    (0..archive.len())
        .map(|index| {
            let mut entry = archive.by_index(index).unwrap();
            let mut content = Vec::new();
            entry.read_to_end(&mut content).unwrap();
            (entry.name().unwrap().into_owned(), content)
        })
        .collect()
}

fn packed(parts: &[(String, Vec<u8>)]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in parts {
        zip.start_file(name.as_str(), SimpleFileOptions::default())
            .unwrap();
        zip.write_all(content).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

/// The workbook with one text replaced in the parts whose name ends so.
fn changed(part: &str, from: &str, to: &str) -> Vec<u8> {
    let mut parts = parts(&BOOK);
    let mut found = false;
    for (name, content) in &mut parts {
        let text = String::from_utf8(content.clone()).unwrap();
        if name.ends_with(part) && text.contains(from) {
            *content = text.replace(from, to).into_bytes();
            found = true;
        }
    }
    assert!(found, "{from} in {part}");
    packed(&parts)
}

/// Every sheet, or why not.
fn read_all(bytes: Vec<u8>) -> Result<Vec<Grid>> {
    let mut book = Workbook::open("db/Jobs.xlsx", bytes)?;
    let sheets = book.sheets();
    sheets.iter().map(|sheet| book.grid(sheet)).collect()
}

fn refusal(bytes: Vec<u8>) -> String {
    let error = read_all(bytes).unwrap_err();
    assert!(
        error
            .next_step()
            .unwrap()
            .contains("export the sheet as CSV")
    );
    error.to_string()
}

#[test]
fn cells_are_text_as_people_write_them() {
    let mut book = Workbook::open("db/Jobs.xlsx", BOOK.clone()).unwrap();
    assert_eq!(book.sheets(), ["Jobs", "Gaps"]);
    let jobs = book.grid("Jobs").unwrap();
    assert_eq!(jobs.place(), "db/Jobs.xlsx, sheet Jobs");
    let rows: Vec<Vec<_>> = jobs.rows().map(|row| row.cells().collect()).collect();
    let expected: [&[Option<&str>]; 4] = [
        &[Some("Code"), Some("Title")],
        &[Some("35-2011.00"), Some("Bäcker & \"Co\"")],
        &[Some("8823"), Some("4.52")],
        &[Some("TRUE")],
    ];
    assert_eq!(rows, expected);
    let gaps = book.grid("Gaps").unwrap();
    let far: Vec<_> = gaps.rows().map(|row| (row.line, row.get(3))).collect();
    assert_eq!(far, [(5, Some("far"))]);
    assert!(book.grid("None").unwrap_err().to_string().contains("None"));
}

#[test]
fn the_sheets_of_a_workbook_share_what_may_be_read() {
    let mut book = Workbook::open("db/Jobs.xlsx", BOOK.clone()).unwrap();
    let jobs = book.grid("Jobs").unwrap();
    let used = [MOST_CELLS - book.left.cells, MOST_TEXT - book.left.text];
    assert_eq!(used, [jobs.cells(), jobs.text_len()]);
    book.left.cells = 3;
    let refused = book.grid("Gaps").unwrap_err().to_string();
    assert!(refused.contains("sheet Gaps is too large"), "{refused}");
    book.left.cells = 4;
    assert!(book.grid("Gaps").is_ok());
}

#[test]
fn what_a_file_says_of_its_size_is_not_believed() {
    let count = |value: &str| {
        let attribute = format!("uniqueCount={value}");
        changed("sharedStrings.xml", "uniqueCount=\"5\"", &attribute)
    };
    let lies = [
        "\"99999999999999999999\"",
        "\"18446744073709551615\"",
        " = '900000000'",
        "\"+0700000\"",
    ];
    for lie in lies {
        let lie = match lie.strip_prefix(' ') {
            Some(spaced) => changed(
                "sharedStrings.xml",
                "uniqueCount=\"5\"",
                &format!("uniqueCount {spaced}"),
            ),
            None => count(lie),
        };
        assert!(refusal(lie).ends_with("it promises more texts than it holds"));
    }
    for honest in ["\"5\"", "\"4\"", "\"many\"", "\"\""] {
        assert_eq!(read_all(count(honest)).unwrap().len(), 2, "{honest}");
    }
}

#[test]
fn a_bomb_is_refused_before_it_fills_the_memory() {
    let mut parts = parts(&BOOK);
    parts.push(("xl/more.xml".to_owned(), vec![b' '; 1 << 20]));
    let bomb = packed(&parts);
    assert!(bomb.len() < 1 << 17);
    assert!(unpacked(&bomb, 1 << 21).is_ok());
    let refused = unpacked(&bomb, 1 << 20).unwrap_err();
    assert!(refused.starts_with("it holds more than"), "{refused}");
}

#[test]
fn one_text_in_very_many_cells_is_too_much() {
    let text = "x".repeat(1 << 22);
    let mut sheet = Written::new();
    let cells = sheet.add_worksheet();
    for row in 0..140 {
        cells.write_string(row, 0, "here").unwrap();
    }
    let mut parts = parts(&sheet.save_to_buffer().unwrap());
    for (name, content) in &mut parts {
        if name.ends_with("sharedStrings.xml") {
            *content = String::from_utf8_lossy(content)
                .replace("here", &text)
                .into_bytes();
        }
    }
    assert!(refusal(packed(&parts)).ends_with("is too large for a table"));
}

#[test]
fn cells_out_of_order_are_not_put_somewhere_else() {
    let cells = changed("sheet1.xml", "r=\"B2\"", "r=\"A2\"");
    assert!(refusal(cells).ends_with("the cells of row 2 are out of order"));
    let rows = changed("sheet1.xml", "r=\"A3\"", "r=\"A1\"");
    assert!(refusal(rows).ends_with("row 1 is out of order"));
}

#[test]
fn cells_far_away_are_no_part_of_the_table() {
    let far = changed("sheet2.xml", "r=\"D5\"", "r=\"XFD5\"");
    assert_eq!(read_all(far).unwrap()[1].rows().count(), 0);
}

#[test]
fn what_is_no_workbook_is_said() {
    let text = refusal(b"O*NET-SOC Code\tTitle\n".to_vec());
    assert!(
        text.starts_with("db/Jobs.xlsx: not an Excel workbook that can be read: "),
        "{text}"
    );
    let no_parts: Vec<(String, Vec<u8>)> = vec![("a.txt".to_owned(), Vec::new())];
    refusal(packed(&no_parts));
}

#[test]
fn a_panic_of_the_reader_is_an_error_of_the_file() {
    let error = guarded::<()>("db/Jobs.xlsx", || panic!("a mistake of the reader")).unwrap_err();
    assert!(error.to_string().ends_with("it is damaged"), "{error}");
    assert_eq!(guarded("x", || Ok(1)).unwrap(), 1);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    /// Whatever happens to the bytes of the file.
    #[test]
    fn damaged_files(
        flips in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..8),
        end in prop::option::of(any::<prop::sample::Index>()),
    ) {
        let mut bytes = BOOK.clone();
        for (at, with) in flips {
            let at = at.index(bytes.len());
            bytes[at] ^= with;
        }
        if let Some(end) = end {
            bytes.truncate(end.index(bytes.len()));
        }
        let _ = read_all(bytes);
    }

    /// Whatever happens to the parts in it: here the damage reaches the reader of the format.
    #[test]
    fn damaged_parts(
        changes in prop::collection::vec(
            (any::<prop::sample::Index>(), any::<prop::sample::Index>(), 0..9usize, "[\"<>/=A-Za-z0-9 ]{0,8}"), 1..5,
        ),
    ) {
        let mut parts = parts(&BOOK);
        for (part, at, cut, new) in changes {
            let part = part.index(parts.len());
            let content = &mut parts[part].1;
            let at = at.index(content.len() + 1);
            content.splice(at..content.len().min(at + cut), new.bytes());
        }
        let read = std::panic::catch_unwind(|| read_all(packed(&parts)));
        prop_assert!(read.is_ok());
    }
}
