//! The time of single functions, with criterion: `cargo bench --bench functions`, or `cargo bench --bench functions -- sign`
//! for those whose names hold a word.
//!
//! To see what a change does, before it `-- --save-baseline before`, after it `-- --baseline before`. Making an RSA key takes
//! as long as luck has it, so the interval of its mean stays wide.
#![allow(missing_docs, clippy::disallowed_methods, clippy::disallowed_types, clippy::print_stdout, clippy::unwrap_used)]

#[allow(dead_code, reason = "each benchmark uses a part of it")]
#[path = "support/certificates.rs"]
mod certificates;

use std::hint::black_box;
use std::time::Duration;

use criterion::{Criterion, criterion_group, criterion_main};

use certwright::crypto::{DigestAlgorithm, KeyAlgorithm, PrivateKey, SignatureAlgorithm, SignatureForm, SystemRandom};
use certwright::files::{Found, Input};
use certwright::formats::pkcs5::Kdf;
use certwright::formats::pkcs12::Profile;
use certwright::limits::Limits;
use certwright::operations::{
    CheckFiles, GenerateKey, KeyEncoding, PackKeystore, StoreFormat, Threshold, check, generate_key, open_certificates,
    open_private_key, pack_keystore,
};
use certwright::secret::{NoPasswords, Password, Passwords};

use certificates::Maker;

criterion_group! {
    name = functions;
    config = Criterion::default().warm_up_time(Duration::from_secs(1)).measurement_time(Duration::from_secs(3));
    targets = generate, sign, derive, read
}
criterion_main!(functions);

fn generate(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("generate");
    let mut rng = SystemRandom::new();
    for (bits, seconds) in [(2048, 10), (3072, 20), (4096, 40)] {
        group.sample_size(30).measurement_time(Duration::from_secs(seconds));
        group.bench_function(format!("rsa:{bits}"), |bencher| {
            bencher.iter(|| PrivateKey::generate(KeyAlgorithm::Rsa { bits }, &mut rng).unwrap());
        });
    }
    group.finish();
}

fn sign(criterion: &mut Criterion) {
    let mut rng = SystemRandom::new();
    let message = [7; 300];
    for (name, algorithm, signature) in [
        ("rsa:2048", KeyAlgorithm::Rsa { bits: 2048 }, SignatureAlgorithm::RsaPkcs1v15(DigestAlgorithm::Sha256)),
        ("rsa:4096", KeyAlgorithm::Rsa { bits: 4096 }, SignatureAlgorithm::RsaPkcs1v15(DigestAlgorithm::Sha256)),
        ("p256", KeyAlgorithm::P256, SignatureAlgorithm::Ecdsa(DigestAlgorithm::Sha256)),
        ("ed25519", KeyAlgorithm::Ed25519, SignatureAlgorithm::Ed25519),
    ] {
        let key = PrivateKey::generate(algorithm, &mut rng).unwrap();
        let form = SignatureForm::Asn1;
        criterion.bench_function(&format!("sign/{name}"), |bencher| {
            bencher.iter(|| key.sign(signature, form, black_box(&message), &mut rng).unwrap());
        });
        let signed = key.sign(signature, form, &message, &mut rng).unwrap();
        let public = key.public_key();
        criterion.bench_function(&format!("verify/{name}"), |bencher| {
            bencher.iter(|| public.verify(signature, form, black_box(&message), &signed).unwrap());
        });
    }
}

/// Opening a key of PBES2, nearly all of which is PBKDF2.
fn derive(criterion: &mut Criterion) {
    let password = || Password::new("changeit");
    let encoding =
        KeyEncoding::Encrypted { kdf: Kdf::Pbkdf2 { iterations: 600_000 }, password: password(), der: false };
    let made =
        generate_key(&GenerateKey { algorithm: KeyAlgorithm::P256, encoding }, &mut SystemRandom::new()).unwrap();
    let input = Input::new("app.key", made.encoded);
    let (passwords, limits) = (Passwords::from([password()]), Limits::default());
    let mut group = criterion.benchmark_group("pbkdf2");
    group.sample_size(20);
    group.bench_function("600,000 iterations", |bencher| {
        bencher.iter(|| open_private_key(black_box(&input), &passwords, &limits).unwrap());
    });
    group.finish();
}

fn read(criterion: &mut Criterion) {
    let maker = Maker::new(&[KeyAlgorithm::Rsa { bits: 2048 }]);
    let key = Input::new("app.key", maker.key(0).into());
    let limits = Limits::default();

    let octets = maker.certificate(0);
    let certificate = || Input::new("app.crt", octets.clone().into());
    let pem = certificate();
    criterion.bench_function("read/PEM certificate", |bencher| {
        bencher.iter(|| open_certificates(black_box(&pem), &NoPasswords, &limits).unwrap());
    });
    criterion.bench_function("check/PEM certificate", |bencher| {
        let options = CheckFiles {
            now: maker.now,
            warning: Threshold::USUAL_WARNING,
            critical: Threshold::USUAL_CRITICAL,
            only: None,
            faults_alone: false,
            may_be_empty: false,
            given: &Passwords::default(),
            asked: None,
            limits: &limits,
            progress: &|_| (),
        };
        bencher.iter_batched(
            || Found::from(certificate()),
            |found| check([found].into_iter(), &options),
            criterion::BatchSize::SmallInput,
        );
    });

    let passwords = Passwords::from([Password::new("changeit")]);
    for (name, format) in [
        ("read/JKS", StoreFormat::Jks { entry_password: None, created: maker.now }),
        ("read/PKCS#12, 10,000 iterations", StoreFormat::Pkcs12 { profile: Profile::Modern, iterations: Some(10_000) }),
    ] {
        let options = PackKeystore { format, alias: "app".to_owned(), password: Password::new("changeit") };
        let mut rng = SystemRandom::new();
        let packed = pack_keystore(&options, &key, &pem, &[], &NoPasswords, &limits, &mut rng).unwrap();
        let store = Input::new("store", packed.octets.into());
        criterion.bench_function(name, |bencher| {
            bencher.iter(|| open_private_key(black_box(&store), &passwords, &limits).unwrap());
        });
    }
}
