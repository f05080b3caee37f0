# `cargo build-sbf` and `anchor` without rustup and without downloads.
#
# Both look for their compiler in ~/.cache/solana/vN/platform-tools and nowhere else (cargo-build-sbf 4.x
# ignores SBF_SDK_PATH), and `anchor build` names a version of its own. So the wrappers lay a link from there
# into the store, where nothing is or a link into a store is, and never touch a folder that somebody made.
# It happens when a tool runs and not when a shell is entered: an environment that comes from a cache, or that
# outlived a garbage collection, mends its links by itself.
{
  lib,
  pkgs,
  table,
  asked,
}:
let
  links = ''
    link_tools() { # VERSION STORE_PATH
      local link=$HOME/.cache/solana/v$1/platform-tools target
      if [ -L "$link" ]; then
        target=$(readlink "$link")
        [ "$target" != "$2" ] || return 0
        case $target in ${builtins.storeDir}/* | /nix/store/*) ;; *) return 0 ;; esac
      elif [ -e "$link" ]; then
        return 0
      fi
      mkdir -p "''${link%/*}"
      ln -sfn "$2" "$link"
    }
    if [ -n "''${HOME-}" ]; then
    ${lib.concatMapStringsSep "\n" (entry: "  link_tools ${entry.version} ${entry.path}") table}
    fi
    # With it set, anchor calls rustup and cargo is handed a toolchain that does not exist.
    unset RUSTUP_TOOLCHAIN
  '';
  known = lib.concatMapStringsSep ", " (entry: entry.version) table;
  cases = lib.concatMapStringsSep "\n" (
    entry: "  ${entry.version} | v${entry.version}) tools=${entry.path} ;;"
  ) table;
  default = if builtins.any (entry: entry.version == asked) table then asked else (builtins.head table).version;

  sbf = program: ''
    # cargo hands the name of its subcommand on as the first argument.
    case "''${1-}" in build-sbf | test-sbf) shift ;; esac
    ${links}
    version= take=
    for argument in "$@"; do
      if [ -n "$take" ]; then version=$argument take=; fi
      case $argument in
        --) break ;;
        --tools-version) take=1 ;;
        --tools-version=*) version=''${argument#*=} ;;
      esac
    done
    # [package.metadata.solana] or [workspace.metadata.solana] of the manifest here.
    if [ -z "$version" ] && [ -f Cargo.toml ]; then
      while IFS= read -r line; do
        case $line in
          tools-version*=*) version=''${line#*[\"\']} version=''${version%%[\"\']*} ;;
        esac
      done < Cargo.toml
    fi
    case ''${version:-${default}} in
    ${cases}
      *)
        echo "platform-tools $version are not pinned here (there are: ${known}): add the version to platform-tools in toolkit.toml" >&2
        exit 1
        ;;
    esac
    export PATH="$tools/rust/bin:$PATH" RUSTC="$tools/rust/bin/rustc"
    # Flags first: after a -- they would be cargo's.
    exec ${program} --skip-tools-install --no-rustup-override "$@"
  '';
in
{
  cargoBuildSbf =
    {
      version,
      program,
      test,
    }:
    pkgs.runCommand "cargo-build-sbf-${version}"
      {
        pname = "cargo-build-sbf";
        inherit version;
        build = pkgs.writeShellScriptBin "cargo-build-sbf" (sbf program);
        # It calls cargo-build-sbf from the search path, which is the wrapper, and takes no such flags itself.
        tests = pkgs.writeShellScriptBin "cargo-test-sbf" ''
          ${links}
          exec ${test} "$@"
        '';
        meta = {
          description = "Builds on-chain programs with pinned platform-tools, without rustup and downloads";
          mainProgram = "cargo-build-sbf";
        };
      }
      ''
        mkdir -p $out/bin
        cp $build/bin/cargo-build-sbf $tests/bin/cargo-test-sbf $out/bin/
      '';

  anchor =
    bare:
    pkgs.runCommand "anchor-${bare.version}"
      {
        pname = "anchor";
        inherit (bare) version;
        wrapper = pkgs.writeShellScriptBin "anchor" ''
          ${links}
          exec ${bare}/bin/anchor "$@"
        '';
        meta = {
          description = "Framework for on-chain programs, with pinned platform-tools";
          mainProgram = "anchor";
        };
      }
      ''
        mkdir -p $out/bin
        cp $wrapper/bin/anchor $out/bin/
      '';
}
