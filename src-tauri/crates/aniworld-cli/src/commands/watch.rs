//! `watch`: the progress of the program that holds the data folder, over its local socket.

use std::collections::HashMap;

use aniworld_services::progress::SYSTEM_APP;
use aniworld_wire::message::{Message, ProgressState};
use aniworld_wire::socket;

use crate::failure::Outcome;
use crate::output::Output;
use crate::session::Folders;

pub(super) async fn run(folders: &Folders, output: Output) -> Outcome {
    let mut messages = socket::watch(&folders.data).await?;
    let mut shown = Shown::default();
    while let Some(message) = messages.next().await? {
        output.object(&message);
        if !output.is_json() && shown.is_news(&message) {
            output.text(&describe(&message));
        }
    }
    output.note("the program has ended");
    Ok(())
}

/// What a person was told last of each running operation, so that figures alone make no new line.
#[derive(Debug, Default)]
struct Shown(HashMap<String, (ProgressState, Option<String>)>);

impl Shown {
    fn is_news(&mut self, message: &Message) -> bool {
        let data = &message.data;
        if data.id == SYSTEM_APP {
            // the queue and the scan have said it
            return false;
        }
        let now = (data.status, phase(message).map(str::to_owned));
        let is_news = self.0.get(&data.id) != Some(&now);
        let ended = matches!(
            data.status,
            ProgressState::Completed | ProgressState::Failed | ProgressState::Cancelled
        );
        if ended {
            self.0.remove(&data.id);
        } else {
            self.0.insert(data.id.clone(), now);
        }
        is_news
    }
}

fn phase(message: &Message) -> Option<&str> {
    message
        .data
        .metadata
        .get("phase")
        .and_then(serde_json::Value::as_str)
}

fn describe(message: &Message) -> String {
    let data = &message.data;
    let status = serde_json::to_value(data.status).ok();
    let status = status
        .as_ref()
        .and_then(serde_json::Value::as_str)
        .unwrap_or_default();
    let percent = data
        .percent
        .map(|percent| format!(" {percent:.0} %"))
        .unwrap_or_default();
    let state = phase(message)
        .filter(|_| data.status == ProgressState::InProgress)
        .unwrap_or(status);
    format!(
        "{}  {}: {state}{percent} {}",
        data.updated_at, data.title, data.message
    )
    .trim_end()
    .replace('_', " ")
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use aniworld_wire::message::{Message, MessageData, ProgressKind, ProgressState};

    use super::{Shown, describe};

    fn message(status: ProgressState, percent: f64) -> Message {
        Message {
            event_type: "download_progress".into(),
            data: MessageData {
                id: "download_naruto_1_1".into(),
                kind: ProgressKind::Download,
                status,
                title: "Downloading Naruto".into(),
                message: "S01E01".into(),
                percent: Some(percent),
                current: 45,
                total: Some(100),
                metadata: BTreeMap::new(),
                started_at: "2025-11-07T10:00:00Z".into(),
                updated_at: "2025-11-07T10:05:00Z".into(),
            },
        }
    }

    #[test]
    fn only_changes_of_state_make_a_line_and_the_end_is_forgotten() {
        let mut shown = Shown::default();
        let told: Vec<bool> = [
            (ProgressState::InProgress, 1.0),
            (ProgressState::InProgress, 2.0),
            (ProgressState::Paused, 2.0),
            (ProgressState::Completed, 100.0),
        ]
        .into_iter()
        .map(|(status, percent)| shown.is_news(&message(status, percent)))
        .collect();
        assert_eq!(told, [true, false, true, true]);
        assert!(shown.0.is_empty());
    }

    #[test]
    fn a_line_says_when_who_and_how_far() {
        assert_eq!(
            describe(&message(ProgressState::InProgress, 45.4)),
            "2025-11-07T10:05:00Z  Downloading Naruto: in progress 45 % S01E01"
        );
    }
}
