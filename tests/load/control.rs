//! Starts the app and does what the socket says, one order after the other.
//!
//! `{"do": "begin", "rate": 10000}`: starts an operation for every job and updates them from then on.
//! `{"do": "probe", "codes": [..]}`: also changes the state of these, one after the other, and notes when.
//! `{"do": "end"}`: stops, brings every operation into its last state and answers with all that was noted.
//! `{"do": "soak", "frames": N}`: lets the window have up to 1,000 frames a second until so many went out.

use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use aniworld_core::app::RetryPolicy;
use aniworld_services::{Aniworld, OpenOptions};
use aniworld_shell::{App, Opened};
use aniworld_wire::Pace;
use serde_json::{Value, json};
use tauri::{AppHandle, Manager};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::{UnixListener, UnixStream};

use crate::frames::Frames;
use crate::generator::Generator;
use crate::jobs;

/// Frames a thousand times a second.
const LIFTED: Pace = Pace {
    gap: Duration::from_millis(1),
    focused: Duration::from_millis(1),
    visible: Duration::from_millis(1),
};

/// Runs the app on a data folder until it is quit.
pub(crate) fn run(data_dir: &Path) -> ExitCode {
    let options = OpenOptions {
        data_dir: data_dir.to_path_buf(),
        config_dir: data_dir.to_path_buf(),
        holder: "Aniworld".to_owned(),
        retry: RetryPolicy::default(),
        run_queue: false,
    };
    let services = tauri::async_runtime::block_on(Aniworld::open(options)).unwrap();
    let services = Arc::new(services);
    let socket = data_dir.join("load.sock");
    let steered = Arc::clone(&services);
    aniworld_shell::start(Opened::from(services), false, move |app| {
        let listener = UnixListener::bind(socket).unwrap();
        let frames = Frames::listen(app);
        tauri::async_runtime::spawn(serve(listener, app.clone(), steered, frames));
    })
}

async fn serve(listener: UnixListener, app: AppHandle, services: Arc<Aniworld>, frames: Arc<Frames>) {
    let mut steering = Steering {
        app,
        services,
        frames,
        generator: None,
    };
    while let Ok((stream, _)) = listener.accept().await {
        steering.talk(stream).await;
    }
}

struct Steering {
    app: AppHandle,
    services: Arc<Aniworld>,
    frames: Arc<Frames>,
    generator: Option<Generator>,
}

impl Steering {
    async fn talk(&mut self, stream: UnixStream) {
        let (reading, mut writing) = stream.into_split();
        let mut lines = BufReader::new(reading).lines();
        while let Ok(Some(line)) = lines.next_line().await {
            let order: Value = serde_json::from_str(&line).unwrap();
            let answer = self.obey(&order).await;
            writing.write_all(format!("{answer}\n").as_bytes()).await.unwrap();
        }
    }

    async fn obey(&mut self, order: &Value) -> Value {
        match order["do"].as_str() {
            Some("begin") => {
                let jobs = jobs::of(&self.services.store).await;
                let count = jobs.len();
                let rate = order["rate"].as_u64().unwrap();
                self.frames.begin();
                self.generator = Some(Generator::start(&self.services, jobs, rate).await);
                json!({ "operations": count })
            }
            Some("probe") => {
                let codes: Vec<String> = serde_json::from_value(order["codes"].clone()).unwrap();
                let generator = self.generator.as_ref().unwrap();
                json!({ "noted": generator.probe(&codes) })
            }
            Some("end") => {
                let ended = self.generator.take().unwrap().end().await;
                json!({ "frames": self.frames.report(), "load": ended })
            }
            Some("soak") => {
                if let Some(generator) = &self.generator {
                    generator.hold_states();
                }
                self.app.state::<App>().relay().set_pace(LIFTED);
                let wanted = order["frames"].as_u64().unwrap();
                self.frames.begin();
                self.frames.reached(wanted).await;
                self.app.state::<App>().relay().set_pace(Pace::default());
                json!({ "frames": self.frames.report() })
            }
            _ => json!({ "error": "no such order" }),
        }
    }
}
