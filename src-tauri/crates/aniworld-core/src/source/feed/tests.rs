//! Feeds of every form, and feeds that lie.

use proptest::prelude::*;

use aniworld_names::EpisodeNumber;
use jiff::civil::date;

use super::*;
use crate::source::{AssetSize, EpisodeKind, OfferedEpisode};

const AT: &str = "http://h/show/feed.xml";

fn page(document: &Document) -> Page {
    Page::read(document).unwrap()
}

/// The episodes of one document, and how much of the feed that is.
fn gather(document: &Document) -> (Vec<OfferedEpisode>, Completeness) {
    let mut reading = Reading::new(document.final_url.clone(), document.final_url.clone());
    reading.take(page(document));
    let completeness = reading.completeness();
    (reading.episodes.all, completeness)
}

fn fixture(name: &str) -> Document {
    Document::fixture(AT, &format!("feeds/{name}"))
}

/// A channel of RSS with these items inside.
fn rss(items: &str) -> Document {
    Document::of(
        AT,
        format!("<rss><channel><title>T</title>{items}</channel></rss>"),
    )
}

/// The only episode of a channel with one item of these elements and a video.
fn one(elements: &str) -> OfferedEpisode {
    let video = "<enclosure url='a.mp4' type='video/mp4' length='9'/>";
    let (mut all, _) = gather(&rss(&format!("<item>{elements}{video}</item>")));
    assert_eq!(all.len(), 1);
    all.remove(0)
}

fn single(number: u32) -> EpisodeNumber {
    EpisodeNumber::Single(number)
}

#[test]
fn feedgen_writes_seasons_and_a_trailer() {
    let document = fixture("feedgen.xml");
    assert_eq!(page(&document).title(), Some("Example Show"));
    assert_eq!(page(&document).head.description.as_deref(), Some("d & d"));
    let (all, completeness) = gather(&document);
    assert_eq!(completeness, Completeness::Window);
    let numbers: Vec<_> = all
        .iter()
        .map(|one| (one.key.as_str(), one.season, one.number.clone()))
        .collect();
    let wanted = [
        ("urn:x:t", Some(2), None),
        ("urn:x:2:1", Some(2), Some(single(1))),
        ("urn:x:1:2", Some(1), Some(single(2))),
        ("urn:x:1:1", Some(1), Some(single(1))),
    ];
    assert_eq!(numbers, wanted);
    assert_eq!(all[0].kind, EpisodeKind::Trailer);
    assert_eq!(
        all[0].asset.size,
        AssetSize::Unknown,
        "a length of 0 means that nobody looked"
    );
    assert_eq!(all[1].kind, EpisodeKind::Regular);
    assert_eq!(all[1].air_date, Some(date(2024, 2, 1)));
    assert_eq!(
        all[1].asset.url.as_str(),
        "http://127.0.0.1:18097/src.mp4?e=1&s=2"
    );
    assert_eq!(all[1].asset.size, AssetSize::Approx(5_916_622));
    assert_eq!(all[1].asset.extension, "mp4");
}

#[test]
fn feedgen_writes_atom_with_enclosures_that_do_not_say_so() {
    let document = fixture("feedgen.atom");
    assert_eq!(
        page(&document).head.next.unwrap().as_str(),
        "http://127.0.0.1:18098/page2.xml"
    );
    let (all, _) = gather(&document);
    assert_eq!(all.len(), 4);
    assert_eq!(all[1].key, "urn:x:2:1");
    assert_eq!(
        all[1].asset.url.as_str(),
        "http://127.0.0.1:18097/src.mp4?e=1&s=2"
    );
    assert_eq!(all[1].air_date, Some(date(2024, 2, 1)));
}

