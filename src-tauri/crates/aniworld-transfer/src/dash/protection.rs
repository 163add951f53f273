//! What must not or cannot be fetched: protected media, and sets that only special players understand
//! (ISO/IEC 23009-1 sections 5.8.4.1 and 5.8.4.8).

use super::xml::Element;

/// The link that stands for "nothing" (section 5.5.3).
pub(super) const RESOLVE_TO_NOTHING: &str = "urn:mpeg:dash:resolve-to-zero:2013";

/// Essential properties that change nothing for who only keeps the bytes: they describe colours.
const HARMLESS: &str = "urn:mpeg:mpegB:cicp:";

const SYSTEMS: [(&str, &str); 5] = [
    ("edef8ba9-79d6-4ace-a3c8-27dcd51d21ed", "Widevine"),
    ("9a04f079-9840-4286-ab92-e65be0885f95", "PlayReady"),
    ("94ce86fb-07ff-4f43-adb8-93d2fa968ca2", "FairPlay"),
    ("5e629af5-38da-4063-8977-97ffbd9902d4", "Marlin"),
    ("e2719d58-a985-b3c9-781a-b030af78d30e", "Clear Key"),
];

/// The name of what protects an element; `None` where nothing does. The best known name counts.
pub(super) fn system(element: &Element) -> Option<String> {
    let schemes: Vec<String> = element
        .all("ContentProtection")
        .map(|protection| {
            protection
                .attribute("schemeIdUri")
                .unwrap_or_default()
                .to_ascii_lowercase()
        })
        .collect();
    let named = SYSTEMS
        .iter()
        .find(|(id, _)| schemes.iter().any(|scheme| scheme.ends_with(id)))
        .map(|(_, name)| (*name).to_owned());
    named.or_else(|| schemes.first().map(|_| "Common Encryption".to_owned()))
}

/// Whether a set or representation is not for plain watching: fast-forward pictures, thumbnails, tiles of a
/// larger picture. Who does not know an essential property has to leave the element alone.
pub(super) fn is_special(element: &Element) -> bool {
    element.all("EssentialProperty").any(|property| {
        !property
            .attribute("schemeIdUri")
            .unwrap_or_default()
            .starts_with(HARMLESS)
    })
}
