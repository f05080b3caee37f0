use anchor_lang::prelude::*;

declare_id!("Hrn9a9qu9wexUXE1V35quyEYHbJzhqM56PLYrkC7sRmW");

#[program]
pub mod influencer_staking {
    use super::*;

    pub fn stake(context: Context<Stake>, amount: u64) -> Result<u64> {
        Ok(context.accounts.staked + amount)
    }
}

#[derive(Accounts)]
pub struct Stake {
    pub staked: u64,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stake_grows_by_the_amount() {
        let context = Context { accounts: Stake { staked: 50 } };
        assert_eq!(influencer_staking::stake(context, 5), Ok(55));
    }
}
