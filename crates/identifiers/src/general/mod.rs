//! Numbers that many states share.

pub mod iban;
pub mod payment_card;