#[test]
fn other_generators_are_read_as_well() {
    let (podgen, _) = gather(&fixture("podgen.xml"));
    let new_year = EpisodeNumber::Date {
        year: 2024,
        month: 1,
        day: 1,
    };
    assert_eq!(
        (podgen[0].number.clone(), podgen[0].season),
        (Some(new_year), None)
    );
    let (podcast, _) = gather(&fixture("npmpodcast.rss"));
    assert_eq!(
        (podcast[0].season, podcast[0].number.clone()),
        (Some(1), Some(single(3)))
    );
    assert_eq!(podcast[0].title.as_deref(), Some("One"));
    for name in ["npmfeed.rss", "npmfeed.atom"] {
        let (feed, _) = gather(&fixture(name));
        assert_eq!(feed[0].title.as_deref(), Some("A & B"), "{name}");
        assert_eq!(feed[0].asset.url.query(), Some("a=1&b=2"), "{name}");
    }
    let (peertube, _) = gather(&fixture("ptfeed.rss"));
    assert_eq!(peertube[0].asset.size, AssetSize::Approx(5_916_622));
}

#[test]
fn feeds_without_a_video_have_no_episodes() {
    for name in ["ptpodcast.rss", "npmfeed.json", "dtd.xml"] {
        assert_eq!(gather(&fixture(name)).0, [], "{name}");
    }
}

#[test]
fn vocabularies_are_known_by_address_whatever_their_prefix() {
    let (all, completeness) = gather(&fixture("ns.xml"));
    assert_eq!(completeness, Completeness::Complete);
    assert_eq!(all[0].key, "g");
    assert_eq!((all[0].kind, all[0].season), (EpisodeKind::Bonus, Some(2)));
    assert_eq!(all[0].air_date, Some(date(2024, 2, 5)));
    assert_eq!(
        all[0].asset.url.as_str(),
        "http://h/hi.mp4",
        "the default of its group"
    );
    assert_eq!(all[0].asset.size, AssetSize::Approx(20));
}

#[test]
fn well_known_prefixes_need_no_declaration() {
    let episode = one(
        "<itunes:season>2</itunes:season><itunes:episode>7</itunes:episode><itunes:title>Clean</itunes:title>",
    );
    assert_eq!((episode.season, episode.number), (Some(2), Some(single(7))));
    assert_eq!(episode.title.as_deref(), Some("Clean"));
}

#[test]
fn podcasting_numbers_win_and_decimals_stay_exact() {
    let number = |text: &str| {
        one(&format!(
            "<podcast:episode>{text}</podcast:episode><itunes:episode>4</itunes:episode>"
        ))
        .number
    };
    assert_eq!(number("9.10").unwrap().to_string(), "9.10");
    assert_eq!(number("9.0"), Some(single(9)));
    assert_eq!(number("2-3"), Some(single(4)), "a range is no podcast number");
    assert_eq!(number("nine"), Some(single(4)));
}

#[test]
fn titles_tell_numbers_where_nothing_else_does() {
    let episode = one("<title>Night Trains - S02E03 - The Depot</title>");
    assert_eq!((episode.season, episode.number), (Some(2), Some(single(3))));
    assert_eq!(episode.title.as_deref(), Some("The Depot"));
}

#[test]
fn a_title_that_disagrees_with_the_numbers_stays_whole() {
    let episode = one("<title>S05E09 of another show</title><itunes:episode>3</itunes:episode>");
    assert_eq!((episode.season, episode.number), (None, Some(single(3))));
    assert_eq!(episode.title.as_deref(), Some("S05E09 of another show"));
}

#[test]
fn without_any_number_the_day_is_the_number() {
    let episode = one("<title>The news</title><pubDate>Thu, 29 Feb 2024 20:00:00 +0100</pubDate>");
    assert_eq!(episode.number.unwrap().to_string(), "2024-02-29");
    assert_eq!(one("<title>No day either</title>").number, None);
}

#[test]
fn a_serial_without_seasons_is_season_one() {
    let text = "<itunes:type>serial</itunes:type><item><itunes:episode>2</itunes:episode><enclosure url='a.mp4'/></item>";
    assert_eq!(gather(&rss(text)).0[0].season, Some(1));
}

