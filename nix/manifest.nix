# toolkit.toml as Nix values. Python checks the whole file and names unknown keys; here only the parts that a
# shell is made of are read, with a sentence for what would otherwise be an error deep inside nixpkgs.
{ lib, root }:
let
  file = root + "/toolkit.toml";
  text =
    if builtins.pathExists file then
      builtins.readFile file
    else
      throw "toolkit.toml is missing beside flake.nix, or not tracked by git: run `toolkit init`, then `git add toolkit.toml`";
  data = builtins.fromTOML text;

  versions =
    tool: value:
    let
      list = if builtins.isList value then value else [ value ];
    in
    if list != [ ] && builtins.all builtins.isString list then
      list
    else
      throw "toolkit.toml: toolchain.${tool} must be a version in quotes, or a list of them";

  texts =
    table:
    lib.mapAttrs (
      name: value:
      if builtins.isString value then value else throw "toolkit.toml: ${table}.${name} must be text"
    ) (data.${table} or { });

  toolchainFile = lib.findFirst builtins.pathExists null [
    (root + "/rust-toolchain.toml")
    (root + "/rust-toolchain")
  ];
in
{
  inherit text toolchainFile;
  # Tool to its versions; the first one is the default.
  toolchain = lib.mapAttrs versions (data.toolchain or { });
  packages = texts "packages";
  env = texts "env";
  mirrors = texts "mirrors";
  scripts = data.scripts or { };
}
