//! Two nodes in, their comparison levels out.
//!
//! Where a record has several values of a field, the pair of values that agrees
//! best is taken. A level that hangs on how rare the value is comes with its
//! own u.

use serde::{Deserialize, Serialize};

use crate::{
    address::Address,
    compact::{Birth, Nodes, Number, NumberKind},
    dates::{BIRTH_ORDER, age_level, birth_level},
    field::{Field, Level, N_FIELDS},
    frequency::{Frequency, Kind},
    names::{Form, Name},
    near::{is_close, is_slip},
    nicknames,
    region::Regions,
    text::{as_digits, damerau, email_close, jaro_winkler, may_be_similar, street_alike},
    weigh::Weights,
};

/// A field that says nothing.
pub(crate) const MISSING: u8 = u8::MAX;

/// The levels of a pair, and u where it hangs on the value.
#[derive(Clone, Copy, Serialize, Deserialize)]
pub struct Compared {
    pub(crate) levels: [u8; N_FIELDS],
    /// log2 u against strangers; used where it is below 0.
    pub(crate) u: [f32; N_FIELDS],
    /// How likely the two are a woman's: told, or by the given name.
    pub(crate) female: f32,
    /// One of the two is a newborn without a name.
    pub(crate) is_newborn: bool,
}

impl Default for Compared {
    fn default() -> Self {
        Self {
            levels: [MISSING; N_FIELDS],
            u: [0.0; N_FIELDS],
            female: 0.5,
            is_newborn: false,
        }
    }
}

impl Compared {
    fn set(&mut self, field: Field, level: Level) {
        self.levels[field as usize] = level as u8;
    }

    fn set_with(&mut self, field: Field, level: Level, u: f64) {
        self.levels[field as usize] = level as u8;
        self.u[field as usize] = u.log2() as f32;
    }

    pub(crate) fn is(&self, field: Field, level: Level) -> bool {
        self.levels[field as usize] == level as u8
    }
}

/// All that comparing needs.
pub(crate) struct Context<'a> {
    pub(crate) nodes: &'a Nodes,
    pub(crate) forms: &'a [Form],
    pub(crate) frequency: &'a Frequency,
    pub(crate) weights: &'a Weights,
    pub(crate) regions: &'a Regions,
}

