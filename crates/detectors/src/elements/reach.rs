//! How somebody asked to be reached, or not to be: labels and columns, and the words by which a sentence says it.
//!
//! A sentence or a value in, `Reach` out. What matters most is that nothing goes
//! to the home of somebody who asked that nothing does: a letter about a breach
//! can tell a violent partner what a patient told a clinic. So what asks for
//! it is found by what is forbidden (to call, to write), by where (home, the
//! address, the post) and by from whom it is kept (a partner, parents); what
//! only says how is noted and stops nothing.

use whose_model::{DataElement, Normal, REACH_ASK_FIRST};

use super::about::{About, about};
use crate::{
    draft::Draft,
    sense::{Label, Sense},
    text::fold,
    word_list::WordList,
};

/// The scheme of a label that forbids: `Do not mail`. `yes` asks first, `no` says nothing.
pub(crate) const FORBIDS: &str = "forbids";
/// The scheme of a label that allows: `OK to mail`. `no` asks first, `yes` says nothing.
pub(crate) const ALLOWS: &str = "allows";

pub(crate) const FORBID: Sense = Sense::number(DataElement::ContactPreference, FORBIDS);
const ALLOW: Sense = Sense::number(DataElement::ContactPreference, ALLOWS);
const WAY: Sense = Sense::whole(DataElement::ContactPreference);

/// Labels of how to reach somebody.
pub(crate) const LABELS: &[Label] = &[
    ("do not contact", FORBID),
    ("do not contact at home", FORBID),
    ("do not mail", FORBID),
    ("do not send mail", FORBID),
    ("do not write", FORBID),
    ("do not call home", FORBID),
    ("no mail", FORBID),
    ("no mail to home", FORBID),
    ("confidential address", FORBID),
    ("address confidential", FORBID),
    ("confidential contact", FORBID),
    ("safe contact", FORBID),
    ("safe contact required", FORBID),
    ("safe contact only", FORBID),
    ("ne pas contacter", FORBID),
    ("ne pas contacter a domicile", FORBID),
    ("ne pas ecrire", FORBID),
    ("ne pas poster", FORBID),
    ("ne pas joindre au domicile", FORBID),
    ("ne pas appeler a la maison", FORBID),
    ("pas de courrier", FORBID),
    ("aucun courrier", FORBID),
    ("aucun courrier a domicile", FORBID),
    ("adresse confidentielle", FORBID),
    ("contact securitaire", FORBID),
    ("ok to mail", ALLOW),
    ("ok to mail home", ALLOW),
    ("okay to mail", ALLOW),
    ("may we mail", ALLOW),
    ("may we write to you", ALLOW),
    ("may we contact you at home", ALLOW),
    ("permission to mail", ALLOW),
    ("permission to contact at home", ALLOW),
    ("safe to mail", ALLOW),
    ("safe to contact", ALLOW),
    ("safe to contact at home", ALLOW),
    ("safe to call", ALLOW),
    ("courrier autorise", ALLOW),
    ("courrier au domicile autorise", ALLOW),
    ("contact au domicile autorise", ALLOW),
    ("contact preference", WAY),
    ("contact preferences", WAY),
    ("contact instructions", WAY),
    ("contact restrictions", WAY),
    ("communication preference", WAY),
    ("communication preferences", WAY),
    ("preferred contact method", WAY),
    ("preferred method of contact", WAY),
    ("preference de contact", WAY),
    ("preferences de contact", WAY),
    ("consignes de contact", WAY),
    ("restrictions de contact", WAY),
    ("preferences de communication", WAY),
    ("mode de communication prefere", WAY),
    ("mode de contact prefere", WAY),
];

/// What the manual says of it.
pub(crate) const ABOUT: &[About] = &[about(
    DataElement::ContactPreference,
    "A label or a column says so, or a sentence forbids to call or write to somebody's home, or says from whom at home it must be kept. Who is forbidden to be written to at home gets no letter there before they were asked; what only says how is noted. Marked as abuse or safety when it forbids.",
    &[
        "Patient: Anna Roy. Please do not contact her at home.",
        "Patiente : Anne Roy. Ne pas joindre au domicile.",
        "Do not mail | yes",
        "Contact instructions | do not leave messages with family",
    ],
    &[
        "Patient: Anna Roy. She could not be reached at home.",
        "Do not mail | no",
        "Patiente : Anne Roy. Elle n'a pas été jointe à la maison.",
    ],
)];

