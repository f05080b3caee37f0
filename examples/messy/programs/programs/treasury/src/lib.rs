use anchor_lang::prelude::*;

declare_id!("EMhAvWchXDpw9xaL48Rd9A5JwAW25oXPBK4T2cysrj6B");

#[program]
pub mod treasury {
    use super::*;

    pub fn pay(context: Context<Pay>, amount: u64) -> Result<u64> {
        context.accounts.balance.checked_sub(amount).ok_or(Error("empty"))
    }

    pub fn audit(_context: Context<Pay>) -> Result<u64> {
        todo!("sum of all payments")
    }
}

#[derive(Accounts)]
pub struct Pay {
    pub balance: u64,
}
