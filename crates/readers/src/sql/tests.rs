//! Dumps of each kind, whole and broken.

use proptest::prelude::*;
use whose_model::{Ended, ExhibitPath, Gap, Limits, Segment, Sink};

use crate::exhibit::read_as;

/// Keeps tables as lines of text: `table[number] column*=value|..`.
#[derive(Default)]
pub(super) struct Kept {
    pub(super) lines: Vec<String>,
    pub(super) gaps: Vec<&'static str>,
    members: usize,
}

impl Sink for Kept {
    fn begin(&mut self, path: &ExhibitPath) -> bool {
        self.members += usize::from(path.0.contains('/'));
        true
    }
    fn segment(&mut self, segment: Segment) {
        match segment {
            Segment::Rows(rows) => {
                for row in 0..rows.len() {
                    let cells: Vec<_> = (0..rows.head.columns.len())
                        .map(|column| {
                            let head = &rows.head.columns[column];
                            let key = if head.is_key { "*" } else { "" };
                            let to = head.references.as_ref();
                            let to = to.map_or(String::new(), |to| format!(">{}.{}", to.0, to.1));
                            format!("{}{key}{to}={}", head.name, rows.cell(row, column))
                        })
                        .collect();
                    let line = format!(
                        "{}[{}] {}",
                        rows.head.name,
                        rows.numbers[row],
                        cells.join("|")
                    );
                    self.lines.push(line);
                }
            }
            Segment::Passage(passage) => {
                self.lines
                    .push(format!("{:?}: {}", passage.kind, passage.text.trim()))
            }
            Segment::Record(_) => {}
        }
    }
    fn gap(&mut self, gap: Gap) {
        self.gaps.push(gap.cause.id());
    }
    fn end(&mut self, _: &ExhibitPath, _: Ended) {}
}

fn kept(sql: &[u8]) -> Kept {
    kept_as("sql", sql)
}

pub(super) fn kept_as(format: &str, bytes: &[u8]) -> Kept {
    let mut kept = Kept::default();
    let path = ExhibitPath("dump.sql".into());
    read_as(format, bytes, &path, &Limits::default(), &mut kept);
    kept
}

#[track_caller]
fn check(sql: &str, expected: &[&str]) {
    let kept = kept(sql.as_bytes());
    assert_eq!(kept.lines, expected);
    assert!(kept.gaps.is_empty());
}

#[test]
fn mysqldump() {
    check(
        "-- MySQL dump 10.13\n--\n-- Host: localhost\n/*!40101 SET NAMES utf8 */;\n\
         DROP TABLE IF EXISTS `patient`;\nCREATE TABLE `patient` (\n `id` int NOT NULL,\n `name` text,\n PRIMARY KEY (`id`)\n) ENGINE=InnoDB;\n\
         LOCK TABLES `patient` WRITE;\n/*!40000 ALTER TABLE `patient` DISABLE KEYS */;\n\
         INSERT INTO `patient` VALUES (1,'O\\'Brien; (x)'),(2,NULL),\n(3,'a''b');\n\
         /*!40000 ALTER TABLE `patient` ENABLE KEYS */;\nUNLOCK TABLES;\n",
        &[
            "patient[1] id*=1|name=O'Brien; (x)",
            "patient[2] id*=2|name=",
            "patient[3] id*=3|name=a'b",
        ],
    );
}

#[test]
fn pg_dump_with_keys_at_the_end() {
    check(
        "--\n-- PostgreSQL database dump\n--\n\\restrict abc\nSET standard_conforming_strings = on;\nSELECT pg_catalog.set_config('search_path', '', false);\n\
         CREATE TABLE public.visit (\n    id integer NOT NULL,\n    pat integer\n);\n\
         COPY public.visit (id, pat, note) FROM stdin;\n1\t7\ta\\tb\n2\t\\N\tc:\\\\x\n\\.\n\n\
         INSERT INTO public.visit (pat, id) VALUES (8, 3) ON CONFLICT DO NOTHING;\n\
         ALTER TABLE ONLY public.visit\n    ADD CONSTRAINT v_pkey PRIMARY KEY (id);\n\
         ALTER TABLE ONLY public.visit\n    ADD CONSTRAINT f FOREIGN KEY (pat) REFERENCES public.patient(id);\n",
        &[
            "Body: SELECT pg_catalog.set_config('search_path', '', false);",
            "visit[1] id*=1|pat>patient.id=7|note=a\tb",
            "visit[2] id*=2|pat>patient.id=|note=c:\\x",
            "visit[3] pat>patient.id=8|id*=3",
        ],
    );
}

