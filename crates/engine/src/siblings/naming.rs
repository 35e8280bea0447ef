//! A file's name in, the set that it may be a part of and its number there out; and back.
//!
//! The ways in which programs name parts: 7-Zip and `split` (`.001`, `.aa`),
//! PKZIP (`.z01`), WinRAR (`.part1.rar`, `.r00`), EnCase (`.E01`), VMware
//! (`-s001.vmdk`).

use whose_model::SetKind;

/// How the parts of a set are named.
#[derive(Clone, Debug)]
pub(super) struct Naming {
    /// What all their names begin with, as the first one found spells it.
    pub(super) stem: String,
    pub(super) style: Style,
}

#[derive(Clone, Copy, Debug)]
pub(super) enum Style {
    /// `a.7z.001`, with so many digits at least.
    Digits(usize),
    /// `a.tar.gz.aa`, with so many letters.
    Letters(usize),
    /// `a-f001.vmdk`: the disk as it is, in pieces.
    Flat,
    /// `a-s001.vmdk`: each with tables of its own.
    Sparse,
    /// `a.part01.rar`, with so many digits at least.
    Part(usize),
    /// `a.rar`, `a.r00` to `a.r99`, `a.s00`...
    OldRar,
    /// `a.z01`, ..., `a.zip`.
    Zip,
    /// `a.E01` to `a.E99`, `a.EAA`...; whether in capitals.
    Ewf(bool),
}

/// The number of the last part of a split ZIP archive, whatever the others are.
pub(super) const LAST: u32 = u32::MAX;

impl Naming {
    /// How a name is made, and the number in it.
    pub(super) fn of(name: &str) -> Option<(Self, u32)> {
        let (stem, ending) = name.rsplit_once('.').unwrap_or((name, ""));
        let naming = |stem: &str, style| Self {
            stem: stem.to_owned(),
            style,
        };
        let small = ending.to_ascii_lowercase();
        let two_digits = |digits: &str| (digits.len() == 2).then(|| number(digits)).flatten();
        match small.as_str() {
            "rar" => {
                return Some(match tail(stem) {
                    Some((before, n, digits)) if has_ending(before, ".part") => {
                        (naming(before, Style::Part(digits)), n)
                    }
                    _ => (naming(stem, Style::OldRar), 0),
                });
            }
            "zip" => return Some((naming(stem, Style::Zip), LAST)),
            "vmdk" => {
                let (before, n, _) = tail(stem).filter(|(_, _, digits)| *digits == 3)?;
                let style = if has_ending(before, "-s") {
                    Style::Sparse
                } else if has_ending(before, "-f") {
                    Style::Flat
                } else {
                    return None;
                };
                return Some((naming(before, style), n));
            }
            _ => {}
        }
        if let Some(digits) = small.strip_prefix('z')
            && let Some(n) = two_digits(digits).or_else(|| {
                // From the hundredth on, three.
                (digits.len() == 3).then(|| number(digits)).flatten()
            })
        {
            return Some((naming(stem, Style::Zip), n));
        }
        if let Some(letter @ b'r'..=b'z') = small.bytes().next()
            && let Some(n) = two_digits(small.get(1..)?)
        {
            return Some((
                naming(stem, Style::OldRar),
                u32::from(letter - b'r') * 100 + n + 1,
            ));
        }
        if let Some(n) = ewf_number(&small) {
            let is_capital = ending.starts_with(char::is_uppercase);
            return Some((naming(stem, Style::Ewf(is_capital)), n));
        }
        if let Some((before, n, digits)) = tail(name) {
            let is_named = has_ending(before.trim_end_matches(['.', '_', '-']), "part");
            let is_apart = before.ends_with(['.', '_', '-']) && digits >= 2;
            return ((is_named || is_apart) && digits <= 4)
                .then(|| (naming(before, Style::Digits(digits)), n));
        }
        let letters = name
            .bytes()
            .rev()
            .take_while(u8::is_ascii_lowercase)
            .count();
        let letters = [2, 3]
            .into_iter()
            .find(|n| letters == *n || name.len() == 3)?;
        let (before, after) = name.split_at_checked(name.len().checked_sub(letters)?)?;
        let is_apart = before.ends_with(['.', '_', '-']) || before == "x";
        let n = after.bytes().try_fold(0_u32, |n, byte| {
            Some(n * 26 + u32::from(byte.checked_sub(b'a')?))
        })?;
        is_apart.then(|| (naming(before, Style::Letters(letters)), n))
    }

    pub(super) const fn kind(&self) -> SetKind {
        match self.style {
            Style::Digits(_) | Style::Letters(_) | Style::Flat => SetKind::Pieces,
            Style::Sparse => SetKind::Vmdk,
            Style::Part(_) | Style::OldRar => SetKind::Rar,
            Style::Zip => SetKind::Zip,
            Style::Ewf(_) => SetKind::Ewf,
        }
    }

