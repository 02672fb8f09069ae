//! The built command without any provider: embedded raters, inventories, mistakes of its user.

mod support;

use std::fs::File;
use std::io::Write as _;
use std::process::Command;

use serde_json::Value;
use support::{Project, STABLE, occupation};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

const EXPOSURE: &str = include_str!("../prompts/exposure.md");
const FREE: [&str; 4] = [
    "surrogate-human",
    "surrogate-gpt4",
    "surrogate-gpt4-alt",
    "surrogate-automation",
];

#[test]
fn the_first_command_of_a_new_user_rates_without_key_and_network() {
    let project = Project::new();
    let done = project.run(&["rate", "Machine Learning Engineers"]).ends(0);
    let done = done.prints(&[
        "surrogate, not an LLM",
        "A  surrogate-human",
        "D  surrogate-automation",
        "task and why",
        "consensus",
        "Occupation scores, 0–100",
    ]);
    assert!(
        !done.out.contains('\u{1b}') && !done.err.contains('\u{1b}'),
        "colours in a pipe"
    );
    let header = done.out.lines().find(|line| line.contains("task and why"));
    let header: Vec<&str> = header.expect("a header").split_whitespace().collect();
    assert_eq!(
        header,
        ["task", "and", "why", "A", "B", "C", "consensus", "range"]
    );
    let run = project.only_run();
    for name in STABLE.iter().chain(&["manifest.json"]) {
        assert!(!project.read(&format!("{run}/{name}")).is_empty(), "{name}");
        assert!(done.out.contains(name), "{name} is not named");
    }
    assert!(
        !project.path("cache").exists(),
        "embedded raters need no cache"
    );
    project
        .run(&["runs"])
        .ends(0)
        .prints(&[&run["runs/".len()..], "complete", "impact"]);
}

#[test]
fn the_files_of_a_run_have_their_stable_columns() {
    let project = Project::new();
    project.rate("run", &["Cooks", "Lawyers"]).ends(0);
    let (consensus, rows) = project.csv("run/consensus.csv");
    let stable = "occupation_id occupation task_id task dimension value label low high interval \
                  n_raters spread contested method rationale";
    let columns = stable
        .split_whitespace()
        .chain(FREE)
        .chain(["median", "sample_spread", "inputs", "weights"])
        .chain(["dissent", "gold"]);
    assert_eq!(consensus, columns.collect::<Vec<_>>());
    let (occupations, scores) = project.csv("run/occupations.csv");
    let stable = "occupation_id occupation dimension score low high interval band n_tasks n_rated \
                  weighting alpha beta gamma";
    assert_eq!(
        occupations,
        stable.split_whitespace().chain(FREE).collect::<Vec<_>>()
    );
    let ratings = project.ratings("run");
    let tasks = project.manifest("run")["tasks"].as_u64().expect("a count");
    assert_eq!(ratings.len() as u64, 4 * tasks);
    let stable = "occupation_id task_id rater sample outcome values rationale tools confidence \
                  repair basis";
    for rating in &ratings {
        let keys: Vec<&str> = rating
            .as_object()
            .expect("an object")
            .keys()
            .map(String::as_str)
            .collect();
        assert_eq!(keys, stable.split_whitespace().collect::<Vec<_>>());
        assert!(
            rating["rationale"]
                .as_str()
                .expect("text")
                .starts_with("Surrogate, not an LLM")
        );
    }
    // Two dimensions have a surrogate: exposure, and automation by the last of the four.
    assert_eq!(rows.len() as u64, 2 * tasks);
    assert_eq!(scores.len(), 4);
    let report = project.read("run/report.md");
    assert!(
        report.contains("augmentation") && report.contains("not an LLM"),
        "{report}"
    );
    let number = |cell: &String| cell.parse::<f64>().expect("a number");
    let of = |name: &str| project.column("run/occupations.csv", name);
    let exposure = of("dimension")
        .iter()
        .position(|d| d == "exposure")
        .expect("exposure");
    let [alpha, beta, gamma] = ["alpha", "beta", "gamma"].map(|name| number(&of(name)[exposure]));
    assert!(
        0.0 < alpha && alpha < gamma && gamma < 1.0,
        "{alpha} {gamma}"
    );
    assert!(
        (beta - f64::midpoint(alpha, gamma)).abs() < 1e-9,
        "{alpha} {beta} {gamma}"
    );
}

