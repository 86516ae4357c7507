//! Other processes, as `/proc` shows them. Elsewhere than on Linux it shows none.

use std::collections::BTreeMap;
use std::fs;

use rustix::process::{Pid, Signal, kill_process, kill_process_group};

/// One line of `/proc/<pid>/stat`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Process {
    pub(crate) pid: i32,
    pub(crate) parent: i32,
    pub(crate) group: i32,
    pub(crate) session: i32,
    /// False once only its exit status is left.
    pub(crate) is_alive: bool,
}

impl Process {
    pub(crate) fn read(pid: i32) -> Option<Process> {
        parse_stat(pid, &fs::read(format!("/proc/{pid}/stat")).ok()?)
    }
}

/// The name in brackets may hold spaces and brackets, hence the last bracket.
fn parse_stat(pid: i32, line: &[u8]) -> Option<Process> {
    let end = line.iter().rposition(|&byte| byte == b')')?;
    let text = std::str::from_utf8(&line[end + 1..]).ok()?;
    let mut fields = text.split_ascii_whitespace();
    let state = fields.next()?;
    let mut number = || fields.next()?.parse().ok();
    Some(Process {
        pid,
        parent: number()?,
        group: number()?,
        session: number()?,
        is_alive: !matches!(state, "Z" | "X" | "x"),
    })
}

/// Lists the ids of all processes that are visible here.
pub(crate) fn all() -> Vec<i32> {
    fs::read_dir("/proc")
        .into_iter()
        .flatten()
        .filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok())
        .collect()
}

/// Lists everything that descends from `root`, which is left out.
///
/// A process that is born or reparented meanwhile may be missed; who needs
/// them all asks again.
pub(crate) fn descendants(root: i32) -> Vec<Process> {
    // Kernels without CONFIG_PROC_CHILDREN have no list of children.
    if children_listed_by_kernel(root).is_some() {
        descend(root, |pid| children_listed_by_kernel(pid).unwrap_or_default())
    } else {
        let children = children_by_scan();
        descend(root, |pid| children.get(&pid).cloned().unwrap_or_default())
    }
}

fn descend(root: i32, children_of: impl Fn(i32) -> Vec<i32>) -> Vec<Process> {
    let mut found = Vec::new();
    let mut open = vec![root];
    while let Some(pid) = open.pop() {
        for child in children_of(pid) {
            if let Some(process) = Process::read(child) {
                found.push(process);
                open.push(child);
            }
        }
    }
    found
}

/// A process forks from one of its threads, and the list is kept by thread.
fn children_listed_by_kernel(pid: i32) -> Option<Vec<i32>> {
    let mut children = Vec::new();
    for thread in fs::read_dir(format!("/proc/{pid}/task")).ok()?.flatten() {
        let list = fs::read_to_string(thread.path().join("children")).ok()?;
        children.extend(list.split_ascii_whitespace().filter_map(|pid| pid.parse::<i32>().ok()));
    }
    Some(children)
}

fn children_by_scan() -> BTreeMap<i32, Vec<i32>> {
    let mut children: BTreeMap<i32, Vec<i32>> = BTreeMap::new();
    for process in all().into_iter().filter_map(Process::read) {
        children.entry(process.parent).or_default().push(process.pid);
    }
    children
}

/// Adds up the resident memory of these processes; shared pages count once for each.
pub(crate) fn resident_bytes(pids: &[i32]) -> u64 {
    let page = rustix::param::page_size() as u64;
    pids.iter().filter_map(|&pid| resident_pages(pid)).map(|pages| pages * page).sum()
}

fn resident_pages(pid: i32) -> Option<u64> {
    fs::read_to_string(format!("/proc/{pid}/statm")).ok()?.split(' ').nth(1)?.parse().ok()
}

/// Adds up the memory of these processes, a page shared by k of them 1/k each.
///
/// None where the kernel does not tell. Slow for large processes, because the
/// kernel walks their page tables.
pub(crate) fn proportional_bytes(pids: &[i32]) -> Option<u64> {
    let shares: Vec<u64> = pids
        .iter()
        .filter_map(|pid| fs::read_to_string(format!("/proc/{pid}/smaps_rollup")).ok())
        .filter_map(|text| text.lines().find_map(|line| kibibytes(line.strip_prefix("Pss:")?)))
        .collect();
    if shares.is_empty() { None } else { Some(shares.iter().sum()) }
}

fn kibibytes(text: &str) -> Option<u64> {
    Some(text.trim().strip_suffix("kB")?.trim().parse::<u64>().ok()? * 1024)
}

/// Counts how often this machine has killed a process for want of memory, since it started.
pub(crate) fn oom_kills_on_host() -> Option<u64> {
    let text = fs::read_to_string("/proc/vmstat").ok()?;
    text.lines().find_map(|line| line.strip_prefix("oom_kill "))?.parse().ok()
}

/// Sends a signal and says whether there was a process to take it.
pub(crate) fn signal(pid: i32, signal: Signal) -> bool {
    Pid::from_raw(pid).is_some_and(|pid| kill_process(pid, signal).is_ok())
}

/// Sends a signal to a process group and says whether there was one to take it.
pub(crate) fn signal_group(group: i32, signal: Signal) -> bool {
    Pid::from_raw(group).is_some_and(|group| kill_process_group(group, signal).is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_process_name_may_hold_spaces_and_brackets() {
        let found = parse_stat(7, b"7 (a) b (c)) S 3 5 6 0 -1 4194560 0").unwrap();
        assert_eq!(found, Process { pid: 7, parent: 3, group: 5, session: 6, is_alive: true });
    }

    #[test]
    fn a_zombie_is_not_alive() {
        assert!(!parse_stat(7, b"7 (sh) Z 3 5 6 0 -1").unwrap().is_alive);
    }

    #[test]
    fn a_line_that_was_cut_off_is_no_process() {
        assert_eq!(parse_stat(7, b"7 (sh) S 3"), None);
        assert_eq!(parse_stat(7, b""), None);
    }

    #[test]
    fn memory_is_given_in_kibibytes() {
        assert_eq!(kibibytes("      2048 kB"), Some(2 * 1024 * 1024));
    }
}