    /// What tells families of one stem apart.
    pub(super) const fn suffix(&self) -> &'static str {
        match self.style {
            Style::Digits(_) => "/1",
            Style::Letters(_) => "/a",
            Style::Part(_) => "/part",
            _ => "/",
        }
    }

    /// The number that the first part has, given the lowest one that is there.
    pub(super) fn first(&self, lowest: u32) -> u32 {
        match self.style {
            Style::Digits(_) => lowest.min(1),
            Style::Letters(_) | Style::OldRar => 0,
            Style::Flat | Style::Sparse | Style::Part(_) | Style::Zip | Style::Ewf(_) => 1,
        }
    }

    /// The name of a part.
    pub(super) fn name(&self, n: u32) -> String {
        let stem = &self.stem;
        match self.style {
            Style::Digits(width) => format!("{stem}{n:0width$}"),
            Style::Letters(width) => {
                let mut letters = vec![b'a'; width];
                let mut left = n;
                for letter in letters.iter_mut().rev() {
                    *letter += (left % 26) as u8;
                    left /= 26;
                }
                format!("{stem}{}", String::from_utf8_lossy(&letters))
            }
            Style::Flat | Style::Sparse => format!("{stem}{n:03}.vmdk"),
            Style::Part(width) => format!("{stem}{n:0width$}.rar"),
            Style::OldRar => match n.checked_sub(1) {
                None => format!("{stem}.rar"),
                Some(n) => {
                    let letter = char::from(b'r' + (n / 100).min(8) as u8);
                    format!("{stem}.{letter}{:02}", n % 100)
                }
            },
            Style::Zip if n == LAST => format!("{stem}.zip"),
            Style::Zip => format!("{stem}.z{n:02}"),
            Style::Ewf(is_capital) => {
                let ending = match n.checked_sub(100) {
                    None => format!("e{n:02}"),
                    Some(n) => {
                        let letter = |n: u32| char::from(b'a' + (n % 26) as u8);
                        let first = char::from(b'e' + (n / 676).min(21) as u8);
                        format!("{first}{}{}", letter(n / 26), letter(n))
                    }
                };
                if is_capital {
                    format!("{stem}.{}", ending.to_ascii_uppercase())
                } else {
                    format!("{stem}.{ending}")
                }
            }
        }
    }

    /// Whether what stands before the number is the name of something that is packed.
    pub(super) fn is_sure(&self) -> bool {
        let whole = self.whole();
        let ending = whole.rsplit_once('.').map_or("", |(_, ending)| ending);
        const PACKED: &[&str] = &[
            "7z", "zip", "rar", "tar", "gz", "tgz", "bz2", "tbz2", "xz", "txz", "zst", "lz4",
            "iso", "img", "dd", "raw", "vhd", "vhdx", "vmdk", "bak", "pst", "gpg",
        ];
        PACKED.iter().any(|it| ending.eq_ignore_ascii_case(it))
    }

    /// What the parts are called together.
    pub(super) fn whole(&self) -> String {
        let joints = ['.', '_', '-'];
        let stem = self.stem.trim_end_matches(joints);
        let without = |ending: &str| {
            let n = stem.len() - ending.len().min(stem.len());
            if has_ending(stem, ending) {
                stem.get(..n).unwrap_or(stem).trim_end_matches(joints)
            } else {
                stem
            }
        };
        match self.style {
            Style::Digits(_) | Style::Letters(_) => match without("part") {
                "" => "whole".to_owned(),
                stem => stem.to_owned(),
            },
            Style::Flat => format!("{}-flat.vmdk", without("-f")),
            Style::Sparse => format!("{}.vmdk", without("-s")),
            Style::Part(_) => format!("{}.rar", without(".part")),
            Style::OldRar => format!("{}.rar", self.stem),
            Style::Zip => format!("{}.zip", self.stem),
            Style::Ewf(_) => format!("{}.ewf", self.stem),
        }
    }
}

fn has_ending(text: &str, ending: &str) -> bool {
    let n = text.len().checked_sub(ending.len());
    n.and_then(|n| text.get(n..))
        .is_some_and(|end| end.eq_ignore_ascii_case(ending))
}

fn number(digits: &str) -> Option<u32> {
    let all = digits.bytes().all(|byte| byte.is_ascii_digit());
    all.then(|| digits.parse().ok()).flatten()
}

/// What stands before the digits at the end, their number, and how many they are.
fn tail(text: &str) -> Option<(&str, u32, usize)> {
    let digits = text.bytes().rev().take_while(u8::is_ascii_digit).count();
    let (before, after) = text.split_at_checked(text.len() - digits)?;
    (1..=6)
        .contains(&digits)
        .then(|| Some((before, number(after)?, digits)))
        .flatten()
}

/// `e01` is the first, `e99` is followed by `eaa`, `ezz` by `faa`.
fn ewf_number(ending: &str) -> Option<u32> {
    let [first @ b'e'..=b'z', b, c] = *ending.as_bytes().as_array()? else {
        return None;
    };
    if first == b'e'
        && let Some(n) = ending.get(1..).and_then(number)
    {
        return Some(n);
    }
    let (b, c) = (b.checked_sub(b'a')?, c.checked_sub(b'a')?);
    (b < 26 && c < 26)
        .then(|| 100 + u32::from(first - b'e') * 676 + u32::from(b) * 26 + u32::from(c))
}

#[test]
fn the_hundredth_segment_of_an_image_is_followed_by_letters() {
    let naming = |name: &str| Naming::of(name).unwrap();
    for (name, n) in [
        ("a.E01", 1),
        ("a.E99", 99),
        ("a.EAA", 100),
        ("a.EZZ", 775),
        ("a.FAA", 776),
    ] {
        assert_eq!(naming(name).1, n);
        assert_eq!(naming(name).0.name(n), name);
    }
    assert_eq!(naming("a.s00").0.name(101), "a.s00");
    assert_eq!(naming("a.s00").1, 101);
}
