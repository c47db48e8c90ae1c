//! Which thresholds hold.

use super::*;

#[test]
fn what_is_typed_wins_and_the_rest_gives_way() {
    let days = |days| Some(Threshold::days(days));
    let salesforce = Some("salesforce".parse::<&Target>().unwrap());
    let cases = [
        (None, None, None, Some((30, 7))),
        (None, None, salesforce, Some((60, 10))),
        (days(45), None, salesforce, Some((45, 10))),
        (days(45), days(14), salesforce, Some((45, 14))),
        (days(5), None, None, Some((5, 5))),
        (None, days(40), None, Some((40, 40))),
        (days(7), days(7), None, Some((7, 7))),
        (days(7), days(8), None, None),
    ];
    for (warning, critical, target, wanted) in cases {
        let found = thresholds(warning, critical, target);
        let wanted = wanted.map(|(warning, critical)| (Threshold::days(warning), Threshold::days(critical)));
        assert_eq!(found.clone().ok(), wanted, "{warning:?} {critical:?} {found:?}");
    }
    // A share and a time are not compared: which is longer depends on the certificate.
    assert!(thresholds(Some(Threshold::Percent(1)), Some(Threshold::days(300)), None).is_ok());
    assert!(thresholds(Some(Threshold::Percent(10)), Some(Threshold::Percent(11)), None).is_err());
}