/// What is said of how to reach somebody.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reach {
    /// Nothing may go to the home before the person was asked.
    AskFirst,
    /// How, without anything against the home.
    Way,
}

/// What a labelled value says; `None` when it says nothing, or is itself a number or an address to reach somebody at.
pub(crate) fn of_value(scheme: &str, folded: &str) -> Option<Reach> {
    let value = folded.trim().trim_end_matches(['.', '!']);
    let is_yes = matches!(
        value,
        "y" | "yes" | "true" | "1" | "x" | "o" | "oui" | "vrai"
    );
    let is_no = matches!(
        value,
        "n" | "no" | "false" | "0" | "non" | "faux" | "none" | "aucune" | "aucun"
    );
    match scheme {
        FORBIDS => (!is_no).then_some(Reach::AskFirst),
        ALLOWS => is_no.then_some(Reach::AskFirst),
        _ if is_yes || is_no => None,
        _ => {
            let n_digits = value.bytes().filter(u8::is_ascii_digit).count();
            let is_place = n_digits >= 7 || value.contains('@');
            said(value).or_else(|| (!is_place).then_some(Reach::Way))
        }
    }
}

/// Words of which each sentence has one that says something of it; `lexicon` marks them.
pub(crate) const WORDS: &str = "contact contacted call called phone phoned telephone mail mailed mails write written letter letters correspondence reach reached leave left message messages voicemail visit know informed told tell inform notify aware unaware confidential safe contacter contacte contactee contactes joindre joint jointe rejoindre rejoint appeler appele appelee appels ecrire poster courrier courriers lettre lettres correspondance envoyer envoi envois laisser aviser avise avisee informer informe informee savoir sache sait courant confidentielle securitaire securitaires divulguer disclose";

static KIN: WordList = WordList::new(
    "husband wife spouse partner boyfriend girlfriend ex parents parent mother father mom dad mum family roommate conjoint conjointe mari epoux epouse mere pere copain copine chum famille colocataire entourage",
);
static HOME: WordList = WordList::new("home house residence domicile maison");
static MAIL: WordList = WordList::new(
    "mail letter letters correspondence mailings courrier courriers lettre lettres correspondance poste",
);
/// What may be sent or left at a home, and is no mail by itself.
static THINGS: WordList = WordList::new(
    "anything results statements bills documents information invoices message messages voicemail rien resultats documents factures renseignements",
);
/// What is done to reach somebody.
static REACHES: WordList = WordList::new(
    "contact contacted call called phone phoned telephone telephoned mail mailed write written reach reached visit visited contacter contacte contactee contactes contactees joindre joint jointe rejoindre rejoint rejointe appeler appele appelee telephoner ecrire poster communiquer",
);
static HANDS_OVER: WordList = WordList::new(
    "send sent leave left give envoyer envoye envoyes envoyee laisser laisse remettre transmettre faire recevoir receive",
);
static TELLS: WordList = WordList::new(
    "tell told inform informed notify notified advise disclose discuss mention share reveal dire parler aviser avise informer informe divulguer mentionner reveler contact call contacter appeler",
);
/// What may stand between `not` and what is not to be done.
static BETWEEN: WordList = WordList::new(
    "be to the want wish us you anyone anybody staff any ever please under circumstances etre qu on le la l les lui leur de d m me nous vous que soit aucun aucune",
);
/// What whoever is kept in the dark must not.
static LEARNS: WordList = WordList::new(
    "know told informed find learn notified contacted savoir sache informe informee informes apprendre avise avisee avises contacte contactee contactes",
);
/// What is kept from somebody, or of whom.
static KEPT: WordList = WordList::new(
    "this that her his visit visits pregnancy abortion appointment appointments diagnosis status treatment admission results she he patient",
);
/// Words for one person.
static ONE: WordList = WordList::new(
    "her him his she he hers client patient resident cliente patiente usager usagere beneficiaire elle lui sa madame monsieur mme mrs ms",
);
/// People of whom no one is meant.
static MANY: WordList = WordList::new(
    "clients patients residents members customers usagers usageres patientes clientes beneficiaires personnes people employees employes individuals",
);
/// Whoever is asked for a study, a gift or a sale is no patient in danger.
static ABOUT_ELSE: WordList = WordList::new(
    "research recherche study etude survey sondage marketing fundraising donation campaign newsletter infolettre solicitation promotions promotional",
);