#[test]
fn rows_wait_for_those_that_they_point_to() {
    check(
        "-- PostgreSQL database dump\nCREATE TABLE a_result (id int, specimen int);\nCREATE TABLE orders (id int, pat int);\n\
         CREATE TABLE patient (id int, name text);\nCREATE TABLE specimen (id int, ord int);\n\
         COPY public.a_result (id, specimen) FROM stdin;\n1\t700\n\\.\n\n\
         INSERT INTO orders VALUES (70, 7),(71, 8);\nINSERT INTO orders VALUES (72, 7);\n\
         COPY public.patient (id, name) FROM stdin;\n7\tRoy\n8\tCy\n\\.\n\n\
         COPY public.specimen (id, ord) FROM stdin;\n700\t71\n\\.\n\n\
         ALTER TABLE ONLY public.a_result ADD CONSTRAINT a FOREIGN KEY (specimen) REFERENCES public.specimen(id);\n\
         ALTER TABLE ONLY public.orders ADD CONSTRAINT b FOREIGN KEY (pat) REFERENCES public.patient(id);\n\
         ALTER TABLE ONLY public.specimen ADD CONSTRAINT c FOREIGN KEY (ord) REFERENCES public.orders(id);\n",
        &[
            "patient[1] id=7|name=Roy",
            "patient[2] id=8|name=Cy",
            "orders[1] id=70|pat>patient.id=7",
            "orders[2] id=71|pat>patient.id=8",
            "orders[3] id=72|pat>patient.id=7",
            "specimen[1] id=700|ord>orders.id=71",
            "a_result[1] id=1|specimen>specimen.id=700",
        ],
    );
}

#[test]
fn tables_that_point_in_a_circle_are_read_once() {
    check(
        "-- MySQL dump\nCREATE TABLE `a` (`id` int, `b` int, FOREIGN KEY (`b`) REFERENCES `b` (`id`));\n\
         CREATE TABLE `b` (`id` int, `a` int, FOREIGN KEY (`a`) REFERENCES `a` (`id`));\n\
         INSERT INTO `a` VALUES (1,2);\nINSERT INTO `b` VALUES (2,1);\n",
        &["a[1] id=1|b>b.id=2", "b[1] id=2|a>a.id=1"],
    );
}

#[test]
fn rows_of_a_partition_are_rows_of_its_table() {
    check(
        "-- PostgreSQL database dump\nCREATE TABLE public.visit (id int, pat int) PARTITION BY RANGE (id);\n\
         CREATE TABLE public.visit_1 (id int, pat int);\nALTER TABLE ONLY public.visit ATTACH PARTITION public.visit_1 FOR VALUES FROM (1) TO (9);\n\
         COPY public.visit_1 (id, pat) FROM stdin;\n1\t7\n\\.\n\n\
         ALTER TABLE public.visit ADD CONSTRAINT f FOREIGN KEY (pat) REFERENCES public.patient(id);\n",
        &["visit[1] id=1|pat>patient.id=7"],
    );
}

#[test]
fn sql_server_scripts_need_no_semicolon() {
    let sql = "USE [Clinic]\r\nGO\r\nSET ANSI_NULLS ON\r\nGO\r\nCREATE TABLE [dbo].[Patient](\r\n\t[Id] [int] NOT NULL,\r\n\t[Name] [nvarchar](50) NULL,\r\n CONSTRAINT [PK] PRIMARY KEY CLUSTERED ([Id] ASC) ON [PRIMARY]\r\n) ON [PRIMARY]\r\nGO\r\n\
         SET IDENTITY_INSERT [dbo].[Patient] ON \r\n\r\nINSERT [dbo].[Patient] ([Id], [Name], [Born]) VALUES (1, N'Élise', CAST(N'1980-05-01' AS Date))\r\n\
         INSERT [dbo].[Patient] ([Id], [Name], [Born]) VALUES (2, N'It''s', NULL)\r\nGO\r\n";
    let expected = [
        "Patient[1] Id*=1|Name=Élise|Born=1980-05-01",
        "Patient[2] Id*=2|Name=It's|Born=",
    ];
    check(sql, &expected);
    let wide: Vec<u8> = std::iter::once(0xfeff_u16)
        .chain(sql.encode_utf16())
        .flat_map(u16::to_le_bytes)
        .collect();
    assert_eq!(kept(&wide).lines, expected);
}

