//! The local page of `review`: its files, and what it may know.
//!
//! The files are the same for everyone and hold nothing of a review. What a person is shown are views of a
//! [`Desk`](crate::review::Desk) that leave out ratings, strata and what others said: whoever labels is blind to all of it.

mod at_hand;
mod view;

pub use at_hand::AtHand;
pub use view::{Overview, Shown};

/// The document.
pub const HTML: &str = include_str!("page.html");
/// The style: the colours of the audit's page, and its own rules.
pub const STYLE: &str = concat!(
    include_str!("../../report/page/palette.css"),
    include_str!("page.css")
);
/// The script, in the order in which its files use each other.
pub const SCRIPT: &str = concat!(
    "\"use strict\";\n(() => {\n",
    include_str!("../../report/page/js/dom.js"),
    include_str!("js/server.js"),
    include_str!("js/kept.js"),
    include_str!("js/questions.js"),
    include_str!("js/task.js"),
    include_str!("js/save.js"),
    include_str!("js/dialogs.js"),
    include_str!("js/screens.js"),
    include_str!("js/keys.js"),
    include_str!("js/main.js"),
    "})();\n",
);
