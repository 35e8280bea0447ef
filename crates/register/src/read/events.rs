//! A sentence and its dates in, what happened on each of them out.
//!
//! A date belongs to the nearest event before it in its sentence; one that
//! opens the sentence to the first event after it. "Did not determine ... until
//! April 10" belongs to the determining, whatever stands between.

use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

use crate::pattern::compile;
use crate::read::counts::PEOPLE;
use crate::read::dates::{Found, Stated};
use crate::{Attribute, When};

/// An event that a sentence names.
#[derive(Clone, Debug)]
pub(crate) struct Trigger {
    pub(crate) attribute: Attribute,
    pub(crate) range: Range<usize>,
}

/// Those who watch over privacy, as reports call them.
pub(crate) const REGULATOR: &str = r"(?:(?:information\s+and\s+|federal\s+|provincial\s+)?privacy\s+(?:commissioners?|officials|commission|watchdogs?|authorit(?:y|ies)|regulators?|ombudsman)|(?:the\s+|to\s+)?commissioner|IPC|OIPC|OPC|OCR|HHS|ICO|CAI|CNIL|(?:U\.?S\.?\s+)?department\s+of\s+health(?:\s+and\s+human\s+services)?|office\s+(?:for|of)\s+civil\s+rights|office\s+of\s+the\s+(?:information\s+(?:and\s+)?)?(?:privacy|civil|australian|attorney)(?:\s+(?:information|privacy|rights|general|commissioners?|and))*|attorneys?\s+general|regulators?|regulatory\s+(?:authorities|bodies)|(?:relevant|appropriate|competent|privacy|government)\s+(?:(?:state|federal|provincial|and|or)\s+){0,3}authorities|secretary\s+of\s+health|ombuds(?:man|person)|commission\s+d['’]acc[èe]s(?:\s+[àa]\s+l['’]information)?|commission\s+nationale\s+de\s+l['’]informatique(?:\s+et\s+des\s+libert[ée]s)?|commissariat|commissaire|autorit[ée]s\s+(?:comp[ée]tentes|concern[ée]es|r[ée]glementaires|de\s+contr[ôo]le))";