#[test]
fn two_runs_are_byte_identical() {
    let project = Project::new();
    project.rate("one", &["--all"]).ends(0);
    project.rate("two", &["--all"]).ends(0);
    assert_eq!(project.stable("one"), project.stable("two"));
    let plan = |run| project.manifest(run)["plan"].clone();
    assert_eq!(plan("one"), plan("two"));
}

#[test]
fn the_order_of_names_does_not_matter_nor_naming_one_twice() {
    let project = Project::new();
    project.rate("one", &["Cooks", "Lawyers"]).ends(0);
    project.rate("two", &["lawyers", "cooks", "Cooks"]).ends(0);
    assert_eq!(project.stable("one"), project.stable("two"));
}

#[test]
fn json_holds_the_numbers_of_the_files() {
    let project = Project::new();
    let done = project.rate("run", &["Cooks", "--json"]).ends(0);
    let json: Value = serde_json::from_str(&done.out).expect("JSON alone on stdout");
    assert_eq!(json["manifest"], project.manifest("run"));
    let consensus = json["consensus"].as_array().expect("a list");
    let mut of_json: Vec<f64> = consensus
        .iter()
        .map(|c| c["value"].as_f64().expect("a value"))
        .collect();
    let values = project.column("run/consensus.csv", "value");
    let mut of_file: Vec<f64> = values
        .iter()
        .map(|cell| cell.parse().expect("a number"))
        .collect();
    of_json.sort_by(f64::total_cmp);
    of_file.sort_by(f64::total_cmp);
    assert_eq!(of_json.len(), of_file.len());
    assert!(
        of_json
            .iter()
            .zip(&of_file)
            .all(|(a, b)| (a - b).abs() < 1e-9)
    );
    for list in ["occupations", "runs"] {
        let done = project.run(&[list, "--json"]).ends(0);
        serde_json::from_str::<Value>(&done.out).expect("JSON");
    }
}

#[test]
fn an_unknown_occupation_is_answered_with_the_nearest() {
    let project = Project::new();
    let done = project.run(&["rate", "Machine Lerning Enginers"]).ends(3);
    done.says(&[
        "no occupation “Machine Lerning Enginers”",
        "machine-learning-engineers",
        "hint",
    ]);
    let done = project.run(&["rate", "Zzyzx"]).ends(3);
    done.says(&[
        "no occupation “Zzyzx” in starter inventory",
        "taskrater occupations",
    ]);
    assert!(!project.path("runs").exists(), "a mistake leaves no run");
}

#[test]
fn an_ambiguous_title_lists_the_codes_to_choose_from() {
    let project = Project::new();
    let titled = |id: &str, title: &str| {
        let text = occupation(id, title, &["Knead the dough."]);
        text.replacen("\n\n", "\nalternate_titles = [\"Dough Hand\"]\n\n", 1)
    };
    project.write("jobs/a.toml", titled("51-1", "Bakers"));
    project.write("jobs/b.toml", titled("51-2", "Confectioners"));
    let done = project
        .run(&["rate", "dough hand", "--inventory", "jobs"])
        .ends(3);
    done.says(&[
        "stands for several occupations",
        "51-1  Bakers",
        "51-2  Confectioners",
        "by its code",
    ]);
    project
        .rate("run", &["51-2", "--inventory", "jobs"])
        .ends(0)
        .prints(&["Confectioners"]);
}

#[test]
fn what_the_command_line_cannot_mean_ends_with_2() {
    let project = Project::new();
    for args in [
        &["rate"][..],
        &["rate", "Cooks", "--all"],
        &["rate", "Cooks", "--offline", "--refresh"],
        &["rate", "Cooks", "--offline", "--no-cache"],
        &["rate", "Cooks", "--prompt", "p.md", "--rubric", "impact"],
        &[
            "rate",
            "Cooks",
            "--rater",
            "surrogate-human",
            "--rater",
            "surrogate-human",
        ],
        &["frobnicate"],
        &[],
    ] {
        project.run(args).ends(2);
    }
}

#[test]
fn unknown_names_are_answered_with_the_known_ones() {
    let project = Project::new();
    let cases = [
        ("--panel", "nope", 4, "known panels: free, frontier"),
        ("--rater", "nope", 4, "known raters: surrogate-human"),
        ("--weighting", "nope", 2, "possible values: core"),
        ("--rubric", "nope", 3, "known rubrics: impact, exposure"),
    ];
    for (flag, name, code, known) in cases {
        let done = project.run(&["rate", "Cooks", flag, name]).ends(code);
        done.says(&["'nope'", known]);
    }
}

