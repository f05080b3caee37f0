# Rust from rust-overlay's own table of official archives. No overlay is applied: nixpkgs stays the plain
# `legacyPackages`, and evaluation stays small.
{
  lib,
  pkgs,
  manifest,
  rust-overlay,
}:
let
  bin = rust-overlay.lib.mkRustBin { } pkgs;
  wanted = builtins.head (manifest.toolchain.rust or [ "" ]);
  file = manifest.toolchainFile;
  text = builtins.readFile file;
  # The old form of the file is the bare channel; the new one is TOML.
  channel =
    if lib.hasSuffix ".toml" (toString file) || lib.hasInfix "[toolchain]" text then
      (builtins.fromTOML text).toolchain.channel or ""
    else
      lib.trim text;
in
if file != null then
  if wanted == "" || wanted == channel then
    bin.fromRustupToolchainFile file
  else
    throw "toolkit.toml pins rust ${wanted}, ${baseNameOf (toString file)} says ${channel}: make them equal, or take one of them out"
else if wanted == "" then
  null
else
  bin.fromRustupToolchain {
    channel = wanted;
    profile = "default";
    components = [ "rust-src" ];
  }
