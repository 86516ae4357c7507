//! The environment variables that can change a result.

use std::collections::BTreeMap;
use std::ffi::OsString;

use super::redact::{WITHHELD, redact};

/// Names, and beginnings of names, that are worth keeping.
const NAMES: &[&str] =
    &["LANG", "TZ", "SHELL", "VIRTUAL_ENV", "CONDA_PREFIX", "CONDA_DEFAULT_ENV", "HOSTNAME", "TMPDIR"];
const PREFIXES: &[&str] = &[
    "PYTHON",
    "OMP_",
    "MKL_",
    "OPENBLAS_",
    "KMP_",
    "CUDA_",
    "CUBLAS_",
    "CUDNN_",
    "NCCL_",
    "NVIDIA_",
    "TORCH_",
    "PYTORCH_",
    "JAX_",
    "XLA_",
    "TF_",
    "RUST",
    "CARGO_",
    "LC_",
    "SLURM_",
    "RAY_",
    "GOSSET_",
    "TOKENIZERS_",
    "HF_",
    "ROCR_",
    "HIP_",
];
/// Lists of folders; their names are the loader's and the shell's, not a family.
const PATH_ENDING: &str = "PATH";

const TELLING_ENDINGS: &[&str] = &[
    "KEY",
    "KEYS",
    "TOKEN",
    "TOKENS",
    "SECRET",
    "SECRETS",
    "PASSWORD",
    "PASSWORDS",
    "PASSWD",
    "PASSPHRASE",
    "CREDENTIAL",
    "CREDENTIALS",
    "COOKIE",
    "COOKIES",
];
const TELLING_WORDS: &[&str] = &["AUTH", "OAUTH", "PASS", "PAT", "PRIVATE", "JWT"];

/// Selects the variables that can change a result, and withholds secrets.
///
/// `also` lists further names that a study asks for; one that ends in `*` is
/// the beginning of names. A variable whose name tells of a secret is there
/// with its name alone. Bytes that are not UTF-8 are replaced by U+FFFD.
pub fn environment(
    variables: impl IntoIterator<Item = (OsString, OsString)>,
    also: &[String],
) -> BTreeMap<String, String> {
    variables
        .into_iter()
        .map(|(name, value)| (name.to_string_lossy().into_owned(), value.to_string_lossy().into_owned()))
        .filter(|(name, _)| is_wanted(name, also))
        .map(|(name, value)| {
            let shown = if tells_of_secret(&name, &value) { WITHHELD.to_owned() } else { redact(&value).into_owned() };
            (name, shown)
        })
        .collect()
}

fn is_wanted(name: &str, also: &[String]) -> bool {
    let is_asked_for = |wanted: &String| match wanted.strip_suffix('*') {
        Some(prefix) => name.starts_with(prefix),
        None => name == wanted,
    };
    NAMES.contains(&name)
        || name.ends_with(PATH_ENDING)
        || PREFIXES.iter().any(|prefix| name.starts_with(prefix))
        || also.iter().any(is_asked_for)
}

/// `TOKENIZERS_PARALLELISM`, `AUTHOR` and `MAX_TOKENS=512` are innocent.
fn tells_of_secret(name: &str, value: &str) -> bool {
    let name = name.to_uppercase();
    let mut words = name.split(|letter: char| !letter.is_alphanumeric());
    words.any(|word| {
        let is_count = word.ends_with('S') && value.parse::<f64>().is_ok();
        TELLING_WORDS.contains(&word) || (TELLING_ENDINGS.iter().any(|ending| word.ends_with(ending)) && !is_count)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(name: &str, value: &str, also: &[&str], expected: Option<&str>) {
        let also: Vec<String> = also.iter().map(|&name| name.to_owned()).collect();
        let found = environment([(name.into(), value.into())], &also);
        assert_eq!(found.get(name).map(String::as_str), expected, "{name}={value}");
    }

    #[test]
    fn what_changes_results_is_kept_and_the_rest_is_not() {
        for name in [
            "PATH",
            "LD_LIBRARY_PATH",
            "PYTHONHASHSEED",
            "OMP_NUM_THREADS",
            "CUDA_VISIBLE_DEVICES",
            "LC_ALL",
            "RUST_LOG",
        ] {
            check(name, "1", &[], Some("1"));
        }
        for name in ["HOME_ADDRESS", "MAIL", "EDITOR", "LANGUAGE_OF_MY_HEART"] {
            check(name, "1", &[], None);
        }
        check("MY_FLAG", "1", &["MY_FLAG"], Some("1"));
        check("MY_FLAG", "1", &["MY_*"], Some("1"));
        check("MY_FLAG", "1", &["MY_"], None);
    }

    #[test]
    fn a_name_that_tells_of_a_secret_withholds_any_value() {
        for name in [
            "HF_TOKEN",
            "RAY_REDIS_PASSWORD",
            "CARGO_REGISTRY_TOKEN",
            "SLURM_JWT",
            "TF_APIKEY",
            "JAX_PRIVATE_X",
            "RAY_AUTH",
        ] {
            check(name, "x", &[], Some(WITHHELD));
        }
        check("my_secret", "x", &["my_secret"], Some(WITHHELD));
    }

    #[test]
    fn a_value_that_looks_like_a_secret_is_withheld_whatever_the_name() {
        check("HF_ENDPOINT", "https://me:hunter2@hub", &[], Some("https://me:[withheld: looks like a secret]@hub"));
    }

    #[test]
    fn innocent_names_are_not_mistaken() {
        for name in ["TOKENIZERS_PARALLELISM", "CARGO_PKG_AUTHORS", "HF_MAX_TOKENS", "PYTHONKEYWORDS", "GOSSET_PATTERN"]
        {
            check(name, "4", &[], Some("4"));
        }
    }
}
