//! What is wanted of a stream that is offered in several ways.

/// What is wanted of a stream that is offered in several ways.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StreamChoice {
    /// The tallest picture in pixels; `None` is the best there is. Where all are taller, the least tall one.
    pub max_height: Option<u32>,
    /// Which sound beside the one that plays by itself.
    pub audio: Languages,
    /// Which subtitles.
    pub subtitles: Languages,
}

impl Default for StreamChoice {
    /// The best picture, the sound that plays by itself, every subtitle.
    fn default() -> Self {
        Self {
            max_height: None,
            audio: Languages::Default,
            subtitles: Languages::All,
        }
    }
}

/// Which languages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Languages {
    /// None. For sound the same as [`Languages::Default`].
    None,
    /// The one that plays unless the user says otherwise.
    Default,
    /// That one, and these (RFC 5646; `de` takes `de-AT` too).
    These(Vec<String>),
    /// All of them.
    All,
}
