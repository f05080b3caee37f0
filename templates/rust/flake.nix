{
  # The address that you gave to `nix flake init -t`.
  inputs.toolkit.url = "flake:toolkit";
  inputs.nixpkgs.follows = "toolkit/nixpkgs";

  outputs = { toolkit, ... }: toolkit.lib.mkMonorepo { root = ./.; };
}
