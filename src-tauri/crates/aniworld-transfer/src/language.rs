//! Languages of tracks: tags as manifests write them (RFC 5646) and the three letters that containers keep
//! (ISO 639-2, terminological). Pure.

/// The 184 codes of two letters (ISO 639-1), each with its three letters behind it.
const TWO: &str = "\
    aaaar ababk aeave afafr akaka amamh anarg arara asasm avava ayaym azaze babak bebel bgbul bibis \
    bmbam bnben bobod brbre bsbos cacat ceche chcha cocos crcre csces cuchu cvchv cycym dadan dedeu \
    dvdiv dzdzo eeewe elell eneng eoepo esspa etest eueus fafas ffful fifin fjfij fofao frfra fyfry \
    gagle gdgla glglg gngrn guguj gvglv hahau heheb hihin hohmo hrhrv hthat huhun hyhye hzher iaina \
    idind ieile igibo iiiii ikipk ioido isisl itita iuiku jajpn jvjav kakat kgkon kikik kjkua kkkaz \
    klkal kmkhm knkan kokor krkau kskas kukur kvkom kwcor kykir lalat lbltz lglug lilim lnlin lolao \
    ltlit lulub lvlav mgmlg mhmah mimri mkmkd mlmal mnmon mrmar msmsa mtmlt mymya nanau nbnob ndnde \
    nenep ngndo nlnld nnnno nonor nrnbl nvnav nynya ococi ojoji omorm orori ososs papan pipli plpol \
    pspus ptpor quque rmroh rnrun roron rurus rwkin sasan scsrd sdsnd sesme sgsag shhbs sisin skslk \
    slslv smsmo snsna sosom sqsqi srsrp ssssw stsot susun svswe swswa tatam tetel tgtgk ththa titir \
    tktuk tltgl tntsn toton trtur tstso tttat twtwi tytah uguig ukukr ururd uzuzb veven vivie vovol \
    wawln wowol xhxho yiyid yoyor zazha zhzho zuzul";

/// The twenty bibliographic codes of three letters, each with the terminological one behind it.
const BIBLIOGRAPHIC: &str = "\
    albsqi armhye baqeus burmya chizho czeces dutnld frefra geokat gerdeu greell iceisl macmkd \
    maomri maymsa perfas rumron sloslk tibbod welcym";

/// The three letters of a language tag, in lower case; `None` where it has none (`und`, `x-klingon`, no tag).
pub(crate) fn three_letters(tag: &str) -> Option<String> {
    let primary = tag
        .split(['-', '_'])
        .next()
        .unwrap_or_default()
        .to_ascii_lowercase();
    if !primary.bytes().all(|byte| byte.is_ascii_lowercase()) {
        return None;
    }
    let known = |table: &'static str| {
        let mut codes = table.split_ascii_whitespace();
        codes.find_map(|code| code.strip_prefix(primary.as_str()).filter(|rest| rest.len() == 3))
    };
    match primary.len() {
        2 => known(TWO).map(str::to_owned),
        3 if primary == "und" => None,
        3 => Some(known(BIBLIOGRAPHIC).map_or(primary, str::to_owned)),
        _ => None,
    }
}

/// Whether a track of the language `tag` is one that `wanted` asks for: `de` takes `de-AT`, `deu` and `ger`;
/// `de-AT` takes only itself.
pub(crate) fn is_wanted(wanted: &str, tag: &str) -> bool {
    if wanted.eq_ignore_ascii_case(tag) {
        return true;
    }
    let general = !wanted.contains(['-', '_']);
    general && three_letters(wanted).is_some_and(|code| three_letters(tag) == Some(code))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_of_a_code_becomes_three_letters() {
        for (tag, code) in [
            ("de", "deu"),
            ("de-AT", "deu"),
            ("GER", "deu"),
            ("deu", "deu"),
            ("ja", "jpn"),
            ("zh_Hans", "zho"),
            ("nds", "nds"),
        ] {
            assert_eq!(three_letters(tag).as_deref(), Some(code), "{tag}");
        }
        for tag in ["", "und", "x-klingon", "xx", "german", "d3"] {
            assert_eq!(three_letters(tag), None, "{tag}");
        }
    }

    #[test]
    fn a_general_wish_takes_every_form_and_a_special_one_itself() {
        for (wanted, tag) in [("de", "ger"), ("ger", "de-AT"), ("de-AT", "de-at"), ("de", "DE")] {
            assert!(is_wanted(wanted, tag), "{wanted} {tag}");
        }
        for (wanted, tag) in [("de-AT", "de"), ("de", "en"), ("xx", "yy"), ("de", "")] {
            assert!(!is_wanted(wanted, tag), "{wanted} {tag}");
        }
    }

    #[test]
    fn the_tables_are_well_formed() {
        assert!(TWO.split_ascii_whitespace().all(|code| code.len() == 5));
        assert_eq!(TWO.split_ascii_whitespace().count(), 184);
        assert!(BIBLIOGRAPHIC.split_ascii_whitespace().all(|code| code.len() == 6));
        assert_eq!(BIBLIOGRAPHIC.split_ascii_whitespace().count(), 20);
    }
}
