//! `source add | list | refresh | remove | episodes`.

use aniworld_core::source::{SourceConfig, SourceId, SourceKind};
use aniworld_services::store::{SourceView, Store};
use aniworld_wire::library::EpisodeRow;
use aniworld_wire::source::SourceRow;
use aniworld_wire::{CommandError, ErrorCode};

use super::or_interrupted;
use crate::arguments::{Kind, Source};
use crate::failure::{Failure, Outcome};
use crate::output::Output;
use crate::selection;
use crate::session::{self, Folders, Session};

pub(super) async fn run(folders: &Folders, command: Source, output: Output) -> Outcome {
    match command {
        Source::List => list(folders, output).await,
        Source::Episodes { id } => episodes(folders, SourceId(id), output).await,
        Source::Add { url, kind, name } => {
            let session = folders.open("source add", false, output).await?;
            let added = or_interrupted(async {
                let added = session
                    .aniworld
                    .add_source(&url, kind.map(Kind::into), name)
                    .await?;
                view(&session.aniworld.store, added.id).await
            });
            let added = finish(added.await, session).await?;
            print(&added, output);
            Ok(())
        }
        Source::Refresh { id } => {
            let session = folders.open("source refresh", false, output).await?;
            let refreshed = or_interrupted(refresh(&session, id.map(SourceId), output)).await;
            finish(refreshed, session).await
        }
        Source::Remove { id } => {
            let session = folders.open("source remove", false, output).await?;
            let removed = async {
                let gone = view(&session.aniworld.store, SourceId(id)).await?;
                session.aniworld.remove_source(SourceId(id)).await?;
                Ok(gone)
            };
            let gone = finish(removed.await, session).await?;
            output.row("removed", &SourceRow::from(&gone), || {
                format!("{} is forgotten", gone.config.name)
            });
            Ok(())
        }
    }
}

impl From<Kind> for SourceKind {
    fn from(kind: Kind) -> Self {
        match kind {
            Kind::Directory => Self::Directory,
            Kind::Feed => Self::Feed,
        }
    }
}

async fn finish<T>(outcome: Outcome<T>, session: Session) -> Outcome<T> {
    session.close().await;
    outcome
}

async fn views(store: &Store) -> Outcome<Vec<SourceView>> {
    session::ask(store, Store::source_views).await
}

async fn view(store: &Store, id: SourceId) -> Outcome<SourceView> {
    let found = views(store).await?.into_iter().find(|view| view.config.id == id);
    found.ok_or_else(|| unknown(id).into())
}

fn unknown(id: SourceId) -> CommandError {
    CommandError::new(ErrorCode::SourceUnknown, [("id", id.0.to_string())])
}

async fn list(folders: &Folders, output: Output) -> Outcome {
    let sources = match folders.read()? {
        Some(store) => views(&store).await?,
        None => Vec::new(),
    };
    for source in &sources {
        print(source, output);
    }
    if sources.is_empty() {
        output.text("There are no sources yet. Add one with `aniworld-cli source add URL`.");
    }
    Ok(())
}

/// Reads one or all again; one that fails does not keep the others from being read.
async fn refresh(session: &Session, only: Option<SourceId>, output: Output) -> Outcome {
    let ids: Vec<SourceId> = match only {
        Some(id) => vec![id],
        None => views(&session.aniworld.store)
            .await?
            .iter()
            .map(|view| view.config.id)
            .collect(),
    };
    let mut failed = false;
    for id in ids {
        match session.aniworld.refresh_source(id).await {
            Ok(()) => print(&view(&session.aniworld.store, id).await?, output),
            Err(error) => {
                output.error(&error.into());
                failed = true;
            }
        }
    }
    if failed { Err(Failure::Named) } else { Ok(()) }
}

async fn episodes(folders: &Folders, id: SourceId, output: Output) -> Outcome {
    let Some(store) = folders.read()? else {
        return Err(unknown(id).into());
    };
    view(&store, id).await?;
    for episode in session::ask(&store, move |store| store.source_episodes(id)).await? {
        output.row("episode", &EpisodeRow::from(&episode), || {
            selection::name(&episode)
        });
    }
    Ok(())
}

fn print(source: &SourceView, output: Output) {
    output.row("source", &SourceRow::from(source), || {
        let SourceConfig { id, kind, name, .. } = &source.config;
        let kind = format!("{kind:?}").to_lowercase();
        let error = source
            .error
            .as_ref()
            .map(|error| format!("  {error}"))
            .unwrap_or_default();
        format!(
            "{:<4} {kind:<10} {name}: {} episodes of {} series{error}",
            id.0, source.episodes, source.series
        )
    });
}
