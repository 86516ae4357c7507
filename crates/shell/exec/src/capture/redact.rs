//! Withholds what looks like a secret.

use std::borrow::Cow;
use std::sync::LazyLock;

use regex::bytes::{Captures, Regex};

/// What stands in the place of a secret.
pub const WITHHELD: &str = "[withheld: looks like a secret]";

/// Replaces everything in a text that looks like a secret by [`WITHHELD`].
///
/// Knows the shapes of common keys and tokens, private keys in PEM, passwords
/// in URLs, and values that are assigned to a telling name and look random.
/// The rest of the text stays as it is.
pub fn redact(text: &str) -> Cow<'_, str> {
    match redact_bytes(text.as_bytes()) {
        Cow::Borrowed(_) => Cow::Borrowed(text),
        Cow::Owned(bytes) => Cow::Owned(String::from_utf8_lossy(&bytes).into_owned()),
    }
}

/// Does the same with text in any encoding that contains ASCII.
pub fn redact_bytes(text: &[u8]) -> Cow<'_, [u8]> {
    let mut text = Cow::Borrowed(text);
    for shape in SHAPES.iter() {
        if let Cow::Owned(changed) = shape.withhold(&text) {
            text = Cow::Owned(changed);
        }
    }
    text
}

/// A pattern; its group `secret`, or all of it, is the secret.
struct Shape {
    pattern: Regex,
    is_secret: Judge,
}

/// Says whether what a pattern found is a secret indeed.
type Judge = fn(&[u8]) -> bool;

impl Shape {
    fn withhold<'t>(&self, text: &'t [u8]) -> Cow<'t, [u8]> {
        self.pattern.replace_all(text, |found: &Captures<'_>| {
            let whole = found.get_match();
            let secret = found.name("secret").unwrap_or(whole);
            if !(self.is_secret)(secret.as_bytes()) {
                return whole.as_bytes().to_vec();
            }
            let before = &text[whole.start()..secret.start()];
            let after = &text[secret.end()..whole.end()];
            [before, WITHHELD.as_bytes(), after].concat()
        })
    }
}

static SHAPES: LazyLock<Vec<Shape>> = LazyLock::new(|| {
    SOURCES
        .iter()
        .map(|&(pattern, is_secret)| Shape {
            pattern: Regex::new(pattern).expect("the patterns are constant and tested"),
            is_secret,
        })
        .collect()
});

