//! A layer of `tracing` that writes down what it hears, as text.

use std::collections::BTreeMap;
use std::fmt::{Debug, Write};
use std::sync::{Arc, Mutex};

use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id};
use tracing::{Event, Subscriber};
use tracing_subscriber::Layer;
use tracing_subscriber::layer::Context;

#[derive(Debug, Clone, Default)]
pub(super) struct Listener {
    heard: Arc<Mutex<Heard>>,
}

#[derive(Debug, Default)]
struct Heard {
    lines: Vec<String>,
    /// The fields of open spans.
    open: BTreeMap<u64, Fields>,
}

#[derive(Debug, Default)]
struct Fields {
    text: String,
    id: String,
}

impl Listener {
    /// Everything so far, a line each.
    pub(super) fn story(&self) -> String {
        self.heard.lock().unwrap().lines.join("\n")
    }

    /// The operations whose spans are open, sorted.
    pub(super) fn open(&self) -> Vec<String> {
        let heard = self.heard.lock().unwrap();
        let mut ids: Vec<String> = heard.open.values().map(|fields| fields.id.clone()).collect();
        ids.sort();
        ids
    }
}

impl<S: Subscriber> Layer<S> for Listener {
    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, _: Context<'_, S>) {
        let mut fields = Fields::default();
        attributes.record(&mut fields);
        let mut heard = self.heard.lock().unwrap();
        let name = attributes.metadata().name();
        heard.lines.push(format!("open {name}{}", fields.text));
        heard.open.insert(id.into_u64(), fields);
    }

    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        let mut fields = Fields::default();
        event.record(&mut fields);
        let inside = event.parent().map_or("outside", |_| "inside");
        let line = format!("  {inside}{}", fields.text);
        self.heard.lock().unwrap().lines.push(line);
    }

    fn on_close(&self, id: Id, _: Context<'_, S>) {
        let mut heard = self.heard.lock().unwrap();
        if let Some(fields) = heard.open.remove(&id.into_u64()) {
            heard.lines.push(format!("close {}", fields.id));
        }
    }
}

impl Fields {
    fn put(&mut self, field: &Field, value: &str) {
        if field.name() == "id" {
            value.clone_into(&mut self.id);
        }
        write!(self.text, " {}={value}", field.name()).unwrap();
    }
}

impl Visit for Fields {
    fn record_str(&mut self, field: &Field, value: &str) {
        self.put(field, value);
    }

    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        self.put(field, &format!("{value:?}"));
    }
}
