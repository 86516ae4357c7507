//! What suites need from outside, found or made.

use std::ffi::OsStr;
use std::fmt;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::suite::Need;

/// The packages of the example program that the tests run with Python.
const REQUIREMENTS: &str = "examples/digits-sklearn/requirements.txt";

/// Names under which a Chromium may be on PATH.
const CHROMIUM_NAMES: &[&str] = &["chromium", "chromium-browser", "google-chrome-stable", "google-chrome"];

/// Something needed that is not there.
#[derive(Debug, Clone)]
pub(crate) struct Missing {
    /// What is missing and why it could not be made.
    pub(crate) what: String,
    /// The command that would mend it.
    pub(crate) mend: String,
}

impl fmt::Display for Missing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}\nmend: {}", self.what, self.mend)
    }
}

/// What provisioning knows and may do.
#[derive(Debug)]
pub(crate) struct Place {
    /// The folder of the workspace.
    pub(crate) root: PathBuf,
    /// Where private environments are kept between calls.
    pub(crate) services: PathBuf,
    /// Whether packages of the system may be installed.
    pub(crate) may_install: bool,
}

/// Finds or makes what a suite needs and returns the program's path.
///
/// # Errors
/// Says what is missing and what would mend it.
pub(crate) fn provision(need: Need, place: &Place) -> Result<PathBuf, Missing> {
    if let Some(given) = std::env::var_os(need.variable()) {
        return take_given(need, PathBuf::from(given));
    }
    match need {
        Need::Python => python(need.variable(), REQUIREMENTS, "python", place),
        Need::Chromium => chromium(place),
    }
}

fn take_given(need: Need, path: PathBuf) -> Result<PathBuf, Missing> {
    if path.is_file() {
        return Ok(path);
    }
    Err(Missing {
        what: format!("{} names {}, which is no file", need.variable(), path.display()),
        mend: format!("unset {}", need.variable()),
    })
}

fn chromium(place: &Place) -> Result<PathBuf, Missing> {
    let find = || CHROMIUM_NAMES.iter().find_map(|name| on_path(name));
    if let Some(path) = find() {
        return Ok(path);
    }
    apt_install("chromium", &["chromium"], place)?;
    find().ok_or_else(|| Missing {
        what: "chromium was installed and is still not on PATH".into(),
        mend: format!("{}=/path/to/chromium cargo xtask test", Need::Chromium.variable()),
    })
}

/// Makes a private environment with the packages of a file of requirements, if
/// it is not there already, and returns its Python; `variable` names another
/// one to be used instead.
///
/// # Errors
/// Says what is missing and what would mend it.
pub(crate) fn python(variable: &str, packages: &str, name: &str, place: &Place) -> Result<PathBuf, Missing> {
    let requirements_path = place.root.join(packages);
    let requirements = std::fs::read_to_string(&requirements_path).map_err(|error| Missing {
        what: format!("python: {packages} cannot be read: {error}"),
        mend: format!("git checkout -- {packages}"),
    })?;
    if on_path("python3").is_none() {
        apt_install("python3", &["python3", "python3-venv"], place)?;
    }
    let folder = place.services.join(name);
    let program = folder.join("bin/python");
    let stamp_path = folder.join("made-from");
    let base_version = say("python3", &["--version"])
        .map_err(|what| Missing { what: format!("python: {what}"), mend: "apt-get install python3".into() })?;
    let stamp = format!("{base_version}\n{requirements}");
    let is_current = std::fs::read_to_string(&stamp_path).ok().as_ref() == Some(&stamp)
        && say(&program, &["--version"]).as_ref() == Ok(&base_version);
    if is_current {
        return Ok(program);
    }
    println!("making a Python environment in {}", folder.display());
    if say("python3", &["-c", "import ensurepip"]).is_err() {
        apt_install("python3's venv", &["python3-venv"], place)?;
    }
    let unmade = |what: String| Missing {
        what: format!("python: {what}"),
        mend: format!(
            "set {variable} to a Python that has the packages of {packages}; or give the same \
             command again with a package index in reach"
        ),
    };
    let make = [OsStr::new("-m"), "venv".as_ref(), "--clear".as_ref(), folder.as_os_str()];
    say("python3", &make).map_err(unmade)?;
    let options = ["-m", "pip", "install", "--quiet", "--no-input", "--disable-pip-version-check"];
    let mut install: Vec<&OsStr> = options.iter().map(OsStr::new).collect();
    install.extend([OsStr::new("-r"), requirements_path.as_os_str()]);
    say(&program, &install).map_err(unmade)?;
    // Written last: an environment without it is made anew.
    std::fs::write(&stamp_path, stamp)
        .map_err(|error| unmade(format!("{} cannot be written: {error}", stamp_path.display())))?;
    Ok(program)
}

