# The shells: `default` and `ci` with everything, one for each area with only that. A shell whose tools
# toolkit.toml does not name is left out, and a tool that this system cannot have is named on entering.
{
  lib,
  pkgs,
  manifest,
  tools,
  system,
}:
let
  inherit (tools) available missing;
  take = names: lib.attrVals (builtins.filter (name: available ? ${name}) names) available;

  areas = {
    node = [ "node" "pnpm" "yarn" "bun" "deno" ];
    rust = [ "rust" ];
    solana = [ "agave" "cargo-build-sbf" "anchor" "surfpool" "rust" "node" "yarn" ];
    python = [ "python" "uv" ];
  };
  # The tool whose presence in toolkit.toml makes the shell.
  heads = {
    node = "node";
    rust = "rust";
    solana = "solana";
    python = "python";
  };
  all = builtins.attrNames available;

  # Only what a shell of these tools needs; none of it is a secret, all of it is data.
  variables =
    names:
    let
      has = name: builtins.elem name names && available ? ${name};
    in
    lib.optionalAttrs (has "node" && available.node.pname or "" == "node") {
      # node-gyp's headers are in the official archive: it need not download them.
      npm_config_nodedir = "${available.node}";
    }
    // lib.optionalAttrs (has "python") {
      UV_PYTHON = "${available.python}/bin/python3";
      UV_PYTHON_DOWNLOADS = "never";
    };

  shell =
    {
      name,
      names,
      extra ? [ ],
    }:
    let
      lacking = lib.filterAttrs (tool: _: builtins.elem tool names) missing;
    in
    pkgs.mkShell {
      inherit name;
      packages = [ tools.front pkgs.git ] ++ take names ++ extra;
      env = variables names // manifest.env // { TOOLKIT_SHELL = name; };
      shellHook = ''
        # Set by a rustup outside, it would make anchor and cargo ask for a toolchain that is not here.
        unset RUSTUP_TOOLCHAIN
        # stdenv's 1980: for packages it is right, for what people build by hand it is a surprise.
        unset SOURCE_DATE_EPOCH
        # `nix develop` puts the current folder into the linker's flags; a space in it breaks every link.
        if [[ ''${NIX_LDFLAGS-} == *"/outputs/out/lib"* ]]; then
          NIX_LDFLAGS=''${NIX_LDFLAGS//-rpath $out\/lib/}
          export NIX_LDFLAGS
        fi
      ''
      + lib.concatStrings (
        lib.mapAttrsToList (tool: why: ''
          echo ${lib.escapeShellArg "toolkit: ${tool} is not in this shell on ${system}: ${why}"} >&2
        '') lacking
      );
    };

  area =
    name: names:
    shell {
      inherit name;
      names = names;
    };
in
lib.mapAttrs area (lib.filterAttrs (name: _: manifest.toolchain ? ${heads.${name}}) areas)
// {
  ci = shell {
    name = "ci";
    names = all ++ builtins.attrNames missing;
    inherit (tools) extra;
  };
  default = shell {
    name = "default";
    names = all ++ builtins.attrNames missing;
    # For hands at a keyboard.
    extra = tools.extra ++ [ pkgs.bashInteractive ] ++ lib.optional (pkgs ? nixfmt) pkgs.nixfmt;
  };
}
