//! The three invented series and their films. `make-videos.sh` makes the files.

/// One film.
#[derive(Debug)]
pub(super) struct Film {
    series: &'static str,
    season: u32,
    episode: u32,
    title: &'static str,
    extension: &'static str,
    /// Whether the library of the demo has it from the start.
    pub(super) in_library: bool,
    /// The file.
    pub(super) bytes: &'static [u8],
}

impl Film {
    /// Its path below the root, with `/` between the parts.
    pub(super) fn path(&self) -> String {
        let Self {
            series,
            season,
            episode,
            title,
            extension,
            ..
        } = self;
        format!("{series}/Season {season:02}/{series} - S{season:02}E{episode:02} - {title}.{extension}")
    }
}

/// `film!(series, extension, file, season, episode, title, in the library)`
macro_rules! film {
    ($series:expr, $extension:literal, $file:literal, $season:literal, $episode:literal, $title:literal, $have:literal) => {
        Film {
            series: $series,
            season: $season,
            episode: $episode,
            title: $title,
            extension: $extension,
            in_library: $have,
            bytes: include_bytes!(concat!("videos/", $file, ".", $extension)),
        }
    };
}

const CLUB: &str = "The Lighthouse Repair Club";
const TEA: &str = "Tea with the Weather";
const EXPRESS: &str = "Moss and Moonlight Express";

/// All films, series by series.
pub(super) const ALL: [Film; 16] = [
    film!(
        CLUB,
        "mp4",
        "lighthouse-s00e01",
        0,
        1,
        "How to Paint a Stripe",
        false
    ),
    film!(
        CLUB,
        "mp4",
        "lighthouse-s01e01",
        1,
        1,
        "A Lamp for Every Weather",
        true
    ),
    film!(CLUB, "mp4", "lighthouse-s01e02", 1, 2, "The Fog Ledger", true),
    film!(CLUB, "mp4", "lighthouse-s01e03", 1, 3, "Seventeen Gulls", false),
    film!(CLUB, "mp4", "lighthouse-s01e04", 1, 4, "The Spare Stairs", true),
    film!(
        CLUB,
        "mp4",
        "lighthouse-s02e01",
        2,
        1,
        "Letters to the Mainland",
        false
    ),
    film!(
        CLUB,
        "mp4",
        "lighthouse-s02e02",
        2,
        2,
        "Salt in the Clockwork",
        false
    ),
    film!(
        CLUB,
        "mp4",
        "lighthouse-s02e03",
        2,
        3,
        "The Night Shift Choir",
        false
    ),
    film!(TEA, "mkv", "tea-s01e01", 1, 1, "Chamomile Front", true),
    film!(TEA, "mkv", "tea-s01e02", 1, 2, "Low Pressure Lapsang", true),
    film!(TEA, "mkv", "tea-s01e03", 1, 3, "Scones at Dew Point", false),
    film!(TEA, "mkv", "tea-s01e04", 1, 4, "An Oolong Eclipse", false),
    film!(EXPRESS, "webm", "moss-s01e01", 1, 1, "Platform Zero", true),
    film!(
        EXPRESS,
        "webm",
        "moss-s01e02",
        1,
        2,
        "The Lichen Timetable",
        false
    ),
    film!(
        EXPRESS,
        "webm",
        "moss-s01e03",
        1,
        3,
        "A Ticket for the Owl",
        false
    ),
    film!(EXPRESS, "webm", "moss-s01e04", 1, 4, "Last Stop, Dawn", false),
];
