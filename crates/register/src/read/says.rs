//! A sentence in, what it says of actors, actions, stages, responses, regulators and harm out.
//!
//! Each rule is a word for one thing in either language. Actions are in the
//! words of VERIS, whose tables stand apart (see `veris/`).

use std::sync::LazyLock;

use regex::Regex;

use crate::Attribute;
use crate::pattern::{compile, is, rule};

/// Something a sentence says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Said {
    pub(crate) attribute: Attribute,
    pub(crate) term: &'static str,
    pub(crate) is_not: bool,
}

type Rule = (Attribute, &'static str, &'static str);

const RULES: &[Rule] = &[
    (
        Attribute::Actor,
        "external",
        r"hackers?|threat\s+actors?|(?:threat|ransomware|extortion|hacking|cyber)\s+(?:threat\s+)?(?:groups?|gangs?)|cyber\s?criminals?|attackers?|unauthori[sz]ed\s+(?:third\s+)?(?:part(?:y|ies)|actors?|persons?|individuals?|users?)|cyber-?\s?attacks?|ransomware|phishing|intruders?|criminals?|thie(?:f|ves)|burglar\w*|pirates?\s+informatiques?|cyberattaques?|cybercriminels?|ran[çc]ongiciels?|hame[çc]onnage|acteurs?\s+malveillants?|tiers\s+non\s+autoris[ée]s?",
    ),
    (
        Attribute::Actor,
        "internal",
        r"(?:an?|one|former|its|the|two|three|some|rogue|hospital|staff)\s+(?:of\s+its\s+)?(?:former\s+|clinic\s+|hospital\s+)?(?:employees?|staff\s+members?|nurses?|workers?|physicians?|doctors?|clerks?|workforce\s+members?)\s+(?:[\p{L}'’-]+\s+){0,5}?(?:access\w*|snoop\w*|view\w*|look\w*|stole|disclos\w*|sent|emailed|mailed|copied|took|inappropriately|inadvertently|improperly|mistakenly|lost|posted|misappropriat\w*|misus\w*|download\w*|remov\w*)|snoop\w*|insider|(?:infirmi(?:er|[èe]re)|pr[ée]pos[ée]e?|commis|secr[ée]taire|technicien(?:ne)?)\s+(?:[\p{L}()'’-]+\s+){0,25}?(?:a|avait|aurait)\s+(?:ill[ée]galement\s+)?(?:consult|acc[ée]d|t[ée]l[ée]charg|communiqu|transmis)[ée]*|employ[ée]e?\s+(?:[\p{L}'’-]+\s+){0,4}?(?:a\s+consult[ée]|a\s+acc[ée]d[ée]|fautive?)|acc[èe]s\s+ill[ée]gitimes?",
    ),
    (
        Attribute::Action,
        "malware/Ransomware",
        r"ransomware|ran[çc]ongiciels?",
    ),
    (
        Attribute::Action,
        "malware/Unknown",
        r"malware|malicious\s+(?:software|code)|virus(?:es)?\b|logiciels?\s+malveillants?|maliciels?",
    ),
    (
        Attribute::Action,
        "social/Phishing",
        r"(?:spear[\s-]?)?phishing|hame[çc]onnage",
    ),
    (
        Attribute::Action,
        "hacking/Use of stolen creds",
        r"(?:stolen|compromised|obtain(?:ed)?)\s+(?:[\p{L}'’-]+\s+){0,2}?(?:credentials?|passwords?)|credential\s+stuffing|email\s+accounts?\s+(?:was|were|of|had)\s+(?:[\p{L}'’-]+\s+){0,4}?(?:compromised|accessed|hacked)|e-?mail\s+accounts?\s+(?:[\p{L}'’-]+\s+){0,10}?unauthori[sz]ed\s+access|access\w*\s+(?:to\s+)?(?:an|one|two|several|\d+|the|some)?\s*(?:[\p{L}'’-]+\s+){0,3}?e-?mail\s+accounts?|identifiants\s+(?:vol[ée]s|compromis)",
    ),
    (
        Attribute::Action,
        "hacking/Unknown",
        r"hack(?:ers?|ed|ing)?\b|cyber-?\s?attacks?|threat\s+actors?|cyber\s?criminals?|(?:network|computer|cyber|data\s+security)\s+(?:intrusion|attack)|gain(?:ed)?\s+(?:unauthori[sz]ed\s+)?access|exfiltrat\w+|unauthori[sz]ed\s+(?:third\s+)?(?:part(?:y|ies)|actors?)\s+(?:[\p{L}/]+\s+){0,4}?(?:access|acquir|download|cop[iy]|obtain|gain|view)\w*|cyberattaques?|pirat(?:es?|age|[ée]e?s?)\b|intrusion\s+(?:informatique|dans)|intrusion\s+into",
    ),
    (
        Attribute::Action,
        "misuse/Privilege abuse",
        r"snoop\w*|(?:inappropriately|improperly|without\s+authori(?:ty|[sz]ation))\s+(?:access|view|disclos)\w*|(?:view|access)\w*\s+without\s+authori(?:ty|[sz]ation)|(?:infirmi(?:er|[èe]re)|pr[ée]pos[ée]e?|commis|secr[ée]taire|technicien(?:ne)?)\s+(?:[\p{L}()'’-]+\s+){0,25}?(?:a|avait|aurait)\s+(?:ill[ée]galement\s+)?(?:consult|acc[ée]d)[ée]*|access\w*\s+(?:[\p{L}\d]+\s+){0,8}?without\s+(?:authori|consent|permission)\w*|outside\s+(?:of\s+)?(?:the\s+|that\s+|their\s+|her\s+|his\s+)?(?:[\p{L}'’]+\s+)?(?:job|work|scope)|without\s+(?:a\s+)?(?:work|business|legitimate|job)[\s-]*(?:related)?\s*(?:reason|need|purpose)|unauthori[sz]ed\s+access\s+by\s+(?:an?\s+)?(?:former\s+)?(?:employee|staff|nurse)|sans\s+(?:justification|raison)\s+professionnelle|acc[èe]s\s+ill[ée]gitimes?|employ[ée]e?\s+(?:[\p{L}'’-]+\s+){0,4}?(?:a\s+consult[ée]|a\s+acc[ée]d[ée])",
    ),
    (
        Attribute::Action,
        "error/Misdelivery",
        r"(?:sent|mailed|e-?mailed|faxed|delivered|given|handed)\s+(?:[\p{L}'’-]+\s+){0,6}?(?:to\s+(?:the\s+)?(?:wrong|incorrect|another|unintended|other\s+patients)|in\s+error|by\s+mistake)|(?:wrong|incorrect|unintended)\s+(?:recipients?|addresse?s?|person|patients?)|misdirected|mis-?sent|mis-?mailed|mailing\s+error|visible\s+to\s+(?:all|other)\s+recipients|envoy[ée]e?s?\s+(?:[\p{L}'’-]+\s+){0,4}?(?:par\s+erreur|au\s+mauvais)|mauvais\s+destinataires?",
    ),
    (
        Attribute::Action,
        "error/Loss",
        r"(?:lost|misplaced|missing|unable\s+to\s+locate|lost\s+track\s+of)\s+(?:\p{L}+[\s-]+){0,4}?(?:laptops?|computers?|hard\s+drives?|drives?|USB|tapes?|devices?|binders?|records|files|documents|boxes|phones?|ordinateurs?)|(?:laptop|drive|device|USB|tape|binder|documents?|files?|records?)\s+(?:[\p{L}'’-]+\s+){0,3}?(?:was|were|went)\s+(?:lost|missing|misplaced)|(?:disques?|ordinateurs?|cl[ée]s?\s+USB|dossiers?|documents?|appareils?|t[ée]l[ée]phones?)\s+(?:[\p{L}\d.'’-]+\s+){0,14}?(?:perdu|[ée]gar[ée])e?s?|(?:a|ont)\s+(?:perdu|[ée]gar[ée])\s+(?:[\p{L}'’-]+\s+){0,3}?(?:donn[ée]es|dossiers?|renseignements)|perte\s+de\s+donn[ée]es|perte\s+d['’]un(?:e)?\s+(?:ordinateur|cl[ée])",
    ),
    (
        Attribute::Action,
        "physical/Theft",
        r"(?:stolen|theft\s+of)\s+(?:\p{L}+[\s-]+){0,4}?(?:laptops?|computers?|desktops?|hard\s+drives?|drives?|USB|tapes?|devices?|binders?|equipment|phones?|tablets?|vehicle|car|ordinateurs?)|(?:laptops?|computers?|drives?|devices?|USB\s+\p{L}+|binders?|tapes?|equipment|briefcase|bag|documents|paper\s+records)\s+(?:\p{L}+[\s-]+){0,12}?(?:was|were|had\s+been|been)\s+stolen|stole\s+(?:[\p{L}'’-]+\s+){0,4}?(?:laptops?|computers?|drives?|devices?|equipment)|burglar(?:y|ies|ized)|break[\s-]?in\b|broke(?:n)?\s+into\s+(?:\p{L}+[\s’']+){0,4}?(?:car|vehicle|office|building|home)|vol\s+d['’](?:un\s+)?ordinateurs?|vol\s+(?:avec\s+effraction|de\s+mat[ée]riel)|(?:ordinateurs?|portables?|cl[ée]s?\s+USB|disques?\s+durs?|tablettes?|tiroirs?|mat[ée]riel)\s+(?:[\p{L}'’-]+\s+){0,5}?(?:vol|d[ée]rob|subtilis)[ée]e?s?|cambriol\p{L}+",
    ),
    (
        Attribute::Action,
        "error/Disposal error",
        r"improper(?:ly)?\s+(?:dispos\w+|discard\w+)|dumpster|recycling\s+(?:bin|facility)|thrown\s+(?:out|away)|trash|mis\s+aux\s+(?:rebuts|poubelles)",
    ),
    (
        Attribute::Action,
        "error/Misconfiguration",
        r"misconfigur\w+|(?:publicly|openly)\s+(?:accessible|available|exposed)|accessible\s+(?:on|via|through|to)\s+(?:the\s+)?(?:internet|public|anyone|search)|left\s+(?:[\p{L}'’-]+\s+){0,2}?unsecured|unsecured\s+(?:server|database)|accessibles?\s+(?:[\p{L}'’-]+\s+){0,4}?(?:sur|par)\s+(?:le\s+web|internet)|librement\s+accessibles?|en\s+(?:libre\s+acc[èe]s|acc[èe]s\s+libre)",
    ),
    (
        Attribute::Action,
        "error/Publishing error",
        r"(?:inadvertently|accidentally|mistakenly)\s+(?:posted|published|uploaded)|posted\s+(?:[\p{L}'’-]+\s+){0,4}?(?:online|on\s+(?:a|its|the)\s+(?:public\s+)?(?:web)?site|to\s+the\s+internet)|publi[ée]e?s?\s+par\s+erreur",
    ),
    (
        Attribute::Motive,
        "Financial",
        r"ransom\b|ransomware|extort\w+|ran[çc]on\b|ran[çc]ongiciels?|extorsion|chantage|blackmail\w*",
    ),
    (Attribute::Motive, "Fun", r"curiosity|curiosit[ée]"),
    (
        Attribute::Stage,
        "initial-access",
        r"gain(?:ed)?\s+(?:[\p{L}'’-]+\s+)?access\s+to\s+(?:a\s+)?(?:server|computer|system|network|account|its|the)|intrusion\s+into|initial\s+access|acc[èe]s\s+initial",
    ),
    (
        Attribute::Stage,
        "credentials",
        r"obtain(?:ed|ing)?\s+(?:[\p{L}'’-]+\s+){0,2}?credentials|stolen\s+(?:[\p{L}'’-]+\s+)?credentials|compromised\s+(?:[\p{L}'’-]+\s+)?credentials|credential\s+(?:theft|harvesting)|identifiants\s+(?:vol[ée]s|compromis)",
    ),
    (
        Attribute::Stage,
        "lateral-movement",
        r"mov(?:e|ed|ing|ement)\s+laterally|lateral(?:ly)?\s+mov\w+|d[ée]placement\s+lat[ée]ral|spread\s+(?:to|across|through)\s+(?:[\p{L}'’-]+\s+){0,2}?(?:systems?|network)",
    ),
    (
        Attribute::Stage,
        "exfiltration",
        r"exfiltr\w+|extract(?:ed|ing)\s+(?:[\p{L}]+\s+){0,3}?(?:data|files|information|records)|stolen\s+(?:data|files|records|information)|(?:data|files|information)\s+stolen|en\s+(?:a|ont)\s+extrait|fichiers\s+d[ée]rob[ée]s|(?:downloaded|copied|acquired|removed)\s+(?:and/or\s+[\p{L}]+\s+)?(?:[\p{L}]+\s+){0,4}?(?:data|documents|files|information)|(?:data|files|information)\s+(?:was|were|had\s+been)\s+(?:extracted|copied|stolen|taken|downloaded|removed)|stole\s+(?:[\p{L}'’-]+\s+){0,3}?(?:data|information|files)|(?:donn[ée]es|informations|renseignements|noms|num[ée]ros|dossiers|fichiers)\s+(?:[\p{L}'’-]+\s+){0,6}?(?:ont|a)\s+[ée]t[ée]\s+(?:vol|copi|exfiltr|subtilis|d[ée]rob|t[ée]l[ée]charg)[ée]e?s?|t[ée]l[ée]charg[ée]\s+(?:[\p{L}'’-]+\s+){0,3}?(?:donn[ée]es|fichiers|documents|dossiers)|vol\s+de\s+donn[ée]es|donn[ée]es\s+(?:[\p{L}'’-]+\s+){0,3}?(?:vol[ée]es|copi[ée]es|exfiltr[ée]es|subtilis[ée]es)|(?:took|taken)\s+the\s+(?:[\p{L}'’-]+\s+){0,3}?information",
    ),
    (
        Attribute::Stage,
        "encryption",
        r"(?:encryption\s+of|chiffrement\s+(?:des|de))\s+(?:[\p{L}'’-]+\s+){0,4}?(?:files|systems?|servers?|data|donn[ée]es|fichiers|serveurs)|encrypted\s+(?:[\p{L}'’-]+\s+){0,3}?(?:files|systems?|servers?|data|computers?)|(?:files|systems?|servers?|data)\s+(?:was|were|had\s+been)\s+encrypted|chiffr[ée]e?s?\s+par|donn[ée]es\s+chiffr[ée]es\s+par",
    ),
    (
        Attribute::Response,
        "ransom-paid",
        r"pa(?:id|ying|y)\s+(?:[\p{L}'’-]+\s+){0,3}?ransom|ransom\s+(?:[\p{L}'’-]+\s+){0,2}?paid|pay[ée]\s+(?:[\p{L}'’-]+\s+){0,2}?ran[çc]on|(?:paid|made\s+a\s+payment\s+to)\s+(?:the\s+)?(?:hackers|attackers|criminals)",
    ),
    (
        Attribute::Response,
        "ransom-demanded",
        r"(?:demand\w*|ask\w*)\s+(?:[\p{L}'’-]+\s+){0,3}?ransom|ransom\s+(?:demand|note)|ran[çc]on\s+(?:[\p{L}'’-]+\s+){0,2}?(?:exig|r[ée]clam|demand)\w+|(?:exig|r[ée]clam|demand)\w+\s+(?:[\p{L}'’-]+\s+){0,2}?ran[çc]on",
    ),
    (
        Attribute::Response,
        "police",
        r"(?:help\s+of\s+|with\s+|to\s+|notified\s+|contacted\s+|involved\s+|informed\s+|alerted\s+|the\s+)?(?:police(?:\s+(?:forces?|service))?|law\s+enforcement|RCMP|FBI|S[ûu]ret[ée]\s+du\s+Qu[ée]bec|GRC|services?\s+de\s+police|(?:autorit[ée]s|forces)\s+polici[èe]res|corps\s+policiers?|gendarm\p{L}+|port[ée]\s+plainte|(?:d[ée]pos[ée]|d[ée]p[ôo]t\s+d['’]une)\s+(?:une\s+)?plainte|plainte\s+(?:[\p{L}]+\s+){0,3}?d[ée]pos[ée]e)",
    ),
    (
        Attribute::Response,
        "experts",
        r"IT\s+(?:[\p{L}'’-]+\s+){0,2}?(?:experts|firms?|specialists|professionals)\b|(?:cyber-?\s?security|forensics?|computer|security|external|outside|third[\s-]party|independent|leading)\s+(?:[\p{L}'’-]+\s+){0,2}?(?:experts?|consultants?|firms?|specialists?|investigators?|professionals?)\b|(?:experts?|sp[ée]cialistes|firmes?)\s+(?:[\p{L}'’-]+\s+){0,2}?(?:externes?|en\s+cyber\s?s[ée]curit[ée]|informatiques?|sp[ée]cialis[ée]es?)|(?:forensic|recovery|breach)\s+(?:experts?|investigators?)|experts?\s+(?:mandat|engag|retenu)[ée]e?s?|forensic\s+(?:investigation|analysis|review)",
    ),
    (
        Attribute::Response,
        "lawyers",
        r"(?:external|outside|legal|privacy)\s+(?:lawyers?|counsel)|law\s+firm|avocats?\s+externes?|conseillers?\s+juridiques?",
    ),
    (
        Attribute::Response,
        "letters",
        r"(?:sent|send|mailed|mailing|sending|issued)\s+(?:[\p{L}'’-]+\s+){0,4}?(?:letters?|notices?)\b|(?:patients|people|individuals|customers|clients|residents|members|those|victims|personnes|patientes)\s+(?:[\p{L}'’-]+\s+){0,5}?(?:receiv|re[çc])\w*\s+(?:[\p{L}'’-]+\s+){0,4}?(?:letters?|notices?|lettres?)\b|letters?\s+(?:[\p{L}'’-]+\s+){0,3}?(?:dated|sent|mailed|explains|to\s+(?:affected|patients|customers|individuals))|(?:mailed|notification|written)\s+letters?|by\s+(?:mail|letter)|(?:envoy|transmi|exp[ée]di)\p{L}*\s+(?:[\p{L}'’-]+\s+){0,4}?lettres?|lettres?\s+(?:[\p{L}'’-]+\s+){0,3}?(?:envoy|transmi|exp[ée]di)\p{L}*|par\s+(?:la\s+poste|lettre)|courriers?\s+(?:[\p{L}'’-]+\s+){0,4}?(?:adress|envoy|transmi|exp[ée]di)\p{L}*|publipostage",
    ),
    (
        Attribute::Response,
        "website",
        r"(?:website|web\s?site|site\s+web|web\s+page)\s+(?:[\p{L}'’-]+\s+){0,2}?(?:notice|statement)|(?:notice|statement|posted|published|announced|avis|communiqu[ée])\s+(?:[\p{L}\d.,'’-]+\s+){0,5}?(?:on|sur)\s+(?:its|their|our|the|son|le|leur|\p{Lu}[\p{L}&]*['’]s)\s+(?:web\s?site|site)",
    ),
    (
        Attribute::Response,
        "call-line",
        r"(?:call\s+cent(?:er|re)|hot\s?line|toll-?free|dedicated\s+(?:phone\s+|telephone\s+|assistance\s+)?(?:line|number)|help\s?line|phone\s+line|ligne\s+(?:t[ée]l[ée]phonique|d['’]information|sans\s+frais|d[ée]di[ée]e)|centre\s+d['’]appels?)",
    ),
    (
        Attribute::Response,
        "restored",
        r"rebuilt\s+(?:its|their|the|our)\s+|systems?\s+(?:[\p{L}'’-]+\s+){0,3}?(?:restored|back\s+online|rebuilt)|restor(?:ed|ing)\s+(?:[\p{L}'’-]+\s+){0,3}?(?:systems?|data|operations?|services?|files|access|from\s+backups?)|(?:recovered|retrieved)\s+(?:the\s+)?(?:data|information|files)|recovered\s+after|syst[èe]mes?\s+(?:[\p{L}'’-]+\s+){0,3}?(?:r[ée]tablis?|restaur[ée]s?)",
    ),
    (
        Attribute::Response,
        "strengthened",
        r"(?:enhanc|strengthen|improv|additional|bolster|tighten|new|upgrad|reinforc)\p{L}*\s+(?:\p{L}+[\s,]+){0,4}?(?:security|safeguards?|measures|controls?|protections?|training|policies|encryption|procedures|protocols)|(?:taken|took|taking|implemented)\s+(?:[\p{L}'’-]+\s+){0,3}?(?:steps|measures)\s+(?:[\p{L}'’-]+\s+){0,4}?(?:to\s+prevent|prevent|in\s+the\s+future|to\s+address)|(?:renforc|am[ée]lior)\p{L}*\s+(?:[\p{L}'’-]+\s+){0,4}?(?:s[ée]curit[ée]|mesures|syst[èe]mes)|mesures\s+(?:[\p{L}'’-]+\s+){0,3}?ont\s+[ée]t[ée]\s+prises|mesures\s+(?:[\p{L}'’-]+\s+){0,3}?(?:suppl[ée]mentaires|additionnelles|renforc[ée]es)|(?:reinforc|re-?educat|re-?train)\p{L}*\s+(?:[\p{L}]+\s+){0,3}?(?:education|staff|employees|training)|modified\s+(?:its\s+|their\s+)?procedures|increased\s+(?:[\p{L}]+\s+){0,4}?audits|retrained|trained\s+(?:[\p{L}'’-]+\s+){0,3}?(?:staff|employees)|encrypted\s+all|encryption\s+software",
    ),
    (
        Attribute::Response,
        "contained",
        r"(?:took|taken|steps|measures|moved|immediately|quickly)\s+(?:[\p{L}'’-]+\s+){0,4}?(?:to\s+)?contain\b|contained\s+the\s+(?:[\p{L}]+\s+)?(?:breach|incident|attack|threat|intrusion|situation|malware|virus)|terminated\s+(?:the\s+)?unauthori[sz]ed\s+access|(?:steps|measures|moved)\s+to\s+secure\s+(?:its|their|our|the)\s+(?:[\p{L}'’-]+\s+){0,2}?(?:systems?|networks?|environment)|(?:was|were)\s+(?:quickly|promptly|immediately)\s+contained|containment|control\s+measures|(?:disconnected|shut\s+down|took\s+offline|isolated)\s+(?:[\p{L}'’-]+\s+){0,3}?(?:systems?|servers?|network)|(?:a\s+[ée]t[ée]|avons|a)\s+(?:contenue?|ma[îi]tris[ée]e?|circonscrite?)",
    ),
    (
        Attribute::Response,
        "apology",
        r"apologi[sz]e[ds]?|regrets?\s+(?:any|that|this|the)|s['’]excuse|(?:pr[ée]sent|offr|offert|formul)\p{L}*\s+(?:[\p{L}]+\s+)?(?:ses|leurs|nos|des)\s+(?:plus\s+\p{L}+\s+)?excuses|d[ée]plore",
    ),
    (
        Attribute::Response,
        "monitoring",
        r"(?:credit|identity|fraud|dark\s+web)[\s-]*(?:theft\s+)?(?:and\s+\p{L}+\s+)?(?:protection|monitoring|restoration|repair)|surveillance\s+(?:de\s+(?:leur|son|votre|la\s+cote\s+d[eu]|dossier)|du\s+(?:dossier\s+d[e']\s*)?cr[ée]dit)|credit\s+watch|Equifax|TransUnion|Experian",
    ),
    (
        Attribute::Response,
        "disciplined",
        r"(?:terminated|fired|dismissed|suspended|sanctioned|disciplined)\s+(?:[\p{L}'’-]+\s+){0,4}?(?:employee|employees|nurse|staff|worker|physician|workforce\s+members?)|(?:employee|employees|nurse|staff\s+member|worker|physician|workforce\s+member)s?\s+(?:[\p{L}'’-]+\s+){0,5}?(?:was|were|has\s+been|have\s+been|is|are)\s+(?:no\s+longer|terminated|fired|dismissed|suspended|sanctioned|disciplined)|employees?\s+(?:[\p{L}'’-]+\s+){0,3}?no\s+longer\s+(?:works?|employed)|cong[ée]di[ée]e?s?|sanctionn[ée]e?s?",
    ),
    (
        Attribute::Regulator,
        "investigating",
        r"(?:commissioner|commission|counterpart|OCR|regulator|IPC|OIPC|office|commissaire|CAI)\b(?:[^.]{0,80}?)\b(?:investigat(?:ing|ion)|(?:initiated|opened|launched)\s+an?\s+review|seeking\s+more\s+information|is\s+working\s+with|ongoing\s+communication|looking\s+into|enqu[êe]te)|(?:investigation|enqu[êe]te)\s+(?:by|of|de|par)\s+(?:the\s+|la\s+|le\s+|l['’])?(?:[\p{L}'’-]+\s+){0,3}?(?:commissioner|commission|OCR|regulator|IPC|commissaire|CAI)",
    ),
    (
        Attribute::Confidentiality,
        "breached",
        r"(?:information|data|records?|files|donn[ée]es|renseignements|dossiers?)\s+(?:[\p{L}'’-]+\s+){0,5}?(?:stolen|exfiltrated|extracted|compromised|accessed|obtained|exposed|breached|copied|taken|viewed|disclosed|vol[ée]e?s|compromis\w*|consult[ée]\w*|expos[ée]\w*|divulgu[ée]\w*)|(?:stole|obtained|compromis\w+|accessed|got|exposed|exfiltrated)\s+(?:\p{L}+[\s,]+){0,6}?(?:information|data|records)|(?:extrait|d[ée]rob[ée]|vol[ée]|exfiltr[ée]r?|exfiltr\p{L}+|expos[ée]e?s?|expose|compromis|consult[ée]|t[ée]l[ée]charg[ée])\s+(?:[\p{L}'’]+\s+){0,4}?(?:informations?|renseignements|donn[ée]es|dossiers|fichiers)|fuite\s+(?:d['’]|de\s+)(?:informations?|donn[ée]es|renseignements)|(?:fichiers|listes)\s+(?:[\p{L}'’]+\s+){0,3}?(?:d[ée]rob|vol|extrait|copi|publi)[ée]*e?s",
    ),
];

