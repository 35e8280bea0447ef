//! `confine`: what a reading process gives up before it touches evidence; what the kernel could enforce comes back.
//!
//! Call it after standard input and output are open. Two layers, because either
//! may be missing on a kernel: Landlock refuses every path and every port, and a
//! seccomp filter refuses the system calls that open files, make sockets or start
//! programs. Memory is bounded by `RLIMIT_AS`, and no core is dumped, since a core
//! holds evidence. What a panic says is silenced, since it may quote the evidence.
//!
//! Sources: `landlock(7)`, `seccomp(2)`, `getrlimit(2)`.

use whose_model::Limits;

/// What the kernel enforces on this process from now on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Confinement {
    /// No file can be opened, made or removed.
    pub file_system: bool,
    /// No socket can be made.
    pub network: bool,
    /// No program can be started.
    pub programs: bool,
    /// Memory is bounded.
    pub memory: bool,
}

impl Confinement {
    /// Whether every kind of confinement holds.
    pub const fn is_full(&self) -> bool {
        self.file_system && self.network && self.programs && self.memory
    }
}

/// Why the process could not be confined.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ConfineError {
    /// A bound was refused.
    #[error("the kernel refused the bound on memory")]
    Memory,
    /// The filter of system calls could not be built.
    #[error("the filter of system calls could not be built for this processor")]
    Filter,
}

/// Confines the process that runs programs for reading processes, and every program it starts.
///
/// They may read and start what the system has installed, and nothing else: no
/// evidence, no case, no place to write, no network. Programs may use as much
/// memory as a reading process, and no more processor time than `max_seconds`.
pub fn confine_programs(limits: &Limits, max_seconds: u64) -> Result<Confinement, ConfineError> {
    std::panic::set_hook(Box::new(|_| {}));
    platform::confine_programs(limits, max_seconds)
}

/// Gives up files, network, programs and unbounded memory, for good.
///
/// A kernel that lacks a layer is no error: the answer says what holds.
pub fn confine(limits: &Limits) -> Result<Confinement, ConfineError> {
    std::panic::set_hook(Box::new(|_| {}));
    platform::confine(limits)
}

#[cfg(target_os = "linux")]
mod platform {
    use std::collections::BTreeMap;

    use landlock::{
        ABI, Access, AccessFs, AccessNet, CompatLevel, Compatible, PathBeneath, PathFd, Ruleset,
        RulesetAttr, RulesetCreatedAttr, RulesetStatus,
    };
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    use seccompiler::{BpfProgram, SeccompAction, SeccompFilter, apply_filter};
    use whose_model::Limits;

    use super::{ConfineError, Confinement};

    pub(super) fn confine(limits: &Limits) -> Result<Confinement, ConfineError> {
        bound(Resource::As, limits.max_memory_bytes)?;
        bound(Resource::Core, 0)?;
        let files = landlock();
        let filtered = filter(REFUSED)?;
        Ok(Confinement {
            file_system: files || filtered,
            // Landlock knows TCP ports only; the filter refuses every socket.
            network: filtered,
            programs: files || filtered,
            memory: true,
        })
    }

    pub(super) fn confine_programs(
        limits: &Limits,
        max_seconds: u64,
    ) -> Result<Confinement, ConfineError> {
        bound(Resource::As, limits.max_memory_bytes)?;
        bound(Resource::Core, 0)?;
        bound(Resource::Cpu, max_seconds)?;
        let file_system = landlock_to_programs();
        let network = filter(NO_NETWORK)?;
        Ok(Confinement {
            file_system,
            network,
            programs: false,
            memory: true,
        })
    }

    /// Where a system keeps what it has installed.
    const INSTALLED: &[&str] = &[
        "/usr",
        "/bin",
        "/lib",
        "/lib64",
        "/etc/alternatives",
        "/etc/ld.so.cache",
        "/etc/ld.so.conf",
        "/etc/ld.so.conf.d",
        "/etc/locale.alias",
        "/etc/localtime",
    ];

    /// Whether everything but reading and starting what is installed is refused.
    fn landlock_to_programs() -> bool {
        let files = AccessFs::ReadFile | AccessFs::Execute;
        let folders = files | AccessFs::ReadDir;
        let restrict = || -> Option<RulesetStatus> {
            let mut ruleset = Ruleset::default()
                .set_compatibility(CompatLevel::BestEffort)
                .handle_access(AccessFs::from_all(ABI::V5))
                .and_then(|ruleset| ruleset.handle_access(AccessNet::from_all(ABI::V5)))
                .and_then(|ruleset| ruleset.create())
                .ok()?;
            for place in INSTALLED {
                let Ok(opened) = PathFd::new(place) else {
                    continue;
                };
                let is_folder = std::path::Path::new(place).is_dir();
                let access = if is_folder { folders } else { files };
                ruleset = ruleset.add_rule(PathBeneath::new(opened, access)).ok()?;
            }
            if let Ok(null) = PathFd::new("/dev/null") {
                let access = AccessFs::ReadFile | AccessFs::WriteFile;
                ruleset = ruleset.add_rule(PathBeneath::new(null, access)).ok()?;
            }
            ruleset.restrict_self().ok().map(|status| status.ruleset)
        };
        matches!(
            restrict(),
            Some(RulesetStatus::FullyEnforced | RulesetStatus::PartiallyEnforced)
        )
    }

