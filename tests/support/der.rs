//! Finds the private numbers in an unencrypted key, whichever of PKCS#8, PKCS#1 and SEC 1 it is in.

/// Shorter values, such as versions and exponents, are no secrets.
const SHORTEST_SECRET: usize = 24;

/// The private parts of the key in `der`; empty when it holds no unencrypted key.
pub(super) fn private_parts(der: &[u8]) -> Vec<Vec<u8>> {
    let mut parts = Vec::new();
    // A key is SEQUENCE { INTEGER 0 or 1, … } all through; a certificate and a CSR begin with a second SEQUENCE, and
    // a PKCS#12 file with version 3.
    if let Some((0x30, content, [])) = element(der)
        && let Some((0x02, [0 | 1], _)) = element(content)
    {
        collect(content, &mut parts);
    }
    parts
}

fn collect(mut content: &[u8], parts: &mut Vec<Vec<u8>>) {
    // PKCS#1 begins with the version and the modulus, which is public.
    let mut numbers = 0;
    while let Some((tag, value, rest)) = element(content) {
        match tag {
            0x02 => {
                numbers += 1;
                if numbers != 2 && value.len() >= SHORTEST_SECRET {
                    parts.push(value.to_vec());
                }
            }
            0x04 if is_der(value) => collect(value, parts),
            0x04 if value.len() >= SHORTEST_SECRET => parts.push(value.to_vec()),
            0x30 => collect(value, parts),
            // Algorithm identifiers, the curve's name and the public key.
            _ => {}
        }
        content = rest;
    }
}

fn is_der(octets: &[u8]) -> bool {
    matches!(element(octets), Some((0x04 | 0x30, _, [])))
}

/// Tag, content and what follows.
fn element(octets: &[u8]) -> Option<(u8, &[u8], &[u8])> {
    let (&tag, rest) = octets.split_first()?;
    let (&first, rest) = rest.split_first()?;
    let (length, rest) = match first {
        0..=0x7f => (usize::from(first), rest),
        0x81..=0x83 => {
            let (length, rest) = rest.split_at_checked(usize::from(first & 0x7f))?;
            (length.iter().fold(0, |sum, octet| sum << 8 | usize::from(*octet)), rest)
        }
        // The indefinite length of BER, and lengths that no key has.
        0x80 | 0x84.. => return None,
    };
    let (content, rest) = rest.split_at_checked(length)?;
    Some((tag, content, rest))
}