static PATTERNS: LazyLock<Vec<(Attribute, &'static str, Regex)>> = LazyLock::new(|| {
    RULES
        .iter()
        .filter_map(|(attribute, term, pattern)| {
            let bounded = format!(r"(?i)(?:^|[^\p{{L}}])(?P<it>{pattern})(?:$|[^\p{{L}}])");
            Some((*attribute, *term, compile(&bounded)?))
        })
        .collect()
});

rule!(
    NOT_BEFORE,
    r"(?i)\b(?:no|not|never|did\s+not|didn['’]t|has\s+not|have\s+not|without|refus\p{L}+\s+to|aucune?|n['’]\p{L}+\s+pas|n['’]a\s+pas|ne\s+\p{L}+\s+pas)\s+(?:[\p{L}'’-]+\s+){0,2}$|\bn['’](?:a|ont|avait|avaient|est|[ée]tait)\s+pas\s+[ée]t[ée]\s+(?:[\p{L}'’-]+\s+){0,3}$|\b(?:not|n['’]a\s+pas)\s+(?:offer|provid|propos|offert)\p{L}*\s+(?:[\p{L}'’-]+\s+){0,8}$"
);
rule!(
    UNKNOWN_BEFORE,
    r"(?i)\b(?:no\s+(?:information|evidence|indication|reason|sign|knowledge)|not\s+(?:aware|known|clear)|unable\s+to\s+(?:determine|confirm|tell|say)|not\s+(?:find|found|identify|see|uncover)\p{L}*\s+(?:any\s+)?(?:evidence|indication|signs?)|(?:don['’]t|do\s+not|does\s+not|doesn['’]t)\s+(?:believe|think)|aucune?\s+(?:indication|preuve|information)|rien\s+n['’]indique)\b[^.;]{0,80}$"
);
rule!(ENDURED, r"(?i)\b(?:subject\s+to|been|were)\b");
rule!(
    STAFF,
    r"(?i)\b(?:employees?|staff|workers?|worked|nurses?|clerks?|physicians?|doctors?|insiders?|employ[ée]e?s?|infirmi(?:er|[èe]re)s?|m[ée]decins?|student)\b"
);
rule!(
    WATCHING,
    r"(?i)\b(?:CNIL|commission|commissioner|commissaire|OCR|IPC|court|tribunal)\b[^.;]{0,30}$"
);
rule!(
    NO_MISUSE,
    r"(?ix)\b(?:no|(?:not\s+aware|unaware)\s+of\s+any|not\s+received\s+any|without|any)\s+(?:evidence|indication|sign|reason\s+(?:[\p{L}]+\s+){0,4}?to\s+believe|knowledge|reports?)\b[^.]{0,90}?\b(?:misus\p{L}+|used|fraud\p{L}*|publicly|disclosed|published|exploited|identity\s+theft|shared)|\b(?:unaware|not\s+aware)\s+of\s+any\s+(?:[\p{L}]+\s+){0,4}?misuse|(?:has|have|had)\s+not\s+been\s+(?:misused|used|published|shared)|(?:aucune?\s+(?:indication|preuve|[ée]l[ée]ment)|rien\s+n['’]indique)\b[^.]{0,90}?\b(?:utilis|mal\s+intentionn|fraud|publi|divulgu)|n['’](?:ont|a)\s+pas\s+[ée]t[ée]\s+(?:utilis|publi)"
);
rule!(
    MISUSED,
    r"(?ix)\b(?:posted|published|leaked|for\s+sale|sold|publi[ée]e?s|diffus[ée]e?s|mis(?:es)?\s+en\s+vente)\b[^.]{0,40}\b(?:dark\s+web|leak\s+site|online\s+by|hacker\s+forum|web\s+cach[ée]|web\s+clandestin)\b|\breleas(?:ed|ing)\s+(?:[\p{L}]+\s+){0,2}?(?:data|files|information)\s+(?:publicly|online)|\bused\s+to\s+(?:open|file|commit)\s+(?:[\p{L}'’-]+\s+){0,3}?(?:accounts?|fraud|tax\s+returns?)"
);
rule!(
    INTACT,
    r"(?ix)(?:integrity|int[ée]grit[ée])\b[^.]{0,40}\b(?:intact|not\s+affected|unaffected|preserved|maintained)|(?:did\s+not|didn['’]t|not)\s+(?:[\p{L}'’-]+\s+)?(?:tamper|alter|modif|chang)\p{L}*|no\s+(?:data|files|records|information)\s+(?:was|were)\s+(?:altered|changed|modified)|n['’]ont\s+pas\s+[ée]t[ée]\s+(?:modifi|alt[ée]r)"
);
rule!(
    DOWN,
    r"(?ix)(?:systems?|services?|operations?|network|servers?|website|appointments|surgeries|procedures|syst[èe]mes?|rendez-vous|chirurgies)\s+(?:[\p{L}'’-]+\s+){0,4}?(?:(?:were|was|went|remain\w*|are|is)\s+(?:[\p{L}'’-]+\s+)?(?:down|offline|unavailable|inaccessible|disrupted|cancel\w+|postponed|interrupted|crippled)|en\s+panne|hors\s+service|paralys[ée]s?|inaccessibles?|annul[ée]e?s|report[ée]e?s)|panne\s+(?:informatique|de\s+r[ée]seau)|(?:disrupt\w+|outage|code\s+grey)\b[^.]{0,40}\b(?:systems?|services?|operations?|hospital)"
);