#[test]
fn a_trailer_never_passes_for_the_episode_it_announces() {
    let numbers = "<itunes:season>2</itunes:season><itunes:episode>3</itunes:episode>";
    let trailer = one(&format!(
        "<title>S02E03 trailer</title><itunes:episodeType>Trailer</itunes:episodeType>{numbers}"
    ));
    assert_eq!(
        (trailer.kind, trailer.season, trailer.number),
        (EpisodeKind::Trailer, Some(2), None)
    );
    let bonus = one("<itunes:episodeType>bonus</itunes:episodeType>");
    assert_eq!(
        (bonus.kind, bonus.season, bonus.number),
        (EpisodeKind::Bonus, Some(0), None)
    );
}

#[test]
fn careless_ampersands_and_entities_lose_nothing() {
    let document = fixture("amp.xml");
    assert_eq!(page(&document).title(), Some("Tom & Jerry café"));
    let (all, _) = gather(&document);
    assert_eq!(all[0].title.as_deref(), Some("e &undefined; x"));
    assert_eq!(all[0].asset.url.query(), Some("x=1&y=2"));
    assert_eq!(all[0].asset.size, AssetSize::Unknown);
}

#[test]
fn declared_entities_never_grow() {
    assert_eq!(page(&fixture("dtd.xml")).title(), Some("&lol2;&xx;"));
}

#[test]
fn a_truncated_feed_keeps_its_whole_items() {
    let (all, completeness) = gather(&fixture("trunc.xml"));
    assert_eq!(all.len(), 1);
    assert!(matches!(completeness, Completeness::Partial { .. }));
    let cut = Document::of(AT, "<rss><channel><title>T</title><item><title>one");
    assert!(matches!(read(&cut), Err(SourceError::BadData { .. })));
}

#[test]
fn an_element_nobody_knows_is_no_harm() {
    assert_eq!(gather(&fixture("person.xml")).0.len(), 1);
}

#[test]
fn json_feeds_may_have_numbers_as_ids() {
    let document = Document::fixture("https://h/feed.json", "feeds/badjson.json");
    let page = page(&document);
    assert_eq!(page.head.next.as_ref().unwrap().as_str(), "https://h/2");
    let (all, _) = gather(&document);
    assert_eq!(
        (all[0].key.as_str(), all[0].asset.size),
        ("7", AssetSize::Approx(12))
    );
}

#[test]
fn an_alternate_of_the_same_content_brings_its_hash() {
    let text = "<item><guid>g</guid><enclosure url='http://h/a.mp4' type='video/mp4' length='9'/>\
        <podcast:alternateEnclosure type='video/mp4' rel='commentary'><podcast:source uri='http://h/c.mp4'/></podcast:alternateEnclosure>\
        <podcast:alternateEnclosure type='video/mp4'><podcast:source uri='http://h/a.mp4'/>\
        <podcast:source uri='ipfs://x'/><podcast:integrity type='sri' value='sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='/>\
        </podcast:alternateEnclosure></item>";
    let (all, _) = gather(&rss(text));
    assert_eq!(all[0].asset.url.as_str(), "http://h/a.mp4");
    assert_eq!(all[0].asset.sha256.map(|hash| hash[0]), Some(0xe3));
}

#[test]
fn addresses_are_relative_to_their_base() {
    let text = "<feed xmlns='http://www.w3.org/2005/Atom' xml:base='/v/'><entry xml:base='s2/'><id>1</id>\
        <link rel='enclosure' href='a.mp4' type='video/mp4'/></entry></feed>";
    let (all, _) = gather(&Document::of(AT, text));
    assert_eq!(all[0].asset.url.as_str(), "http://h/v/s2/a.mp4");
}

#[test]
fn the_same_item_on_two_pages_counts_once_and_two_items_of_one_id_twice() {
    let item = |file: &str| format!("<item><guid>g</guid><enclosure url='{file}'/></item>");
    let (all, _) = gather(&rss(&format!("{0}{0}{1}", item("a.mp4"), item("b.mp4"))));
    let keys: Vec<_> = all.iter().map(|one| one.key.as_str()).collect();
    assert_eq!(keys, ["g", "http://h/show/b.mp4"]);
}