#[test]
fn mistakes_in_taskrater_toml_are_named_with_their_line() {
    const RATER: &str = "[[raters]]\nid = \"a\"\nwire = \"openai\"\nmodel = \"m\"\nbase_url = \"http://127.0.0.1:1/v1\"\n";
    let cases = [
        ("# fine\npanel = = 1\n".to_owned(), "taskrater.toml:2:", "="),
        (
            "\n\npannel = \"free\"\n".to_owned(),
            "taskrater.toml:3:",
            "pannel",
        ),
        (
            format!("{RATER}temprature = 0\n"),
            "taskrater.toml:6:",
            "temprature",
        ),
        (
            format!("{RATER}structured = \"maybe\"\n"),
            "taskrater.toml:6:",
            "maybe",
        ),
        (
            format!("\n{RATER}concurrency = 0\n"),
            "taskrater.toml:2:",
            "concurrency of 'a' is 0",
        ),
        (
            format!("{RATER}{RATER}"),
            "taskrater.toml:6:",
            "rater 'a' is there twice",
        ),
        (
            format!("{RATER}parameters = {{ stream = true }}\n"),
            "taskrater.toml:1:",
            "'stream'",
        ),
        (
            "[panels]\nmine = [\"ghost\"]\n".to_owned(),
            "taskrater.toml:",
            "'ghost'",
        ),
    ];
    for (text, place, what) in cases {
        let project = Project::new();
        project.write("taskrater.toml", &text);
        for args in [&["rate", "Cooks"][..], &["raters"], &["occupations"]] {
            project.run(args).ends(3).says(&[place, what]);
        }
    }
}

#[test]
fn mistakes_in_an_occupation_file_are_named_with_their_line() {
    let good = occupation("b", "Bakers", &["Knead the dough.", "Sell the bread."]);
    let cases = [
        (
            good.replace("id = \"b\"", "id = \"b"),
            "bakers.toml, line 1",
            "",
        ),
        (
            good.replace("title", "titel"),
            "bakers.toml, line 2",
            "titel",
        ),
        (good.replace("b-t2", "b-t1"), "bakers.toml, line 9", "b-t1"),
        (
            good.replace("Sell the bread.", "  "),
            "bakers.toml, line 10",
            "b-t2",
        ),
        (
            format!("{good}importance = 9.0\n"),
            "bakers.toml, line 11",
            "importance",
        ),
        (
            format!("{good}type = \"Vital\"\n"),
            "bakers.toml, line 11",
            "Vital",
        ),
    ];
    for (n, (text, place, what)) in cases.into_iter().enumerate() {
        assert_ne!(text, good);
        // A mistake in a task leaves the other one; one above the tasks takes the file with it.
        let code = if n < 2 { 3 } else { 0 };
        let project = Project::new();
        project.write("jobs/bakers.toml", &text);
        for path in ["jobs", "jobs/bakers.toml"] {
            let rate = ["rate", "Bakers", "--inventory", path];
            project.run(&rate).ends(code).says(&[place, what]);
            let strict = [&rate[..], &["--strict"]].concat();
            project.run(&strict).ends(3).says(&[place, what]);
        }
    }
    let project = Project::new();
    project.write("bakers.toml", [good.as_bytes(), b"# caf\xe9\n"].concat());
    let bakers = ["Bakers", "--inventory", "bakers.toml"];
    project.rate("run", &bakers).ends(0);
    let note = "Note: bakers.toml, line 11: not UTF-8, read as Windows-1252";
    assert!(project.read("run/report.md").contains(note));
}

#[test]
fn mistakes_in_a_prompt_are_named() {
    let cases = [
        (
            EXPOSURE.replace("task.statement", "task.statment"),
            "task.statment",
        ),
        (
            EXPOSURE.replace("{{ task.statement }}", "{{ task.statement"),
            "p.md",
        ),
        (
            EXPOSURE.replace("{{ task.statement }}", ""),
            "task.statement",
        ),
        (
            EXPOSURE.replace("dimension.question", "dimension.qestion"),
            "qestion",
        ),
        (EXPOSURE.replace("version = \"1\"", "version = "), "p.md:3"),
    ];
    for (text, what) in cases {
        assert_ne!(text, EXPOSURE);
        let project = Project::new();
        project.write("p.md", &text);
        project
            .run(&["rate", "Cooks", "--prompt", "p.md"])
            .ends(3)
            .says(&["p.md", what]);
    }
    let project = Project::new();
    project
        .run(&["rate", "Cooks", "--prompt", "none.md"])
        .ends(7)
        .says(&["none.md"]);
}

