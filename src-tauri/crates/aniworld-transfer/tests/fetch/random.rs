//! Random scripts of faults, with crashes in between: the right bytes come out, or an error and no file.

use std::fs;

use aniworld_testkit::fault::{Fault, Script, ServedFile};
use aniworld_transfer::{Connections, Engine, Expects, FetchRequest};
use proptest::prelude::*;
use proptest::sample::select;

use crate::stage::{OVERLAP, SHORTEST_FILM, Stage, film, new_engine, sha256};

const CASES: u32 = 128;
/// Runs while the server still makes mistakes.
const RUNS: usize = 4;

/// What the server says about its files.
#[derive(Debug, Clone, Copy)]
enum Proof {
    StrongTag,
    WeakTag,
    Date,
    Nothing,
}

/// What the one who asks knows beforehand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Promise {
    Nothing,
    Size,
    Checksum,
}

#[derive(Debug, Clone)]
struct Case {
    proof: Proof,
    promise: Promise,
    careless: bool,
    connections: u8,
    lengths: [u64; 2],
    /// Which version is served, and how.
    steps: Vec<(usize, Fault)>,
}

fn cases() -> impl Strategy<Value = Case> {
    let proof = select(vec![
        Proof::StrongTag,
        Proof::StrongTag,
        Proof::Date,
        Proof::WeakTag,
        Proof::Nothing,
    ]);
    let promise = select(vec![Promise::Nothing, Promise::Size, Promise::Checksum]);
    let length = || prop_oneof![1 => 0..3_u64, 2 => SHORTEST_FILM..3_000_u64, 4 => 70_000..300_000_u64, 1 => 600_000..900_000_u64];
    let connections = select(vec![1, 1, 4]);
    (proof, promise, any::<bool>(), connections, [length(), length()])
        .prop_flat_map(|(proof, promise, careless, connections, lengths)| {
            let step = (prop_oneof![3 => Just(0_usize), 1 => Just(1)], faults(promise));
            let steps = prop::collection::vec(step, 0..8);
            (Just((proof, promise, careless, connections, lengths)), steps)
        })
        .prop_map(|((proof, promise, careless, connections, lengths), steps)| Case {
            proof,
            promise,
            careless,
            connections,
            // two files of different sizes cannot both have the promised one
            lengths: if promise == Promise::Size {
                [lengths[0]; 2]
            } else {
                lengths
            },
            steps,
        })
}

/// Faults that can be found out: by HTTP itself, or by what is promised.
fn faults(promise: Promise) -> BoxedStrategy<Fault> {
    let sound = select(vec![
        Fault::None,
        Fault::HangUp,
        Fault::RangeIgnored,
        Fault::Multipart,
        Fault::Unasked206,
        Fault::NotSatisfiable,
        Fault::NotSatisfiableBare,
        Fault::Status(404),
        Fault::Status(500),
        Fault::RetryAfter(503, "0".to_owned()),
        Fault::Gzip,
        Fault::WebPage,
        Fault::Redirect("/elsewhere".to_owned()),
        Fault::Chunked,
        Fault::CloseDelimited(u64::MAX),
        Fault::NoHttp,
    ]);
    let at = || prop_oneof![1 => 0..2_000_u64, 3 => 0..300_000_u64, 1 => 0..900_000_u64];
    let by_size = prop_oneof![
        at().prop_map(Fault::CloseDelimited),
        (1..500_u64).prop_map(Fault::PromisesLess)
    ];
    let common = prop_oneof![
        4 => sound,
        4 => at().prop_map(Fault::Cut),
        2 => at().prop_map(Fault::Gate),
        1 => at().prop_map(Fault::Reset),
        1 => at().prop_map(Fault::ChunkedCut),
        1 => (OVERLAP..300_000).prop_map(Fault::Short206),
        1 => (0..500_u64).prop_map(Fault::RangeShifted),
        1 => (1..500_u64).prop_map(Fault::PromisesMore),
    ];
    match promise {
        Promise::Nothing => common.boxed(),
        Promise::Size => prop_oneof![6 => common, 1 => by_size].boxed(),
        Promise::Checksum => prop_oneof![6 => common, 1 => by_size, 1 => Just(Fault::Lie)].boxed(),
    }
}

