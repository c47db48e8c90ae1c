//! Tests of entries that are added to a file.

use super::*;

#[test]
fn a_further_entry_leaves_every_other_bag_as_it_is() {
    let mut rng = SystemRandom::new();
    for profile in [Profile::Modern, Profile::Legacy] {
        let mut pfx = decode(&file(&[entry("First")], profile)).unwrap();
        let before: Vec<Vec<u8>> = pfx.bags().map(|bag| bag.raw.expose().to_vec()).collect();
        let second = entry("second");
        pfx.insert(&second, &password(), &mut rng).unwrap();
        let same = Entry { alias: "third".to_owned(), ..second.clone() };
        pfx.insert(&same, &password(), &mut rng).unwrap();
        let trusted = Content::TrustedCertificate(Box::new(pair("root").1));
        pfx.insert(&Entry { alias: "root".to_owned(), content: trusted }, &password(), &mut rng).unwrap();

        let read = decode(&encode(&pfx)).unwrap();
        assert_eq!(read.profile(), profile);
        for raw in before {
            assert!(read.bags().any(|bag| bag.raw.expose() == raw), "a bag was changed");
        }
        let opened = read.open(&password(), Workers::ONE).unwrap();
        let mut names: Vec<&str> = opened.iter().map(|it| it.alias.as_str()).collect();
        names.sort_unstable();
        assert_eq!(names, ["First", "root", "second", "third"], "{profile:?}");
        for (opened, written) in [("second", &second), ("third", &same)]
            .map(|(alias, written)| (opened.iter().find(|it| it.alias == alias).unwrap(), written))
        {
            let (Content::PrivateKey { key, chain }, Content::PrivateKey { key: made, chain: whole }) =
                (&opened.content, &written.content)
            else {
                panic!("no key")
            };
            assert_eq!((key.public_key(), chain), (made.public_key(), whole));
        }
    }
}

#[test]
fn a_further_entry_needs_a_free_alias_and_a_certificate() {
    let mut rng = SystemRandom::new();
    let mut pfx = decode(&file(&[entry("First")], Profile::Modern)).unwrap();
    let taken = pfx.insert(&entry("FIRST"), &password(), &mut rng).unwrap_err();
    assert_eq!(taken.reason, Reason::AliasTaken("First".to_owned()));
    let bare =
        Entry { alias: "bare".to_owned(), content: Content::PrivateKey { key: pair("bare").0, chain: Vec::new() } };
    let fault = pfx.insert(&bare, &password(), &mut rng).unwrap_err();
    assert!(matches!(fault.reason, Reason::CannotHold(_)), "{fault}");
    assert_eq!(aliases(&pfx), ["First"]);
}

#[test]
fn an_issuer_is_written_once_and_a_shared_certificate_stays_when_one_of_its_entries_goes() {
    let mut rng = SystemRandom::new();
    let ca = pair("ca").1;
    let mut first = entry("first");
    if let Content::PrivateKey { chain, .. } = &mut first.content {
        chain.push(ca.clone());
    }
    let mut pfx = decode(&file(&[first.clone()], Profile::Modern)).unwrap();
    pfx.insert(&Entry { alias: "second".to_owned(), ..first }, &password(), &mut rng).unwrap();
    assert_eq!(pfx.bags().filter(|bag| bag.x509() == Some(&ca)).count(), 1);
    pfx.delete("first").unwrap();
    let opened = decode(&encode(&pfx)).unwrap().open(&password(), Workers::ONE).unwrap();
    let second = opened.iter().find(|it| it.alias == "second").unwrap();
    assert!(matches!(&second.content, Content::PrivateKey { chain, .. } if chain.len() == 1), "its own certificate");
}

#[test]
fn an_entry_goes_into_an_empty_file() {
    let mut pfx = decode(&file(&[entry("only")], Profile::Modern)).unwrap();
    pfx.delete("only").unwrap();
    pfx.insert(&entry("next"), &password(), &mut SystemRandom::new()).unwrap();
    assert_eq!(aliases(&decode(&encode(&pfx)).unwrap()), ["next"]);
}
