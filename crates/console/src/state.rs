//! `Console`: an open case with everything that pages need at hand, built once at the start.

use std::sync::{Arc, Mutex, OnceLock};

use jiff::Timestamp;
use jiff::civil::Date;
use serde_json::json;
use whose_engine::store::{Case, Entry};
use whose_engine::{EngineError, Library, Press, Summary, View};
use whose_model::{Cause, Incident, Outcome};
use whose_register::Register;

use crate::door::{Door, Visitor};
use crate::error::{ConsoleError, Problem};
use crate::index::duties::DutyIndex;
use crate::index::people::{Builder, PeopleIndex};
use crate::index::rows::RowIndex;
use crate::render::Templates;

/// What the console may ask of the world; the front door's program brings it.
#[derive(Clone, Copy)]
pub struct Hooks {
    /// Today, where the custodian is: days left are counted from it.
    pub today: &'static (dyn Fn() -> Date + Sync),
    /// The last moment of a day, where this machine is; none outside of the calendar.
    pub end_of: &'static (dyn Fn(Date) -> Option<Timestamp> + Sync),
    /// The name that this user has on this machine, for what they write into the register.
    pub by: &'static (dyn Fn() -> String + Sync),
    /// Now, for the log.
    pub now: &'static (dyn Fn() -> Timestamp + Sync),
    /// Says to whoever started it that a page failed: an operation's number and its cause, never a value.
    pub report: &'static (dyn Fn(&str) + Sync),
}

/// An open case, ready to be shown.
#[derive(Clone)]
pub struct Console(pub(crate) Arc<Shared>);

/// What all requests share.
pub(crate) struct Shared {
    pub(crate) case: Case,
    pub(crate) hooks: Hooks,
    pub(crate) door: Door,
    pub(crate) law: Library,
    pub(crate) templates: Templates,
    pub(crate) summary: Summary,
    pub(crate) incident: Option<Incident>,
    /// The register of this machine or team, where one is open.
    pub(crate) register: Option<Mutex<Register>>,
    pub(crate) people: PeopleIndex,
    pub(crate) exhibits: RowIndex,
    pub(crate) gaps: RowIndex,
    duties: OnceLock<DutyIndex>,
    /// One press is enough: one person looks at one letter at a time.
    pub(crate) press: Mutex<Option<Press>>,
}

impl Console {
    /// Looks through a case that has been run, for a console on this port; with the register, where there is one.
    ///
    /// # Errors
    /// When the case was not run to its end or cannot be read, or there is no chance for a key.
    pub fn open(
        case: Case,
        register: Option<Register>,
        port: u16,
        hooks: Hooks,
    ) -> Result<Self, ConsoleError> {
        let view = View::new(&case);
        let summary = view.summary()?;
        let incident = view.incident()?;
        let mut people = Builder::default();
        view.people(|person| people.push(&person))?;
        let mut exhibits = RowIndex::default();
        view.exhibits(|exhibit| exhibits.push(outcome_class(exhibit.outcome)))?;
        let mut gaps = RowIndex::default();
        view.gaps(|gap| gaps.push(cause_class(gap.cause)))?;
        let law = Library::embedded().map_err(|error| EngineError::Law(error.to_string()))?;
        Ok(Self(Arc::new(Shared {
            templates: Templates::new()
                .map_err(|error| ConsoleError::Template(error.to_string()))?,
            door: Door::new(port).map_err(|_| ConsoleError::Chance)?,
            register: register.map(Mutex::new),
            people: people.finish(),
            hooks,
            law,
            summary,
            incident,
            exhibits,
            gaps,
            duties: OnceLock::new(),
            press: Mutex::new(None),
            case,
        })))
    }

    /// The path that lets a browser in; whoever has it sees the case.
    pub fn start_path(&self) -> String {
        format!("/?key={}", self.0.door.key())
    }

    /// Counts the duties, so that the first page need not; they are counted when first asked for otherwise.
    pub fn warm_up(&self) {
        // What goes wrong here goes wrong again, and is told, when a page asks.
        let _ = self.0.duties();
    }
}

impl Shared {
    pub(crate) fn view(&self) -> View<'_> {
        View::new(&self.case)
    }

    /// The day whose law the case was assessed under.
    pub(crate) fn as_of(&self, today: Date) -> Date {
        self.summary.as_of.parse().unwrap_or(today)
    }

    /// The duties, counted once.
    pub(crate) fn duties(&self) -> Result<&DutyIndex, EngineError> {
        if let Some(duties) = self.duties.get() {
            return Ok(duties);
        }
        let duties = DutyIndex::of(self.view())?;
        Ok(self.duties.get_or_init(|| duties))
    }

    /// Shows or hides values for a visitor; showing them without an entry in the log is not possible.
    pub(crate) fn show_values(&self, visitor: &Visitor, values: bool) -> Result<(), Problem> {
        if values && !visitor.values {
            self.case
                .log(Entry {
                    at: (self.hooks.now)(),
                    verb: "values-shown".to_owned(),
                    what: json!({ "list": "console" }),
                })
                .and_then(|()| self.case.flush())
                .map_err(Problem::CannotLog)?;
        }
        self.door.set_values(visitor, values);
        Ok(())
    }
}

/// The number of an outcome in the index of exhibits.
pub(crate) fn outcome_class(outcome: Outcome) -> u8 {
    match outcome {
        Outcome::Read => 0,
        Outcome::ReadWithGaps => 1,
        Outcome::NotRead => 2,
    }
}

/// The number of a cause in the index of gaps.
pub(crate) fn cause_class(cause: Cause) -> u8 {
    Cause::ALL
        .iter()
        .position(|one| *one == cause)
        .and_then(|at| u8::try_from(at).ok())
        .unwrap_or(u8::MAX)
}