/// What a sentence says, folded as words are compared; most say nothing.
pub(crate) fn said(folded: &str) -> Option<Reach> {
    let mut words: Vec<&str> = Vec::new();
    for word in folded.split(|ch: char| !ch.is_alphanumeric()) {
        match (words.last(), word) {
            (_, "") => {}
            // `e-mail` is no mail.
            (Some(&"e"), "mail") => {
                words.pop();
                words.push("email");
            }
            _ => words.push(word),
        }
    }
    let words = words.as_slice();
    // Most sentences that speak of a letter or a call have none of the words without which nothing is said.
    let may_say = words.iter().any(|word| {
        matches!(
            *word,
            "not"
                | "no"
                | "never"
                | "dont"
                | "t"
                | "unaware"
                | "pas"
                | "jamais"
                | "aucun"
                | "aucune"
                | "safe"
                | "securitaire"
                | "securitaires"
                | "confidential"
                | "confidentielle"
        )
    });
    if !may_say || words.iter().any(|word| ABOUT_ELSE.has(word)) {
        return None;
    }
    let asks = (0..words.len()).any(|at| {
        forbids(words, at)
            || nothing_goes(words, at)
            || is_kept_from(words, at)
            || is_named(words, at)
    });
    if asks && !is_of_hours(words) {
        return Some(Reach::AskFirst);
    }
    let is_way = (0..words.len())
        .any(|at| is_not(words, at).is_some_and(|after| leaves_message(words, after)));
    is_way.then_some(Reach::Way)
}

/// What a longer text about one person asks: its first sentence that nothing goes to the home.
pub(crate) fn asked_in(text: &str) -> Option<Draft> {
    // A sentence goes on in the next line unless that begins as one does.
    let mut start = 0;
    let bytes = text.as_bytes();
    let ends = bytes.iter().enumerate().filter_map(|(at, byte)| {
        let next = bytes.get(at + 1);
        let is_end = match byte {
            b'.' | b'!' | b'?' | b';' => next.is_none_or(u8::is_ascii_whitespace),
            b'\n' => !next.is_some_and(u8::is_ascii_lowercase),
            _ => false,
        };
        is_end.then_some(at + 1)
    });
    for end in ends.chain([text.len()]) {
        let sentence = text.get(start..end).unwrap_or("").trim();
        start = end;
        if sentence.len() <= LONGEST && said(&fold(sentence)) == Some(Reach::AskFirst) {
            return Some(Draft::new(
                DataElement::ContactPreference,
                sentence,
                Normal::Text(REACH_ASK_FIRST.to_owned()),
                0.85,
                "a sentence of how to be reached",
            ));
        }
    }
    None
}

/// Bytes of a sentence that is looked at.
const LONGEST: usize = 600;

/// Whether a sentence speaks of people in general: `Staff do not contact clients at home`.
pub(crate) fn is_rule(folded: &str) -> bool {
    folded
        .split(|ch: char| !ch.is_alphanumeric())
        .any(|word| MANY.has(word))
}

/// Whether a sentence speaks of one person, though it does not name them: `our client`, `her husband`.
pub(crate) fn is_of_one(folded: &str) -> bool {
    folded
        .split(|ch: char| !ch.is_alphanumeric())
        .any(|word| ONE.has(word))
}

