use anchor_lang::prelude::*;

pub mod limits;

declare_id!("2ZpDtTT2VpNhu4a5ETiCZbiZmHPw6pMwMZxtyxWxuo5N");

#[program]
pub mod influencer_staking {
    use super::*;

    pub fn stake(context: Context<Stake>, amount: u64) -> Result<u64> {
        limits::check(amount)?;
        Ok(context.accounts.staked + amount - harbor_fees::fee(amount, 10))
    }

    pub fn unstake(context: Context<Stake>, amount: u64) -> Result<u64> {
        context.accounts.staked.checked_sub(amount).ok_or(Error("more than is staked"))
    }
}

#[derive(Accounts)]
pub struct Stake {
    pub staked: u64,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn context() -> Context<Stake> {
        Context { accounts: Stake { staked: 50 } }
    }

    #[test]
    fn a_stake_grows_by_the_amount_less_the_fee() {
        assert_eq!(influencer_staking::stake(context(), 1_000), Ok(1_049));
    }

    #[test]
    fn no_more_than_is_staked_comes_back() {
        assert_eq!(influencer_staking::unstake(context(), 51), Err(Error("more than is staked")));
    }
}
