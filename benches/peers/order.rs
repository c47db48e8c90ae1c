//! Who begins, and who follows whom.

/// The sides in the order of a round: `round` modulo `count` begins. Within twice `count` rounds, and with an even `count`
/// within `count`, each side follows each other side equally often (Williams, Experimental Designs Balanced for the
/// Estimation of Residual Effects of Treatments, 1949), so that none always comes after the same one.
pub(crate) fn of_round(round: usize, count: usize) -> impl Iterator<Item = usize> {
    // From the first side now to one hand and now to the other, each time one further: 0, 1, -1, 2, -2, …
    (0..count).map(move |place| {
        let further = place.div_ceil(2);
        let is_forward = (place % 2 == 1) == (round / count).is_multiple_of(2);
        (round + if is_forward { further } else { count - further }) % count
    })
}
