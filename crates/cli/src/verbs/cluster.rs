//! `--cluster`: finds the program that speaks with a cluster, and says what to do when it is not there.

use std::env::consts::EXE_SUFFIX;
use std::path::{Path, PathBuf};

use whose_engine::Elsewhere;

use crate::args::ClusterArgs;
use crate::front::Failure;

/// How the program is started, if a cluster is wanted.
pub(crate) fn elsewhere(args: &ClusterArgs) -> Result<Option<Elsewhere>, Failure> {
    let (Some(url), Some(keys), Some(store)) = (&args.cluster, &args.keys, &args.store) else {
        return Ok(None);
    };
    if !keys.is_dir() {
        return Err(Failure::new(
            format!("there is no folder of keys {}", keys.display()),
            "give the one that `whose-cluster keys` made for this machine",
        ));
    }
    let name = format!("whose-cluster{EXE_SUFFIX}");
    let beside = std::env::current_exe().ok();
    let path = std::env::var_os("PATH").unwrap_or_default();
    let folders = beside.iter().filter_map(|program| program.parent());
    let folders = folders
        .map(Path::to_owned)
        .chain(std::env::split_paths(&path));
    let program = find(&name, folders).ok_or_else(|| {
        Failure::new(
            format!("{name} is neither beside this program nor on the PATH"),
            "build it as docs/guides/cluster.md says, or leave out --cluster: the list is the same",
        )
    })?;
    let mut arguments = vec!["--cluster".into(), url.into()];
    arguments.extend(["--keys".into(), keys.into(), "--store".into(), store.into()]);
    Ok(Some(Elsewhere { program, arguments }))
}

fn find(name: &str, folders: impl Iterator<Item = PathBuf>) -> Option<PathBuf> {
    folders
        .map(|folder| folder.join(name))
        .find(|program| program.is_file())
}

#[test]
fn the_program_beside_comes_before_the_one_on_the_path() {
    let (one, two) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let both = || [one.path(), two.path()].map(Path::to_owned).into_iter();
    assert_eq!(find("whose-cluster", both()), None);
    std::fs::write(two.path().join("whose-cluster"), "").unwrap();
    assert_eq!(
        find("whose-cluster", both()),
        Some(two.path().join("whose-cluster"))
    );
    std::fs::write(one.path().join("whose-cluster"), "").unwrap();
    assert_eq!(
        find("whose-cluster", both()),
        Some(one.path().join("whose-cluster"))
    );
}