#[test]
fn a_key_never_holds_a_password() {
    let document = Document::of(
        "http://ann:secret@h/f.xml",
        "<rss><channel><item><enclosure url='a.mp4'/></item></channel></rss>",
    );
    let (all, _) = gather(&document);
    assert_eq!(all[0].key, "http://h/a.mp4");
    assert_eq!(
        all[0].asset.url.password(),
        Some("secret"),
        "the file is on the same origin"
    );
}

#[test]
fn rdf_has_its_items_beside_the_channel() {
    let text = "\n <rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#' xmlns='http://purl.org/rss/1.0/'>\
        <channel><title>Old</title></channel><item><title>x</title><enclosure url='a.mp4'/></item></rdf:RDF>";
    let document = Document::of(AT, text);
    assert_eq!(page(&document).title(), Some("Old"));
    assert_eq!(gather(&document).0.len(), 1);
}

#[test]
fn depth_and_number_are_bounded() {
    let deep = format!("<rss><channel><item>{}", "<a>".repeat(100_000));
    assert!(matches!(
        Page::read(&Document::of(AT, deep)),
        Err(NoFeed::Broken(_))
    ));
    let many = "<item><enclosure url='a.mp4'/></item>".repeat(MAX_ITEMS + 1);
    let (_, completeness) = gather(&rss(&many));
    assert_eq!(completeness, Completeness::Truncated { limit: 20_000 });
}

#[test]
fn a_broken_item_does_not_cost_those_before_it() {
    let (all, completeness) = gather(&rss(
        "<item><guid>1</guid><enclosure url='a.mp4'/></item><item></wrong></item>",
    ));
    assert_eq!(all.len(), 1);
    assert!(matches!(completeness, Completeness::Partial { .. }));
}

#[test]
fn other_documents_are_no_feeds() {
    for text in [
        "<html><body/></html>",
        "<?xml version='1.0'?><opml/>",
        "{\"a\":1}",
        "[]",
    ] {
        assert_eq!(
            Page::read(&Document::of(AT, text)).err(),
            Some(NoFeed::Other),
            "{text}"
        );
    }
    assert!(matches!(
        read(&Document::of(AT, " \n")),
        Err(SourceError::Empty { .. })
    ));
}

proptest! {
    #[test]
    fn no_bytes_break_the_reader(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        let _ = Page::read(&Document::of(AT, bytes));
    }

    #[test]
    fn no_feed_breaks_the_reader(parts in proptest::collection::vec(part(), 0..40)) {
        let (text, head) = (parts.concat(), "<rss><channel>");
        let _ = Page::read(&Document::of(AT, text.clone())).map(|_| ());
        if let Ok(page) = Page::read(&Document::of(AT, format!("{head}{text}"))) {
            let mut episodes = Episodes::default();
            page.items.into_iter().for_each(|item| episodes.add(item, true));
        }
    }

    #[test]
    fn cutting_a_feed_never_adds_an_episode(at in 0_usize..2_928) {
        let whole = std::fs::read(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/feeds/feedgen.xml")).unwrap();
        let at = at.min(whole.len());
        let count = Page::read(&Document::of(AT, &whole[..at])).map_or(0, |page| page.items.len());
        prop_assert!(count <= 4);
    }
}

/// A piece of a feed, real or nearly so.
fn part() -> impl Strategy<Value = String> {
    const FIXED: &[&str] = &[
        "<item>",
        "</item>",
        "<entry>",
        "</entry>",
        "<title>",
        "</title>",
        "<![CDATA[",
        "]]>",
        "&amp;",
        "&#x110000;",
        "&x",
        "<!--",
        "-->",
        "<!DOCTYPE a [<!ENTITY b 'c'>]>",
        "<enclosure url='a.mp4'/>",
        "<itunes:season>1</itunes:season>",
        "<itunes:episode>",
        "<pubDate>2024-02-29</pubDate>",
        "<a b=c d='",
        "<?xml ",
        "?>",
        "</channel>",
        "<media:group>",
        "xmlns:x='y'",
        "\u{feff}",
    ];
    prop_oneof![
        proptest::sample::select(FIXED).prop_map(str::to_owned),
        "\\PC{0,6}"
    ]
}