    fn bound(resource: Resource, wanted: u64) -> Result<(), ConfineError> {
        let hard = getrlimit(resource).maximum;
        let wanted = hard.map_or(wanted, |hard| hard.min(wanted));
        let limit = Rlimit {
            current: Some(wanted),
            maximum: Some(wanted),
        };
        setrlimit(resource, limit).map_err(|_| ConfineError::Memory)
    }

    /// Whether files are refused; TCP ports are too, where the kernel is new enough.
    fn landlock() -> bool {
        let status = Ruleset::default()
            .set_compatibility(CompatLevel::BestEffort)
            .handle_access(AccessFs::from_all(ABI::V5))
            .and_then(|ruleset| ruleset.handle_access(AccessNet::from_all(ABI::V5)))
            .and_then(|ruleset| ruleset.create())
            .and_then(|ruleset| ruleset.restrict_self())
            .map(|status| status.ruleset);
        matches!(
            status,
            Ok(RulesetStatus::FullyEnforced | RulesetStatus::PartiallyEnforced)
        )
    }

    /// System calls that nobody needs who only reads what is already open.
    const REFUSED: &[i64] = &[
        libc::SYS_socket,
        libc::SYS_socketpair,
        libc::SYS_connect,
        libc::SYS_bind,
        libc::SYS_listen,
        libc::SYS_accept,
        libc::SYS_accept4,
        libc::SYS_sendto,
        libc::SYS_openat,
        libc::SYS_openat2,
        libc::SYS_open_by_handle_at,
        libc::SYS_unlinkat,
        libc::SYS_renameat2,
        libc::SYS_linkat,
        libc::SYS_symlinkat,
        libc::SYS_mkdirat,
        libc::SYS_mknodat,
        libc::SYS_fchmodat,
        libc::SYS_fchownat,
        libc::SYS_truncate,
        libc::SYS_mount,
        libc::SYS_umount2,
        libc::SYS_chroot,
        libc::SYS_execve,
        libc::SYS_execveat,
        libc::SYS_ptrace,
        libc::SYS_process_vm_readv,
        libc::SYS_process_vm_writev,
        libc::SYS_pidfd_getfd,
        libc::SYS_io_uring_setup,
        libc::SYS_bpf,
        libc::SYS_keyctl,
        libc::SYS_unshare,
        libc::SYS_setns,
        libc::SYS_kill,
        libc::SYS_shmget,
        libc::SYS_mq_open,
        #[cfg(target_arch = "x86_64")]
        libc::SYS_open,
        #[cfg(target_arch = "x86_64")]
        libc::SYS_creat,
        #[cfg(target_arch = "x86_64")]
        libc::SYS_unlink,
        #[cfg(target_arch = "x86_64")]
        libc::SYS_rename,
        #[cfg(target_arch = "x86_64")]
        libc::SYS_mkdir,
        #[cfg(target_arch = "x86_64")]
        libc::SYS_link,
        #[cfg(target_arch = "x86_64")]
        libc::SYS_symlink,
        #[cfg(target_arch = "x86_64")]
        libc::SYS_fork,
        #[cfg(target_arch = "x86_64")]
        libc::SYS_vfork,
    ];

    /// System calls that a program needs only to reach out or to change the machine.
    const NO_NETWORK: &[i64] = &[
        libc::SYS_socket,
        libc::SYS_connect,
        libc::SYS_bind,
        libc::SYS_listen,
        libc::SYS_accept,
        libc::SYS_accept4,
        libc::SYS_mount,
        libc::SYS_umount2,
        libc::SYS_chroot,
        libc::SYS_ptrace,
        libc::SYS_process_vm_readv,
        libc::SYS_process_vm_writev,
        libc::SYS_io_uring_setup,
        libc::SYS_bpf,
        libc::SYS_keyctl,
        libc::SYS_unshare,
        libc::SYS_setns,
    ];

    /// Whether these system calls are refused from now on.
    fn filter(refused: &[i64]) -> Result<bool, ConfineError> {
        let arch = std::env::consts::ARCH
            .try_into()
            .map_err(|_| ConfineError::Filter)?;
        let rules: BTreeMap<i64, Vec<_>> = refused.iter().map(|&call| (call, Vec::new())).collect();
        let refuse = SeccompAction::Errno(libc::EPERM as u32);
        let program: BpfProgram = SeccompFilter::new(rules, SeccompAction::Allow, refuse, arch)
            .and_then(TryInto::try_into)
            .map_err(|_| ConfineError::Filter)?;
        Ok(apply_filter(&program).is_ok())
    }
}

#[cfg(not(target_os = "linux"))]
mod platform {
    use whose_model::Limits;

    use super::{ConfineError, Confinement};

    /// Other kernels enforce nothing here, and the answer says so.
    pub(super) fn confine(_: &Limits) -> Result<Confinement, ConfineError> {
        Ok(Confinement::default())
    }

    pub(super) fn confine_programs(_: &Limits, _: u64) -> Result<Confinement, ConfineError> {
        Ok(Confinement::default())
    }
}
