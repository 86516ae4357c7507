/// One piece of a command template.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Piece<'a> {
    /// Text that stands for itself.
    Text(&'a str),
    /// The name between braces.
    Placeholder(&'a str),
}

/// A template whose braces do not match.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("a brace in `{template}` has no partner; write `{{{{` or `}}}}` for a brace itself")]
pub struct TemplateError {
    template: String,
}

/// Takes a template such as `--seed={seed}` apart; `{{` and `}}` stand for
/// braces.
///
/// # Errors
/// [`TemplateError`] if a brace has no partner.
pub fn pieces(template: &str) -> Result<Vec<Piece<'_>>, TemplateError> {
    let broken = || TemplateError { template: template.to_owned() };
    let mut found = Vec::new();
    let mut rest = template;
    while let Some(at) = rest.find(['{', '}']) {
        if at > 0 {
            found.push(Piece::Text(&rest[..at]));
        }
        let here = &rest[at..];
        if here.starts_with("{{") || here.starts_with("}}") {
            found.push(Piece::Text(&here[..1]));
            rest = &here[2..];
        } else if here.starts_with('{') {
            let end = here.find('}').ok_or_else(broken)?;
            found.push(Piece::Placeholder(&here[1..end]));
            rest = &here[end + 1..];
        } else {
            return Err(broken());
        }
    }
    if !rest.is_empty() {
        found.push(Piece::Text(rest));
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn placeholders_stand_between_single_braces() {
        assert_eq!(
            pieces("--lr={param.lr}/{{x}}"),
            Ok(vec![
                Piece::Text("--lr="),
                Piece::Placeholder("param.lr"),
                Piece::Text("/"),
                Piece::Text("{"),
                Piece::Text("x"),
                Piece::Text("}"),
            ])
        );
        assert!(pieces("{seed").is_err());
        assert!(pieces("seed}").is_err());
    }
}