#[test]
fn sqlite_dump_and_procedures_and_people_s_comments() {
    check(
        "PRAGMA foreign_keys=OFF;\nBEGIN TRANSACTION;\n-- sent to Dr. Roy for review\n\
         CREATE TABLE \"visit\" (id INTEGER PRIMARY KEY, note TEXT);\nINSERT INTO visit VALUES(1,'a\\');\nCOMMIT;\n\
         DELIMITER ;;\nCREATE TRIGGER x BEGIN INSERT INTO log VALUES (NEW.id); END ;;\nDELIMITER ;\nUPDATE visit SET note='b' WHERE id=1;\n",
        &[
            "Comment: -- sent to Dr. Roy for review",
            "visit[1] id*=1|note=a\\",
            "Body: UPDATE visit SET note='b' WHERE id=1;",
        ],
    );
}

#[test]
fn what_stands_outside_of_rows_is_read_too() {
    let sql = b"USE [c]\nGO\nSET ANSI_NULLS ON\nGO\nSET @n = N'Marie Roy'\nGO\nPRINT 'for Luc Cote'\nGO\n\
        DECLARE @p nvarchar(50) = N'Anne Cy'\nGO\nIF NOT EXISTS (SELECT 1 FROM p) INSERT INTO p VALUES (9434765919)\nGO\n\
        CREATE TABLE [q] (a int DEFAULT 'none')\nGO\nGRANT SELECT ON q TO r\nGO\n";
    let kept = kept(sql);
    let said = kept.lines.join("\n");
    for word in ["Marie Roy", "Luc Cote", "Anne Cy", "9434765919"] {
        assert!(said.contains(word), "{word}: {said}");
    }
    for word in ["ANSI_NULLS", "none", "GRANT"] {
        assert!(!said.contains(word), "{word}: {said}");
    }
    assert!(kept.gaps.is_empty());
}

#[test]
fn strings_of_oracle_have_signs_of_their_own() {
    check(
        "Insert into P (ID,NAME) values (1,q'[O'Brien]');\nInsert into P (ID,NAME) values (2,'Roy');\n",
        &["P[1] ID=1|NAME=O'Brien", "P[2] ID=2|NAME=Roy"],
    );
}

#[test]
fn what_is_cut_off_is_kept_and_said() {
    let cut = kept(b"-- MySQL dump\nINSERT INTO `p` VALUES (1,'Marie'),(2,'Je");
    assert_eq!(cut.lines, ["p[1] =1|=Marie", "p[2] =2|=Je"]);
    assert_eq!(cut.gaps, ["truncated"]);
    let cut = kept(b"COPY p (a, b) FROM stdin;\n1\tx\n2\ty");
    assert_eq!(cut.lines, ["p[1] a=1|b=x", "p[2] a=2|b=y"]);
    assert_eq!(cut.gaps, ["truncated"]);
}

#[test]
fn a_broken_statement_costs_itself() {
    let broken =
        kept(b"-- MySQL dump\nINSERT INTO `p` VALUES (1,'a';\nINSERT INTO `p` VALUES (2,'b');\n");
    assert!(
        broken.lines.contains(&"p[2] =2|=b".to_owned())
            || broken.lines.contains(&"p[1] =2|=b".to_owned())
    );
    assert_eq!(broken.gaps, ["corrupt"]);
}

#[test]
fn a_binary_value_is_read_as_a_file() {
    let sql = format!(
        "-- MySQL dump\nINSERT INTO `p` (`id`,`photo`) VALUES (1,0x{});\n",
        "ffd8ff00".repeat(40)
    );
    let kept = kept(sql.as_bytes());
    assert_eq!(kept.members, 1);
    assert_eq!(kept.lines, ["p[1] id=1|photo="]);
}

proptest! {
    #[test]
    fn any_values_come_back(values in proptest::collection::vec("[ -~é\n\t]{0,12}", 1..5)) {
        let quoted: Vec<_> = values.iter().map(|value| format!("'{}'", value.replace('\'', "''"))).collect();
        let sql = format!("PRAGMA x;\nINSERT INTO t VALUES ({});\n", quoted.join(","));
        let cells: Vec<_> = values.iter().map(|value| format!("={value}")).collect();
        prop_assert_eq!(kept(sql.as_bytes()).lines, vec![format!("t[1] {}", cells.join("|"))]);
    }

    #[test]
    fn no_bytes_make_it_panic(sql in "(INSERT INTO|COPY|CREATE TABLE|ALTER TABLE|VALUES|[a-z`'\"\\[\\](),;\\\\$ \n]|--|/\\*|DELIMITER|GO|FROM stdin;\n){0,40}") {
        let kept = kept(sql.as_bytes());
        prop_assert!(!kept.gaps.contains(&"crash"));
    }
}