impl Case {
    fn body(&self, version: usize) -> Vec<u8> {
        film([77, 1_234][version], self.lengths[version])
    }

    fn file(&self, version: usize) -> ServedFile {
        let file = ServedFile::new(self.body(version))
            .last_modified(["Mon, 02 Nov 2026 10:00:00 GMT", "Tue, 03 Nov 2026 10:00:00 GMT"][version]);
        match self.proof {
            Proof::StrongTag => file.etag(["\"v1\"", "\"v2\""][version]),
            Proof::WeakTag => file.etag("W/\"v\""),
            Proof::Date => file.without_etag(),
            Proof::Nothing => file.without_validators(),
        }
    }

    fn script(&self) -> Script {
        let mut script = Script::of(self.file(self.last()));
        if self.careless {
            script = script.ignoring_if_range();
        }
        for (version, fault) in &self.steps {
            // who wants any file gets a page where one comes
            let fault = match fault {
                Fault::WebPage if !self.is_media() => &Fault::Status(404),
                fault => fault,
            };
            script = script.then_with(self.file(*version), fault.clone());
        }
        script
    }

    /// Whether both versions are long enough to be films.
    fn is_media(&self) -> bool {
        self.lengths.iter().all(|length| *length >= SHORTEST_FILM)
    }

    /// The version that is served in the end.
    fn last(&self) -> usize {
        self.steps.last().map_or(0, |(version, _)| *version)
    }

    fn request(&self, stage: &Stage) -> FetchRequest {
        let mut request = stage.request();
        if !self.is_media() {
            request.expects = Expects::AnyFile;
        }
        request.connections = Connections::Exactly(self.connections);
        let body = self.body(self.last());
        request.expected_bytes = (self.promise == Promise::Size).then_some(body.len() as u64);
        request.checksums = if self.promise == Promise::Checksum {
            sha256(&body)
        } else {
            Vec::new()
        };
        request
    }

    /// Nothing under the final name, or exactly one of the versions that the server had.
    fn check(&self, stage: &Stage, published: bool) -> Result<(), TestCaseError> {
        let target = stage.target();
        if !published {
            prop_assert!(!target.exists(), "something is under the final name");
            return Ok(());
        }
        let found = fs::read(target).unwrap();
        let versions = [self.body(0), self.body(1)];
        prop_assert!(versions.contains(&found), "{} wrong bytes", found.len());
        if self.promise == Promise::Checksum {
            prop_assert!(found == versions[self.last()], "not the promised version");
        }
        prop_assert_eq!(stage.names(), ["film.mp4"]);
        Ok(())
    }

    async fn play(&self, engine: Engine) -> Result<(), TestCaseError> {
        let mut stage = Stage::with_engine(self.script(), engine);
        for _ in 0..RUNS {
            let running = stage.start(self.request(&stage));
            let outcome = running.end_or_drop(stage.server.gate_reached()).await;
            // whoever stands at the gate would block the next request of its connection
            stage.server.open_gate();
            let published = matches!(outcome, Some(Ok(_)));
            self.check(&stage, published)?;
            if published {
                return Ok(());
            }
        }
        // a program that starts anew: too many bytes on an old connection may spoil its next answer
        stage.engine = new_engine();
        stage.server.now(Fault::None);
        stage.server.serve(self.file(self.last()));
        let outcome = stage.fetch(self.request(&stage)).await;
        prop_assert!(outcome.is_ok(), "{outcome:?} from a server without faults");
        self.check(&stage, true)
    }
}

#[test]
fn whatever_goes_wrong_no_wrong_file_appears() {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .unwrap();
    let engine = new_engine();
    let config = ProptestConfig {
        cases: CASES,
        failure_persistence: None,
        ..ProptestConfig::default()
    };
    proptest!(config, |(case in cases())| {
        runtime.block_on(case.play(engine.clone()))?;
    });
}