/// What a sentence says.
pub(crate) fn find(text: &str) -> Vec<Said> {
    let mut found: Vec<Said> = Vec::new();
    for (attribute, term, pattern) in PATTERNS.iter() {
        let Some(it) = pattern
            .captures(text)
            .and_then(|captures| captures.name("it"))
        else {
            continue;
        };
        let before = text.get(..it.start()).unwrap_or("");
        // "No evidence that anybody accessed it", "unable to tell what was accessed" say that nothing is known.
        if is(&UNKNOWN_BEFORE, before)
            && matches!(
                attribute,
                Attribute::Actor
                    | Attribute::Action
                    | Attribute::Stage
                    | Attribute::Confidentiality
            )
        {
            continue;
        }
        let is_not = is(&NOT_BEFORE, before);
        // Accounts of employees that others got into.
        if *term == "internal" && is(&ENDURED, it.as_str()) {
            continue;
        }
        // "Improperly accessed" alone does not say by whom.
        if *term == "misuse/Privilege abuse"
            && it.as_str().to_lowercase().starts_with(['i', 'w'])
            && !is(&STAFF, text)
        {
            continue;
        }
        // Whom a regulator punishes is not whom an employer does.
        if *term == "disciplined" && is(&WATCHING, before) {
            continue;
        }
        // A sentence that denies an act of the victim's says so; one that denies a hack says little.
        if is_not && !matches!(attribute, Attribute::Response | Attribute::Motive) {
            continue;
        }
        found.push(Said {
            attribute: *attribute,
            term,
            is_not: is_not && *attribute == Attribute::Response,
        });
    }
    // A named kind of attack is more than an unknown one.
    for (family, unknown) in [
        ("hacking/", "hacking/Unknown"),
        ("malware/", "malware/Unknown"),
        ("social/", "hacking/Unknown"),
    ] {
        if found
            .iter()
            .any(|one| one.term.starts_with(family) && !one.term.ends_with("Unknown"))
        {
            found.retain(|one| one.term != unknown);
        }
    }
    let mut tell = |attribute, term, is_not| {
        found.push(Said {
            attribute,
            term,
            is_not,
        })
    };
    if is(&NO_MISUSE, text) {
        tell(Attribute::Misuse, "misused", true);
    } else if is(&MISUSED, text) {
        tell(Attribute::Misuse, "misused", false);
    }
    if is(&INTACT, text) {
        tell(Attribute::Integrity, "altered", true);
    }
    if is(&DOWN, text) {
        tell(Attribute::Availability, "interrupted", false);
    }
    found
}

