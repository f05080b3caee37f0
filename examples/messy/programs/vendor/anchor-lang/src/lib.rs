//! The few names of the real crate that the programs use, without any behaviour on a chain.

pub use anchor_attribute::{account, program, Accounts};

/// What the programs import at once.
pub mod prelude {
    pub use crate::{account, declare_id, program, Accounts, Context, Error, Pubkey, Result};
}

/// An address as its text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pubkey(pub &'static str);

/// Why an instruction failed.
#[derive(Debug, PartialEq, Eq)]
pub struct Error(pub &'static str);

/// The result of an instruction.
pub type Result<T> = core::result::Result<T, Error>;

/// The accounts of an instruction.
pub struct Context<T> {
    pub accounts: T,
}

/// Declares the program's address as `ID`.
#[macro_export]
macro_rules! declare_id {
    ($id:expr) => {
        pub const ID: $crate::Pubkey = $crate::Pubkey($id);
    };
}