/// Installs packages of Debian, where that is allowed and possible.
fn apt_install(what: &str, packages: &[&str], place: &Place) -> Result<(), Missing> {
    let command = format!("apt-get update && apt-get install -y --no-install-recommends {}", packages.join(" "));
    let refuse =
        |why: &str| Err(Missing { what: format!("{what} is not there; not installed: {why}"), mend: command.clone() });
    if !is_debian(&std::fs::read_to_string("/etc/os-release").unwrap_or_default()) {
        return Err(Missing {
            what: format!("{what} is not there; not installed: this is no Debian"),
            mend: format!("install {} with your system's package manager", packages.join(" and ")),
        });
    }
    if !place.may_install {
        return refuse("neither CI=true nor --install was given");
    }
    if say("id", &["-u"]).as_deref() != Ok("0") {
        return refuse("only root can");
    }
    println!("installing {}", packages.join(", "));
    let steps = [vec!["update"], [&["install", "-y", "--no-install-recommends"], packages].concat()];
    for step in steps {
        let arguments = [&["-q", "-o", "DPkg::Lock::Timeout=120"], &step[..]].concat();
        if let Err(why) = say("apt-get", &arguments) {
            return refuse(&why);
        }
    }
    Ok(())
}

/// Says whether an `os-release` file describes Debian itself: its relatives
/// name packages otherwise.
fn is_debian(os_release: &str) -> bool {
    os_release.lines().any(|line| matches!(line.trim(), "ID=debian" | "ID=\"debian\""))
}

fn on_path(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path).map(|folder| folder.join(name)).find(|file| is_program(file))
}

#[cfg(unix)]
fn is_program(file: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    file.metadata().is_ok_and(|found| found.is_file() && found.permissions().mode() & 0o111 != 0)
}

#[cfg(not(unix))]
fn is_program(file: &Path) -> bool {
    file.is_file()
}

/// Runs a program and returns what it printed, without the line end.
///
/// The error is one line: how it ended and the last line of what it said.
fn say(program: impl AsRef<OsStr>, arguments: &[impl AsRef<OsStr>]) -> Result<String, String> {
    let name = program.as_ref().to_string_lossy().into_owned();
    let output = Command::new(program)
        .args(arguments)
        .env("DEBIAN_FRONTEND", "noninteractive")
        .output()
        .map_err(|error| format!("{name} cannot be started: {error}"))?;
    if output.status.success() {
        return Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned());
    }
    let said = String::from_utf8_lossy(&output.stderr);
    let last = said.lines().rev().find(|line| !line.trim().is_empty()).unwrap_or("it said nothing");
    Err(format!("{name} ended with {}: {}", output.status, last.trim()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_debian_itself_is_debian() {
        assert!(is_debian("PRETTY_NAME=\"Debian GNU/Linux 12\"\nID=debian\n"));
        assert!(!is_debian("ID=ubuntu\nID_LIKE=debian\n"));
        assert!(!is_debian(""));
    }

    #[test]
    fn a_failing_program_is_told_by_its_last_words() {
        let said = say("git", &["no-such-subcommand"]).unwrap_err();
        assert!(said.starts_with("git ended with exit status: 1: "), "{said}");
        assert!(say("no-such-program", &["x"]).unwrap_err().contains("cannot be started"));
    }

    #[test]
    fn without_leave_nothing_is_installed() {
        let place = Place { root: "/".into(), services: "/".into(), may_install: false };
        let missing = apt_install("a package", &["no-such-package"], &place).unwrap_err();
        assert!(missing.what.contains("not installed"), "{missing}");
        assert!(missing.mend.contains("no-such-package"), "{missing}");
    }

    #[test]
    fn a_program_named_by_the_caller_must_exist() {
        let missing = take_given(Need::Chromium, "/no/such/chromium".into()).unwrap_err();
        assert_eq!(missing.mend, "unset GOSSET_TEST_CHROMIUM");
    }
}
