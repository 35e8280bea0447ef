//! Machines and accounts: internet addresses, user names, vehicles, devices.

use std::net::{Ipv4Addr, Ipv6Addr};

use whose_model::DataElement;

use super::about::{About, about};
use crate::sense::{Label, Sense};

const IP: Sense = Sense::whole(DataElement::IpAddress);
const USER: Sense = Sense::whole(DataElement::UserName);
const VEHICLE: Sense = Sense::whole(DataElement::VehicleId);
const DEVICE: Sense = Sense::whole(DataElement::DeviceId);

/// Labels of machines and accounts.
pub(crate) const LABELS: &[Label] = &[
    ("ip", IP.weak()),
    ("ip address", IP),
    ("ip addr", IP),
    ("client ip", IP),
    ("remote ip", IP),
    ("last ip", IP),
    ("login ip", IP),
    ("adresse ip", IP),
    ("username", USER),
    ("user name", USER),
    ("login name", USER),
    ("portal username", USER),
    ("portal user", USER),
    ("login id", USER),
    ("screen name", USER),
    ("nom d'utilisateur", USER),
    ("nom utilisateur", USER),
    ("identifiant de connexion", USER),
    ("vin", VEHICLE.weak()),
    ("vin number", VEHICLE),
    ("vehicle identification number", VEHICLE),
    ("vehicle id", VEHICLE),
    ("plate number", VEHICLE),
    ("licence plate", VEHICLE),
    ("licence plate number", VEHICLE),
    ("vehicle plate", VEHICLE),
    ("plaque d'immatriculation", VEHICLE),
    ("immatriculation", VEHICLE.weak()),
    ("numero de plaque", VEHICLE),
    ("niv", VEHICLE.weak()),
    ("device id", DEVICE),
    ("device serial", DEVICE),
    ("device serial number", DEVICE),
    ("implant serial number", DEVICE),
    ("pacemaker serial number", DEVICE),
    ("implant number", DEVICE),
    ("serial number", DEVICE.weak()),
    ("udi", DEVICE.weak()),
    ("imei", DEVICE),
    ("mac address", DEVICE),
    ("numero de serie", DEVICE.weak()),
    ("numero de serie de l'appareil", DEVICE),
    ("numero de serie de l'implant", DEVICE),
    ("adresse mac", DEVICE),
];

/// An internet address of a person's machine; those of nobody (loopback, unset, every machine) are none.
pub(crate) fn parse_ip(text: &str) -> Option<String> {
    let text = text.trim().trim_matches(['[', ']']);
    if let Ok(address) = text.parse::<Ipv4Addr>() {
        let is_nobodys =
            address.is_loopback() || address.is_unspecified() || address.is_broadcast();
        return (!is_nobodys).then(|| address.to_string());
    }
    let address: Ipv6Addr = text.parse().ok()?;
    (!address.is_loopback() && !address.is_unspecified()).then(|| address.to_string())
}

/// A name to sign in with: one word, no placeholder.
pub(crate) fn is_user_name(text: &str) -> bool {
    let text = text.trim();
    (3..=64).contains(&text.len())
        && !text.contains(char::is_whitespace)
        && text.chars().any(char::is_alphanumeric)
        && !matches!(
            text.to_ascii_lowercase().as_str(),
            "admin" | "root" | "system" | "user" | "guest" | "test" | "null" | "none" | "string"
        )
}

/// What the manual says of them.
pub(crate) const ABOUT: &[About] = &[
    about(
        DataElement::IpAddress,
        "A label or a column says so, and the value is an address of version 4 or 6 that a machine can have.",
        &["IP address: 203.0.113.24", "Adresse IP : 2001:db8::8a2e", "client_ip | 198.51.100.7"],
        &["IP address: 127.0.0.1", "Version 10.0.1.2 was installed"],
    )
    .from("45 CFR 164.514(b)(2)(i)(O); RFC 791; RFC 4291"),
    about(
        DataElement::UserName,
        "A label or a column says so; names of machines' own accounts are none.",
        &["Username: mtremblay85", "Nom d'utilisateur : m.tremblay", "portal_username | marie_t"],
        &["Username: admin"],
    ),
    about(
        DataElement::VehicleId,
        "A label or a column says so, and the value can be a number.",
        &["Licence plate: ABCD 123", "VIN number: 1HGCM82633A004352", "Plaque d'immatriculation : F12 ABC"],
        &["The vehicle was parked outside."],
    )
    .from("45 CFR 164.514(b)(2)(i)(L)"),
    about(
        DataElement::DeviceId,
        "A label or a column says so, and the value can be a number.",
        &["Pacemaker serial number: PJN204833S", "Numéro de série de l'implant : KX-99120", "IMEI | 356938035643809"],
        &["The device was checked in clinic."],
    )
    .from("45 CFR 164.514(b)(2)(i)(M)"),
];

#[test]
fn addresses_of_nobody_are_none() {
    assert!(parse_ip("203.0.113.24").is_some());
    assert!(parse_ip("2001:db8::1").is_some());
    for text in [
        "127.0.0.1",
        "0.0.0.0",
        "::1",
        "1.2.3",
        "256.1.1.1",
        "v1.2.3.4",
    ] {
        assert!(parse_ip(text).is_none(), "{text}");
    }
}
