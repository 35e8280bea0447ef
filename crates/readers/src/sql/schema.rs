//! `CREATE TABLE` and `ALTER TABLE` in, columns with their keys out.
//!
//! Only what tells rows apart and ties tables together is kept: the names of
//! the columns in order, primary keys, foreign keys. Types, checks and indexes
//! are passed over.

use std::collections::BTreeMap;

use whose_model::Column;

use super::lex::{Lexer, Stop, Token};
use crate::encoding::Charset;

/// What is known of one table.
#[derive(Clone, Debug, Default)]
pub(super) struct Definition {
    /// Its columns, in order.
    pub(super) columns: Vec<Column>,
    /// Keys that were declared before or without the columns.
    keys: Vec<String>,
    references: Vec<(String, (String, String))>,
}

/// Every table of a dump, by its name in lower case.
#[derive(Debug, Default)]
pub(super) struct Schema {
    tables: BTreeMap<String, Definition>,
    /// A partition, in lower case, and the table that it is a part of.
    partitions: BTreeMap<String, String>,
}

/// More tables than any real database has; a hostile file may define more.
const MAX_TABLES: usize = 100_000;
/// SQL Server's widest table has 30,000 columns.
const MAX_COLUMNS: usize = 32_768;

impl Schema {
    /// What is known of a table.
    pub(super) fn table(&self, name: &str) -> Option<&Definition> {
        self.tables.get(&name.to_lowercase())
    }

    /// The table that a partition is a part of, however deep; else the table itself.
    pub(super) fn whole<'s>(&'s self, name: &'s str) -> &'s str {
        let mut name = name;
        // A circle of partitions is no schema.
        for _ in 0..8 {
            match self.partitions.get(&name.to_lowercase()) {
                Some(whole) => name = whole,
                None => break,
            }
        }
        name
    }

    /// The tables, in lower case, that a table's foreign keys point to.
    pub(super) fn targets<'s>(&'s self, name: &str) -> impl Iterator<Item = String> + 's {
        let known = self.tables.get(&name.to_lowercase());
        let targets = known.into_iter().flat_map(|known| {
            let of_columns = known.columns.iter().filter_map(|it| it.references.as_ref());
            of_columns.chain(known.references.iter().map(|(_, to)| to))
        });
        targets.map(|(table, _)| self.whole(table).to_lowercase())
    }

    /// Learns from the statement that begins at the lexer, if it is one that defines; `Stop` when it is cut off.
    pub(super) fn learn(&mut self, lexer: &mut Lexer<'_>, charset: Charset) -> Result<(), Stop> {
        let mut reader = Reader { lexer, charset };
        match reader.word()?.as_str() {
            "CREATE" => self.create(&mut reader),
            "ALTER" => self.alter(&mut reader),
            _ => Ok(()),
        }
    }

    fn create(&mut self, reader: &mut Reader<'_, '_>) -> Result<(), Stop> {
        loop {
            match reader.word()?.as_str() {
                "TABLE" => break,
                "TEMPORARY" | "TEMP" | "UNLOGGED" | "GLOBAL" | "LOCAL" | "FOREIGN" | "VIRTUAL" => {}
                _ => return Ok(()),
            }
        }
        let Some(name) = reader.table_name()? else {
            return Ok(());
        };
        match reader.lexer.next()? {
            Token::Sign(b'(') => {}
            Token::Word(word) if word.eq_ignore_ascii_case(b"PARTITION") => {
                if reader.word()? == "OF"
                    && let Some(whole) = reader.table_name()?
                {
                    self.add_partition(&name, whole);
                }
                return Ok(());
            }
            _ => return Ok(()),
        }
        let mut definition = Definition::default();
        while reader.item(&mut definition)? {}
        // What a table inherits stands behind its own columns.
        let here = reader.lexer.clone();
        if let Ok(Token::Word(word)) = reader.lexer.next()
            && word.eq_ignore_ascii_case(b"INHERITS")
            && let Some(parent) = reader.names()?.into_iter().next()
            && definition.columns.is_empty()
        {
            self.add_partition(&name, parent);
        }
        *reader.lexer = here;
        self.add(&name, definition);
        Ok(())
    }

    fn add_partition(&mut self, part: &str, whole: String) {
        if self.partitions.len() < MAX_TABLES && !part.eq_ignore_ascii_case(&whole) {
            self.partitions.insert(part.to_lowercase(), whole);
        }
    }

    fn alter(&mut self, reader: &mut Reader<'_, '_>) -> Result<(), Stop> {
        if reader.word()? != "TABLE" {
            return Ok(());
        }
        let Some(name) = reader.table_name()? else {
            return Ok(());
        };
        let mut definition = Definition::default();
        loop {
            let before = reader.lexer.clone();
            match reader.lexer.next() {
                Ok(Token::Sign(b';')) | Err(Stop::End) => break,
                Ok(Token::Word(word)) if word.eq_ignore_ascii_case(b"GO") => break,
                Ok(Token::Word(word)) if is_constraint(word) => {
                    *reader.lexer = before;
                    reader.constraint(&mut definition)?;
                }
                Ok(Token::Word(word)) if word.eq_ignore_ascii_case(b"ATTACH") => {
                    if reader.word()? == "PARTITION"
                        && let Some(part) = reader.table_name()?
                    {
                        self.add_partition(&part, name.clone());
                    }
                }
                Ok(_) => {}
                Err(Stop::Cut) => return Err(Stop::Cut),
            }
        }
        self.add(&name, definition);
        Ok(())
    }

    fn add(&mut self, name: &str, new: Definition) {
        if self.tables.len() >= MAX_TABLES {
            return;
        }
        let known = self.tables.entry(name.to_lowercase()).or_default();
        if !new.columns.is_empty() {
            known.columns = new.columns;
        }
        known.keys.extend(new.keys);
        known.references.extend(new.references);
        for column in &mut known.columns {
            column.is_key |= known.keys.iter().any(|key| same(key, &column.name));
            if column.references.is_none() {
                column.references = known
                    .references
                    .iter()
                    .find(|(from, _)| same(from, &column.name))
                    .map(|(_, to)| to.clone());
            }
        }
    }
}

