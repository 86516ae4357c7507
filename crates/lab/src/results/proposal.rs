use super::roles::Roles;

/// What is said to whoever has not named all roles.
pub(crate) struct Proposal<'a> {
    /// What is to be judged.
    pub(crate) what: &'a str,
    pub(crate) roles: &'a Roles,
    pub(crate) methods: &'a [String],
    /// What has to be said before anything can be judged.
    pub(crate) missing: &'a [String],
    /// The command that confirms the guessed roles.
    pub(crate) command: Option<&'a str>,
    pub(crate) notes: &'a [String],
}

impl Proposal<'_> {
    /// For a terminal.
    pub(crate) fn text(&self) -> String {
        let is_whole = self.missing.is_empty();
        let mut lines = Vec::new();
        if !is_whole {
            lines.push(format!("To judge {}, say", self.what));
            lines.extend(self.missing.iter().map(|what| format!("  {what}")));
        }
        if !self.methods.is_empty() {
            lines.push(format!("Methods: {}", self.methods.join(", ")));
        }
        lines.extend(self.notes.iter().cloned());
        if let Some(command) = self.command {
            let guessed = self.roles.guessed.join(", ");
            let what_next = if is_whole { "confirm them:" } else { "go on from:" };
            if !guessed.is_empty() {
                lines.push(format!("These roles are guessed from names: {guessed}. If they are right, {what_next}"));
            }
            lines.push(format!("  {command}"));
            if is_whole {
                lines.push("or add --yes.".to_owned());
            }
        }
        lines.join("\n") + "\n"
    }
}
