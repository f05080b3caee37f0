# mkMonorepo: the whole flake of a repository, from its own toolkit.toml.
#
# `root` is the folder of flake.nix. Only the files named here are read from it, one by one: nothing
# depends on the tree as a whole, so that an edit elsewhere changes no derivation. `pins` adds to, or
# takes the place of, entries of pins.json; so does `nix/pins.json` of the repository itself.
{ nixpkgs, rust-overlay }:
{
  root,
  pins ? { },
  # The repository is the toolkit's own.
  fromTree ? false,
  systems ? [
    "x86_64-linux"
    "aarch64-linux"
    "aarch64-darwin"
    "x86_64-darwin"
  ],
}:
let
  inherit (nixpkgs) lib;

  manifest = import ./manifest.nix { inherit lib root; };

  packagesOf =
    system:
    if system == "x86_64-darwin" then
      # 26.05 is the last release with Intel macOS and warns at every evaluation unless it is told that we know.
      import nixpkgs {
        inherit system;
        config.allowDeprecatedx86_64Darwin = true;
      }
    else
      nixpkgs.legacyPackages.${system};

  perSystem =
    system:
    let
      pkgs = packagesOf system;
      known = import ./pins.nix {
        inherit lib pkgs system manifest root pins;
      };
      tools = import ./tools.nix {
        inherit lib pkgs known manifest root rust-overlay system fromTree;
      };
      shells = import ./shells.nix { inherit lib pkgs manifest tools system; };
      app = task: {
        type = "app";
        program = "${
          pkgs.writeShellScriptBin "toolkit-${task}" ''exec ${tools.toolkit.package}/bin/toolkit ${task} "$@"''
        }/bin/toolkit-${task}";
        meta.description = "Run `toolkit ${task}` in the current repository";
      };
    in
    {
      devShells = shells;
      packages = tools.packages // {
        default = tools.toolkit.package;
      };
      apps = lib.genAttrs [ "bootstrap" "doctor" ] app;
      formatter = import ./formatter.nix { inherit pkgs; };
      checks = import ./checks.nix { inherit lib pkgs manifest tools shells; };
      # For `invoke info`, `add` and `search`: plain data, and the package set that the shells are made of.
      legacyPackages = {
        toolkitInfo = tools.info;
        toolkitPackages = pkgs;
        toolkitPins = { inherit (known) resolve; };
        toolkitPython = tools.toolkit.pythonWith;
      };
    };

  all = lib.genAttrs systems perSystem;
  output = name: lib.mapAttrs (_: outputs: outputs.${name}) all;
in
{
  devShells = output "devShells";
  packages = output "packages";
  apps = output "apps";
  formatter = output "formatter";
  checks = output "checks";
  legacyPackages = output "legacyPackages";
}
