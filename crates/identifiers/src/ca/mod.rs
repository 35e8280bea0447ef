//! Canada: the numbers of its provinces and territories, and federal ones.

pub mod ab;
pub mod bank_account;
pub mod bc;
pub mod business;
pub mod drivers_licence;
pub mod drivers_licence_on;
pub mod drug;
pub mod federal_health;
pub mod immigration;
pub mod mb;
pub mod nb;
pub mod nl;
pub mod ns;
pub mod nt;
pub mod nu;
pub mod on;
pub mod passport;
pub mod pe;
pub mod postal_code;
pub mod practitioner;
pub mod qc;
pub mod sin;
pub mod sk;
pub mod status;
pub mod yt;
