use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::fs;
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::path::{Path, PathBuf};

use gosset_exec::capture::redact;
use gosset_exec::local::Job;
use gosset_exec::supervise::Order;
use gosset_model::{Digest, Level, Name, ParameterStyle, Piece, PlannedRun, Protocol, RunFacts, Settings, pieces};

use super::capture::program_path;
use crate::LabError;
use crate::study_folder::StudyFolder;

/// The file that holds a run's parameters.
pub(crate) const PARAMS: &str = "params.json";
/// The file that a run appends its metrics to.
pub(crate) const METRICS: &str = "metrics.jsonl";
/// The folder within an attempt's folder that is the run's own.
pub(crate) const WORK: &str = "work";

/// Variables that every run is given if they are set; all else is passed on
/// only if the study names it.
const PASSED_ON: &[&str] = &[
    "PATH",
    "HOME",
    "USER",
    "LOGNAME",
    "SHELL",
    "LANG",
    "TZ",
    "TMPDIR",
    "LD_LIBRARY_PATH",
    "DYLD_LIBRARY_PATH",
    "VIRTUAL_ENV",
    "CONDA_PREFIX",
    "CONDA_DEFAULT_ENV",
    "CUDA_HOME",
    "CUDA_PATH",
    "CUDA_VISIBLE_DEVICES",
    "NVIDIA_VISIBLE_DEVICES",
    "XDG_CACHE_HOME",
    "HF_HOME",
    "TORCH_HOME",
];
const PASSED_ON_PREFIXES: &[&str] = &["LC_", "OMP_", "MKL_", "OPENBLAS_", "PYTHON", "NCCL_", "CUBLAS_"];

/// What all runs of a study share.
pub(crate) struct Launcher<'a> {
    pub(crate) folder: &'a StudyFolder,
    pub(crate) protocol: &'a Protocol,
    /// The variables that every run gets, without those of the single run.
    pub(crate) environment: Vec<(OsString, OsString)>,
}

impl<'a> Launcher<'a> {
    pub(crate) fn new(folder: &'a StudyFolder, protocol: &'a Protocol) -> Self {
        let program = &protocol.program;
        let is_passed = |name: &OsStr| {
            let name = name.to_string_lossy();
            PASSED_ON.contains(&name.as_ref())
                || PASSED_ON_PREFIXES.iter().any(|prefix| name.starts_with(prefix))
                || program.pass_environment.iter().any(|wanted| *wanted == name)
        };
        let environment = std::env::vars_os().filter(|(name, _)| is_passed(name)).collect();
        Self { folder, protocol, environment }
    }

    /// The program's working directory.
    pub(crate) fn working_dir(&self) -> PathBuf {
        match self.protocol.program.directory.as_str() {
            "." => self.folder.path().to_owned(),
            directory => self.folder.resolve(directory),
        }
    }

    /// The program and the arguments that need no run to be known, for asking
    /// about its version.
    pub(crate) fn argv(&self) -> Vec<OsString> {
        let plain = |text: &String| !matches!(pieces(text), Ok(pieces) if pieces.iter().any(|piece| matches!(piece, Piece::Placeholder(_))));
        let mut argv: Vec<OsString> =
            self.protocol.program.command.iter().take_while(|text| plain(text)).map(OsString::from).collect();
        if let Some(program) = self.protocol.program.command.first() {
            let path = program_path(&self.working_dir(), program);
            if argv.is_empty() { argv.push(path) } else { argv[0] = path }
        }
        argv
    }

