//! Transactions made here, after the shape of the guides' examples, and who each line must belong to.

use crate::testkit::{Given, read_bytes};
use whose_model::Cause;

const CLAIM: &str = "ISA*00*          *01*SECRET    *ZZ*CLINIC         *ZZ*PAYER          *240102*0930*^*00501*000000905*1*T*:~\nGS*HC*CLINIC*PAYER*20240102*0930*1*X*005010X222A1~\nST*837*0021*005010X222A1~BHT*0019*00*1*20240102*0930*CH~NM1*41*2*CLINIC GROUP*****46*TGJ23~PER*IC*JERRY*TE*3055552222~NM1*40*2*PAYER*****46*66783JJT~HL*1**20*1~NM1*85*1*KILDARE*BEN****XX*9876543210~N3*234 SEAWAY ST~N4*MIAMI*FL*33111~HL*2*1*22*1~SBR*P**2222-SJ******CI~NM1*IL*1*SMITH*JANE****MI*JS00111223333~DMG*D8*19430501*F~HL*3*2*23*0~PAT*19~NM1*QC*1*SMITH*TED~N3*236 N MAIN ST~N4*MIAMI*FL*33413~DMG*D8*19730501*M~CLM*26463774*100***11:B:1*Y*A*Y*I~REF*EA*MR-77~NTE*ADD*TED FELL FROM A LADDER~HI*ABK:J0300*ABF:Z1159~NM1*82*1*WELBY*MARCUS****XX*1234567893~LX*1~SV1*HC:99213*40*UN*1***1~DTP*472*D8*20231003~SE*28*0021~GE*1*1~IEA*1*000000905~";

fn of<'g>(given: &'g Given, subject: &str) -> Vec<(&'g str, &'g str)> {
    given
        .records()
        .filter(|record| record.subject.as_deref() == Some(subject))
        .flat_map(|record| &record.fields)
        .map(|field| (field.name.as_str(), field.value.as_str()))
        .collect()
}

#[test]
fn a_claim_belongs_to_its_patient_and_not_to_the_subscriber() {
    let given = read_bytes("a.txt", CLAIM.as_bytes());
    assert_eq!(given.end_of("a.txt").format, "x12");
    assert!(given.gaps.is_empty());
    let patient = of(&given, "837[1].patient 2");
    for pair in [
        ("last name", "SMITH"),
        ("first name", "TED"),
        ("date of birth", "19730501"),
        ("address line 1", "236 N MAIN ST"),
        ("patient account number", "26463774"),
        ("medical record number", "MR-77"),
        ("diagnosis code", "J0300"),
        ("procedure code", "99213"),
        ("service date", "20231003"),
        ("renderingProvider.last name", "WELBY"),
    ] {
        assert!(patient.contains(&pair), "{pair:?}");
    }
    let subscriber = of(&given, "837[1].subscriber 1");
    assert!(subscriber.contains(&("member id", "JS00111223333")));
    assert!(!subscriber.iter().any(|(name, _)| *name == "diagnosis code"));
    assert!(given.text().contains("TED FELL FROM A LADDER"));
    let secret = given.records().flat_map(|record| &record.fields);
    assert!(secret.filter(|field| field.name == "password").count() == 1);
}

#[test]
fn a_payment_has_a_subject_for_each_claim_and_lines_may_end_segments() {
    let text = "ISA|00|          |00|          |ZZ|A|ZZ|B|240102|0930|U|00401|1|0|P|>\nGS|HP|A|B|20240102|0930|1|X|004010X091\nST|835|1\nBPR|I|150\nLX|1\nCLP|ACC1|1|100|80||12|C1\nNM1|QC|1|ROY|ANNA||||MI|M1\nNM1|IL|1|ROY|PAUL||||MI|M2\nSVC|HC>99214|100|80\nDTM|472|20240101\nCLP|ACC2|1|50|50||12|C2\nNM1|QC|1|CY|BO||||HN|H2\nSE|12|1\n";
    let given = read_bytes("a.835", text.as_bytes());
    assert!(of(&given, "835[1].claim 1").contains(&("first name", "ANNA")));
    assert!(of(&given, "835[1].claim 1").contains(&("procedure code", "99214")));
    assert!(of(&given, "835[1].insured 1").contains(&("first name", "PAUL")));
    assert!(of(&given, "835[1].claim 2").contains(&("medicare number", "H2")));
}

#[test]
fn members_of_an_enrolment_are_kept_apart_and_a_cut_file_is_a_gap() {
    let text = "ST*834*1~INS*Y*18*021~REF*0F*SUB1~REF*SY*123456789~NM1*IL*1*ROY*ANNA~PER*IP**HP*4165550100*EM*a@b.ca~HD*021**HLT*GOLD PLAN~INS*N*19*021~REF*0F*SUB1~NM1*IL*1*ROY*BO~DMG*D8*20150101*M~NM1*S3*1*ROY*ANNA~";
    let given = read_bytes("a.edi", text.as_bytes());
    assert_eq!(given.end_of("a.edi").format, "x12");
    let first = of(&given, "834[1].member 1");
    assert!(first.contains(&("ssn", "123456789")) && first.contains(&("email", "a@b.ca")));
    assert!(of(&given, "834[1].member 2").contains(&("date of birth", "20150101")));
    assert_eq!(given.gaps[0].cause, Cause::Truncated);
}

#[test]
fn several_interchanges_with_their_own_signs_and_words_between_them() {
    let other = CLAIM.replace('*', "!").replace(':', "<");
    let text = format!("//JOB 1 SEND\n{CLAIM}\n\n{other}\nthe end");
    let given = read_bytes("a.txt", format!("{CLAIM}\n{text}").as_bytes());
    let n = given
        .records()
        .flat_map(|record| &record.fields)
        .filter(|field| field.name == "diagnosis code")
        .count();
    assert_eq!(n, 6);
    assert!(given.text().contains("JOB 1") && given.text().contains("the end"));
}

#[test]
fn an_attachment_may_hold_the_signs() {
    let text = "ST*275*1~NM1*QC*1*ROY*ANNA~BIN*12*plain~ *text~SE*4*1~";
    let given = read_bytes("a.275", text.as_bytes());
    assert_eq!(given.end_of("a.275/attached-1.bin").bytes, 12);
    assert!(given.gaps.is_empty());
}

proptest::proptest! {
    #[test]
    fn any_change_to_a_claim_ends(at in 0..1000_usize, with: Vec<u8>, cut in 0..1000_usize) {
        let mut bytes = CLAIM.as_bytes().to_vec();
        let at = at.min(bytes.len());
        bytes.splice(at..(at + with.len()).min(CLAIM.len()), with.clone());
        bytes.truncate(bytes.len().saturating_sub(cut));
        read_bytes("a.x12", &bytes);
    }
}
