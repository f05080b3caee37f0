{
  description = "A stand-in for nixpkgs: real derivations and shells, built offline by a static bash and busybox";

  outputs =
    { self }:
    let
      lib = import ./lib.nix;
    in
    {
      inherit lib;
      legacyPackages = lib.genAttrs lib.systems.flakeExposed (system: import ./. { inherit system; });
    };
}
