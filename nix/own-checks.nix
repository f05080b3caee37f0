# This repository's checks: those of every repository, its own test suite, and its formatting.
{ nixpkgs, own }:
let
  inherit (nixpkgs) lib;
  part =
    path:
    builtins.path {
      inherit path;
      name = baseNameOf (toString path);
      filter = file: _: !(lib.hasSuffix "__pycache__" file || lib.hasSuffix ".pyc" file);
    };
  source = pkgs: pkgs.runCommand "source" { } ''
    mkdir $out
    cp -R ${part ../toolkit} $out/toolkit
    cp -R ${part ../tests} $out/tests
    cp -R ${part ../templates} $out/templates
    cp -R ${part ./.} $out/nix
    cp ${part ../pyproject.toml} $out/pyproject.toml
  '';
in
lib.mapAttrs (
  system: shared:
  let
    # The same package set that the shells are made of.
    pkgs = own.legacyPackages.${system}.toolkitPackages;
    python = own.legacyPackages.${system}.toolkitPython (packages: [ packages.pytest packages.hypothesis ]);
  in
  shared
  // {
    # What needs no tool of the machine: a build sandbox has neither npm nor a network.
    tests = pkgs.runCommand "tests" { nativeBuildInputs = [ python pkgs.git ]; } ''
      cp -R ${source pkgs} work
      chmod -R u+w work
      cd work
      mkdir home
      HOME=$PWD/home python3 -m pytest -q -p no:cacheprovider tests/documents tests/test_manifest.py tests/test_roles.py
      echo ok > $out
    '';
    # The layout alone: which lints there are depends on ruff's version, and CI runs the pinned one.
    formatting = pkgs.runCommand "formatting" { nativeBuildInputs = [ pkgs.ruff ]; } ''
      cp -R ${source pkgs} work
      chmod -R u+w work
      cd work
      ruff format --no-cache --check toolkit tests
      echo ok > $out
    '';
  }
) own.checks