/// Where what is not to be done begins, after a `not` at this place that forbids; `did not` and `could not` tell what was.
fn is_not(words: &[&str], at: usize) -> Option<usize> {
    let before = |back: usize| at.checked_sub(back).map_or("", |at| words[at]);
    let forbids = match words[at] {
        "never" | "dont" => true,
        "jamais" => matches!(before(1), "ne" | ""),
        "t" => before(1) == "don",
        "not" => matches!(
            before(1),
            "do" | "does"
                | "must"
                | "should"
                | "shall"
                | "may"
                | "to"
                | "please"
                | "prefers"
                | "prefer"
                | "asks"
                | "asked"
                | "requests"
                | "requested"
                | "wishes"
                | "rather"
                | ""
        ),
        "pas" => {
            matches!(before(1), "ne" | "" | "de")
                || matches!(before(2), "ne" | "n")
                    && matches!(
                        before(1),
                        "doit"
                            | "doivent"
                            | "veut"
                            | "veulent"
                            | "souhaite"
                            | "souhaitent"
                            | "desire"
                            | "desirent"
                            | "faut"
                            | "voudrait"
                            | "le"
                            | "la"
                            | "les"
                            | "lui"
                            | "l"
                    )
        }
        _ => false,
    };
    let mut after = at + 1;
    while forbids && after - at <= 5 && words.get(after).is_some_and(|word| BETWEEN.has(word)) {
        after += 1;
    }
    forbids.then_some(after)
}

/// `Do not contact her at home`, `Domicile : ne pas appeler`, `Ne pas aviser le conjoint`.
fn forbids(words: &[&str], at: usize) -> bool {
    let Some(after) = is_not(words, at) else {
        return false;
    };
    let Some(verb) = words.get(after) else {
        return false;
    };
    let rest = &words[after + 1..words.len().min(after + 9)];
    // `us at home` is a home of ours.
    if matches!(rest.first(), Some(&("us" | "nous"))) {
        return false;
    }
    let before = &words[at.saturating_sub(6)..at];
    let goes_home = names_home(rest) || names_home(before);
    if REACHES.has(verb) {
        return goes_home || names_kin(&rest[..rest.len().min(5)]);
    }
    if HANDS_OVER.has(verb) {
        let is_mail = rest.iter().take(4).any(|word| MAIL.has(word));
        let is_thing = rest.iter().take(4).any(|word| THINGS.has(word));
        return is_mail || is_thing && (goes_home || names_kin(rest));
    }
    TELLS.has(verb)
        && (names_kin(&rest[..rest.len().min(6)])
            || rest
                .iter()
                .take(4)
                .any(|word| matches!(*word, "address" | "adresse")))
}

/// `No mail to the house`, `Aucun courrier au domicile`, `Pas d'appels à la maison`.
fn nothing_goes(words: &[&str], at: usize) -> bool {
    let is_none = matches!(words[at], "no" | "aucun" | "aucune")
        || words[at] == "pas" && matches!(words.get(at + 1), Some(&("de" | "d")));
    let rest = &words[at + 1..words.len().min(at + 8)];
    is_none
        && rest.iter().take(3).any(|word| {
            MAIL.has(word)
                || matches!(
                    *word,
                    "calls" | "messages" | "appels" | "appel" | "envoi" | "envois"
                )
        })
        && names_home(rest)
}

