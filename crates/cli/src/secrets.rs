//! What opens a case: a passphrase file, `WHOSE_PASSPHRASE`, an age identity, this machine's own identity, or the terminal.
//!
//! A new case made without any of these is sealed to an identity that is made
//! once for this user and kept readable for nobody else, so that a script can
//! run and nothing is ever stored in the clear.

use std::fs;
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use whose_engine::store::{
    Access, Case, CaseMeta, DEFAULT_WORK_FACTOR, Recipient, Secret, Session, StoreError,
};

use crate::args::SecretArgs;
use crate::front::{Failure, can_ask, say};

/// A session for writing: the time and fresh chance.
pub(crate) fn session() -> Result<Session, Failure> {
    let mut entropy = [0; 32];
    getrandom::fill(&mut entropy)
        .map_err(|_| Failure::new("the operating system gave no random numbers", "try again"))?;
    Ok(Session {
        now: crate::verbs::now(),
        entropy,
    })
}

/// Opens a case to read.
pub(crate) fn open(dir: &Path, args: &SecretArgs) -> Result<Case, Failure> {
    open_as(dir, args, || Ok(Access::Read))
}

/// Opens a case to read and write.
pub(crate) fn open_to_write(dir: &Path, args: &SecretArgs) -> Result<Case, Failure> {
    open_as(dir, args, || Ok(Access::Write(session()?)))
}

/// Opens a case to write, or makes it.
pub(crate) fn open_or_create(
    dir: &Path,
    args: &SecretArgs,
    meta: CaseMeta,
) -> Result<Case, Failure> {
    if dir.join("case.toml").exists() {
        return open_to_write(dir, args);
    }
    let recipient = recipient(args)?;
    Case::create(dir, meta, &[recipient], session()?).map_err(failure)
}

/// Who may open what is made now.
fn recipient(args: &SecretArgs) -> Result<Recipient, Failure> {
    Ok(match given(args)?.into_iter().next() {
        Some(Secret::Passphrase(ref passphrase)) => Recipient::Passphrase {
            passphrase: passphrase.clone(),
            work_factor: DEFAULT_WORK_FACTOR,
        },
        Some(Secret::Identity(ref identity)) => Recipient::Age(recipient_of(identity)?),
        None => Recipient::Age(recipient_of(&own_identity(true)?.unwrap_or_default())?),
    })
}

fn open_as(
    dir: &Path,
    args: &SecretArgs,
    access: impl Fn() -> Result<Access, Failure>,
) -> Result<Case, Failure> {
    let mut secrets = given(args)?;
    let is_given = !secrets.is_empty();
    if !is_given && let Some(identity) = own_identity(false)? {
        secrets.push(Secret::Identity(identity));
    }
    match Case::open(dir, &secrets, access()?) {
        Err(StoreError::WrongSecret | StoreError::NoSecret) if !is_given && can_ask() => {
            let passphrase = rpassword::prompt_password("passphrase of the case: ")?;
            Case::open(dir, &[Secret::Passphrase(passphrase)], access()?).map_err(failure)
        }
        result => result.map_err(failure),
    }
}

const REGISTER: &str = "register";

fn cannot_use(dir: &Path) -> impl Fn(std::io::Error) -> Failure + Copy {
    move |error| {
        Failure::new(
            format!(
                "cannot use the register's folder {}: {}",
                dir.display(),
                error.kind()
            ),
            "check the path and that you may read and write it",
        )
    }
}

/// The sealed keys that lie in a register's folder; none where there is no register.
fn register_files(dir: &Path) -> Result<Vec<Vec<u8>>, Failure> {
    let cannot = cannot_use(dir);
    let mut files = Vec::new();
    if dir.exists() {
        for entry in fs::read_dir(dir).map_err(cannot)? {
            let path = entry.map_err(cannot)?.path();
            if path.extension().is_some_and(|ending| ending == "age") {
                files.push(fs::read(&path).map_err(cannot)?);
            }
        }
    }
    Ok(files)
}

/// The key of the register in this folder, when there is one; nothing is made and nobody is asked.
pub(crate) fn register_key_there(
    dir: &Path,
    args: &SecretArgs,
) -> Result<Option<[u8; 32]>, Failure> {
    let files = register_files(dir)?;
    if files.is_empty() {
        return Ok(None);
    }
    whose_engine::store::open_key(REGISTER, &files, &all(args)?)
        .map(Some)
        .map_err(failure)
}

