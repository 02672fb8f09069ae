//! `[labour]` of `taskrater.toml`: which files of labour statistics a project uses.

use crate::error::{Error, Result};
use crate::line_at;
use serde::Deserialize;

/// The files of labour statistics that are configured.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LabourFiles {
    /// Occupational Employment and Wage Statistics.
    pub oews: Option<LabourFile>,
    /// Employment Projections.
    pub projections: Option<LabourFile>,
}

/// A file that is configured.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LabourFile {
    /// Its path, relative to `taskrater.toml`.
    pub path: String,
    /// Where it is configured: file and line, as errors name it.
    pub place: String,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields)]
pub(super) struct RawLabour {
    oews: Option<toml::Spanned<String>>,
    projections: Option<toml::Spanned<String>>,
}

impl LabourFiles {
    /// From the table of a file that errors call `name`; what it does not name is as `before`.
    pub(super) fn read(name: &str, text: &str, raw: RawLabour, before: Self) -> Result<Self> {
        let file = |key: &str, path: Option<toml::Spanned<String>>, before| match path {
            None => Ok(before),
            Some(path) => {
                let place = format!("{name}:{}", line_at(text, path.span().start));
                let path = path.into_inner();
                match path.trim().is_empty() {
                    true => Err(Error::input(format!("{place}: {key} names no file"))),
                    false => Ok(Some(LabourFile { path, place })),
                }
            }
        };
        Ok(Self {
            oews: file("oews", raw.oews, before.oews)?,
            projections: file("projections", raw.projections, before.projections)?,
        })
    }
}