/// `CREATE TABLE` statements of a database that keeps them as text.
#[derive(Default)]
pub(crate) struct Definitions(Schema);

impl Definitions {
    /// Learns from one statement.
    pub(crate) fn learn(&mut self, sql: &str) {
        let mut lexer = Lexer::new(sql.as_bytes(), 0, super::lex::Backslash::Letter);
        // What cannot be followed names no columns; the rows are read all the same.
        let _ = self.0.learn(&mut lexer, Charset::Utf8);
    }

    /// A table's columns, as far as they are known.
    pub(crate) fn columns(&self, table: &str) -> &[Column] {
        self.0.table(table).map_or(&[], |known| &known.columns)
    }

    /// The columns of a table's primary key, in the key's order.
    pub(crate) fn key(&self, table: &str) -> &[String] {
        self.0.table(table).map_or(&[], |known| &known.keys)
    }

    /// Positions of the tables, each after those that it points to.
    pub(crate) fn in_order(&self, tables: &[String]) -> Vec<usize> {
        let lower: Vec<String> = tables.iter().map(|name| name.to_lowercase()).collect();
        super::order::in_order(&lower, &self.0)
    }
}

impl Definition {
    /// The column of this name, as it would stand at a position of an `INSERT`.
    pub(super) fn column(&self, name: &str, index: u32) -> Column {
        let known = self.columns.iter().find(|column| same(&column.name, name));
        let mut column = known.cloned().unwrap_or_else(|| Column {
            name: name.to_owned(),
            is_key: self.keys.iter().any(|key| same(key, name)),
            references: self
                .references
                .iter()
                .find(|(from, _)| same(from, name))
                .map(|(_, to)| to.clone()),
            ..Column::default()
        });
        column.index = index;
        column
    }
}

fn same(left: &str, right: &str) -> bool {
    left.to_lowercase() == right.to_lowercase()
}

fn is_constraint(word: &[u8]) -> bool {
    ["PRIMARY", "FOREIGN"]
        .iter()
        .any(|constraint| word.eq_ignore_ascii_case(constraint.as_bytes()))
}

/// Reads the parts of a definition.
pub(super) struct Reader<'l, 'a> {
    pub(super) lexer: &'l mut Lexer<'a>,
    pub(super) charset: Charset,
}

impl Reader<'_, '_> {
    /// The next token as a word in upper case; a sign or string is empty.
    pub(super) fn word(&mut self) -> Result<String, Stop> {
        Ok(match self.lexer.next()? {
            Token::Word(word) => String::from_utf8_lossy(word).to_uppercase(),
            _ => String::new(),
        })
    }