    /// Makes the folder of an attempt and the order for it.
    pub(crate) fn prepare(&self, run: &PlannedRun, attempt_dir: &Path) -> Result<(Job, RunFacts), LabError> {
        let work = attempt_dir.join(WORK);
        fs::create_dir_all(&work).map_err(LabError::file("make", &work))?;
        let settings = &self.protocol.arms[&run.arm];
        let params = attempt_dir.join(PARAMS);
        let text = serde_json::to_vec_pretty(settings).expect("settings have text keys and finite numbers");
        fs::write(&params, text).map_err(LabError::file("write", &params))?;
        let filler = Filler { launcher: self, run, settings, work: &work, params: &params, attempt_dir };
        let program = &self.protocol.program;
        let mut argv: Vec<OsString> = program.command.iter().map(|text| filler.filled(text)).collect();
        argv[0] = match argv[0].to_str() {
            Some(name) => program_path(&self.working_dir(), name),
            None => argv[0].clone(),
        };
        argv.extend(appended(program.parameters, settings));
        let mut env = self.environment.clone();
        let mut set = |name: &str, value: OsString| {
            env.retain(|(known, _)| known != name);
            env.push((OsString::from(name), value));
        };
        for (name, text) in &program.environment {
            set(name, filler.filled(text));
        }
        set("GOSSET_SEED", run.seed.to_string().into());
        set("GOSSET_PARAMS", params.clone().into());
        set("GOSSET_RUN_DIR", work.clone().into());
        set("GOSSET_METRICS", attempt_dir.join(METRICS).into());
        set("GOSSET_ARM", run.arm.as_str().into());
        if let Some(dataset) = &run.dataset {
            set("GOSSET_DATASET", dataset.as_str().into());
        }
        let facts = RunFacts {
            command: argv.iter().map(|argument| redact(&argument.to_string_lossy()).into_owned()).collect(),
            command_digest: command_digest(&argv),
            slot: 0,
            gpus: Vec::new(),
        };
        let args = argv.split_off(1);
        let order = Order {
            run_dir: attempt_dir.to_owned(),
            program: argv.swap_remove(0),
            args,
            working_dir: self.working_dir(),
            timeout_secs: Some(program.timeout_secs),
            grace_secs: program.grace_secs,
            memory_limit_bytes: program.memory_limit_bytes,
            output_limit_bytes: program.output_limit_bytes,
        };
        Ok((Job { order, env }, facts))
    }
}

fn command_digest(argv: &[OsString]) -> Digest {
    let bytes: Vec<u8> = argv.iter().flat_map(|argument| [argument.as_bytes(), b"\0"].concat()).collect();
    Digest::of(&bytes)
}

/// The arguments that carry the parameters, besides those in the template.
fn appended(style: ParameterStyle, settings: &Settings) -> Vec<OsString> {
    match style {
        ParameterStyle::Template | ParameterStyle::File => Vec::new(),
        ParameterStyle::Flags => settings
            .iter()
            .flat_map(|(name, level)| [format!("--{}", name.as_str().replace('_', "-")), level.to_string()])
            .map(OsString::from)
            .collect(),
        ParameterStyle::Assignments => {
            settings.iter().map(|(name, level)| OsString::from(format!("{name}={level}"))).collect()
        }
    }
}

/// Fills the placeholders of one run.
/// Why a template can be filled.
const CHECKED: &str = "a resolved protocol has templates whose every placeholder each run can fill";

struct Filler<'a> {
    launcher: &'a Launcher<'a>,
    run: &'a PlannedRun,
    settings: &'a BTreeMap<Name, Level>,
    work: &'a Path,
    params: &'a Path,
    attempt_dir: &'a Path,
}

impl Filler<'_> {
    /// The text with its placeholders filled; the protocol was checked to name
    /// only placeholders that exist. Paths need not be UTF-8.
    fn filled(&self, template: &str) -> OsString {
        let mut bytes = Vec::new();
        for piece in pieces(template).expect(CHECKED) {
            match piece {
                Piece::Text(text) => bytes.extend_from_slice(text.as_bytes()),
                Piece::Placeholder(name) => bytes.extend_from_slice(self.value(name).as_bytes()),
            }
        }
        OsString::from_vec(bytes)
    }

    fn value(&self, name: &str) -> OsString {
        match name {
            "seed" => self.run.seed.to_string().into(),
            "run_dir" => self.work.into(),
            "params_file" => self.params.into(),
            "metrics_file" => self.attempt_dir.join(METRICS).into(),
            "study_dir" => self.launcher.folder.path().into(),
            "dataset" => self.run.dataset.as_ref().map_or("", Name::as_str).into(),
            other => self.named(other),
        }
    }

    fn named(&self, name: &str) -> OsString {
        if let Some(parameter) = name.strip_prefix("param.") {
            return self.settings.get(parameter).expect(CHECKED).to_string().into();
        }
        let data = self.run.dataset.as_ref().and_then(|dataset| self.launcher.protocol.data.get(dataset));
        let file = name.strip_prefix("data.").and_then(|file| data?.files.get(file));
        self.launcher.folder.resolve(file.expect(CHECKED)).into_os_string()
    }
}