#[test]
fn an_inventory_that_cannot_be_read_is_named() {
    let project = Project::new();
    project.write("empty/notes.md", "");
    project.write("jobs.csv", "id,title\n");
    project.write("jobs.ods", "");
    project.write("broken.zip", "PK\u{3}\u{4} and then nothing");
    let cases = [
        ("nowhere", "there is no inventory nowhere"),
        ("empty", "empty holds no inventory"),
        ("jobs.csv", "jobs.csv, line 1: no column for the task"),
        ("jobs.ods", "jobs.ods is not an inventory"),
        ("broken.zip", "broken.zip: not a zip archive"),
    ];
    for (path, what) in cases {
        project
            .run(&["rate", "Cooks", "--inventory", path])
            .ends(3)
            .says(&[what, "error"]);
        project
            .run(&["occupations", "--check", "--inventory", path])
            .ends(3)
            .says(&[what]);
    }
}

/// A small release in O*NET's form, in sentences of our own.
const RELEASE: [(&str, &str); 5] = [
    (
        "Read Me.txt",
        "O*NET 99.1 Database\r\nMade up for a test.\r\n",
    ),
    (
        "Occupation Data.txt",
        "O*NET-SOC Code\tTitle\tDescription\r\n\
         51-0001.00\tTest Bakers\tBake for tests.\r\n\
         51-0002.00\tTest Millers\tMill for tests.\r\n\
         51-0003.00\tTest Bakers, All Other\tNo tasks here.\r\n",
    ),
    (
        "Task Statements.txt",
        "O*NET-SOC Code\tTask ID\tTask\tTask Type\tIncumbents Responding\tDate\tDomain Source\r\n\
         51-0001.00\t1\tKnead dough by hand.\tCore\t50\t01/2026\tTest\r\n\
         51-0001.00\t2\tWrite the price list of the day.\tSupplemental\t50\t01/2026\tTest\r\n\
         51-0002.00\t3\tDress the \"mill\" stones.\tn/a\tn/a\t01/2026\tTest\r\n",
    ),
    (
        "Task Ratings.txt",
        "O*NET-SOC Code\tTask ID\tScale ID\tCategory\tData Value\tRecommend Suppress\r\n\
         51-0001.00\t1\tIM\tn/a\t4.50\tN\r\n\
         51-0001.00\t1\tFT\t1\t9.00\tN\r\n\
         51-0001.00\t2\tIM\tn/a\t2.10\tY\r\n",
    ),
    (
        "Alternate Titles.txt",
        "O*NET-SOC Code\tAlternate Title\tShort Title\tSource(s)\r\n\
         51-0002.00\tFlour Maker\tn/a\t09\r\n",
    ),
];

/// Writes the release into a folder, with one table changed or, for an empty change, left out.
fn release(project: &Project, folder: &str, changed: &str, change: impl Fn(&str) -> Vec<u8>) {
    for (name, text) in RELEASE {
        let bytes = if name == changed {
            change(text)
        } else {
            text.into()
        };
        if !bytes.is_empty() {
            project.write(&format!("{folder}/{name}"), bytes);
        }
    }
}

