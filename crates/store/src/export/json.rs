//! Rows in, a JSON array of objects out, one object a line.

use std::io::Write;

use super::{Cell, Column, Sheet, sink};
use crate::StoreError;

pub(super) struct JsonSheet<W> {
    out: W,
    names: Vec<&'static str>,
    line: String,
    n_rows: u64,
}

impl<W: Write> JsonSheet<W> {
    pub(super) fn new(mut out: W, columns: &[Column]) -> Result<Self, StoreError> {
        out.write_all(b"[").map_err(|error| sink("json", &error))?;
        Ok(Self {
            out,
            names: columns.iter().map(|column| column.name).collect(),
            line: String::new(),
            n_rows: 0,
        })
    }
}

impl<W: Write> Sheet<W> for JsonSheet<W> {
    fn row(&mut self, cells: &[Cell<'_>]) -> Result<(), StoreError> {
        self.line.clear();
        self.line
            .push_str(if self.n_rows == 0 { "\n{" } else { ",\n{" });
        for (n, (name, cell)) in self.names.iter().zip(cells).enumerate() {
            if n > 0 {
                self.line.push(',');
            }
            self.line.push_str(&quoted(name));
            self.line.push(':');
            match cell {
                Cell::Empty => self.line.push_str("null"),
                Cell::Text(text) => self.line.push_str(&quoted(text)),
                Cell::Integer(n) => self.line.push_str(&n.to_string()),
            }
        }
        self.line.push('}');
        self.n_rows += 1;
        self.out
            .write_all(self.line.as_bytes())
            .map_err(|error| sink("json", &error))
    }

    fn finish(mut self: Box<Self>) -> Result<W, StoreError> {
        self.out
            .write_all(b"\n]\n")
            .and_then(|()| self.out.flush())
            .map_err(|error| sink("json", &error))?;
        Ok(self.out)
    }
}

fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}
