use std::ffi::OsString;
use std::path::Path;

use gosset_exec::capture::{self, Code, Gpus};
use gosset_model::{CodeVersion, Digest, Protocol, Session};
use gosset_store::Artifacts;
use serde_json::json;

use crate::LabError;
use crate::study_folder::StudyFolder;

/// What a registration keeps of captured code.
pub(crate) fn code_version(code: &Code) -> CodeVersion {
    let absent = |why: &str| CodeVersion { commit: None, has_changes: false, diff: None, absent: Some(why.to_owned()) };
    match code {
        Code::Git(checkout) => CodeVersion {
            commit: checkout.commit.clone(),
            has_changes: checkout.is_dirty,
            diff: checkout.diff.as_ref().map(|diff| Digest::of(&diff.bytes)),
            absent: checkout.commit.is_none().then(|| "the repository has no commit".to_owned()),
        },
        Code::NotARepository => absent("the folder is not under git"),
        Code::NoGit => absent("git is not installed"),
        Code::Unknown { reason } => absent(reason),
    }
}

/// Takes down where and with what the runs of a session are executed.
pub(crate) fn session(
    artifacts: &Artifacts,
    folder: &StudyFolder,
    protocol: &Protocol,
    argv: &[OsString],
    environment: &[(OsString, OsString)],
    slots: u32,
) -> Result<Session, LabError> {
    let working_dir = folder.resolve(&protocol.program.directory);
    // The three take a process or two each: side by side they cost the slowest.
    let (code, machine, versions) = std::thread::scope(|scope| {
        let code = scope.spawn(|| capture::code(folder.path()));
        let machine = scope.spawn(capture::machine);
        let versions = capture::program_versions(argv, &working_dir, environment);
        let died = "captures report their failures as values";
        (code.join().expect(died), machine.join().expect(died), versions)
    });
    let diff = match &code {
        Code::Git(checkout) => checkout.diff.as_ref().map(|diff| artifacts.keep(&diff.bytes)).transpose()?,
        Code::NotARepository | Code::NoGit | Code::Unknown { .. } => None,
    };
    let record = json!({
        "version": 1,
        "code": code,
        "machine": machine,
        "programs": versions,
        "environment": capture::environment(environment.iter().cloned(), &protocol.program.pass_environment),
    });
    let bytes = serde_json::to_vec_pretty(&record).expect("a JSON value has text keys");
    let capture = artifacts.keep(&bytes)?;
    let gpus = match &machine.gpus {
        Gpus::Nvidia(gpus) => gpus.iter().map(|gpu| gpu.name.clone()).collect(),
        Gpus::NoNvidiaSmi | Gpus::Unknown { .. } => Vec::new(),
    };
    let build = versions.get("program_blake3").and_then(|hex| format!("blake3:{hex}").parse().ok());
    // Lists of packages stand in the capture; here is what fits a line.
    let in_short = versions.into_iter().filter(|(_, text)| !text.contains('\n')).collect();
    Ok(Session {
        gosset_version: env!("CARGO_PKG_VERSION").to_owned(),
        host: machine.host_name,
        os: machine.os.unwrap_or(machine.kernel),
        cpu: machine.cpu_model.unwrap_or(machine.architecture),
        cores: machine.cores.unwrap_or(0),
        memory_bytes: machine.memory_bytes.unwrap_or(0),
        gpus,
        slots,
        capture,
        diff,
        commit: code_version(&code).commit,
        versions: in_short,
        build,
    })
}

/// The absolute path of a program that is named by a path; a bare name is left
/// to the search path of the run.
pub(crate) fn program_path(working_dir: &Path, program: &str) -> OsString {
    if program.contains('/') { working_dir.join(program).into_os_string() } else { OsString::from(program) }
}