#[test]
fn a_release_gives_the_same_results_as_folder_and_as_zip() {
    let project = Project::new();
    release(&project, "db", "", |_| Vec::new());
    let mut zip = ZipWriter::new(File::create(project.path("db.zip")).expect("a file"));
    for (name, text) in RELEASE {
        let inside = format!("db_99_1_text/{name}");
        zip.start_file(inside, SimpleFileOptions::default())
            .expect("an entry");
        zip.write_all(text.as_bytes()).expect("a table");
    }
    zip.finish().expect("a zip");
    for (run, path) in [("folder", "db"), ("zip", "db.zip")] {
        project
            .rate(run, &["--all", "--inventory", path])
            .ends(0)
            .prints(&["O*NET 99.1"]);
        let named = format!("named-{run}");
        let done = project
            .rate(&named, &["flour maker", "--inventory", path])
            .ends(0);
        done.says(&["“Flour Maker” is another title of Test Millers (51-0002.00)"]);
    }
    assert_eq!(project.stable("folder"), project.stable("zip"));
    assert_eq!(project.stable("named-folder"), project.stable("named-zip"));
    let digest = |run| project.manifest(run)["inventory"]["digest"].clone();
    assert_eq!(digest("folder"), digest("zip"));
    assert_eq!(project.manifest("folder")["tasks"], 3);
    let cells = project.column("folder/consensus.csv", "task");
    assert!(
        cells
            .iter()
            .any(|cell| cell == "Dress the \"mill\" stones."),
        "{cells:?}"
    );
    let done = project
        .run(&["rate", "51-0003.00", "--inventory", "db"])
        .ends(3);
    done.says(&["has no tasks in O*NET 99.1"]);
}

#[test]
fn a_release_without_its_tables_or_columns_is_refused() {
    type Change = fn(&str) -> Vec<u8>;
    let cases: [(&str, Change, &str); 4] = [
        (
            "Task Statements.txt",
            |_| Vec::new(),
            "no 'Task Statements.txt' in it",
        ),
        (
            "Occupation Data.txt",
            |_| Vec::new(),
            "no 'Occupation Data.txt' in it",
        ),
        (
            "Task Statements.txt",
            |text| text.replace("Task Type", "Kind").into(),
            "Task Statements.txt, line 1: no column 'Task Type'",
        ),
        (
            "Task Statements.txt",
            |text| text.replace("51-", "52-").into(),
            "Task Statements.txt, line 2: task 1 belongs to 52-0001.00",
        ),
    ];
    for (table, change, what) in cases {
        let project = Project::new();
        release(&project, "db", table, change);
        project
            .run(&["rate", "--all", "--inventory", "db"])
            .ends(3)
            .says(&[what]);
    }
}

#[test]
fn rows_of_a_release_that_cannot_be_used_are_listed_and_the_others_rated() {
    type Change = fn(&str) -> Vec<u8>;
    let cases: [(Change, &str); 4] = [
        (
            |text| text.replace("\tSupplemental\t50", "\tSupplemental").into(),
            "Task Statements.txt, line 3: 6 fields, but the header has 7",
        ),
        (
            |text| {
                let at = text.find("Dress").expect("the text");
                [&text.as_bytes()[..at], b"\xe9", &text.as_bytes()[at..]].concat()
            },
            "Task Statements.txt, line 4: not UTF-8",
        ),
        (
            |text| text.replace("Knead dough by hand.", "").into(),
            "Task Statements.txt, line 2: 'Task' is empty",
        ),
        (
            |text| text.replace("51-0002.00\t3", "51-0002.00\t2").into(),
            "Task Statements.txt, line 4: task id 2 occurs twice",
        ),
    ];
    for (change, what) in cases {
        let project = Project::new();
        release(&project, "db", "Task Statements.txt", change);
        let check = ["occupations", "--check", "--inventory", "db"];
        project.run(&check).ends(3).prints(&["2 tasks", what]);
        let json = project.run(&[&check[..], &["--json"]].concat()).ends(3);
        let value: serde_json::Value = serde_json::from_str(&json.out).expect("JSON");
        assert_eq!(value["problems"].as_array().expect("a list").len(), 1);
        project.rate("run", &["--all", "--inventory", "db"]).ends(0);
        assert_eq!(project.manifest("run")["tasks"], 2);
        assert!(
            project
                .read("run/report.md")
                .contains("left out: 1 row of the source")
        );
        project
            .run(&["rate", "--all", "--inventory", "db", "--strict"])
            .ends(3)
            .says(&[what]);
    }
}

#[test]
fn what_a_release_lacks_beyond_the_tasks_is_said_and_not_made_up() {
    let project = Project::new();
    release(&project, "db", "Task Ratings.txt", |_| Vec::new());
    project.rate("run", &["--all", "--inventory", "db"]).ends(0);
    assert!(
        project.read("run/report.md").contains(
            "no 'Task Ratings': it would give importance, relevance and frequency of tasks"
        )
    );
    let done = project
        .run(&["occupations", "--check", "--inventory", "db"])
        .ends(0);
    done.prints(&[
        "3 tasks",
        "0 with importance",
        "1 alternate titles",
        "1 without tasks",
    ]);
}

