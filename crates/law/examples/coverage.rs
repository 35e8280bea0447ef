//! Prints the coverage page: `cargo run -p whose-law --example coverage > docs/reference/law.md`.

fn main() -> Result<(), whose_law::LawError> {
    #[allow(clippy::print_stdout, reason = "an example that prints a page")]
    {
        print!("{}", whose_law::Library::embedded()?.coverage());
    }
    Ok(())
}
