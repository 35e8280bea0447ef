//! Conditions as notes abbreviate them, in capitals: a word in, whether it is one out.
//!
//! Only those that stand for little else: `CAD` and `AUD` are money, `SUD` a
//! direction, `MI` a state. The meanings are those of published lists of
//! abbreviations (AMA Manual of Style, clinical terms); the choice is ours.

/// Whether a word is the short form of a condition, as written.
pub(crate) fn is_condition(word: &str) -> bool {
    matches!(
        word,
        "AAA" | "AKI"
            | "ARDS"
            | "ASCVD"
            | "BPH"
            | "CVA"
            | "DM1"
            | "DM2"
            | "ESRD"
            | "FASD"
            | "GAD"
            | "GDM"
            | "GERD"
            | "HBV"
            | "HCV"
            | "HTN"
            | "IBD"
            | "IBS"
            | "IDDM"
            | "MDD"
            | "NIDDM"
            | "NSTEMI"
            | "OCD"
            | "OSA"
            | "OUD"
            | "PCOS"
            | "SLE"
            | "STEMI"
            | "MRSA"
            | "PTSD"
            | "COPD"
            | "ADHD"
            | "T1DM"
            | "T2DM"
            | "TBI"
            | "TIA"
            | "URTI"
            | "UTI"
            | "VTE"
            // French
            | "AVC"
            | "DB1"
            | "DB2"
            | "HTA"
            | "IVRS"
            | "MCAS"
            | "MPOC"
            | "RGO"
            | "TDAH"
    )
}

/// Whether a word is the short form of a drug, as written.
pub(crate) fn is_drug(word: &str) -> bool {
    matches!(
        word,
        "ASA" | "AAS" | "HCTZ" | "MTX" | "NTG" | "TMP-SMX" | "PEG3350"
    )
}

/// Whether a word is the short form of a procedure, as written.
pub(crate) fn is_procedure(word: &str) -> bool {
    matches!(
        word,
        "CABG" | "ECG" | "ECT" | "EEG" | "EKG" | "EMG" | "ERCP" | "IRM" | "ORIF" | "TDM" | "TURP"
    )
}
