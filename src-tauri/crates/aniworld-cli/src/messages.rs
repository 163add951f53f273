//! The messages of progress on stdout, for scripts. One more subscriber of `ProgressService`.

use aniworld_services::ProgressService;
use aniworld_services::progress::SubscriptionId;
use aniworld_wire::Message;

use crate::output::Output;

/// Prints from creation to drop.
#[derive(Debug)]
pub(crate) struct Messages {
    progress: ProgressService,
    subscription: SubscriptionId,
}

/// Prints every message from now on, if scripts read.
pub(crate) fn print(progress: &ProgressService, output: Output) -> Option<Messages> {
    if !output.is_json() {
        return None;
    }
    let subscription = progress.subscribe("progress_updated", move |event| {
        output.object(&Message::from(event.progress.as_ref()));
        std::future::ready(())
    });
    Some(Messages {
        progress: progress.clone(),
        subscription,
    })
}

impl Drop for Messages {
    fn drop(&mut self) {
        self.progress.unsubscribe(self.subscription);
    }
}
