//! `Shelf`: the objects of one linkage on storage that all machines share, each sealed.
//!
//! A folder (`/mnt/shared`, `file:///mnt/shared`) or a bucket
//! (`s3://bucket/prefix`, with the usual `AWS_...` variables). An object is
//! put whole or not at all, so that one that is there is finished.

use std::collections::BTreeSet;
use std::future::Future;
use std::sync::{Arc, LazyLock, PoisonError, RwLock};

use futures::TryStreamExt;
use object_store::local::LocalFileSystem;
use object_store::path::Path;
use object_store::{ObjectStore, ObjectStoreExt};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::error::Failure;
use crate::seal::Secret;

/// Larger things are put as several objects.
const CHUNK: usize = 64 << 20;

/// Lies there as long as somebody waits for results.
const OPEN: &str = "open";

/// Where all machines can read and write.
#[derive(Clone)]
pub(crate) struct Storage {
    store: Arc<dyn ObjectStore>,
    prefix: Path,
}

/// What belongs to one linkage.
#[derive(Clone)]
pub(crate) struct Shelf {
    storage: Storage,
    folder: String,
    key: Secret,
    /// Held by who puts something; held for good by who ends this program.
    puts: Arc<RwLock<()>>,
}

/// Work that waits for storage runs here, and the caller waits: its threads may be a scheduler's own.
static RUNTIME: LazyLock<std::io::Result<tokio::runtime::Runtime>> = LazyLock::new(|| {
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
});

fn wait<T: Send>(future: impl Future<Output = T> + Send) -> Result<T, Failure> {
    let runtime = RUNTIME.as_ref().map_err(|error| {
        Failure::new(
            format!("no threads: {}", error.kind()),
            "check the limits of this machine",
        )
    })?;
    // A thread that belongs to a runtime may not wait for another one; a fresh one may.
    std::thread::scope(|scope| scope.spawn(|| runtime.block_on(future)).join())
        .map_err(|_| Failure::new("reading or writing shared storage stopped", "try again"))
}

impl Storage {
    /// Opens the storage that a folder or URL names.
    pub(crate) fn open(place: &str) -> Result<Self, Failure> {
        let wrong = |error: &dyn std::fmt::Display| {
            Failure::new(
                format!("shared storage {place}: {error}"),
                "give a folder that all machines see, or s3://bucket/prefix with the AWS_... variables",
            )
        };
        let url = url::Url::parse(place).ok();
        if let Some(url) = url.filter(|url| url.scheme() != "file") {
            let variables = std::env::vars()
                .filter(|(name, _)| name.starts_with("AWS_"))
                .map(|(name, value)| (name.to_lowercase(), value));
            let (store, prefix) =
                object_store::parse_url_opts(&url, variables).map_err(|error| wrong(&error))?;
            return Ok(Self {
                store: Arc::from(store),
                prefix,
            });
        }
        let folder = place.strip_prefix("file://").unwrap_or(place);
        let store = LocalFileSystem::new_with_prefix(folder).map_err(|error| wrong(&error))?;
        Ok(Self {
            store: Arc::new(store.with_automatic_cleanup(true)),
            prefix: Path::default(),
        })
    }

    pub(crate) fn shelf(&self, linkage: &str, key: Secret) -> Shelf {
        Shelf {
            storage: self.clone(),
            folder: linkage.to_owned(),
            key,
            puts: Arc::default(),
        }
    }
}

impl Shelf {
    fn path(&self, name: &str) -> Path {
        self.storage
            .prefix
            .clone()
            .join(self.folder.as_str())
            .join(name)
    }

    /// Puts a thing.
    pub(crate) fn put<T: Serialize>(&self, name: &str, thing: &T) -> Result<(), Failure> {
        let bytes = postcard::to_allocvec(thing)
            .map_err(|_| Failure::new(format!("{name} has no stored form"), "tell the makers"))?;
        self.put_bytes(name, &bytes)
    }

    /// Puts bytes.
    pub(crate) fn put_bytes(&self, name: &str, bytes: &[u8]) -> Result<(), Failure> {
        let n = bytes.len().div_ceil(CHUNK).max(1);
        // The first is put last: it tells that all are there.
        for chunk in (0..n).rev() {
            let end = ((chunk + 1) * CHUNK).min(bytes.len());
            let mut plain = (n as u64).to_le_bytes().to_vec();
            plain.extend_from_slice(&bytes[chunk * CHUNK..end]);
            let name = format!("{name}.{chunk}");
            let sealed = self
                .key
                .seal(&self.bound(&name), plain)
                .map_err(Failure::of_random)?;
            let path = self.path(&name);
            let _puts = self.puts.read().unwrap_or_else(PoisonError::into_inner);
            wait(self.storage.store.put(&path, sealed.into()))?
                .map_err(|error| lost(&name, &error))?;
        }
        Ok(())
    }

    /// Gets a thing that was put.
    pub(crate) fn get<T: DeserializeOwned>(&self, name: &str) -> Result<T, Failure> {
        postcard::from_bytes(&self.get_bytes(name)?).map_err(|_| damaged(name))
    }

