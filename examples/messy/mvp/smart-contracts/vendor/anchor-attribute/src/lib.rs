//! Attributes that leave what they mark as it is.

use proc_macro::TokenStream;

/// Marks a module of instructions.
#[proc_macro_attribute]
pub fn program(_arguments: TokenStream, item: TokenStream) -> TokenStream {
    item
}

/// Marks the data of an account.
#[proc_macro_attribute]
pub fn account(_arguments: TokenStream, item: TokenStream) -> TokenStream {
    item
}

/// Marks the accounts of an instruction.
#[proc_macro_derive(Accounts, attributes(account, instruction))]
pub fn accounts(_item: TokenStream) -> TokenStream {
    TokenStream::new()
}
