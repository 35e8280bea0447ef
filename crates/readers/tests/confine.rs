//! A process that was confined cannot open files, make sockets or start programs. Alone in its file, for it confines the test.

#![cfg(target_os = "linux")]

use std::{fs::File, io::Read, net::TcpListener, process::Command};

use whose_model::{Discard, ExhibitPath, Limits};
use whose_readers::{Input, confine, read};

#[test]
fn a_confined_process_reads_what_is_open_and_nothing_else() {
    let path = std::env::current_exe().unwrap();
    let open = File::open(&path).unwrap();
    let held = confine(&Limits::default()).unwrap();
    assert!(held.memory);
    if !held.is_full() {
        println!("this kernel does not enforce everything: {held:?}");
    }
    if held.file_system {
        assert!(File::open(&path).is_err());
        assert!(File::create("confined").is_err());
    }
    if held.network {
        assert!(TcpListener::bind("127.0.0.1:0").is_err());
    }
    if held.programs {
        assert!(Command::new("true").status().is_err());
    }
    let mut first = [0; 4];
    (&open).read_exact(&mut first).unwrap();
    assert_eq!(&first, b"\x7fELF");
    let name = ExhibitPath("a".into());
    read(Input::File(open), &name, &Limits::default(), &mut Discard);
}