    /// Gets bytes that were put.
    pub(crate) fn get_bytes(&self, name: &str) -> Result<Vec<u8>, Failure> {
        let (mut bytes, mut n) = (Vec::new(), 1);
        let mut chunk = 0;
        while chunk < n {
            let chunk_name = format!("{name}.{chunk}");
            let path = self.path(&chunk_name);
            let sealed = wait(async { self.storage.store.get(&path).await?.bytes().await })?
                .map_err(|error| lost(&chunk_name, &error))?;
            let plain = self
                .key
                .open(&self.bound(&chunk_name), &sealed)
                .map_err(|_| damaged(name))?;
            let (head, rest) = plain
                .split_first_chunk::<8>()
                .ok_or_else(|| damaged(name))?;
            n = u64::from_le_bytes(*head);
            bytes.extend_from_slice(rest);
            chunk += 1;
        }
        Ok(bytes)
    }

    /// Whether a thing was put, whole.
    pub(crate) fn has(&self, name: &str) -> Result<bool, Failure> {
        let path = self.path(&format!("{name}.0"));
        match wait(self.storage.store.head(&path))? {
            Ok(_) => Ok(true),
            Err(object_store::Error::NotFound { .. }) => Ok(false),
            Err(error) => Err(lost(name, &error)),
        }
    }

    /// The names of all things that were put, whole.
    pub(crate) fn names(&self) -> Result<BTreeSet<String>, Failure> {
        let found = self.list()?;
        let names = found.iter().filter_map(|path| path.filename());
        Ok(names
            .filter_map(|name| name.strip_suffix(".0"))
            .map(str::to_owned)
            .collect())
    }

    fn list(&self) -> Result<Vec<Path>, Failure> {
        let folder = self.storage.prefix.clone().join(self.folder.as_str());
        let store = &self.storage.store;
        wait(async {
            let found = store.list(Some(&folder));
            found.map_ok(|object| object.location).try_collect().await
        })?
        .map_err(|error| lost(&self.folder, &error))
    }

    /// Says that it is in use.
    pub(crate) fn open(&self) -> Result<(), Failure> {
        self.put_bytes(OPEN, &[])
    }

    /// Whether somebody still waits for results.
    pub(crate) fn is_open(&self) -> Result<bool, Failure> {
        self.has(OPEN)
    }

    /// Takes everything away and puts nothing any more: this program ends.
    pub(crate) fn shut(&self) {
        let puts = self.puts.write().unwrap_or_else(PoisonError::into_inner);
        let _ = self.clear();
        // Whoever is about to put something waits for the end.
        std::mem::forget(puts);
    }

    /// Takes everything of this linkage away; executors take away what they put later, because it is no longer open.
    pub(crate) fn clear(&self) -> Result<(), Failure> {
        self.remove(|name| name.starts_with(OPEN))?;
        self.remove(|_| true)
    }

    /// Takes away what is called so.
    pub(crate) fn remove(&self, is_wanted: impl Fn(&str) -> bool) -> Result<(), Failure> {
        for path in self.list()? {
            if !path.filename().is_some_and(&is_wanted) {
                continue;
            }
            match wait(self.storage.store.delete(&path))? {
                // Somebody else was faster.
                Ok(()) | Err(object_store::Error::NotFound { .. }) => {}
                Err(error) => return Err(lost(&self.folder, &error)),
            }
        }
        Ok(())
    }

    /// The name that is bound into the seal.
    fn bound(&self, name: &str) -> String {
        format!("{}/{name}", self.folder)
    }
}

fn damaged(name: &str) -> Failure {
    Failure::new(
        format!("{name} on shared storage does not open"),
        "all machines must use keys that were made together, and one build of this program",
    )
}

fn lost(name: &str, error: &object_store::Error) -> Failure {
    Failure::new(
        format!("{name} on shared storage: {error}"),
        "check that this machine may read and write the shared storage, and that it is not full",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_thing_comes_back_as_it_was_put_and_lies_there_sealed() {
        let folder = tempfile::tempdir().unwrap();
        let storage = Storage::open(folder.path().to_str().unwrap()).unwrap();
        let shelf = storage.shelf("one", Secret::new([7; 32]));
        assert!(!shelf.has("names").unwrap());
        shelf.put("names", &vec!["Tremblay".to_owned()]).unwrap();
        assert!(shelf.has("names").unwrap());
        assert_eq!(shelf.get::<Vec<String>>("names").unwrap(), ["Tremblay"]);
        let file = folder.path().join("one/names.0");
        let stored = std::fs::read(&file).unwrap();
        assert!(!stored.windows(8).any(|bytes| bytes == b"Tremblay"));

        let stranger = storage.shelf("one", Secret::new([8; 32]));
        assert!(stranger.get::<Vec<String>>("names").is_err());
        // Of another linkage, under this one's name.
        let other = storage.shelf("two", Secret::new([7; 32]));
        other.put("names", &vec!["Roy".to_owned()]).unwrap();
        std::fs::copy(folder.path().join("two/names.0"), &file).unwrap();
        assert!(shelf.get::<Vec<String>>("names").is_err());

        shelf.clear().unwrap();
        assert!(!shelf.has("names").unwrap());
        assert!(other.has("names").unwrap());
    }
}
