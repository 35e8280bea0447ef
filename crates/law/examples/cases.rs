//! Writes the pages of the decided cases: `cargo run -p whose-law --example cases -- docs/cases`.

use std::path::Path;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let library = whose_law::Library::embedded()?;
    let folder = std::env::args()
        .nth(1)
        .ok_or("give the folder of the cases")?;
    for entry in std::fs::read_dir(Path::new(&folder))? {
        let place = entry?.path();
        let file = place.join("case.toml");
        if !file.is_file() {
            continue;
        }
        let case = whose_law::DecidedCase::parse(&std::fs::read_to_string(file)?)?;
        let history =
            whose_law::History::parse(&std::fs::read_to_string(place.join("incident.toml"))?)?;
        std::fs::write(place.join("index.md"), case.page(&library, &history)?)?;
    }
    Ok(())
}