    fn text(&self, bytes: &[u8]) -> String {
        self.charset.decode(bytes).into_owned()
    }

    /// A table's name, without the schema when that is the usual one; `None` when there is none.
    pub(super) fn table_name(&mut self) -> Result<Option<String>, Stop> {
        let mut parts: Vec<String> = Vec::new();
        loop {
            let part = match self.lexer.next()? {
                Token::Name(name) | Token::Text(name) => self.text(name),
                Token::Word(word) => {
                    let skipped: [&[u8]; 4] = [b"IF", b"NOT", b"EXISTS", b"ONLY"];
                    if parts.is_empty() && skipped.iter().any(|it| word.eq_ignore_ascii_case(it)) {
                        continue;
                    }
                    self.text(word)
                }
                _ => return Ok(None),
            };
            parts.push(part);
            let before = self.lexer.clone();
            if !matches!(self.lexer.next(), Ok(Token::Sign(b'.'))) {
                *self.lexer = before;
                break;
            }
        }
        let name = parts.pop().unwrap_or_default();
        let usual = ["dbo", "public", "main", ""];
        Ok(Some(match parts.pop() {
            Some(schema) if !usual.iter().any(|it| schema.eq_ignore_ascii_case(it)) => {
                format!("{schema}.{name}")
            }
            _ => name,
        }))
    }

    /// Names in parentheses.
    pub(super) fn names(&mut self) -> Result<Vec<String>, Stop> {
        let before = self.lexer.clone();
        if self.lexer.next()? != Token::Sign(b'(') {
            *self.lexer = before;
            return Ok(Vec::new());
        }
        let mut names = Vec::new();
        let mut depth = 1;
        let mut is_start = true;
        while depth > 0 {
            match self.lexer.next()? {
                Token::Sign(b'(') => depth += 1,
                Token::Sign(b')') => depth -= 1,
                Token::Sign(b',') if depth == 1 => is_start = true,
                Token::Name(name) | Token::Word(name) | Token::Text(name)
                    if is_start && names.len() < MAX_COLUMNS =>
                {
                    names.push(self.text(name));
                    is_start = false;
                }
                _ => {}
            }
        }
        Ok(names)
    }

    /// `PRIMARY KEY (a, b)`, `FOREIGN KEY (a) REFERENCES t (b)`.
    fn constraint(&mut self, definition: &mut Definition) -> Result<(), Stop> {
        let is_primary = self.word()? == "PRIMARY";
        if self.word()? != "KEY" {
            return Ok(());
        }
        // SQL Server: CLUSTERED; MySQL: a name for the index.
        let columns = loop {
            let before = self.lexer.clone();
            match self.lexer.next()? {
                Token::Sign(b'(') => {
                    *self.lexer = before;
                    break self.names()?;
                }
                Token::Word(_) | Token::Name(_) => {}
                _ => {
                    *self.lexer = before;
                    return Ok(());
                }
            }
        };
        if is_primary {
            definition.keys.extend(columns);
            return Ok(());
        }
        if self.word()? == "REFERENCES"
            && let Some(table) = self.table_name()?
        {
            let targets = self.names()?;
            for (n, from) in columns.into_iter().enumerate() {
                let to = targets.get(n).cloned().unwrap_or_default();
                definition.references.push((from, (table.clone(), to)));
            }
        }
        Ok(())
    }

    /// One column or constraint of `CREATE TABLE (..)`; `false` after the last.
    fn item(&mut self, definition: &mut Definition) -> Result<bool, Stop> {
        let before = self.lexer.clone();
        let column = match self.lexer.next()? {
            Token::Sign(b')') => return Ok(false),
            Token::Sign(b',') => return Ok(true),
            Token::Name(name) | Token::Text(name) => Some(self.text(name)),
            Token::Word(word) if is_constraint(word) => {
                *self.lexer = before;
                self.constraint(definition)?;
                None
            }
            Token::Word(word) => {
                let other = [
                    "CONSTRAINT",
                    "KEY",
                    "INDEX",
                    "UNIQUE",
                    "FULLTEXT",
                    "SPATIAL",
                    "CHECK",
                    "EXCLUDE",
                    "LIKE",
                    "PERIOD",
                ];
                let is_other = other
                    .iter()
                    .any(|it| word.eq_ignore_ascii_case(it.as_bytes()));
                (!is_other).then(|| self.text(word))
            }
            Token::Sign(_) => None,
        };
        if let Some(name) = &column
            && definition.columns.len() < MAX_COLUMNS
        {
            let index = definition.columns.len() as u32;
            definition.columns.push(Column {
                name: name.clone(),
                index,
                ..Column::default()
            });
        }
        self.rest_of_item(column.as_deref(), definition)
    }