/// Sources: the documentation of each issuer on the form of its tokens, as of
/// 2025, and RFC 7468 (PEM), RFC 7519 (JWT), RFC 3986 section 3.2.1 (URLs).
const SOURCES: &[(&str, Judge)] = &[
    // PEM. The lines may be part of a diff, or of a string with `\n` in it.
    (
        r#"(?-u)-----BEGIN [A-Z0-9 ]*PRIVATE KEY(?: BLOCK)?-----(?:(?:\\[nr]|\n[+-]|[\s"'+])*[A-Za-z-]+: [^\n]*)*(?:(?:\\[nr]|\n[+-]|[\s"'+])*[A-Za-z0-9+/=]{16,})+(?:(?:\\[nr]|\n[+-]|[\s"'+])*[A-Za-z0-9+/=]+)?(?:(?:\\[nr]|\n[+-]|[\s"'+])*-----END [A-Z0-9 ]*PRIVATE KEY(?: BLOCK)?-----)?"#,
        always,
    ),
    // AWS key ids.
    (r"(?-u)\b(?:AKIA|ASIA)[A-Z0-9]{16}\b", always),
    // GitHub, GitLab.
    (r"(?-u)\bgh[pousr]_[A-Za-z0-9]{30,}\b", always),
    (r"(?-u)\bgithub_pat_[A-Za-z0-9_]{22,}", always),
    (r"(?-u)\bglpat-[A-Za-z0-9_-]{20,}", always),
    // OpenAI, Anthropic, Stripe.
    (r"(?-u)\bsk-[A-Za-z0-9_-]{20,}", is_mixed),
    (r"(?-u)\b[sr]k_live_[A-Za-z0-9]{16,}\b", always),
    // Hugging Face.
    (r"(?-u)\bhf_[A-Za-z0-9]{30,}\b", is_mixed),
    // Slack, Google, npm, PyPI.
    (r"(?-u)\bxox[abeoprs]-[A-Za-z0-9-]{10,}", has_digit),
    (r"(?-u)\bAIza[A-Za-z0-9_-]{35}", always),
    (r"(?-u)\bnpm_[A-Za-z0-9]{36}\b", always),
    (r"(?-u)\bpypi-AgE[A-Za-z0-9_-]{40,}", always),
    // JSON Web Tokens begin with `{"` in base64.
    (r"(?-u)\beyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]*", always),
    (
        r"(?i-u)\bauthorization\\?[\x22']?\s*[:=]\s*\\?[\x22']?(?:bearer|basic|token)\s+(?P<secret>[A-Za-z0-9._~+/=-]{8,})",
        always,
    ),
    (r"(?i-u)\bbearer\s+(?P<secret>[A-Za-z0-9._~+/=-]{20,})", has_digit),
    // The password of a URL, or a long user name that is a token.
    (r"(?-u)\b[A-Za-z][A-Za-z0-9+.-]*://[^\s/:@\x22'<>{}$]*:(?P<secret>[^\s/@\x22'<>{}$]+)@", is_not_withheld),
    (r"(?-u)\b[A-Za-z][A-Za-z0-9+.-]*://(?P<secret>[A-Za-z0-9_-]{20,})@", has_digit),
    // Options of commands.
    (r"(?i-u)--(?:[a-z]+[_-])*(?:password|passwd|passphrase)(?:=|\s+)(?P<secret>[^\s\x22'\[-][^\s\x22']*)", always),
    // Names that tell, with values that look random.
    (
        r"(?i-u)(?:\b|_|-)(?:(?:api|access|secret|private|auth|account|signing|encryption)[_-]?(?:access[_-]?)?(?:key|token)|token|secret|credentials?)\\?[\x22']?(?:\s*[:=]\s*|\s+)\\?[\x22']?(?P<secret>[A-Za-z0-9+/=_.-]{16,})",
        is_random,
    ),
    (
        r"(?i-u)(?:\b|_|-)(?:password|passwd|passphrase|pwd)\\?[\x22']?\s*[:=]\s*\\?[\x22'](?P<secret>[^\s\x22'\\\[{<$]{4,})\\?[\x22']",
        always,
    ),
    (r"(?-u)(?:\b|_)(?:PASSWORD|PASSWD|PASSPHRASE|SECRET)=(?P<secret>[^\s\x22'\\\[{<$]{4,})", always),
];

fn always(_: &[u8]) -> bool {
    true
}

fn has_digit(secret: &[u8]) -> bool {
    secret.iter().any(u8::is_ascii_digit)
}

fn is_not_withheld(secret: &[u8]) -> bool {
    !secret.starts_with(b"[withheld")
}

/// Names made of words (`sk-learn-contrib-something`) lack one of these.
fn is_mixed(secret: &[u8]) -> bool {
    let body = &secret[3..];
    has_digit(body) && (body.iter().any(u8::is_ascii_uppercase) || longest_run(body) >= 20)
}

fn longest_run(text: &[u8]) -> usize {
    text.split(|byte| !byte.is_ascii_alphanumeric()).map(<[u8]>::len).max().unwrap_or(0)
}

