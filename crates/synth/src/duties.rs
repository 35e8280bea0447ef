//! What is expected in law for a person of the made-up incident: where they live decides.
//!
//! A table of its own, read from the statutes and not from `law/`,
//! so that it can disagree with it. `must` regimes owe the person notice (or
//! their commissioner expects it); `may` regimes can be argued and are not
//! counted either way. Only the duty to tell the person is listed.

/// Regimes that must and may tell a person who lives there; ids separated by spaces.
pub(crate) fn expected(jurisdiction: &str) -> (&'static str, &'static str) {
    match jurisdiction {
        // Health information acts that displace the federal act within the province:
        // PHIPA s. 12(2) with SOR/2005-399, PHIPAA s. 49(1)(c) with SOR/2011-265,
        // PHIA (NL) s. 15(3) with SI/2012-72, PHIA (NS) s. 69 with SOR/2016-62.
        "ca-on" => ("ca-on-phipa", "ca-pipeda"),
        "ca-nb" => ("ca-nb-phipaa", "ca-pipeda"),
        "ca-nl" => ("ca-nl-phia", "ca-pipeda"),
        "ca-ns" => ("ca-ns-phia", "ca-pipeda"),
        // A clinic is a health and social services body; what is not health information falls to P-39.1.
        "ca-qc" => ("ca-qc-r22-1", "ca-qc-p39-1 ca-pipeda"),
        // No order displaces the federal act for the Alberta custodian; PIPA speaks of other information.
        "ca-ab" => ("ca-ab-hia", "ca-ab-pipa ca-pipeda"),
        // No duty in BC PIPA; its commissioner recommends notice.
        "ca-bc" => ("", "ca-bc-pipa ca-pipeda ca-bc-foippa"),
        // No duty to notify in HIPA; the commissioner's rules expect it, and the federal act applies beside it.
        "ca-sk" => ("ca-pipeda", "ca-sk-hipa"),
        // Here the health act tells the person too, and no order displaces the federal act:
        // PHIA (MB) s. 19.0.1 (real risk of significant harm), HIA (PE) s. 36(1)(c).
        "ca-mb" => ("ca-pipeda ca-mb-phia", ""),
        "ca-pe" => ("ca-pipeda ca-pe-hia", ""),
        // Health acts with a duty whose sections were not read: not counted either way.
        "ca-yt" => ("ca-pipeda", "ca-yt-hipma"),
        "ca-nt" => ("ca-pipeda", "ca-nt-hia"),
        "ca-nu" => ("ca-pipeda", ""),
        // Abroad the Canadian law of the clinic may follow the data, and the law of the residence may claim it.
        _ => ("", "*"),
    }
}