#[test]
fn occupations_are_found_by_words_codes_and_misspellings() {
    let project = Project::new();
    let find = |query: &str| project.run(&["occupations", query]).ends(0);
    find("nurse").prints(&["registered-nurses"]);
    find("registered-nurses").prints(&["Registered Nurses"]);
    find("Softwear Developper").prints(&["software-developers"]);
    find("electrican").prints(&["electricians"]);
    let nothing = project
        .run(&["occupations", "Zzyzx"])
        .ends(3)
        .says(&["nothing like “Zzyzx”"]);
    assert!(nothing.out.is_empty(), "{}", nothing.out);
    let first = project.run(&["occupations", "--limit", "2"]).ends(0);
    first
        .prints(&["accountants", "carpenters"])
        .says(&["2 of 20", "--limit shows more"]);
    project
        .run(&["occupations", "--check"])
        .ends(0)
        .prints(&["20 occupations", "0 without tasks"]);
}

#[test]
fn raters_lists_who_can_be_asked_and_what_is_missing() {
    let project = Project::new();
    let listed = project.run(&["raters"]).ends(0);
    listed.prints(&[
        "surrogate-human",
        "surrogate, not an LLM",
        "yes, embedded",
        "no, OPENAI_API_KEY is not set",
        "no, ANTHROPIC_API_KEY is not set",
        "free: surrogate-human",
        "frontier: claude-sonnet-4-6, gpt-4o",
    ]);
    let done = project
        .run(&["rate", "Cooks", "--panel", "frontier"])
        .ends(4);
    done.says(&[
        "ANTHROPIC_API_KEY is not set (for claude-sonnet-4-6)",
        "OPENAI_API_KEY is not set (for gpt-4o)",
        "--panel free",
    ]);
}

#[test]
fn help_shows_examples_and_exit_codes() {
    let project = Project::new();
    let help = project.run(&["--help"]).ends(0);
    help.prints(&[
        "Examples:",
        "taskrater rate \"Machine Learning Engineers\"",
        "Exit codes:",
        "130  interrupted",
    ]);
    for command in ["rate", "occupations", "train"] {
        project
            .run(&[command, "--help"])
            .ends(0)
            .prints(&["Examples:", "taskrater "]);
    }
    project
        .run(&["--version"])
        .ends(0)
        .prints(&[env!("CARGO_PKG_VERSION")]);
    project
        .run(&["man"])
        .ends(0)
        .prints(&[".TH taskrater", "Exit codes"]);
    project
        .run(&["completions", "bash"])
        .ends(0)
        .prints(&["_taskrater()", "--inventory"]);
}

#[test]
fn completions_for_bash_are_a_script_that_bash_reads() {
    let project = Project::new();
    project.write(
        "completions",
        project.run(&["completions", "bash"]).ends(0).out,
    );
    match Command::new("bash")
        .arg("-n")
        .arg(project.path("completions"))
        .status()
    {
        Ok(status) => assert!(status.success()),
        Err(error) => eprintln!("skipped: no bash ({error})"),
    }
}

#[test]
fn init_writes_a_file_that_is_understood_and_never_overwrites_one() {
    let project = Project::new();
    project
        .run(&["init"])
        .ends(0)
        .says(&["wrote taskrater.toml"]);
    let written = project.read("taskrater.toml");
    project.run(&["raters"]).ends(0);
    project.write("taskrater.toml", format!("{written}# mine\n"));
    project
        .run(&["init"])
        .ends(2)
        .says(&["taskrater.toml is already here"]);
    assert!(project.read("taskrater.toml").ends_with("# mine\n"));
    // Every commented setting is one that is understood.
    let setting =
        |line: &&str| line.starts_with("# ") && (line.contains(" = ") || line.contains('['));
    let settings = written
        .lines()
        .filter(setting)
        .map(|line| &line[2..])
        .collect::<Vec<_>>();
    let opened = settings
        .join("\n")
        .replace("[panels]\nmine", "[panels]\nours");
    assert!(settings.len() > 10, "{settings:?}");
    project.write("taskrater.toml", &opened);
    project
        .run(&["raters"])
        .ends(0)
        .prints(&["local-llama", "ours: claude-sonnet-4-6"]);
}