impl Context<'_> {
    /// Compares two nodes.
    pub(crate) fn compare(&self, a: u32, b: u32) -> Compared {
        let mut compared = Compared::default();
        self.names(a, b, &mut compared);
        let is_newborn = |node: u32| self.nodes.names(node).iter().any(|name| name.is_newborn);
        compared.is_newborn = is_newborn(a) || is_newborn(b);
        self.births(a, b, &mut compared);
        let (sex_a, sex_b) = (
            self.nodes.heads[a as usize].sex,
            self.nodes.heads[b as usize].sex,
        );
        compared.female = match sex_a | sex_b {
            1 => 1.0,
            2 => 0.0,
            0 => self.female_by_name(a, b),
            _ => 0.5,
        };
        if sex_a != 0 && sex_b != 0 {
            let level = if sex_a == sex_b {
                Level::Same
            } else {
                Level::Different
            };
            match self.same_sex_by_name(a, b, &compared) {
                // Who shares a given name shares the sex: counting both would count one thing twice.
                Some(same) if level == Level::Same => compared.set_with(Field::Sex, level, same),
                Some(same) => compared.set_with(Field::Sex, level, 1.0 - same),
                None => compared.set(Field::Sex, level),
            }
        }
        self.numbers(a, b, &mut compared);
        self.contacts(a, b, &mut compared);
        self.addresses(a, b, &mut compared);
        self.region(a, b, &mut compared);
        compared
    }

    /// Where neither street nor place can be compared: whether what else tells of the region goes together.
    fn region(&self, a: u32, b: u32, compared: &mut Compared) {
        let is_missing = |field: Field| compared.levels[field as usize] == MISSING;
        let has_place = [Field::Street, Field::Place, Field::City]
            .iter()
            .any(|field| !is_missing(*field));
        if has_place || compared.is(Field::Phone, Level::Same) {
            return;
        }
        if let Some(lift) = self.regions.lift(a, b) {
            let level = if lift >= 1.0 {
                Level::Same
            } else {
                Level::Different
            };
            let m = self.weights.m(Field::Region, level);
            compared.set_with(Field::Region, level, (m / lift).min(0.98));
        }
    }

    /// How likely two strangers who share this given name share the sex, by those of whom both are told.
    fn same_sex_by_name(&self, a: u32, b: u32, compared: &Compared) -> Option<f64> {
        let is_near = [Level::Same, Level::Variant, Level::Close]
            .iter()
            .any(|level| compared.is(Field::Given, *level));
        let women = f64::from(self.female_by_name(a, b));
        is_near.then(|| (women * women + (1.0 - women) * (1.0 - women)).min(0.99))
    }

    /// The first given name of either that says something.
    fn female_by_name(&self, a: u32, b: u32) -> f32 {
        let by_name = |node: u32| {
            self.nodes
                .names(node)
                .first()
                .map_or(0.5, |name| self.frequency.female(name.given))
        };
        let (one, other) = (by_name(a), by_name(b));
        if (one - 0.5).abs() >= (other - 0.5).abs() {
            one
        } else {
            other
        }
    }

    fn names(&self, a: u32, b: u32, best: &mut Compared) {
        let (names_a, names_b) = (self.nodes.names(a), self.nodes.names(b));
        if let ([one], [other]) = (names_a, names_b) {
            self.name(*one, *other, best);
            return;
        }
        let mut best_bits = f32::NEG_INFINITY;
        let empty = *best;
        for one in names_a {
            for other in names_b {
                let mut compared = empty;
                self.name(*one, *other, &mut compared);
                let bits = self.weights.against_strangers(&compared);
                if bits > best_bits {
                    best_bits = bits;
                    *best = compared;
                }
            }
        }
    }

    fn name(&self, a: Name, b: Name, compared: &mut Compared) {
        let given = self.given(a, b);
        let family = self.family(a, b);
        let disagrees = |level: Option<Level>| {
            matches!(
                level,
                None | Some(Level::Different | Level::Similar | Level::Initial)
            )
        };
        if disagrees(given)
            && disagrees(family)
            && a.given != 0
            && b.given != 0
            && a.family != 0
            && b.family != 0
            && self.alike(a.given, b.family)
            && self.alike(a.family, b.given)
        {
            let (of_given, of_family) = (self.given_u(a.given), self.family_u(a.family));
            let u = self.both_u(of_given, of_family);
            compared.set_with(Field::NameOrder, Level::Swapped, u.max(1e-12));
        } else {
            let of_given = given.and_then(|level| self.given_by_value(a.given, b.given, level));
            match (given, of_given) {
                (Some(level), Some(u)) => compared.set_with(Field::Given, level, u),
                (Some(level), None) => compared.set(Field::Given, level),
                _ if a.is_newborn && b.is_newborn => {
                    let u = self.weights.u(Field::Given, Level::Unnamed);
                    compared.set_with(
                        Field::Given,
                        Level::Unnamed,
                        self.frequency.newborns.unnamed(u),
                    );
                }
                _ if a.is_newborn != b.is_newborn && (a.given != 0 || b.given != 0) => {
                    compared.set(Field::Given, Level::Partial);
                }
                _ => {}
            }
            let of_family =
                family.and_then(|level| self.family_by_value(a.family, b.family, level));
            match (family, of_family) {
                (Some(level), Some(u)) => {
                    let u = of_given.map_or(u, |of_given| self.both_u(of_given, u) / of_given);
                    compared.set_with(Field::Family, level, u);
                }
                (Some(level), None) => compared.set(Field::Family, level),
                _ => {}
            }
        }
        if a.middle != 0 && b.middle != 0 && given != Some(Level::Part) {
            let (one, other) = (self.form(a.middle), self.form(b.middle));
            let level = if one.joined == other.joined {
                Level::Same
            } else if one.initial == other.initial && (one.is_initial || other.is_initial) {
                Level::Initial
            } else if one.initial == other.initial && self.alike(a.middle, b.middle) {
                Level::Same
            } else {
                Level::Different
            };
            compared.set(Field::Middle, level);
        }
        if a.suffix != 0 && b.suffix != 0 {
            let level = if a.suffix == b.suffix {
                Level::Same
            } else {
                Level::Different
            };
            compared.set(Field::Suffix, level);
        } else if a.suffix != 0 || b.suffix != 0 {
            // Who is called junior has a namesake; systems leave it out as often as not.
            compared.set(Field::Suffix, Level::Partial);
        }
    }

    fn form(&self, sym: u32) -> &Form {
        &self.forms[sym as usize]
    }

    fn given_u(&self, sym: u32) -> f64 {
        self.frequency.given(
            sym,
            self.form(sym),
            self.weights.u(Field::Given, Level::Same),
        )
    }

    fn family_u(&self, sym: u32) -> f64 {
        self.frequency.family(
            sym,
            self.form(sym),
            self.weights.u(Field::Family, Level::Same),
        )
    }

    /// How likely two strangers have given names as near as these, where that hangs on the names.
    fn given_by_value(&self, a: u32, b: u32, level: Level) -> Option<f64> {
        let same = self.given_u(a).max(self.given_u(b));
        let u = self.weights.u(Field::Given, level);
        match level {
            Level::Same => Some(same),
            Level::Variant => {
                let (one, other) = (self.form(a), self.form(b));
                Some(self.frequency.given_variant((a, one), (b, other), u))
            }
            Level::Close => {
                let slip = self.weights.m(Field::Given, level) * same;
                Some(slip + self.frequency.given_close(self.nodes, a, b, u))
            }
            _ => None,
        }
    }

    /// The same for family names.
    fn family_by_value(&self, a: u32, b: u32, level: Level) -> Option<f64> {
        let same = self.family_u(a).max(self.family_u(b));
        match level {
            Level::Same => Some(same),
            Level::Close => {
                let u = self.weights.u(Field::Family, level);
                // A stranger of that name may have been written with a slip, or have another name near it.
                let slip = self.weights.m(Field::Family, level) * same;
                Some(slip + self.frequency.family_close(self.nodes, a, b, u))
            }
            _ => None,
        }
    }

    /// How likely two strangers share both names: more than by chance, but not more than either.
    fn both_u(&self, given: f64, family: f64) -> f64 {
        (given * family * self.frequency.together)
            .min(given)
            .min(family)
    }

    /// Equal, or one slip apart.
    fn alike(&self, a: u32, b: u32) -> bool {
        if self.form(a).joined == self.form(b).joined {
            return true;
        }
        let (one, other) = (
            self.nodes.name_strings.get(a),
            self.nodes.name_strings.get(b),
        );
        one.len().min(other.len()) >= 4 && damerau(one.as_bytes(), other.as_bytes(), 1) <= 1
    }

    fn given(&self, a: Name, b: Name) -> Option<Level> {
        if a.given == 0 || b.given == 0 {
            return None;
        }
        let (one, other) = (self.form(a.given), self.form(b.given));
        if one.joined == other.joined {
            return Some(if one.is_initial {
                Level::Initial
            } else {
                Level::Same
            });
        }
        if one.is_initial || other.is_initial {
            return Some(if one.initial == other.initial {
                Level::Initial
            } else {
                Level::Different
            });
        }
        if nicknames::shared(one.groups, other.groups) {
            return Some(Level::Variant);
        }
        let (text_a, text_b) = (
            self.nodes.name_strings.get(a.given),
            self.nodes.name_strings.get(b.given),
        );
        if is_close(one, other, text_a, text_b) {
            return Some(if self.frequency.are_two_givens(a.given, b.given) {
                Level::Similar
            } else {
                Level::Close
            });
        }
        // Marie and Marie-Ève; or somebody goes by the middle name, which is as often a parent's.
        let is_part = (one.is_compound || other.is_compound)
            && (one.first == other.core || other.first == one.core || shares_word(text_a, text_b));
        let by_middle =
            |middle: u32, form: &Form| middle != 0 && self.form(middle).joined == form.joined;
        if is_part {
            return Some(Level::Part);
        }
        if by_middle(a.middle, other) || by_middle(b.middle, one) {
            return Some(Level::Swapped);
        }
        // Rob and Robert, Beth and Elizabeth when no group holds them.
        let (short, long) = if text_a.len() < text_b.len() {
            (text_a, text_b)
        } else {
            (text_b, text_a)
        };
        if short.len() >= 3 && long.starts_with(short) {
            return Some(Level::Part);
        }
        if one.sound == other.sound
            || (may_be_similar(text_a, one.mask, text_b, other.mask)
                && jaro_winkler(text_a.as_bytes(), text_b.as_bytes()) >= 0.84)
        {
            return Some(Level::Similar);
        }
        Some(Level::Different)
    }

    fn family(&self, a: Name, b: Name) -> Option<Level> {
        if a.family == 0 || b.family == 0 {
            return None;
        }
        let (one, other) = (self.form(a.family), self.form(b.family));
        if one.joined == other.joined {
            return Some(Level::Same);
        }
        if one.core == other.core {
            return Some(Level::Variant);
        }
        let (text_a, text_b) = (
            self.nodes.name_strings.get(a.family),
            self.nodes.name_strings.get(b.family),
        );
        if is_close(one, other, text_a, text_b) {
            return Some(Level::Close);
        }
        if (one.is_compound || other.is_compound) && shares_word(text_a, text_b) {
            return Some(Level::Part);
        }
        if one.sound == other.sound
            || (may_be_similar(text_a, one.mask, text_b, other.mask)
                && jaro_winkler(text_a.as_bytes(), text_b.as_bytes()) >= 0.88)
        {
            return Some(Level::Similar);
        }
        Some(Level::Different)
    }

    fn births(&self, a: u32, b: u32, compared: &mut Compared) {
        let mut best: Option<(usize, Level, Birth)> = None;
        for one in self.nodes.births(a) {
            for other in self.nodes.births(b) {
                if self.is_default(*one) || self.is_default(*other) {
                    continue;
                }
                let level = birth_level(*one, *other);
                let rank = BIRTH_ORDER
                    .iter()
                    .position(|other| *other == level)
                    .unwrap_or(usize::MAX);
                if best.is_none_or(|(best, ..)| rank < best) {
                    best = Some((rank, level, *one));
                }
            }
        }
        match best {
            // Newborns of one case are born in a few weeks: their dates are near each other anyway.
            Some((_, level, _)) if compared.is(Field::Given, Level::Unnamed) => {
                compared.set_with(
                    Field::BirthDate,
                    level,
                    self.frequency.newborns.births(level),
                );
            }
            Some((_, Level::Same, birth)) => {
                let u = self
                    .frequency
                    .birth(birth, self.weights.u(Field::BirthDate, Level::Same));
                compared.set_with(Field::BirthDate, Level::Same, u);
            }
            Some((_, level, _)) => compared.set(Field::BirthDate, level),
            None => self.ages(a, b, compared),
        }
    }

    fn ages(&self, a: u32, b: u32, compared: &mut Compared) {
        let born = |node: u32| self.nodes.heads[node as usize].born;
        if !born(a).is_told() && !born(b).is_told() {
            return;
        }
        let births = |node: u32| match self.nodes.births(node) {
            births if births.iter().any(|birth| self.is_default(*birth)) => &[],
            births => births,
        };
        match age_level((born(a), births(a)), (born(b), births(b))) {
            Some(Level::Same) => {
                let of_one = if born(a).is_told() { born(a) } else { born(b) };
                let are_both = born(a).is_told() && born(b).is_told();
                let window = if are_both { of_one.widened() } else { of_one };
                let u = self
                    .frequency
                    .born(window, self.weights.u(Field::Age, Level::Same));
                compared.set_with(Field::Age, Level::Same, u);
            }
            Some(level) => compared.set(Field::Age, level),
            None => {}
        }
    }

    /// A date that so many records give that it must stand for "not known".
    pub(crate) fn is_default(&self, birth: Birth) -> bool {
        self.frequency.defaults.contains(&birth.code())
    }

    fn numbers(&self, a: u32, b: u32, compared: &mut Compared) {
        let (numbers_a, numbers_b) = (self.nodes.numbers(a), self.nodes.numbers(b));
        if numbers_a.is_empty() || numbers_b.is_empty() {
            return;
        }
        for (kind, field) in [
            (NumberKind::Health, Field::HealthNumber),
            (NumberKind::Life, Field::LifeNumber),
            (NumberKind::Chart, Field::ChartNumber),
        ] {
            let mut found: Option<(u8, Number)> = None;
            for one in numbers_a.iter().filter(|number| number.kind == kind) {
                for other in numbers_b.iter().filter(|number| number.kind == kind) {
                    let rank = match self.number(*one, *other) {
                        Some(Level::Same) => 0,
                        Some(Level::Close) => 1,
                        Some(_) => 2,
                        None => continue,
                    };
                    if found.is_none_or(|(best, _)| rank < best) {
                        found = Some((rank, *one));
                    }
                }
            }
            match found {
                Some((0, number)) => {
                    let mut u = self.frequency.other(
                        Kind::Number,
                        number.number,
                        self.weights.u(field, Level::Same),
                    );
                    // Short chart numbers are given out anew by every clinic.
                    let length = self.nodes.strings.get(number.number).len() as i32
                        - self.nodes.strings.get(number.scheme).len() as i32;
                    if kind == NumberKind::Chart && length < 7 {
                        u = u.max(10_f64.powi(-length.max(1)));
                    }
                    compared.set_with(field, Level::Same, u);
                }
                Some((1, _)) if kind != NumberKind::Chart => compared.set(field, Level::Close),
                Some(_) => compared.set(field, Level::Different),
                None => {}
            }
        }
    }

    fn number(&self, a: Number, b: Number) -> Option<Level> {
        // Numbers are written without the name of their scheme, and many schemes have nine digits or ten:
        // what tells one person is the digits. A chart's number has its scheme in it.
        if a.number == b.number {
            return Some(Level::Same);
        }
        if a.scheme != b.scheme && a.kind != NumberKind::Health {
            return None;
        }
        if self.numbers_close(a, b) {
            return Some(Level::Close);
        }
        // What a malformed number differs in may be the malformation. Whoever moves to another province
        // gets another number there, so two schemes are no proof, but most people have one number.
        let may_be_one = a.scheme != b.scheme && (a.any_scheme || b.any_scheme);
        (a.holds && b.holds && !may_be_one).then_some(Level::Different)
    }

    pub(crate) fn numbers_close(&self, a: Number, b: Number) -> bool {
        let (one, other) = (
            self.nodes.strings.get(a.number),
            self.nodes.strings.get(b.number),
        );
        if one.len().min(other.len()) < 6 {
            return false;
        }
        damerau(one.as_bytes(), other.as_bytes(), 1) <= 1
            || (one
                .bytes()
                .chain(other.bytes())
                .any(|byte| matches!(byte, b'O' | b'I' | b'L' | b'S' | b'B'))
                && damerau(&as_digits(one), &as_digits(other), 1) <= 1)
    }

    fn contacts(&self, a: u32, b: u32, compared: &mut Compared) {
        let (phones_a, phones_b) = (self.nodes.phones(a), self.nodes.phones(b));
        if !phones_a.is_empty() && !phones_b.is_empty() {
            if let Some(phone) = phones_a.iter().find(|phone| phones_b.contains(phone)) {
                let u = self.weights.u(Field::Phone, Level::Same);
                compared.set_with(
                    Field::Phone,
                    Level::Same,
                    self.frequency.other(Kind::Phone, *phone, u),
                );
            } else if self.any_close(phones_a, phones_b) {
                compared.set(Field::Phone, Level::Close);
            } else {
                compared.set(Field::Phone, Level::Different);
            }
        }
        let (emails_a, emails_b) = (self.nodes.emails(a), self.nodes.emails(b));
        if !emails_a.is_empty() && !emails_b.is_empty() {
            if let Some(email) = emails_a.iter().find(|email| emails_b.contains(email)) {
                let u = self.weights.u(Field::Email, Level::Same);
                compared.set_with(
                    Field::Email,
                    Level::Same,
                    self.frequency.other(Kind::Email, *email, u),
                );
            } else if self.emails_close(emails_a, emails_b) {
                compared.set(Field::Email, Level::Close);
            } else {
                compared.set(Field::Email, Level::Different);
            }
        }
    }

    fn any_close(&self, a: &[u32], b: &[u32]) -> bool {
        a.iter().any(|one| {
            let one = self.nodes.strings.get(*one);
            b.iter().any(|other| {
                let other = self.nodes.strings.get(*other);
                let most = if one.len() > 16 { 2 } else { 1 };
                one.len().min(other.len()) >= 8
                    && damerau(one.as_bytes(), other.as_bytes(), most) <= most
            })
        })
    }

    /// A slip apart, or one mailbox's name at another provider.
    ///
    /// The digits must be the same: `john.roy12` and `john.roy45` are two who share a name.
    fn emails_close(&self, a: &[u32], b: &[u32]) -> bool {
        a.iter().any(|one| {
            let one = self.nodes.strings.get(*one);
            b.iter()
                .any(|other| email_close(one, self.nodes.strings.get(*other)))
        })
    }

    fn addresses(&self, a: u32, b: u32, best: &mut Compared) {
        let mut best_bits = f32::NEG_INFINITY;
        let empty = *best;
        let (of_a, of_b) = (self.nodes.addresses(a), self.nodes.addresses(b));
        // By the area of the postal code, where the city itself is not told.
        let by_area = || match (of_a.len(), of_b.len()) {
            (1, 1) => self.regions.are_of_one_city(a, b),
            _ => None,
        };
        for one in of_a {
            for other in of_b {
                let mut compared = empty;
                self.address(*one, *other, &by_area, &mut compared);
                let bits = self.weights.against_strangers(&compared);
                if bits > best_bits {
                    best_bits = bits;
                    *best = compared;
                }
            }
        }
    }

    fn address(
        &self,
        a: Address,
        b: Address,
        by_area: &dyn Fn() -> Option<(bool, f64)>,
        compared: &mut Compared,
    ) {
        let strings = &self.nodes.strings;
        let get = |sym: u32| strings.get(sym).get(1..).unwrap_or("");
        let street = (a.street != 0 && b.street != 0).then(|| {
            let numbers_agree = a.number == b.number;
            let units_agree = a.unit == b.unit || a.unit == 0 || b.unit == 0;
            if a.street == b.street {
                return if units_agree {
                    Level::Same
                } else {
                    Level::Part
                };
            }
            let numbers_agree = numbers_agree && a.number != 0;
            if a.words == b.words {
                let numbers_close = numbers_agree
                    || a.number == 0
                    || b.number == 0
                    || damerau(get(a.number).as_bytes(), get(b.number).as_bytes(), 1) <= 1;
                return if numbers_close {
                    Level::Close
                } else {
                    Level::Part
                };
            }
            if !numbers_agree
                && a.number != 0
                && b.number != 0
                && damerau(get(a.number).as_bytes(), get(b.number).as_bytes(), 1) > 1
            {
                return Level::Different;
            }
            match (street_alike(get(a.words), get(b.words)), numbers_agree) {
                (true, true) => Level::Close,
                (true, false) => Level::Part,
                (false, true) if get(a.number).len() >= 3 => Level::Part,
                _ => Level::Different,
            }
        });
        let cities = (a.city != 0 && b.city != 0)
            .then(|| a.city == b.city || city_alike(get(a.city), get(b.city)));
        let postals = (a.postal != 0 && b.postal != 0).then(|| {
            a.postal == b.postal
                || damerau(get(a.postal).as_bytes(), get(b.postal).as_bytes(), 1) <= 1
        });
        // Who moved to another place lives in another street there: counting both would count one thing twice.
        let has_moved = match postals {
            Some(close) => !close,
            None => cities == Some(false),
        };
        let street = street.filter(|level| !(has_moved && *level == Level::Different));
        match street {
            Some(Level::Same) => {
                let u = self.weights.u(Field::Street, Level::Same);
                compared.set_with(
                    Field::Street,
                    Level::Same,
                    self.frequency.other(Kind::Street, a.street, u),
                );
            }
            Some(level) => compared.set(Field::Street, level),
            None => {}
        }
        // Who shares a street shares its place: counting both would count one thing twice.
        let given_street = match street {
            Some(Level::Same) => Some(0.25),
            Some(Level::Close) => Some(0.03),
            _ => None,
        };
        let city_u = |level: Level| {
            let u = self.weights.u(Field::City, Level::Same);
            let share = self.frequency.other(Kind::City, a.city, u);
            given_street.unwrap_or(match level {
                Level::Part => share * 0.98,
                _ => share,
            })
        };
        let Some(close) = postals else {
            match cities {
                Some(true) => {
                    compared.set_with(Field::City, Level::Same, city_u(Level::Same).min(0.9));
                }
                Some(false) => compared.set(Field::City, Level::Different),
                None => {}
            }
            return;
        };
        if a.postal == b.postal {
            let u = self.weights.u(Field::Place, Level::Same);
            let u = given_street.unwrap_or_else(|| self.frequency.other(Kind::Postal, a.postal, u));
            compared.set_with(Field::Place, Level::Same, u.min(0.9));
            return;
        }
        let by_area = if cities.is_none() { by_area() } else { None };
        match (close, cities.or(by_area.map(|(is_one, _)| is_one))) {
            (true, Some(true)) => compared.set(Field::Place, Level::Close),
            (_, Some(true)) => {
                let u = by_area.map_or_else(|| city_u(Level::Part), |(_, share)| share);
                compared.set_with(Field::Place, Level::Part, u.min(0.9));
            }
            (true, None) => compared.set(Field::Place, Level::Part),
            _ => compared.set(Field::Place, Level::Different),
        }
    }
}

/// A word of three letters or more stands in both, and one is wholly in the other or both have it at an end.
fn shares_word(a: &str, b: &str) -> bool {
    a.split(' ').any(|word| {
        word.len() >= 3
            && !crate::names::is_particle(word)
            && b.split(' ').any(|other| word == other)
    })
}

fn city_alike(a: &str, b: &str) -> bool {
    is_slip(a, b) || jaro_winkler(a.as_bytes(), b.as_bytes()) >= 0.93
}
