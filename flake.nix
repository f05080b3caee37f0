{
  description = "A reproducible developer-environment toolkit for polyglot monorepos";

  # `nixpkgs` has to keep its name: `nix develop` takes its own bash from the input that is called so.
  inputs = {
    nixpkgs.url = "github:NixOS/nixpkgs/nixos-26.05"; # the last release with Intel macOS
    rust-overlay.url = "github:oxalica/rust-overlay";
    rust-overlay.inputs.nixpkgs.follows = "nixpkgs";
  };

  outputs =
    { nixpkgs, rust-overlay, ... }:
    let
      mkMonorepo = import ./nix { inherit nixpkgs rust-overlay; };
      own = mkMonorepo {
        root = ./.;
        fromTree = true;
      };
    in
    own
    // {
      lib = { inherit mkMonorepo; };
      checks = import ./nix/own-checks.nix { inherit nixpkgs own; };
      templates = import ./nix/templates.nix;
    };
}
