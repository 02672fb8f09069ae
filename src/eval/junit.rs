//! A gate and the declared figures as JUnit XML, which build servers read.

use super::gate::{Check, Gate, GateMode};
use super::paired::{Comparison, Difference, verdict_text, words};
use crate::error::{Error, Kind, Result};
use quick_junit::{NonSuccessKind, Report, TestCase, TestCaseStatus, TestSuite};

/// One suite with a case a guarded figure, which fails where the gate does, and a case a declared figure, which says what was found
/// and fails never: a drop that nobody guards is no failure.
///
/// # Errors
/// [`Kind::Internal`] where the XML cannot be written.
pub fn junit(of: &Comparison, gate: &Gate) -> Result<String> {
    let name = format!("taskrater eval {} {}", of.set, of.half);
    let mut suite = TestSuite::new(name.clone());
    let facts = [
        ("gate", gate.mode.name().to_owned()),
        ("new prompt", of.new.prompt.fingerprint.clone()),
        ("old prompt", of.old.prompt.fingerprint.clone()),
        ("tasks in both", of.tasks.both.to_string()),
        ("occupations", of.tasks.occupations.to_string()),
    ];
    for fact in facts {
        suite.add_property((fact.0, fact.1.as_str()));
    }
    suite.add_test_cases(gate.checks.iter().map(|check| guarded(check, gate.mode)));
    suite.add_test_cases(of.primary().map(declared));
    let mut report = Report::new(name);
    report.add_test_suite(suite);
    report
        .to_string()
        .map_err(|error| Error::new(Kind::Internal, "cannot write JUnit XML").because(error))
}

fn guarded(check: &Check, mode: GateMode) -> TestCase {
    let status = match check.passed {
        true => TestCaseStatus::success(),
        false => {
            let mut failed = TestCaseStatus::non_success(NonSuccessKind::Failure);
            failed.set_message(check.why.clone());
            failed.set_type(check.most.map_or("answers", |_| "max-drop"));
            failed.set_description(format!(
                "{} of {}: {}",
                check.figure, check.judge, check.why
            ));
            failed
        }
    };
    let name = match check.most {
        Some(most) => format!("{} drops by no more than {most}", check.figure),
        None => format!("{} as before", check.figure),
    };
    let mut case = TestCase::new(name, status);
    case.set_classname(format!("gate.{}", mode.name()));
    case.add_property(("tasks", check.n.to_string().as_str()));
    case.set_system_out(check.why.clone());
    case
}

fn declared(one: &Difference) -> TestCase {
    let mut case = TestCase::new(one.name(), TestCaseStatus::success());
    case.set_classname(format!("declared.{}", words::judges(one)));
    case.set_system_out(format!(
        "{}; {}, difference {}, p {}, adjusted {}, n = {}",
        verdict_text(one, true),
        words::both(one),
        words::delta(one),
        words::p(one.p),
        words::p(one.adjusted_p),
        one.n
    ));
    case
}