/// `Husband must not know`, `Sa mère n'est pas au courant de la grossesse`, `to be kept confidential from her parents`.
fn is_kept_from(words: &[&str], at: usize) -> bool {
    if words[at] == "confidential" && words.get(at + 1) == Some(&"from") {
        return names_kin(&words[at + 2..words.len().min(at + 6)]);
    }
    let rest = &words[at + 1..words.len().min(at + 9)];
    // Seldom does any of these follow, and sooner seen is that than kin.
    let may_be_kept = rest
        .iter()
        .take(5)
        .any(|word| matches!(*word, "not" | "never" | "unaware" | "pas"));
    if !may_be_kept || !is_kin(words, at) {
        return false;
    }
    // What else they do not know of: `any allergies`.
    if rest.contains(&"any") {
        return false;
    }
    for (place, word) in rest.iter().enumerate().take(5) {
        let before = place.checked_sub(1).map_or("", |at| rest[at]);
        let known = &rest[place + 1..rest.len().min(place + 5)];
        let learns = || known.iter().any(|word| LEARNS.has(word));
        let is_kept = match *word {
            "not" | "never" => {
                matches!(before, "must" | "should" | "to" | "may" | "can") && learns()
                    || matches!(before, "is" | "are")
                        && known.first() == Some(&"aware")
                        && tells_what(&known[1..])
                    || matches!(before, "does" | "do")
                        && known.first() == Some(&"know")
                        && tells_what(&known[1..])
            }
            "unaware" => tells_what(known),
            "pas" => {
                matches!(before, "doit" | "doivent" | "faut") && learns()
                    || matches!(before, "est" | "sont") && known.contains(&"courant")
                    || matches!(before, "sait" | "savent")
            }
            _ => false,
        };
        if is_kept {
            return true;
        }
    }
    false
}

/// `of the pregnancy`, `that she was here`, and nothing more.
fn tells_what(words: &[&str]) -> bool {
    words.is_empty() || words.iter().take(3).any(|word| KEPT.has(word))
}

/// `Safe contact: sister`, `not safe to call`, `address is confidential`.
fn is_named(words: &[&str], at: usize) -> bool {
    let next = |n: usize| words.get(at + n).copied().unwrap_or("");
    let before = at.checked_sub(1).map_or("", |at| words[at]);
    match words[at] {
        "safe" if matches!(before, "not" | "isn") || before == "t" => {
            next(1) == "to" && REACHES.has(next(2))
        }
        "safe" => {
            matches!(
                next(1),
                "contact" | "phone" | "number" | "address" | "email"
            ) && !matches!(before, "a" | "keep" | "stay")
        }
        "securitaire" | "securitaires" => {
            matches!(before, "contact" | "numero" | "adresse" | "coordonnees")
        }
        "confidential" => {
            matches!(next(1), "address")
                || matches!(before, "is" | "address")
                    && words[..at]
                        .iter()
                        .rev()
                        .take(2)
                        .any(|word| *word == "address")
        }
        "confidentielle" => {
            before == "adresse"
                || before == "est" && at.checked_sub(2).is_some_and(|at| words[at] == "adresse")
        }
        _ => false,
    }
}

fn leaves_message(words: &[&str], after: usize) -> bool {
    words.get(after).is_some_and(|verb| HANDS_OVER.has(verb))
        && words[after + 1..]
            .iter()
            .take(4)
            .any(|word| matches!(*word, "message" | "messages" | "voicemail"))
}

/// The home, or by post.
fn names_home(words: &[&str]) -> bool {
    words.iter().enumerate().any(|(at, word)| {
        let before = at.checked_sub(1).map_or("", |at| words[at]);
        match *word {
            "address" | "adresse" => matches!(
                before,
                "this"
                    | "that"
                    | "home"
                    | "her"
                    | "his"
                    | "their"
                    | "above"
                    | "mailing"
                    | "postal"
                    | "cette"
                    | "son"
                    | "l"
            ),
            "post" | "poste" => matches!(before, "by" | "la"),
            "mail" | "courrier" => matches!(before, "by" | "par"),
            "chez" => true,
            // `home visit`, `home care`: no place.
            "home" | "house" => !matches!(
                words.get(at + 1),
                Some(&("visit" | "visits" | "care" | "oxygen"))
            ),
            _ => HOME.has(word),
        }
    })
}

fn names_kin(words: &[&str]) -> bool {
    (0..words.len()).any(|at| is_kin(words, at))
}

/// Kin, but no `family doctor`.
fn is_kin(words: &[&str], at: usize) -> bool {
    let next = words.get(at + 1).copied().unwrap_or("");
    KIN.has(words[at])
        && !matches!(
            next,
            "doctor"
                | "physician"
                | "practice"
                | "medicine"
                | "history"
                | "health"
                | "clinic"
                | "md"
        )
        && !(at > 0 && matches!(words[at - 1], "de" | "medecin"))
}

