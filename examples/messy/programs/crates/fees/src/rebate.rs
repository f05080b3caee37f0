//! What large payers get back: a share of their fees that grows with the volume of the month.

/// Volumes of a month, in the smallest unit, from which on a step applies, and its share in basis points.
pub const STEPS: [(u64, u16); 3] = [
    (1_000_000, 500),
    (10_000_000, 1_000),
    (100_000_000, 2_000),
];

/// The share of the fees that a volume gives back.
pub fn share(volume: u64) -> u16 {
    STEPS
        .iter()
        .rev()
        .find(|(least, _)| volume >= *least)
        .map_or(0, |(_, share)| *share)
}

/// The rebate on the fees of a month, rounded down.
pub fn rebate(fees: u64, volume: u64) -> u64 {
    (u128::from(fees) * u128::from(share(volume)) / 10_000) as u64
}
