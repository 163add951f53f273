//! What a server plays: a script, or a scenario from its beginning or after an earlier run.

use std::fmt;

use super::act::{Act, Director, Moment};
use super::scenario::Address;
use super::{Cast, Fault, Request, Scenario, Script, ServedFile};

/// Whether the client comes for the first time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Entrance {
    /// It has nothing yet.
    Fresh,
    /// It was interrupted in the middle of an earlier run, in which nothing was wrong. That run gets
    /// an eighth of the file from each answer, then silence. It ends with [`super::FaultServer::enter`],
    /// and what would have been the first answer of the scenario counts as given.
    AfterRun,
}

/// A scenario that is being played.
pub struct Staging {
    scenario: &'static Scenario,
    cast: Cast,
    entrance: Entrance,
    director: Director,
    /// The run before has not ended yet.
    before: bool,
}

impl Staging {
    /// Puts a scenario on.
    pub fn new(scenario: &'static Scenario, cast: &Cast, entrance: Entrance) -> Self {
        Self {
            scenario,
            cast: cast.clone(),
            entrance,
            director: (scenario.direct)(cast, Entrance::Fresh),
            before: entrance == Entrance::AfterRun,
        }
    }

    /// What is played.
    pub fn scenario(&self) -> &'static Scenario {
        self.scenario
    }

    fn next(&mut self, request: &Request, moment: &Moment) -> Act {
        if !self.before {
            return (self.director)(request, moment);
        }
        let mut act = if matches!(self.scenario.address, Address::LeadsOn | Address::WithPassword) {
            (self.director)(request, moment)
        } else {
            Act::right(&(self.scenario.opens_with)(&self.cast))
        };
        if act.sends_file() {
            act.faults = vec![Fault::Stall(act.file.len() / 8)];
        }
        act
    }
}

impl fmt::Debug for Staging {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} ({:?})", self.scenario.name, self.entrance)
    }
}

/// What decides about the answers.
#[derive(Debug)]
pub(super) enum Plot {
    Script(Box<Script>),
    Scenario(Box<Staging>),
}

impl Plot {
    /// What to do now.
    pub(super) fn next(&mut self, request: &Request, moment: &Moment) -> Act {
        match self {
            Self::Script(script) => script.next(request, moment.sending),
            Self::Scenario(staging) => staging.next(request, moment),
        }
    }

    /// Ends the run before. All that the scenario remembers of it is forgotten: tickets are void.
    pub(super) fn enter(&mut self) {
        if let Self::Scenario(staging) = self {
            staging.before = false;
            staging.director = (staging.scenario.direct)(&staging.cast, staging.entrance);
        }
    }

    pub(super) fn film_url(&self, base: &str) -> String {
        match self {
            Self::Scenario(staging) if staging.scenario.address == Address::WithPassword => {
                base.replace("://", "://user:secret@") + staging.scenario.path
            }
            Self::Scenario(staging) => base.to_owned() + staging.scenario.path,
            Self::Script(_) => base.to_owned() + "/film.mp4",
        }
    }

    pub(super) fn refuses_connections(&self, sending: usize) -> bool {
        match self {
            Self::Scenario(staging) if !staging.before => staging
                .scenario
                .most_connections
                .is_some_and(|most| sending >= most),
            _ => false,
        }
    }

    /// Another file from now on; a scenario has its own.
    pub(super) fn serve(&mut self, file: ServedFile) {
        if let Self::Script(script) = self {
            script.file = file;
        }
    }

    /// Another fault from now on; a scenario has its own.
    pub(super) fn now(&mut self, fault: Fault) {
        if let Self::Script(script) = self {
            script.steps.clear();
            script.rule = None;
            script.afterwards = fault;
        }
    }
}
