//! Tests of chains: their order, their ends, and what they cost.

use super::issue::Key;
use super::*;

fn names(chain: &[Certificate]) -> Vec<String> {
    chain.iter().map(|it| it.subject().to_string()).collect()
}

#[test]
fn the_issuer_is_the_one_whose_key_fits() {
    let [root, other, middle, leaf] = [(); 4].map(|()| Key::generate());
    let pool = [
        other.issue("root", "root", &other, 1),
        root.issue("root", "root", &root, 2),
        root.issue("root", "middle", &middle, 3),
        middle.issue("middle", "leaf", &leaf, 4),
    ];
    let chain = order(&pool[3], &pool);
    assert_eq!(names(&chain), ["CN=leaf", "CN=middle", "CN=root"]);
    assert_eq!(chain[2], pool[1], "not the other root of that name");
    assert_eq!(order(&pool[3], &pool[..2]), [pool[3].clone()]);
}

#[test]
fn a_circle_of_issuers_ends() {
    let [first, second] = [(); 2].map(|()| Key::generate());
    let pool = [first.issue("first", "second", &second, 1), second.issue("second", "first", &first, 2)];
    assert_eq!(names(&order(&pool[0], &pool)), ["CN=second", "CN=first"]);
}

#[test]
fn length_and_signature_checks_are_bounded() {
    let key = Key::generate();
    let line: Vec<Certificate> =
        (0..50).map(|it| key.issue(&format!("{}", it + 1), &format!("{it}"), &key, it)).collect();
    let mut pool = Pool::new();
    let numbers: Vec<usize> = line.iter().map(|it| pool.insert(it)).collect();
    assert_eq!(pool.chain(numbers[0]).len(), LONGEST);
    assert_eq!(pool.chain(numbers[0]).len(), LONGEST);
    assert_eq!(pool.checks(), LONGEST - 1, "nothing is checked twice");

    // Two hundred issuers of one name, none of whose keys fits, and two hundred certificates that name them.
    let wrong = Key::generate();
    let issuers: Vec<Certificate> = (0..200).map(|it| wrong.issue("root", "ca", &wrong, it)).collect();
    let leaves: Vec<Certificate> = (0..200).map(|it| key.issue("ca", &format!("leaf {it}"), &key, it)).collect();
    let mut pool = Pool::new();
    let numbers: Vec<usize> = issuers.iter().chain(&leaves).map(|it| pool.insert(it)).collect();
    for leaf in &numbers[200..] {
        assert_eq!(pool.chain(*leaf).len(), 1);
    }
    assert_eq!(pool.checks(), 200 * CANDIDATES);
}
