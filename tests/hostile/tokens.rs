//! Tokens that nobody meant: no text panics, passes for verified, or costs more than its own length many times over.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use certwright::clock::Timestamp;
use certwright::crypto::{KeyAlgorithm, PrivateKey, SystemRandom};
use certwright::files::Input;
use certwright::formats::{jwt, spki};
use certwright::limits::Limits;
use certwright::operations::{TokenKeys, VerifyToken, decode_token, open_token_keys, verify_token};
use certwright::secret::{NoPasswords, SecretBytes};

use crate::cost::Meter;
use crate::noise::Noise;
use crate::shards::is_all;

/// A value of JSON takes some times the octets that it is written with; the rest is for the verifier itself.
const TIMES: usize = 200;
const SLACK: usize = 1 << 20;

/// Pieces that get a token past one check and into the next.
const HEADERS: [&str; 10] = [
    r#"{"alg":"ES256"}"#,
    r#"{"alg":"ES256","kid":"\u0000\u001b[2J"}"#,
    r#"{"alg":"none"}"#,
    r#"{"alg":"HS256"}"#,
    r#"{"alg":"ES256","crit":["exp"],"b64":false}"#,
    r#"{"alg":"ES256","x5t#S256":7,"typ":[[[[]]]],"cty":"JWT"}"#,
    r#"{"alg":"EdDSA","alg":"ES256"}"#,
    r#"{"alg":"#,
    "[]",
    "",
];

const CLAIMS: [&str; 8] = [
    r#"{"exp":1e308,"nbf":-1e308,"iat":18446744073709551615}"#,
    r#"{"exp":-9223372036854775808,"nbf":9223372036854775807,"aud":[[]],"iss":{}}"#,
    r#"{"exp":"1","aud":[],"sub":null,"jti":false}"#,
    r#"{"exp":253402300799,"aud":["a","b"]}"#,
    r#"{"exp":1,"exp":2}"#,
    r#"{"exp":1E400}"#,
    "{}",
    "foo",
];

fn keys() -> TokenKeys {
    let key = PrivateKey::generate(KeyAlgorithm::P256, &mut SystemRandom::new()).unwrap();
    let der: SecretBytes = spki::encode(&key.public_key()).unwrap().into();
    let input = Input::new("server.pub", der);
    open_token_keys(&input, None, &NoPasswords, &Limits::default(), &mut SystemRandom::new()).unwrap()
}

fn harmless(meter: &Meter, keys: &TokenKeys, name: &str, text: &[u8]) {
    let now = Timestamp::from_unix(1_795_226_191).unwrap();
    let (verified, cost) = meter
        .run(name, || {
            let token = jwt::pasted(text).token;
            let verdict = verify_token(token.expose(), keys, &VerifyToken::default(), now);
            let _ = format!("{:?} {:?}", verdict.signature, verdict.checks);
            let _ = decode_token(token.expose(), now).map(|report| format!("{:?}", report.findings));
            verdict.is_verified()
        })
        .unwrap();
    assert!(!verified, "{name}");
    assert!(cost.peak <= TIMES * text.len() + SLACK && cost.work == 0, "{name}: {cost:?} for {} octets", text.len());
}

#[test]
fn tokens_of_any_parts_are_harmless() {
    let (meter, keys) = (Meter::new(), keys());
    for round in 0..if is_all() { 100_000 } else { 2_000 } {
        let mut noise = Noise(round);
        let mut part = |known: &[&str]| match noise.below(4) {
            0 => {
                let length = noise.below(200);
                URL_SAFE_NO_PAD.encode(noise.octets(length)).into_bytes()
            }
            1 => {
                let length = noise.below(200);
                noise.octets(length)
            }
            _ => URL_SAFE_NO_PAD.encode(known[noise.below(known.len())]).into_bytes(),
        };
        let parts = [
            part(&HEADERS),
            part(&CLAIMS),
            part(&["", "AAAA", "0123456789012345678901234567890123456789012345678901234567890123"]),
        ];
        let count = if round % 7 == 0 { 2 } else { 3 };
        let mut text = parts[..count].join(&b'.');
        if round % 11 == 0 {
            text.extend_from_slice(b".AA.AA");
        }
        harmless(&meter, &keys, &format!("round {round}"), &text);
    }
}

#[test]
fn long_and_deep_tokens_are_harmless() {
    let (meter, keys) = (Meter::new(), keys());
    let token = |header: &str, claims: &str| {
        format!("{}.{}.{}", URL_SAFE_NO_PAD.encode(header), URL_SAFE_NO_PAD.encode(claims), "A".repeat(86)).into_bytes()
    };
    let deep = |depth: usize| format!(r#"{{"alg":"ES256","a":{}{}}}"#, "[".repeat(depth), "]".repeat(depth));
    let wide: String = (0..60_000).map(|index| format!(r#""{index}":0,"#)).collect();
    let wide = format!(r#"{{{wide}"alg":"ES256"}}"#);
    let names = format!(r#"{{"alg":"ES256","crit":[{}]}}"#, vec![r#""b""#; 100_000].join(","));
    for (name, text) in [
        ("deep header", token(&deep(300_000), "{}")),
        ("deep claims", token(r#"{"alg":"ES256"}"#, &deep(300_000))),
        ("many members", token(&wide, "{}")),
        ("many critical members", token(&names, "{}")),
        ("many dots", vec![b'.'; 2 << 20]),
        ("many digits", token(r#"{"alg":"ES256"}"#, &format!(r#"{{"exp":{}}}"#, "9".repeat(500_000)))),
        ("longer than is read", vec![b'a'; 4 << 20]),
        ("white space", [b"a.b".as_slice(), &vec![b' '; 1 << 20], b".c"].concat()),
    ] {
        harmless(&meter, &keys, name, &text);
    }
}
