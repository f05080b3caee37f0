//! Fees in basis points.

/// The fee of an amount, rounded down.
pub fn fee(amount: u64, basis_points: u16) -> u64 {
    (u128::from(amount) * u128::from(basis_points) / 10_000) as u64
}

/// The fee as text for a log.
pub fn label(amount: u64, basis_points: u16) -> String {
    itoa::Buffer::new().format(fee(amount, basis_points)).to_owned()
}

#[cfg(test)]
mod tests {
    use super::{fee, label};

    #[test]
    fn fees_are_rounded_down() {
        assert_eq!(fee(999, 100), 9);
        assert_eq!(label(10_000, 25), "25");
    }
}