rule!(
    FINDER,
    r"(?ix)\b(?:report|review|investigation|investigators?|enqu[êe]teu(?:r|se)|commissioner|commission|IPC|OIPC|OPC|OCR|office|adjudicator|ombudsman|court|commissaire|CAI|CNIL|rapport|enqu[êe]te)\b(?:\s+\((?-i:[A-Z])+\))?(?:\s+(?:(?-i:\p{Lu})\p{L}+|fran[çc]aise|f[ée]d[ée]rale?|provinciale?)){0,3}(?:['’]s\s+\p{L}+)?\s+(?:also\s+|further\s+|has\s+|a\s+|ont\s+)*(?:found|finds|(?:revealed|showed|identified)\s+(?:[\p{L}-]+\s+){0,4}?(?:issues|failures|violations|deficienc\p{L}+|gaps|that)|concluded|concludes|determined|ruled|held|said\s+(?:that\s+)?(?:there\s+was|the\s+(?:breach|delay|response)|\p{L}+\s+failed)|conclut?|constat[ée]|estim[ée]|jug[ée]|d[ée]montre(?:nt)?|d[ée]clare\s+(?:[\p{L}]+\s+){0,3}?fond[ée]e|reproche|a\s+sanctionn[ée]|sanctionn[ée])\b"
);
rule!(
    OWN_INQUIRY,
    r"(?i)\b(?:our|its|their|internal|forensic|own|the\s+company['’]s|notre|son)\s+(?:[\p{L}-]+\s+){0,2}?(?:investigation|review|report|enquête)\b|\b(?:launched|began|conducted|started)\s+(?:an?|its|their)\s+(?:[\p{L}]+\s+)?(?:investigation|review)|^(?:[Tt]he|[Aa]n?)\s+investigation\s+(?:has\s+)?(?:found|determined|revealed)|\bthe\s+investigation\s+(?:has\s+|had\s+)?(?:determined|found|revealed)"
);
rule!(
    JUDGED,
    r"(?ix)\b(?:delay\p{L}*|failed|failure|fail\p{L}*\s+to|reasonable|unreasonable|adequate|inadequate|insufficient|should\s+have|contraven\p{L}+|violat\p{L}+|non-?complian\p{L}+|complied|breach(?:ed)?\s+of\s+(?:its|their)\s+(?:duty|obligation)|lacked|did\s+not\s+have|retard|d[ée]lai|manqu[ée]|omis|raisonnables?|insuffisan\p{L}+|contrevenu)\b"
);
rule!(
    ADVISED,
    r"(?ix)\b(?:recommend(?:ed|s|ing|ations?)|recommand(?:e|[ée]|er|ations?)|ordered|ordonn[ée]|called\s+on\s+\p{Lu})\b"
);