static TRIGGERS: LazyLock<Vec<(Attribute, Regex)>> = LazyLock::new(|| {
    use Attribute::{
        Began, Contained, Determined, Discovered, Ended, PeopleTold, RegulatorTold, Taken,
    };
    let regulator = REGULATOR;
    let people = PEOPLE;
    let theirs = r"(?:(?:the|its|their|our|all|those|these|some|other|affected|impacted|potentially|about|approximately|more|than|of|individual|current|former|and|involved|whose|\d[\d,]*|les|ses|ces|nos|leurs|des|toutes?|tous|aux)\s+){0,6}";
    let rules: Vec<(Attribute, String)> = vec![
        // To the regulator before to people: "notified the commissioner and patients" has both.
        (RegulatorTold, format!(r"(?:report(?:ed|ing)?|notif(?:ied|ying|ication)|(?:provided|gave|sent)\s+(?:[\p{{L}}]+\s+)?notice|disclosed|informed|submitted|self-reported|filed|alerted|contacted)\s+(?:[\p{{L}}'’-]+\s+){{0,7}}?(?:to|with|by|of)?\s*(?:the\s+|our\s+|my\s+)?(?:{regulator}|my\s+office|our\s+office|this\s+office)")),
        (RegulatorTold, format!(r"told\s+(?:the\s+|our\s+|la\s+)?{regulator}|{regulator}\s+(?:\([A-Z]+\)\s*)?(?:was|were|has\s+been|had\s+been|received)\s+(?:also\s+)?(?:notified|informed|told|advised|alerted|(?:a|the|notice)\s+(?:[\p{{L}}'’-]+\s+){{0,4}}(?:report|notification|breach))")),
        (RegulatorTold, format!(r"(?:signal[ée]e?|d[ée]clar[ée]e?|avis[ée]e?|rapport[ée]e?|inform[ée]e?|alert[ée]e?|pr[ée]venue?|saisie?|contact[ée]e?)\s+(?:[\p{{L}}'’-]+\s+){{0,6}}?(?:[àa]\s+|aupr[èe]s\s+d[eu]\s+|au\s+)?(?:la\s+|l['’]|le\s+|les\s+)?{regulator}")),
        (RegulatorTold, format!(r"{regulator}\s+(?:\([A-Z]+\)\s*)?,?\s*(?:qui\s+)?(?:a|avait|ont|avaient)\s+(?:[\p{{L}}]+\s+)?[ée]t[ée]\s+(?:[\p{{L}}]+ment\s+)?(?:avis|inform|pr[ée]venu|saisi|alert|notifi)\p{{L}}*")),
        (PeopleTold, format!(r"(?:notif(?:ied|y|ying|ications?)|inform(?:ed|ing)|alert(?:ed|ing)|told|contact(?:ed|ing)|advis(?:ed|ing)|wrote\s+to|mailed|sending|sent|mailing|began\s+notifying)\s+(?:(?:a|an|out|the|written|individual|breach|notification|notice|direct|by)\s+)*(?:letters?\s+(?:were\s+)?(?:to\s+)?|notices?\s+(?:to\s+)?|notifications?\s+(?:to\s+)?|emails?\s+(?:to\s+)?)?{theirs}{people}")),
        (PeopleTold, format!(r"(?:letters?|notices?|notifications?|lettres?|avis),?\s+(?:(?:were|was|had\s+been|have\s+been|began\s+to\s+be|are|ont\s+[ée]t[ée]|a\s+[ée]t[ée])\s+)?(?:also\s+)?(?:dated|mailed|sent|issued|provided|going\s+out|went\s+out|dat[ée]e?s?|envoy[ée]e?s?|post[ée]e?s?|transmis\p{{L}}*|exp[ée]di[ée]e?s?)(?:\s+(?:out\s+)?to\s+{theirs}{people})?")),
        (PeopleTold, r"(?:sent|mailed|mailing|issued|posted|began\s+(?:mailing|sending|issuing)|started\s+(?:mailing|sending))\s+(?:(?:out|a|an|the|written|individual|notification|notice|breach|data|of|security|incident)\s+)*(?:letters?|notices?|notifications?|emails?)".to_owned()),
        (PeopleTold, format!(r"{people}(?:\s+affected|\s+impacted)?\s+(?:were|was|have\s+been|had\s+been|are\s+being|began\s+(?:being|to\s+be))\s+(?:then\s+|first\s+|finally\s+|also\s+)?(?:notified|informed|told|contacted|alerted|advised)")),
        (PeopleTold, format!(r"(?:avis[ée]e?s?|inform[ée]e?s?|contact[ée]e?s?|pr[ée]venue?s?|[ée]crit\s+[àa]|communiqu[ée]\s+avec)\s+(?:[\p{{L}}'’-]+\s+){{0,4}}?{people}|{people}\s+(?:[\p{{L}}'’-]+\s+){{0,3}}?(?:ont|a)\s+[ée]t[ée]\s+(?:avis|inform|contact|pr[ée]ven)\p{{L}}+|{people}\s+(?:[\p{{L}}'’-]+\s+){{0,3}}?(?:ont\s+appris|learned|learnt|received|ont\s+re[çc]u|recevront|re[çc]oivent)\s+(?:[\p{{L}}'’-]+\s+){{0,3}}?(?:letters?|notices?|lettres?|avis)")),
        (Determined, r"(?:(?:learned|discovered|identified)\s+that\s+(?:[\p{L}]+\s+){0,6}?(?:contained|included|held)\s+(?:[\p{L}]+\s+){0,3}?(?:information|data)|determin(?:ed?|ing)|conclud(?:ed?|ing)|confirm(?:ed|ing)|establish(?:ed|ing)|ascertained|a\s+(?:d[ée]termin[ée]|conclu|confirm[ée]|[ée]tabli)|(?:investigation|review|analysis|forensic\s+\p{L}+|enqu[êe]te|analyse)\s+(?:[\p{L}'’-]+\s+){0,4}?(?:revealed|showed|found|indicated|completed?|concluded|a\s+r[ée]v[ée]l[ée]|a\s+permis)|review\s+(?:[\p{L}'’-]+\s+){0,6}?(?:was\s+)?(?:completed?|concluded))".to_owned()),
        (Determined, r"found\s+(?:that\s+)?(?:the\s+)?(?:[\p{L}'’-]+\s+){0,6}?(?:information|data|records|files|documents)\b".to_owned()),
        (Discovered, r"(?:discover(?:ed|y|ing)|detect(?:ed|ion|ing)|learn(?:ed|t|ing)|(?:became|become|becoming|was\s+made|were\s+made|made)\s+aware|identif(?:ied|ying)|notic(?:ed|ing)|found\s+out|uncovered|first\s+(?:suspected|saw)|(?:was|we\s+were|we\s+had\s+been)\s+(?:alerted|notified|informed|advised)\s+(?:by|of|that)|realized|came\s+to\s+light|observed|noted|d[ée]couv(?:ert|erte|erts|rir)|d[ée]tect[ée]e?s?|appris|constat[ée]e?|eu\s+connaissance|pris\s+connaissance|remarqu[ée]|s['’](?:est|[ée]tait)\s+(?:aper[çc]u|rendu\s+compte))".to_owned()),
        (Contained, r"(?:contained\s+(?:on|by|within|the\s+(?:[\p{L}]+\s+)?(?:breach|incident|attack|threat|intrusion|situation|malware|virus))|containment|was\s+secured|were\s+secured|secured\s+(?:its|the|their)|terminat(?:ed|ing)\s+(?:the\s+)?(?:unauthori[sz]ed\s+)?access|shut\s+(?:down|out)|blocked\s+(?:the\s+)?access|locked\s+out|contenue?|ma[îi]tris[ée]e?|circonscrite?)".to_owned()),
        (Ended, r"(?:access|intrusion|activity)\s+(?:[\p{L}'’-]+\s+){0,3}?(?:ended|ceased|stopped|a\s+pris\s+fin)".to_owned()),
        (Taken, r"(?:exfiltr\p{L}+|burglar\p{L}+|break[\s-]?in|cambriol\p{L}+|stole|stolen|extracted|copied|downloaded|acquired|removed\s+(?:files|data|information)|took\s+(?:[\p{L}'’-]+\s+){0,3}?(?:files|data|information|copies)|vol[ée]e?s?|subtilis[ée]e?s?|d[ée]rob[ée]e?s?|copi[ée]e?s?|extraites?|extraits?)".to_owned()),
        (Began, r"(?:(?:un|non-)?authori[sz]ed\s+(?:[\p{L}'’-]+\s+){0,4}?(?:access\p{L}*|party|person|individual|actor|user|activity|intrusion)|[“\x22]?unauthori[sz]ed\s+access[”\x22]?|(?:gain(?:ed|ing)?|obtain(?:ed|ing)?|had)\s+(?:unauthori[sz]ed\s+)?(?:access|entry)|(?:was|were|been|be|being)\s+(?:\p{L}+ly\s+)?(?:accessed|breached|compromised|hacked|infected|encrypted|attacked|stolen|viewed|lost|lock(?:ed)?)|(?:breach|attack|incident|intrusion|hack|theft|burglary|cyber\s?attack|ransomware|disclosure)\s+(?:[\p{L}'’-]+\s+){0,4}?(?:occurred|happened|took\s+place|began|started|date[sd]?\s+back|hit|struck)|(?:occurred|happened|took\s+place)|infiltrat\p{L}+|broke\s+into|hack(?:ed|ers\s+(?:got|gained|broke))|fait\s+l['’]objet\s+d['’]une?|access(?:ed)\s+(?:[\p{L}'’-]+\s+){0,8}?(?:system|systems|network|server|servers|account|accounts|files|records|information|data)|(?:s['’]est\s+produit|est\s+survenue?|a\s+eu\s+lieu|ont\s+eu\s+lieu|a\s+[ée]t[ée]\s+(?:victime|la\s+cible|cibl[ée]|pirat[ée]|attaqu[ée])|intrusion|acc[èe]s\s+non\s+autoris[ée]|cyberattaque)|(?:a|ont|avait)\s+[ée]t[ée]\s+(?:perdue?s?|[ée]gar[ée]e?s?)|touch[ée]e?s?\s+par\s+une|victim\s+of|hit\s+by|suffered|targeted\s+by|subject(?:ed)?\s+(?:of|to)\s+a)".to_owned()),
    ];
    rules
        .into_iter()
        .filter_map(|(attribute, pattern)| {
            Some((
                attribute,
                compile(&format!(r"(?i)(?:^|[^\p{{L}}])(?P<it>{pattern})"))?,
            ))
        })
        .collect()
});

