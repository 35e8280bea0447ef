//! Work, school and dealings with the law: occupation, income, numbers of employees and students, records of courts.

use whose_model::DataElement;

use super::about::{About, about};
use crate::sense::{Label, Sense};

const EMPLOYMENT: Sense = Sense::whole(DataElement::Employment);
const EDUCATION: Sense = Sense::whole(DataElement::Education);
const CRIMINAL: Sense = Sense::whole(DataElement::CriminalRecord);
const INCOME: Sense = Sense::whole(DataElement::Income);
const EMPLOYEE: Sense = Sense::whole(DataElement::EmployeeNumber);
const STUDENT: Sense = Sense::whole(DataElement::StudentNumber);

/// Labels of work, school and law.
pub(crate) const LABELS: &[Label] = &[
    ("occupation", EMPLOYMENT),
    ("profession", EMPLOYMENT.weak()),
    ("employer", EMPLOYMENT),
    ("employer name", EMPLOYMENT),
    ("name of employer", EMPLOYMENT),
    ("place of work", EMPLOYMENT),
    ("workplace", EMPLOYMENT.weak()),
    ("employment status", EMPLOYMENT),
    ("employeur", EMPLOYMENT),
    ("nom de l'employeur", EMPLOYMENT),
    ("lieu de travail", EMPLOYMENT),
    ("metier", EMPLOYMENT),
    ("emploi", EMPLOYMENT.weak()),
    ("situation d'emploi", EMPLOYMENT),
    ("education", EDUCATION.weak()),
    ("education level", EDUCATION),
    ("level of education", EDUCATION),
    ("highest education", EDUCATION),
    ("school", EDUCATION.weak()),
    ("school name", EDUCATION),
    ("name of school", EDUCATION),
    ("scolarite", EDUCATION),
    ("niveau de scolarite", EDUCATION),
    ("niveau d'etudes", EDUCATION),
    ("ecole", EDUCATION.weak()),
    ("nom de l'ecole", EDUCATION),
    ("criminal record", CRIMINAL),
    ("criminal history", CRIMINAL),
    ("criminal charges", CRIMINAL),
    ("police record", CRIMINAL),
    ("probation", CRIMINAL.weak()),
    ("court order", CRIMINAL),
    ("casier judiciaire", CRIMINAL),
    ("antecedents judiciaires", CRIMINAL),
    ("dossier judiciaire", CRIMINAL),
    ("ordonnance de la cour", CRIMINAL),
    ("income", INCOME),
    ("annual income", INCOME),
    ("household income", INCOME),
    ("family income", INCOME),
    ("net income", INCOME),
    ("salary", INCOME),
    ("annual salary", INCOME),
    ("social assistance", INCOME),
    ("revenu", INCOME),
    ("revenu annuel", INCOME),
    ("revenu familial", INCOME),
    ("salaire", INCOME),
    ("salaire annuel", INCOME),
    ("aide sociale", INCOME),
    ("prestations", INCOME.weak()),
    ("employee number", EMPLOYEE),
    ("employee id", EMPLOYEE),
    ("employee no", EMPLOYEE),
    ("emp number", EMPLOYEE),
    ("emp id", EMPLOYEE),
    ("staff number", EMPLOYEE),
    ("staff id", EMPLOYEE),
    ("payroll number", EMPLOYEE),
    ("numero d'employe", EMPLOYEE),
    ("no d'employe", EMPLOYEE),
    ("matricule", EMPLOYEE),
    ("student number", STUDENT),
    ("student id", STUDENT),
    ("student no", STUDENT),
    ("numero d'etudiant", STUDENT),
    ("no etudiant", STUDENT),
    ("code permanent", STUDENT),
];

/// What the manual says of them.
pub(crate) const ABOUT: &[About] = &[
    about(
        DataElement::Employment,
        "A label or a column says so.",
        &[
            "Occupation: welder",
            "Employeur : Ville de Laval",
            "Employer | Bombardier",
        ],
        &["The employer pays the premium."],
    ),
    about(
        DataElement::Education,
        "A label or a column says so.",
        &[
            "Level of education: college",
            "Scolarité : secondaire 5",
            "School name | Sir Wilfrid Laurier",
        ],
        &["Patient education was given on inhalers."],
    ),
    about(
        DataElement::CriminalRecord,
        "A label or a column says so; what denies is not counted.",
        &[
            "Criminal record: assault, 2014",
            "Casier judiciaire : vol, 2009",
        ],
        &["Criminal record: none", "Casier judiciaire : aucun"],
    ),
    about(
        DataElement::Income,
        "A label or a column says so, and the value has a figure or words of a benefit.",
        &[
            "Household income: $48,000",
            "Revenu annuel : 52 000 $",
            "Salary | 71,500.00",
        ],
        &["Income tax guide"],
    ),
    about(
        DataElement::EmployeeNumber,
        "A label or a column says so, and the value can be a number.",
        &[
            "Employee number: E-44821",
            "Matricule : 118204",
            "Employee ID | 77120",
        ],
        &["Employee of the month", "Employee number: pending"],
    )
    .from("45 CFR 164.514(b)(2)(i)(R)"),
    about(
        DataElement::StudentNumber,
        "A label or a column says so, and the value can be a number.",
        &[
            "Student number: 20031187",
            "Code permanent : TREM10528504",
            "student_id | S-0098123",
        ],
        &["Student nurse: Roy"],
    )
    .from("45 CFR 164.514(b)(2)(i)(R)"),
];