rule!(SPEAKS, r"(?i)\b(?:said|says|found|wrote|concluded|noted)\b");

/// Whether a sentence tells what a regulator found; `finder` is a name known to be the regulator's.
pub(crate) fn is_finding(text: &str, finder: Option<&str>) -> bool {
    if is(&FINDER, text)
        && !is(&OWN_INQUIRY, text)
        && !text.to_lowercase().contains("privacy breach was found")
    {
        return true;
    }
    finder.is_some_and(|name| text.contains(name) && is(&JUDGED, text) && is(&SPEAKS, text))
}

/// Whether a sentence tells what a regulator recommended or ordered.
pub(crate) fn is_recommendation(text: &str, finder: Option<&str>) -> bool {
    static WHO: LazyLock<Option<Regex>> = LazyLock::new(|| {
        compile(
            r"(?i)\b(?:commissioner|commission|IPC|OIPC|OPC|OCR|office|report|ombudsman|commissaire|CAI|rapport|he|she|they|I)\b",
        )
    });
    is(&ADVISED, text) && (is(&WHO, text) || finder.is_some_and(|name| text.contains(name)))
}

/// The family name of the regulator, where the text gives one.
pub(crate) fn finder(text: &str) -> Option<&str> {
    static WHO: LazyLock<Option<Regex>> = LazyLock::new(|| {
        compile(
            r"(?:[Cc]ommissioner|[Cc]ommissaire|[Oo]mbudsman|[Aa]djudicator)(?:\s+\([A-Z]+\))?,?\s+(?:\p{Lu}[\p{L}.-]+\s+){1,2}(?P<name>\p{Lu}[\p{Ll}-]+)",
        )
    });
    WHO.as_ref()?
        .captures(text)?
        .name("name")
        .map(|name| name.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &[&str]) {
        let found: Vec<String> = find(text)
            .iter()
            .map(|one| {
                format!(
                    "{}{}={}",
                    if one.is_not { "-" } else { "" },
                    one.attribute.id(),
                    one.term
                )
            })
            .collect();
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn acts_are_named_in_both_languages() {
        check(
            "The hospital did not pay the ransom.",
            &["motive=Financial", "-response=ransom-paid"],
        );
        check(
            "A nurse snooped on records without a work reason.",
            &["actor=internal", "action=misuse/Privilege abuse"],
        );
        check(
            "An unencrypted laptop was stolen from a car.",
            &["action=physical/Theft"],
        );
        check(
            "La clinique a avisé le service de police et des experts externes.",
            &["response=police", "response=experts"],
        );
        check(
            "There is no evidence that the data was misused.",
            &["-misuse=misused"],
        );
    }

    #[test]
    fn a_regulator_finds_and_recommends() {
        assert!(is_finding(
            "The Commissioner found that the clinic failed to protect the files.",
            None
        ));
        assert!(is_finding("Roe said there was a delay.", Some("Roe")));
        assert!(!is_finding("The clinic found the files.", None));
        assert!(is_recommendation(
            "The IPC recommended that staff be trained.",
            None
        ));
        assert_eq!(finder("Privacy Commissioner Jane Roe said"), Some("Roe"));
    }

    #[test]
    fn every_pattern_compiles() {
        assert_eq!(PATTERNS.len(), RULES.len());
        for rule in [
            &NOT_BEFORE,
            &NO_MISUSE,
            &MISUSED,
            &INTACT,
            &DOWN,
            &FINDER,
            &JUDGED,
            &ADVISED,
        ] {
            assert!(rule.is_some());
        }
    }
}