static UNTIL: LazyLock<Option<Regex>> = LazyLock::new(|| {
    compile(
        r"(?i)\b(?:not|n['’])\s*(?:[\p{L}'’-]+\s+){0,3}?(?P<it>determine|discover|learn|confirm|notify|report|inform|detect|d[ée]termin|d[ée]couv|avis|inform)\p{L}*.{0,160}?\b(?:until|before|avant\s+le|qu['’]\s*(?:en|au|[àa]))\s*(?:on\s+|le\s+)?$",
    )
});

/// Every event that a sentence names, in its order; what one has taken no later rule may.
pub(crate) fn triggers(text: &str) -> Vec<Trigger> {
    let mut found: Vec<Trigger> = Vec::new();
    for (attribute, pattern) in TRIGGERS.iter() {
        for captures in pattern.captures_iter(text) {
            let Some(it) = captures.name("it") else {
                continue;
            };
            let range = it.range();
            let is_taken = found
                .iter()
                .any(|one| one.range.start < range.end && range.start < one.range.end);
            if !is_taken {
                found.push(Trigger {
                    attribute: *attribute,
                    range,
                });
            }
        }
    }
    found.sort_by_key(|one| one.range.start);
    found
}

/// Which event a date of a sentence belongs to.
pub(crate) fn event_of(text: &str, date: &Found, triggers: &[Trigger]) -> Option<Attribute> {
    let before = text.get(..date.range.start).unwrap_or("");
    if let Some(captures) = UNTIL.as_ref().and_then(|until| until.captures(before))
        && let Some(it) = captures.name("it")
    {
        let verb = it.as_str().to_lowercase();
        if let Some(trigger) = triggers
            .iter()
            .find(|one| one.range.start <= it.start() && it.start() < one.range.end)
        {
            return Some(trigger.attribute);
        }
        return Some(match verb.get(..3) {
            Some("det") if verb.starts_with("detect") => Attribute::Discovered,
            Some("det" | "con" | "dét") => Attribute::Determined,
            Some("dis" | "lea" | "déc") => Attribute::Discovered,
            _ => Attribute::PeopleTold,
        });
    }
    let mut nearest_before = triggers
        .iter()
        .rfind(|one| one.range.end <= date.range.start);
    // "Discovered the intrusion on": the intrusion is what was discovered, not what the date is of.
    if let Some(inner) = nearest_before
        && matches!(inner.attribute, Attribute::Began | Attribute::Taken)
        && !matches!(date.stated, Stated::Between(..))
        && !matches!(&date.stated, Stated::Whole(when) if !when.is_day())
        && let Some(outer) = triggers
            .iter()
            .rfind(|one| one.range.end <= inner.range.start)
        && !matches!(outer.attribute, Attribute::Began | Attribute::Taken)
    {
        let between = text.get(outer.range.end..inner.range.start).unwrap_or("");
        // "Told the office of a breach that occurred on": what it was told of has its own verb.
        let inner_text = text.get(inner.range.clone()).unwrap_or("").to_lowercase();
        let has_verb = [
            "occurred",
            "happened",
            "took place",
            "began",
            "started",
            "survenu",
            "produit",
            "eu lieu",
        ]
        .iter()
        .any(|verb| inner_text.ends_with(verb));
        let is_object = !has_verb
            && between.split_whitespace().count() <= 4
            && !between.contains([',', ';'])
            && !between.split_whitespace().any(|word| {
                [
                    "that", "que", "qu’un", "qu’une", "when", "was", "were", "had", "been",
                ]
                .contains(&word.to_lowercase().as_str())
            });
        if is_object {
            nearest_before = Some(outer);
        }
    }
    let nearest_after = triggers
        .iter()
        .find(|one| one.range.start >= date.range.end);
    // "On March 3, ..." and ", on March 3, the clinic learned": the date leads its clause.
    let leads = {
        let head = before.trim_end();
        let head = head
            .strip_suffix("On")
            .or_else(|| head.strip_suffix("on"))
            .or_else(|| head.strip_suffix("Le"))
            .or_else(|| head.strip_suffix("le"))
            .or_else(|| head.strip_suffix("In"))
            .or_else(|| head.strip_suffix("in"))
            .or_else(|| head.strip_suffix("En"))
            .unwrap_or(head)
            .trim_end();
        let clause = head.rsplit([',', ';', ':', '–', '—']).next().unwrap_or("");
        let n_words = clause.split_whitespace().count();
        head.is_empty()
            || (n_words <= 2
                && text
                    .get(date.range.end..)
                    .is_some_and(|after| after.trim_start().starts_with(',')))
    };
    // "Between March and May", "since September" tell when it was going on, not when it was found.
    let stated = text.get(date.range.clone()).unwrap_or("").to_lowercase();
    let words_before = before.trim_end().to_lowercase();
    let goes_on = matches!(date.stated, Stated::Between(..))
        || ["since", "depuis", "between", "entre"]
            .iter()
            .any(|word| stated.starts_with(word) || words_before.ends_with(word));
    if goes_on
        && nearest_before.is_some_and(|one| {
            matches!(one.attribute, Attribute::Determined | Attribute::Discovered)
        })
    {
        return Some(Attribute::Began);
    }
    match (nearest_before, nearest_after) {
        (Some(_), Some(after)) | (None, Some(after)) if leads => Some(after.attribute),
        (Some(before), _) => Some(before.attribute),
        (None, Some(after)) => Some(after.attribute),
        (None, None) => None,
    }
}