/// `after 9 pm`, `avant 8 h`: when, not whether.
fn is_of_hours(words: &[&str]) -> bool {
    words.iter().enumerate().any(|(at, word)| {
        matches!(
            *word,
            "after" | "before" | "between" | "until" | "apres" | "avant" | "entre"
        ) && words[at + 1..].iter().take(2).any(|word| {
            word.starts_with(|ch: char| ch.is_ascii_digit()) || matches!(*word, "noon" | "midi")
        })
    })
}

/// The normal form of what was said.
pub(crate) fn normal(reach: Reach, value: &str) -> String {
    match reach {
        Reach::AskFirst => REACH_ASK_FIRST.to_owned(),
        Reach::Way => value.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_forbids_a_letter_home_is_understood_in_both_languages() {
        for text in [
            "Ne pas joindre au domicile",
            "Please do not contact her at home",
            "DO NOT MAIL TO HOME ADDRESS",
            "Patient asks that we do not call the house or leave messages",
            "She requested not to be contacted at her home address",
            "Do not send any mail",
            "Don't call home, call her work line instead",
            "Never write to this address",
            "No mail to the house",
            "Home phone: do not call",
            "Husband must not know about this visit",
            "Her parents are not aware of the pregnancy",
            "Do not inform the parents",
            "Please don't tell my husband that I came",
            "Partner is unaware of her HIV status",
            "To be kept confidential from her ex",
            "Safe contact: sister, 306 555 0188",
            "It is not safe to call",
            "Address is confidential",
            "Aucun courrier à la maison",
            "Pas d'appel au domicile",
            "Ne jamais appeler à la maison",
            "Ne pas envoyer de courrier",
            "Prière de ne pas laisser de message au conjoint",
            "Elle ne veut pas qu'on l'appelle à la maison; ne pas appeler à la maison",
            "Le conjoint ne doit pas être informé",
            "Sa mère n'est pas au courant de la grossesse",
            "Ne pas aviser les parents",
            "Madame ne souhaite pas être contactée à son domicile",
            "Adresse confidentielle",
            "Domicile : ne pas écrire",
        ] {
            assert_eq!(said(&fold(text)), Some(Reach::AskFirst), "{text}");
        }
    }

    #[test]
    fn what_only_tells_or_is_about_else_stops_nothing() {
        for text in [
            "She could not be reached at home",
            "We did not call the home",
            "Elle n'a pas été jointe à la maison",
            "Impossible de la joindre à la maison",
            "Do not send home without follow-up",
            "Do not drive home",
            "Call if you do not feel better at home",
            "Please do not call the home after 9 pm",
            "Ne pas appeler à la maison avant 8 h",
            "Does not consent to be contacted at home for research",
            "Parents are not aware of any allergies",
            "Do not contact the family doctor",
            "The family does not know Dr. Roy",
            "Do not reply to this e-mail address",
            "Keep the ramp safe",
            "The information in this message is confidential",
            "He was not at home when we called",
            "Do not leave the house in the cold",
            "No home visit today",
        ] {
            assert_eq!(said(&fold(text)), None, "{text}");
        }
        assert_eq!(said("do not leave messages"), Some(Reach::Way));
    }

    #[test]
    fn a_column_that_forbids_and_one_that_allows_are_read_the_right_way_round() {
        assert_eq!(of_value(FORBIDS, "yes"), Some(Reach::AskFirst));
        assert_eq!(of_value(FORBIDS, "non"), None);
        assert_eq!(of_value(ALLOWS, "no"), Some(Reach::AskFirst));
        assert_eq!(of_value(ALLOWS, "oui"), None);
        assert_eq!(of_value("", "e-mail only"), Some(Reach::Way));
        assert_eq!(of_value("", "do not mail to home"), Some(Reach::AskFirst));
        assert_eq!(of_value("", "306 555 0188"), None);
        assert_eq!(of_value("", "yes"), None);
    }

    proptest::proptest! {
        #[test]
        fn no_sentence_stops_it(text in "(do not|ne pas|safe|husband|home|at|mail|[a-z ]{0,9}| )*") {
            said(&fold(&text));
        }
    }
}
