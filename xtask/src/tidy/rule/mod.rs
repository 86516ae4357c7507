//! The rules, one file each.

mod absolute_path;
mod catalogue;
mod direction;
mod file_length;
mod kind;
mod module_file;
mod module_name;
mod sql;
mod unfinished;

pub(crate) use kind::Rule;

/// Every rule.
pub(crate) const RULES: &[Rule] = &[
    direction::RULE,
    catalogue::RULE,
    module_file::RULE,
    module_name::RULE,
    file_length::RULE,
    unfinished::RULE,
    sql::RULE,
    absolute_path::RULE,
];
