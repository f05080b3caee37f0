# Every tool that toolkit.toml names, as a package or as a sentence why this system cannot have it.
{
  lib,
  pkgs,
  known,
  manifest,
  root,
  rust-overlay,
  system,
  fromTree,
}:
let
  inherit (manifest) toolchain;
  prebuilt = import ./prebuilt.nix { inherit lib pkgs known; };
  rust = import ./rust.nix {
    inherit lib pkgs manifest rust-overlay;
  };
  solana = import ./solana.nix {
    inherit lib pkgs known prebuilt manifest rust;
  };
  node = import ./node.nix {
    inherit lib pkgs known prebuilt;
  };
  toolkit = import ./toolkit.nix { inherit lib pkgs; };

  # The first attribute that this nixpkgs has; its patch level is nixpkgs', which `invoke info` shows. Another
  # major version is another tool: it would refuse the repository's locks, or write them anew.
  fromNixpkgs =
    tool: attributes:
    let
      found = builtins.filter (name: pkgs ? ${name}) attributes;
      package = pkgs.${builtins.head found};
      wanted = major (first tool);
      have = major (package.version or wanted);
    in
    if found == [ ] then
      { unavailable = "${tool} is not in this nixpkgs (tried: ${lib.concatStringsSep ", " attributes})"; }
    else if have != wanted then
      { unavailable = "${tool} ${first tool} is asked for, this nixpkgs has ${package.version}; bootstrap brings the asked one"; }
    else
      package;

  first = tool: builtins.head toolchain.${tool};
  # "3.12.4" -> "3" "12" "4"
  part = index: version: lib.elemAt (lib.splitString "." version ++ [ "" "" ]) index;
  major = part 0;

  nixpkgsTools = {
    python = version: [ "python${part 0 version}${part 1 version}" ];
    pnpm = version: [ "pnpm_${major version}" "pnpm" ];
    yarn = version: if major version == "1" then [ "yarn" "yarn-classic" ] else [ "yarn-berry_${major version}" "yarn-berry" ];
    bun = _: [ "bun" ];
    uv = _: [ "uv" ];
    go = version: [ "go_${part 0 version}_${part 1 version}" "go" ];
    terraform = _: [ "terraform" "opentofu" ];
    deno = _: [ "deno" ];
  };
  # npm comes with node, and cargo-build-sbf and platform-tools belong to solana.
  handled = [ "node" "npm" "rust" "solana" "anchor" "surfpool" "platform-tools" "cargo-build-sbf" ];

  build =
    tool:
    if nixpkgsTools ? ${tool} then
      fromNixpkgs tool (nixpkgsTools.${tool} (first tool))
    else
      fromNixpkgs tool [ tool ];

  others = lib.genAttrs (builtins.filter (tool: !builtins.elem tool handled) (builtins.attrNames toolchain)) build;

  extra = lib.mapAttrs (
    attribute: version:
    let
      package = lib.attrByPath (lib.splitString "." attribute) null pkgs;
    in
    if package == null then
      throw "toolkit.toml: packages.${attribute} is not an attribute of the pinned nixpkgs (`invoke search ${attribute}`)"
    else if version == "*" || lib.hasPrefix version (package.version or version) then
      package
    else
      throw "toolkit.toml: packages.${attribute} asks for ${version}, the pinned nixpkgs has ${package.version}"
  ) manifest.packages;

  named = lib.filterAttrs (_: value: value != null) (
    others
    // {
      node = if toolchain ? node then node (first "node") else null;
      rust = rust;
      inherit (solana) agave cargo-build-sbf anchor surfpool;
    }
  );
  tools = lib.filterAttrs (_: value: !(value ? unavailable)) named;
  missing = lib.mapAttrs (_: value: value.unavailable) (lib.filterAttrs (_: value: value ? unavailable) named);
  platformTools = builtins.filter (value: !(value ? unavailable)) solana.platformTools;
in
{
  inherit toolkit missing;
  # What a shell runs the toolkit with. The toolkit's own repository runs what is checked out (tasks.py), so that
  # its shell does not change with every edit.
  front = if fromTree then toolkit.python else toolkit.package;
  # By name, only those that toolkit.toml asks for and this system can have.
  available = tools;
  extra = builtins.attrValues extra;
  packages =
    removeAttrs tools [ "python" ]
    // lib.optionalAttrs (platformTools != [ ]) { platform-tools = builtins.head platformTools; }
    // builtins.listToAttrs (
      map (value: {
        name = "platform-tools_${lib.replaceStrings [ "." ] [ "_" ] value.version}";
        inherit value;
      }) platformTools
    )
    // {
      toolkit = toolkit.package;
    };
  info = {
    inherit system missing;
    tools = lib.mapAttrs (tool: value: value.version or "") tools // {
      platform-tools = lib.concatMapStringsSep ", " (value: value.version) platformTools;
    };
    packages = lib.mapAttrs (_: value: value.version or "") extra;
  };
}
