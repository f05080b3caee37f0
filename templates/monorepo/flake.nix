{
  inputs.toolkit.url = "flake:toolkit";
  inputs.nixpkgs.follows = "toolkit/nixpkgs";

  outputs = { toolkit, ... }: toolkit.lib.mkMonorepo { root = ./.; };
}
