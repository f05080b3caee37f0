use anchor_lang::prelude::*;

/// The least that may be staked.
pub const LEAST: u64 = 100;

/// Refuses what is less than the least.
pub fn check(amount: u64) -> Result<()> {
    if amount < LEAST {
        return Err(Error("too little"));
    }
    Ok(())
}