/// Paths, dotted names and words are not random; a long run of letters with digits is.
fn is_random(secret: &[u8]) -> bool {
    let has_letter = secret.iter().any(u8::is_ascii_alphabetic);
    let is_dotted = secret.contains(&b'.');
    has_digit(secret) && has_letter && !is_dotted && longest_run(secret) >= 12
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Each is a secret between `<` and `>`, in the text around it. None is real.
    const SECRETS: &[&str] = &[
        "key <AKIAIOSFODNN7EXAMPLE> here",
        "<ghp_abcdefghijklmnopqrstuvwxyz0123456789>",
        "url=https://<ghs_abcdefghijklmnopqrstuvwxyz0123456789>@github.com/a/b.git",
        "<github_pat_11ABCDEFG0abcdefghijkl_mnopqrstuvwxyz>",
        "<glpat-abcDEF123456_7890-xyz>",
        "OPENAI=<sk-proj-abcdEFGH1234ijklMNOP5678>",
        "<sk-ant-api03-abcdEFGH1234ijklMNOP5678-xyz>",
        "<sk-abcdefghijklmnopqrst1234>",
        "<hf_abcdEFGHijklMNOPqrstUVWXyz01234567>",
        "<xoxb-123456789012-abcdefghijkl>",
        "<AIzaSyA1234567890abcdefghijklmnopqrstuv>",
        "t <eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.abc_DEF-123> t",
        "Authorization: Bearer <abcdef1234567890>",
        "curl -H 'Authorization: token <deadbeefcafe>'",
        "postgres://user:<hunter2>@db.example.org/x",
        "redis://:<hunter2>@localhost:6379",
        "https://<abcdefghij0123456789abcdefghij>@host/x",
        "train.py --password <hunter2> --lr 0.1",
        "train.py --db-password=<hunter2>",
        "--api-key <0123456789abcdef0123456789abcdef>",
        "WANDB_API_KEY=<0123456789abcdef0123456789abcdef01234567>",
        "aws_secret_access_key = <wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY>",
        "+  api_key: \"<abcd1234efgh5678ijkl>\",",
        "{\"token\": \"<abcd1234efgh5678ijkl>\"}",
        "password = \"<hunter2>\"",
        "DB_PASSWORD=<hunter2>",
        "<-----BEGIN RSA PRIVATE KEY-----\nMIIEpAIBAAKCAQEA1234567890\nabcdefghijklmnop\nQ==\n-----END RSA PRIVATE KEY----->\nrest",
        "+<-----BEGIN OPENSSH PRIVATE KEY-----\n+b3BlbnNzaC1rZXktdjEAAAAABG5vbmUAAAAE\n+-----END OPENSSH PRIVATE KEY----->\n+x = 1",
        "\"<-----BEGIN PRIVATE KEY-----\\nMIIEvQIBADANBgkqhkiG9w0BAQEF\\n-----END PRIVATE KEY----->\\n\"",
    ];

    /// What a laboratory writes every day.
    const INNOCENTS: &[&str] = &[
        "",
        "pip install sk-learn-contrib-something-long-enough",
        "task-20240101-abcdefghijklmnop",
        "from hf_transfer_enable_something_long_enough import x",
        "hf_hub_download(repo_id='a/b')",
        "tokenizer = AutoTokenizer.from_pretrained('gpt2')",
        "token = tokenizer.next_token(state)",
        "token = self.embedding_table_lookup",
        "--max-tokens 4096 --pad-token '<pad>' --eos-token </s>",
        "--tokenizer-name meta-llama/Llama-3.1-8B",
        "key = jax.random.PRNGKey(0)",
        "secret = load_secret_from(path)",
        "git@github.com:owner/repository.git",
        "https://github.com/owner/repository.git",
        "https://user@host/path",
        "see http://localhost:8080/a@b",
        "time 12:34:56@x",
        "commit 0123456789abcdef0123456789abcdef01234567",
        "numpy==2.1.0\ntorch @ git+https://github.com/pytorch/pytorch@0123456789abcdef0123456789abcdef01234567",
        "if line.startswith(\"-----BEGIN PRIVATE KEY-----\"):",
        "-----BEGIN CERTIFICATE-----\nMIIEpAIBAAKCAQEA1234567890\n-----END CERTIFICATE-----",
        "password = getpass.getpass()",
        "password = \"$PASSWORD\"",
        "password: \"{password}\"",
        "bearer of good news, and of many more",
        "ASIA and AKIA are words",
        "risk-adjusted-return-of-the-year-2024",
        "xoxo-hugs-and-kisses",
        "attention_key = 'layers.0.attention.key.weight'",
        "secret santa organisation committee",
        "GET /api/2.0/mlflow/runs/get?run_id=0123456789abcdef",
        "f\"postgres://{user}:{password}@{host}\"",
        "postgres://$USER:$PASSWORD@db",
    ];

    #[test]
    fn secrets_are_withheld_and_nothing_around_them() {
        for text in SECRETS {
            let (before, rest) = text.split_once('<').unwrap();
            let (secret, after) = rest.rsplit_once('>').unwrap();
            let plain = format!("{before}{secret}{after}");
            assert_eq!(redact(&plain), format!("{before}{WITHHELD}{after}"), "{plain}");
        }
    }

    #[test]
    fn innocents_stay_as_they_are() {
        for text in INNOCENTS {
            assert_eq!(redact(text), *text);
        }
    }

    #[test]
    fn to_redact_twice_changes_nothing_more() {
        for text in SECRETS {
            let once = redact(&text.replace(['<', '>'], "")).into_owned();
            assert_eq!(redact(&once), once);
        }
    }

    #[test]
    fn bytes_around_a_secret_need_not_be_unicode() {
        let text = b"\xff\xfe AKIAIOSFODNN7EXAMPLE \x80";
        let expected = [b"\xff\xfe ", WITHHELD.as_bytes(), b" \x80"].concat();
        assert_eq!(redact_bytes(text), expected);
    }
}
