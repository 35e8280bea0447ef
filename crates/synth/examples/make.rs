//! Writes a made-up breach into a folder: `make FOLDER PEOPLE SEED`.

use whose_synth::{Plan, write};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let args: Vec<String> = std::env::args().collect();
    let number = |i: usize| args.get(i).and_then(|text| text.parse().ok()).unwrap_or(1);
    let folder = args.get(1).map_or("made", String::as_str);
    let plan = Plan {
        people: number(2),
        seed: number(3),
    };
    write(&plan, std::path::Path::new(folder), &mut |_, _| ())?;
    Ok(())
}