#[test]
fn the_project_is_found_from_a_folder_below_it() {
    let project = Project::new();
    project.write(
        "taskrater.toml",
        "rubric = \"exposure\"\ninventory = \"jobs\"\n",
    );
    project.write(
        "jobs/b.toml",
        occupation("b", "Bakers", &["Knead the dough."]),
    );
    project.write("deep/down/note.txt", "");
    let mut command = project.command(&["rate", "Bakers"]);
    let output = command
        .current_dir(project.path("deep/down"))
        .output()
        .expect("it runs");
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    let run = project.only_run();
    assert_eq!(project.manifest(&run)["prompt"]["id"], "exposure");
    project.rate("above", &["Bakers"]).ends(0);
    assert_eq!(project.stable(&run), project.stable("above"));
}

#[test]
fn a_run_never_fills_a_folder_that_holds_something_else() {
    let project = Project::new();
    project.write("mine/thesis.tex", "years of work");
    project
        .rate("mine", &["Cooks"])
        .ends(2)
        .says(&["mine is not empty and holds no run"]);
    assert_eq!(project.all_files().len(), 1);
    project.rate("run", &["Cooks"]).ends(0);
    project.rate("run", &["Cooks"]).ends(0);
}

#[test]
fn a_reader_that_goes_away_early_makes_no_panic() {
    let project = Project::new();
    for args in [
        &["rate", "Cooks"][..],
        &["rate", "--all", "--json"],
        &["occupations"],
        &["raters"],
        &["man"],
        &["completions", "zsh"],
        &["--help"],
    ] {
        let (reader, writer) = std::io::pipe().expect("a pipe");
        drop(reader);
        let output = project
            .command(args)
            .stdout(writer)
            .output()
            .expect("it runs");
        let said = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(0), "{args:?}: {said}");
        assert!(
            !said.contains("panicked") && !said.contains("error"),
            "{args:?}: {said}"
        );
    }
}

#[test]
fn a_whole_release_is_rated_by_the_embedded_panel() {
    let Some(data) = std::env::var_os("TASKRATER_DATA") else {
        eprintln!("skipped: TASKRATER_DATA is not set");
        return;
    };
    let folder = std::path::Path::new(&data).join("onet_30_2");
    let project = Project::new();
    let inventory = folder.to_str().expect("a path in UTF-8");
    project
        .rate(
            "run",
            &["--all", "--inventory", inventory, "--rubric", "exposure"],
        )
        .ends(0);
    let manifest = project.manifest("run");
    assert_eq!(
        (&manifest["tasks"], &manifest["occupations"]),
        (&Value::from(18_796), &Value::from(923))
    );
    assert_eq!(manifest["outcomes"]["rated"], 3 * 18_796);
    let values = project.column("run/consensus.csv", "value");
    assert_eq!(values.len(), 18_796);
    assert!(
        values
            .iter()
            .all(|value| value.parse::<f64>().is_ok_and(|v| (0.0..=1.0).contains(&v)))
    );
}

#[test]
fn explain_takes_a_surrogates_score_apart() {
    let project = Project::new();
    project.rate("run", &["Machine Learning Engineers"]).ends(0);
    let done = project.run(&["explain", "run", "mle-01"]).ends(0);
    done.prints(&[
        "mle-01",
        "surrogate-human rated",
        "linear score",
        "near: training task",
    ]);
    let json: Value = serde_json::from_str(
        &project
            .run(&["explain", "run", "mle-01", "--json"])
            .ends(0)
            .out,
    )
    .expect("JSON");
    let why = &json["ratings"][0]["explanation"];
    let terms: f64 = why["terms"]
        .as_array()
        .expect("terms")
        .iter()
        .filter_map(|term| term[1].as_f64())
        .sum();
    let sum = why["intercept"].as_f64().expect("a number")
        + terms
        + why["rest"].as_f64().expect("a number");
    assert!(
        (sum - why["score"].as_f64().expect("a number")).abs() < 1e-9,
        "{why}"
    );
    assert_eq!(
        why["nearest_training_tasks"]
            .as_array()
            .expect("tasks")
            .len(),
        5
    );
    project
        .run(&["explain", "run", "nope"])
        .ends(3)
        .says(&["has no task 'nope'"]);
    project
        .run(&["explain", "nowhere", "mle-01"])
        .ends(3)
        .says(&["there is no run 'nowhere'"]);
}