/// The event whose day a distance is counted from: "four days after the breach was discovered".
pub(crate) fn anchor_of(text: &str, date: &Found) -> Option<Attribute> {
    let after = text.get(date.range.end..)?;
    let near: String = after.chars().take(80).collect();
    let clause = near.split([',', ';']).next().unwrap_or("");
    triggers(clause).first().map(|one| one.attribute)
}

/// The days known so far, by event.
pub(crate) fn known(days: &[(Attribute, When)], attribute: Attribute) -> Option<When> {
    days.iter()
        .rev()
        .find(|(one, _)| *one == attribute)
        .map(|(_, when)| *when)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::read::dates::find;

    #[track_caller]
    fn check(text: &str, expected: &str) {
        let triggers = triggers(text);
        let events: Vec<&str> = find(text)
            .iter()
            .map(|date| event_of(text, date, &triggers).map_or("?", Attribute::id))
            .collect();
        assert_eq!(events.join(" "), expected, "{text}\n{triggers:?}");
    }

    #[test]
    fn a_date_belongs_to_the_event_beside_it() {
        check(
            "The clinic discovered the attack on May 3, 2021 and notified patients on June 4, 2021.",
            "discovered people-told",
        );
        check(
            "On May 3, 2021, Acme learned that files were accessed between April 2 and April 9, 2021.",
            "discovered began",
        );
        check(
            "It did not determine that data was stolen until July 9, 2021.",
            "determined",
        );
        check(
            "It reported the breach to the privacy commissioner on May 5, 2021.",
            "regulator-told",
        );
        check(
            "L’attaque a été détectée le 3 mai 2021 et les patients ont été avisés le 4 juin 2021.",
            "discovered people-told",
        );
        check(
            "Le 7 mai 2021, l’hôpital a signalé l’incident à la Commission d’accès à l’information.",
            "regulator-told",
        );
        check("Letters dated June 1, 2022 were mailed.", "people-told");
        check(
            "Acme told nobody and reported it to the Office of the Information and Privacy Commissioner on June 5, 2020.",
            "regulator-told",
        );
    }

    #[test]
    fn every_pattern_compiles() {
        assert_eq!(TRIGGERS.len(), 16);
        assert!(UNTIL.is_some());
    }
}