    /// Passes over the rest of a column or constraint; `false` when the definition ends with it.
    fn rest_of_item(
        &mut self,
        column: Option<&str>,
        definition: &mut Definition,
    ) -> Result<bool, Stop> {
        let mut depth = 0;
        loop {
            let before = self.lexer.clone();
            match self.lexer.next()? {
                Token::Sign(b'(') => depth += 1,
                Token::Sign(b')') if depth == 0 => return Ok(false),
                Token::Sign(b')') => depth -= 1,
                Token::Sign(b',') if depth == 0 => return Ok(true),
                Token::Word(word) if depth == 0 => match column {
                    None if is_constraint(word) => {
                        *self.lexer = before;
                        self.constraint(definition)?;
                    }
                    Some(name) if word.eq_ignore_ascii_case(b"PRIMARY") => {
                        definition.keys.push(name.to_owned());
                    }
                    Some(name) if word.eq_ignore_ascii_case(b"REFERENCES") => {
                        if let Some(table) = self.table_name()? {
                            let target = self.names()?.into_iter().next().unwrap_or_default();
                            definition
                                .references
                                .push((name.to_owned(), (table, target)));
                        }
                    }
                    _ => {}
                },
                _ => {}
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{super::lex::Backslash, *};

    fn columns(statements: &[&str], table: &str) -> String {
        let mut schema = Schema::default();
        for sql in statements {
            let mut lexer = Lexer::new(sql.as_bytes(), 0, Backslash::Guess);
            let _ = schema.learn(&mut lexer, Charset::Utf8);
        }
        let Some(table) = schema.table(table) else {
            return "none".into();
        };
        let shown = table.columns.iter().map(|column| {
            let key = if column.is_key { "*" } else { "" };
            let to = column.references.as_ref();
            let to = to.map_or(String::new(), |(table, column)| {
                format!("->{table}.{column}")
            });
            format!("{}{key}{to}", column.name)
        });
        shown.collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn keys_are_found_in_every_dialect() {
        let mysql = "CREATE TABLE IF NOT EXISTS `visit` (\n `id` int(11) NOT NULL AUTO_INCREMENT,\n \
             `pat` int DEFAULT NULL COMMENT 'it, (x)',\n PRIMARY KEY (`id`),\n KEY `k` (`pat`),\n \
             CONSTRAINT `fk` FOREIGN KEY (`pat`) REFERENCES `patient` (`id`) ON DELETE CASCADE\n) ENGINE=InnoDB;";
        assert_eq!(columns(&[mysql], "visit"), "id* pat->patient.id");
        let pg = [
            "CREATE TABLE public.visit (\n id integer NOT NULL,\n pat integer,\n t numeric(8,2)\n);",
            "ALTER TABLE ONLY public.visit ADD CONSTRAINT v_pkey PRIMARY KEY (id);",
            "ALTER TABLE ONLY public.visit\n ADD CONSTRAINT f FOREIGN KEY (pat) REFERENCES public.patient(id);",
        ];
        assert_eq!(columns(&pg, "visit"), "id* pat->patient.id t");
        let tsql = [
            "CREATE TABLE [dbo].[Visit](\n [Id] [int] IDENTITY(1,1) NOT NULL,\n [Pat] [int] NULL,\n \
             CONSTRAINT [PK] PRIMARY KEY CLUSTERED ([Id] ASC) WITH (PAD_INDEX = OFF) ON [PRIMARY]\n) ON [PRIMARY]",
            "ALTER TABLE [dbo].[Visit]  WITH CHECK ADD  CONSTRAINT [FK] FOREIGN KEY([Pat])\nREFERENCES [dbo].[Patient] ([Id])\nGO\n",
        ];
        assert_eq!(columns(&tsql, "VISIT"), "Id* Pat->Patient.Id");
        let lite = "CREATE TABLE visit (id INTEGER PRIMARY KEY, pat REFERENCES patient(id), \"a b\" TEXT);";
        assert_eq!(columns(&[lite], "visit"), "id* pat->patient.id a b");
    }
}
