//! What a chore needs and the machine lacks is installed here, and said: Debian packages and cargo tools.

use std::path::PathBuf;
use std::process::Command;

use anyhow::{Result, bail};

/// A C compiler: some guests bring C with them.
pub(crate) fn build_tools() -> Result<()> {
    packages(&[("cc", "build-essential")])
}

/// Installs the Debian packages whose program is not on the path, or whose file is not there.
pub(crate) fn packages(wanted: &[(&str, &str)]) -> Result<()> {
    let missing: Vec<&str> = wanted
        .iter()
        .filter(|(program, _)| {
            // A package of data has no program: it is known by a file of its own.
            if program.starts_with('/') {
                !std::path::Path::new(program).exists()
            } else {
                find(program).is_none()
            }
        })
        .map(|(_, package)| *package)
        .collect();
    if missing.is_empty() {
        return Ok(());
    }
    if find("apt-get").is_none() {
        bail!(
            "these Debian packages are needed and there is no apt-get here: {}",
            missing.join(", ")
        );
    }
    eprintln!("installing Debian packages: {}", missing.join(", "));
    // `id -u` without a dependency: only root may install without sudo.
    let is_root = Command::new("id")
        .arg("-u")
        .output()
        .is_ok_and(|output| output.stdout.starts_with(b"0\n"));
    let apt = |arguments: &[&str]| {
        let mut command = if is_root {
            Command::new("apt-get")
        } else {
            Command::new("sudo")
        };
        if !is_root {
            command.arg("apt-get");
        }
        command
            .args(arguments)
            .env("DEBIAN_FRONTEND", "noninteractive");
        crate::run(&mut command)
    };
    apt(&["update", "--quiet"])?;
    let mut arguments = vec!["install", "--yes", "--quiet", "--no-install-recommends"];
    arguments.extend(&missing);
    apt(&arguments)
}

/// Installs a cargo tool from the registry when it is not on the path.
pub(crate) fn cargo_tool(program: &str, package: &str) -> Result<()> {
    if find(program).is_some() {
        return Ok(());
    }
    eprintln!("installing {package} with cargo (once)");
    crate::run(crate::cargo().args(["install", "--locked", "--quiet", package]))
}

fn find(program: &str) -> Option<PathBuf> {
    let cargo_home = std::env::var_os("CARGO_HOME")
        .map(PathBuf::from)
        .or_else(|| std::env::var_os("HOME").map(|home| PathBuf::from(home).join(".cargo")));
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path)
        .chain(cargo_home.map(|home| home.join("bin")))
        .map(|folder| folder.join(program))
        .find(|file| file.is_file())
}
