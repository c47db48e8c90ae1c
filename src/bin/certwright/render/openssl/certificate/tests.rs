//! Serial numbers and omissions; whole certificates are compared with openssl itself in `tests/compat/`.

use super::*;

#[test]
fn serial_numbers_are_shown_by_their_length_and_sign() {
    for (der, shown) in [
        (&[0x10, 0x00][..], "        Serial Number: 4096 (0x1000)\n"),
        (&[0], "        Serial Number: 0 (0x0)\n"),
        (&[0xff], "        Serial Number: -1 (-0x1)\n"),
        (&[0, 0xff, 0, 0, 0, 0, 0, 0, 0], "        Serial Number:\n            ff:00:00:00:00:00:00:00\n"),
        (&[1, 2, 3, 4, 5, 6, 7, 8, 9], "        Serial Number:\n            01:02:03:04:05:06:07:08:09\n"),
    ] {
        assert_eq!(serial(der), shown);
    }
}

#[test]
fn omissions_add_up_and_what_is_not_offered_is_named() {
    let omitted = Omitted::default().with("no_pubkey,no_sigdump").unwrap();
    assert!(!omitted.keeps("pubkey") && !omitted.keeps("sigdump") && omitted.keeps("subject"));
    assert!(omitted.with("-no_pubkey").unwrap().keeps("pubkey"));
    assert!(omitted.with("compatible").unwrap().keeps("sigdump"));
    assert_eq!(omitted.with("no_subject,ext_dump"), Err("ext_dump".to_owned()));
}
