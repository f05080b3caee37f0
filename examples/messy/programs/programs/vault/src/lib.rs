use anchor_lang::prelude::*;

declare_id!("AhUDE3aNeMYRHPfAqf7MJxe7Mbqr8nXDJ27C7jBqYUiL");

#[program]
pub mod vault {
    use super::*;

    pub fn lock(context: Context<Lock>, now: i64) -> Result<bool> {
        Ok(context.accounts.until > now)
    }
}

#[derive(Accounts)]
pub struct Lock {
    pub until: i64,
}
