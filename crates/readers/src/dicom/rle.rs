//! A frame in DICOM's run-length encoding in, its samples' bytes out.
//!
//! Format: DICOM PS3.5, annex G.

/// Bytes of a frame, sample by sample, high byte of each first in its plane: planes as they are stored.
///
/// Every plane has `n_plane` bytes; what is missing is zero.
pub(super) fn planes(bytes: &[u8], n_plane: usize) -> Option<Vec<Vec<u8>>> {
    let word = |index: usize| {
        let at = bytes.get(index * 4..)?.first_chunk::<4>()?;
        usize::try_from(u32::from_le_bytes(*at)).ok()
    };
    let n = word(0).filter(|n| (1..=15).contains(n))?;
    let mut planes = Vec::with_capacity(n);
    for index in 0..n {
        let start = word(index + 1)?.min(bytes.len());
        let end = match index + 1 < n {
            true => word(index + 2)?.clamp(start, bytes.len()),
            false => bytes.len(),
        };
        planes.push(unpack(&bytes[start..end], n_plane));
    }
    Some(planes)
}

fn unpack(mut packed: &[u8], n: usize) -> Vec<u8> {
    let mut out = Vec::new();
    while out.len() < n {
        let Some((&head, rest)) = packed.split_first() else {
            break;
        };
        let room = n - out.len();
        packed = match head {
            0..=127 => {
                let len = (usize::from(head) + 1).min(rest.len());
                out.extend_from_slice(&rest[..len.min(room)]);
                &rest[len..]
            }
            128 => rest,
            129..=255 => match rest.split_first() {
                Some((&byte, after)) => {
                    let len = 257 - usize::from(head);
                    out.resize(out.len() + len.min(room), byte);
                    after
                }
                None => break,
            },
        };
    }
    out.resize(n, 0);
    out
}

#[test]
fn runs_and_literals_are_unpacked() {
    let mut bytes = vec![0; 64];
    bytes[0] = 1;
    bytes[4] = 64;
    bytes.extend_from_slice(&[0xFE, 7, 1, 8, 9]);
    assert_eq!(planes(&bytes, 6).unwrap(), [vec![7, 7, 7, 8, 9, 0]]);
    assert!(planes(&[], 6).is_none());
}