/// The key of the register in this folder; made with the register.
pub(crate) fn register_key(dir: &Path, args: &SecretArgs) -> Result<[u8; 32], Failure> {
    let cannot = cannot_use(dir);
    let files = register_files(dir)?;
    if !files.is_empty() {
        return match whose_engine::store::open_key(REGISTER, &files, &all(args)?) {
            Err(StoreError::WrongSecret | StoreError::NoSecret)
                if given(args)?.is_empty() && can_ask() =>
            {
                let passphrase = rpassword::prompt_password("passphrase of the register: ")?;
                whose_engine::store::open_key(REGISTER, &files, &[Secret::Passphrase(passphrase)])
                    .map_err(failure)
            }
            result => result.map_err(failure),
        };
    }
    let (files, key) =
        whose_engine::store::make_key(REGISTER, &session()?.entropy, &[recipient(args)?])
            .map_err(failure)?;
    fs::create_dir_all(dir).map_err(cannot)?;
    for (name, bytes) in files {
        let mut out = fs::OpenOptions::new()
            .write(true)
            .create_new(true)
            .mode(0o600)
            .open(dir.join(name))
            .map_err(cannot)?;
        out.write_all(&bytes)
            .and_then(|()| out.sync_all())
            .map_err(cannot)?;
    }
    Ok(key)
}

/// A store error with its hint.
pub(crate) fn failure(error: StoreError) -> Failure {
    whose_engine::EngineError::from(error).into()
}

/// What the command line and the environment give.
fn given(args: &SecretArgs) -> Result<Vec<Secret>, Failure> {
    let mut secrets = Vec::new();
    if let Some(file) = &args.passphrase_file {
        let text = read(file, "passphrase file")?;
        secrets.push(Secret::Passphrase(
            text.lines().next().unwrap_or("").to_owned(),
        ));
    }
    if let Some(file) = &args.identity {
        secrets.extend(identities(&read(file, "identity file")?).map(Secret::Identity));
    }
    if secrets.is_empty()
        && let Ok(passphrase) = std::env::var("WHOSE_PASSPHRASE")
    {
        secrets.push(Secret::Passphrase(passphrase));
    }
    Ok(secrets)
}

fn read(file: &Path, what: &str) -> Result<String, Failure> {
    fs::read_to_string(file).map_err(|error| {
        Failure::new(
            format!(
                "cannot read the {what} {}: {}",
                file.display(),
                error.kind()
            ),
            "check the path and that you may read it",
        )
    })
}

fn identities(text: &str) -> impl Iterator<Item = String> + '_ {
    text.lines()
        .map(str::trim)
        .filter(|line| line.starts_with("AGE-SECRET-KEY-"))
        .map(ToOwned::to_owned)
}

fn recipient_of(identity: &str) -> Result<String, Failure> {
    whose_engine::store::recipient_of(identity).map_err(failure)
}

/// This user's own identity; made when it is wanted and not there.
fn own_identity(make: bool) -> Result<Option<String>, Failure> {
    let Some(file) = own_identity_file() else {
        if make {
            return Err(Failure::new(
                "there is no home folder to keep a key in, and no passphrase was given",
                "add `--passphrase-file FILE` or `--identity FILE`",
            ));
        }
        return Ok(None);
    };
    if file.exists() {
        return Ok(identities(&read(&file, "identity file")?).next());
    }
    if !make {
        return Ok(None);
    }
    let identity = whose_engine::store::new_identity();
    let fail = |error: std::io::Error| {
        Failure::new(
            format!("cannot keep a key in {}: {}", file.display(), error.kind()),
            "add `--passphrase-file FILE` or `--identity FILE`",
        )
    };
    if let Some(folder) = file.parent() {
        fs::create_dir_all(folder).map_err(fail)?;
    }
    let mut out = fs::OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(&file)
        .map_err(fail)?;
    writeln!(
        out,
        "# age identity of this user for cases of `whose`; whoever has it can open them\n{identity}"
    )
    .and_then(|()| out.sync_all())
    .map_err(fail)?;
    say(&format!(
        "  made a key for your cases: {} (keep a copy in a safe place; without it they cannot be opened)",
        file.display()
    ));
    Ok(Some(identity))
}

fn own_identity_file() -> Option<PathBuf> {
    let config = std::env::var_os("XDG_CONFIG_HOME")
        .map(PathBuf::from)
        .filter(|path| path.is_absolute())
        .or_else(|| std::env::var_os("HOME").map(|home| PathBuf::from(home).join(".config")))?;
    Some(config.join("whose/identity.txt"))
}

/// Every secret at hand: those given, or this user's own.
pub(crate) fn all(args: &SecretArgs) -> Result<Vec<Secret>, Failure> {
    let mut secrets = given(args)?;
    if secrets.is_empty()
        && let Some(identity) = own_identity(false)?
    {
        secrets.push(Secret::Identity(identity));
    }
    Ok(secrets)
}
