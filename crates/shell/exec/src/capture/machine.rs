//! What machine the runs ran on.

use std::fs;
use std::process::Command;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::command::{Silence, ask_text};

/// A machine, as far as it tells.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Machine {
    /// The version of this record, 1.
    pub version: u32,
    /// Its name in the network.
    pub host_name: String,
    /// The operating system, such as `Debian GNU/Linux 13 (trixie)`.
    pub os: Option<String>,
    /// Name and release of the kernel.
    pub kernel: String,
    /// The instruction set, such as `x86_64`.
    pub architecture: String,
    /// The model of the first processor.
    pub cpu_model: Option<String>,
    /// Logical processors that this process may use, within its control group.
    pub cores: Option<u32>,
    /// Memory of the machine, whatever the control group allows.
    pub memory_bytes: Option<u64>,
    /// Its GPUs.
    pub gpus: Gpus,
}

/// The GPUs of a machine.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "kind", content = "detail", rename_all = "snake_case")]
pub enum Gpus {
    /// Those that `nvidia-smi` lists, in its order; it may list none.
    Nvidia(Vec<Gpu>),
    /// There is no `nvidia-smi`. Devices of other makers are not looked for.
    NoNvidiaSmi,
    /// It would not tell.
    Unknown {
        /// Why.
        reason: String,
    },
}

/// One GPU.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Gpu {
    /// The model.
    pub name: String,
    /// Its memory; none where the driver does not tell.
    pub memory_bytes: Option<u64>,
    /// The version of the driver.
    pub driver: String,
}

/// Tells what machine this is.
pub fn machine() -> Machine {
    let system = rustix::system::uname();
    let text = |part: &std::ffi::CStr| part.to_string_lossy().into_owned();
    let read = |path| fs::read_to_string(path).unwrap_or_default();
    Machine {
        version: 1,
        host_name: text(system.nodename()),
        os: value_of(&read("/etc/os-release"), "PRETTY_NAME", '=').map(|name| name.trim_matches('"').to_owned()),
        kernel: format!("{} {}", text(system.sysname()), text(system.release())),
        architecture: text(system.machine()),
        cpu_model: value_of(&read("/proc/cpuinfo"), "model name", ':'),
        cores: std::thread::available_parallelism().ok().and_then(|n| u32::try_from(n.get()).ok()),
        memory_bytes: value_of(&read("/proc/meminfo"), "MemTotal", ':').and_then(|text| kibibytes(&text)),
        gpus: gpus(),
    }
}

fn value_of(text: &str, name: &str, separator: char) -> Option<String> {
    text.lines()
        .filter_map(|line| line.split_once(separator))
        .find(|(key, _)| key.trim() == name)
        .map(|(_, value)| value.trim().to_owned())
}

fn kibibytes(text: &str) -> Option<u64> {
    Some(text.strip_suffix(" kB")?.trim().parse::<u64>().ok()? * 1024)
}

fn gpus() -> Gpus {
    let mut command = Command::new("nvidia-smi");
    command.args(["--query-gpu=name,memory.total,driver_version", "--format=csv,noheader,nounits"]);
    match ask_text(&mut command) {
        Ok(table) => Gpus::Nvidia(table.lines().filter_map(gpu).collect()),
        Err(Silence::Missing { .. }) => Gpus::NoNvidiaSmi,
        Err(silence) => Gpus::Unknown { reason: silence.to_string() },
    }
}

/// A line such as `NVIDIA H100 80GB HBM3, 81559, 550.54.15`; memory in MiB.
fn gpu(line: &str) -> Option<Gpu> {
    let mut fields = line.rsplitn(3, ',').map(str::trim);
    let driver = fields.next()?.to_owned();
    let memory_bytes = fields.next()?.parse::<u64>().ok().map(|mebibytes| mebibytes << 20);
    Some(Gpu { name: fields.next()?.to_owned(), memory_bytes, driver })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_of_nvidia_smi_is_read() {
        let found = gpu("NVIDIA H100 80GB HBM3, 81559, 550.54.15").unwrap();
        let expected = Gpu {
            name: "NVIDIA H100 80GB HBM3".into(),
            memory_bytes: Some(81559 * 1024 * 1024),
            driver: "550.54.15".into(),
        };
        assert_eq!(found, expected);
    }

    #[test]
    fn memory_that_the_driver_does_not_tell_is_none() {
        assert_eq!(gpu("NVIDIA GB10, [N/A], 580.95").unwrap().memory_bytes, None);
        assert_eq!(gpu("No devices were found"), None);
    }

    #[test]
    fn names_are_read_from_system_files() {
        let os = "NAME=\"Debian\"\nPRETTY_NAME=\"Debian GNU/Linux 13 (trixie)\"\n";
        assert_eq!(value_of(os, "PRETTY_NAME", '=').as_deref(), Some("\"Debian GNU/Linux 13 (trixie)\""));
        assert_eq!(
            value_of("MemTotal:       24684284 kB\n", "MemTotal", ':').and_then(|text| kibibytes(&text)),
            Some(24_684_284 * 1024)
        );
    }
}
