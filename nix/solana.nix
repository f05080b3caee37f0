# Agave, cargo-build-sbf, platform-tools and Anchor: prebuilt where an official archive is pinned, from source
# where a source is, and otherwise one plain sentence.
{
  lib,
  pkgs,
  known,
  prebuilt,
  manifest,
  rust,
}:
let
  goesWith = builtins.fromJSON (builtins.readFile ./compatibility.json);
  isLinux = pkgs.stdenv.hostPlatform.isLinux;
  rustPlatform = if rust == null then pkgs.rustPlatform else pkgs.makeRustPlatform { cargo = rust; rustc = rust; };

  fromSource =
    {
      tool,
      version,
      source,
      flags,
      program ? tool,
      description,
    }:
    rustPlatform.buildRustPackage {
      pname = tool;
      inherit version;
      src =
        if source.kind == "crate" then
          pkgs.fetchCrate {
            pname = source.crate;
            inherit (source) version;
            hash = source.unpacked_hash;
          }
        else
          let
            name = lib.splitString "/" source.repository;
          in
          pkgs.fetchFromGitHub {
            owner = builtins.head name;
            repo = lib.last name;
            inherit (source) tag;
            hash = source.unpacked_hash;
            fetchSubmodules = source.submodules or false;
          };
      cargoHash = source.cargo_hash;
      cargoBuildFlags = flags;
      # Their tests download platform-tools or start validators.
      doCheck = false;
      nativeBuildInputs = [
        pkgs.pkg-config
        pkgs.protobuf
        pkgs.perl
        rustPlatform.bindgenHook
      ];
      buildInputs = [ pkgs.openssl pkgs.zlib ] ++ lib.optionals isLinux [ pkgs.udev ];
      env = {
        OPENSSL_NO_VENDOR = "1";
        # RocksDB relies on a header that GCC 15 no longer includes by itself.
        CXXFLAGS = "-include cstdint";
        # A newer rustc has lints that were not there when the sources were written.
        RUSTFLAGS = "--cap-lints warn";
      };
      meta = {
        inherit description;
        mainProgram = program;
      };
    };

  # prebuilt archive > source > sentence
  choose =
    {
      tool,
      wanted,
      build,
      flags,
      program ? tool,
      description,
    }:
    let
      entry = known.resolve tool wanted;
    in
    if entry == null then
      { unavailable = "${tool} ${wanted} is not in pins.json (there are: ${toString (known.versionsOf tool)})"; }
    else if !(entry ? unavailable) then
      build entry
    else if entry ? source then
      fromSource {
        inherit tool flags program description;
        inherit (entry) version source;
      }
    else
      { inherit (entry) unavailable; };

  first = tool: builtins.head manifest.toolchain.${tool};
  has = tool: manifest.toolchain ? ${tool};

  agave =
    if !has "solana" then
      null
    else
      choose {
        tool = "agave";
        wanted = first "solana";
        program = "solana";
        description = "Solana command line and test validator";
        flags = [
          "--bin=solana"
          "--bin=solana-keygen"
          "--bin=solana-test-validator"
          "--bin=solana-faucet"
        ];
        build =
          entry:
          prebuilt {
            tool = "agave";
            program = "solana";
            inherit entry;
            description = "Solana command line and test validator";
            libraries = [ pkgs.udev pkgs.openssl pkgs.zlib ];
            ignoreMissing = [ "libOpenCL.so.1" "libsgx_uae_service.so" "libsgx_urts.so" ];
            prepare = "rm -rf bin/perf-libs";
            # Bundled up to 3.x. Off the search path: what people call is the wrapper below.
            finish = ''
              for name in cargo-build-sbf cargo-test-sbf; do
                if [ -e "$out/bin/$name" ]; then
                  mkdir -p $out/libexec
                  mv "$out/bin/$name" "$out/libexec/$name"
                fi
              done
            '';
          };
      };

  platformTools = map (
    version:
    choose {
      tool = "platform-tools";
      wanted = lib.removePrefix "v" version;
      description = "Compiler and C tools for on-chain programs";
      flags = [ ];
      build =
        entry:
        prebuilt {
          tool = "platform-tools";
          program = "rustc";
          inherit entry;
          description = "Compiler and C tools for on-chain programs";
          libraries = with pkgs; [ zlib openssl libffi ncurses xz ];
          # The debugger wants a Python, an editline and an XML library of one certain age.
          prepare = "rm -rf llvm/lib/liblldb* llvm/bin/lldb* llvm/lib/python3.*";
        };
    }
  ) (manifest.toolchain.platform-tools or [ ]);

  solanaVersion = (known.resolve "agave" (first "solana")).version or (first "solana");
  bundled = builtins.compareVersions solanaVersion "4" < 0;
  sbfVersion = if bundled then solanaVersion else goesWith.agave.${solanaVersion} or null;
  sbfTool =
    if !has "solana" then
      null
    else if agave ? unavailable then
      { unavailable = "cargo-build-sbf comes with Agave: ${agave.unavailable}"; }
    else if bundled then
      { program = "${agave}/libexec/cargo-build-sbf"; test = "${agave}/libexec/cargo-test-sbf"; }
    else if sbfVersion == null then
      { unavailable = "which cargo-build-sbf goes with Agave ${solanaVersion} is not recorded: add it to nix/compatibility.json"; }
    else
      let
        built = choose {
          tool = "cargo-build-sbf";
          wanted = sbfVersion;
          description = "Builds on-chain programs";
          flags = [ ];
          build = entry: prebuilt { tool = "cargo-build-sbf"; inherit entry; description = "Builds on-chain programs"; };
        };
      in
      if built ? unavailable then built else { program = "${built}/bin/cargo-build-sbf"; test = "${built}/bin/cargo-test-sbf"; };

  usable = builtins.filter (tools: !(tools ? unavailable)) platformTools;
  table = map (tools: { inherit (tools) version; path = toString tools; }) usable;
  asked = goesWith.cargo-build-sbf.${toString sbfVersion} or "";

  wrappers = import ./sbf-wrappers.nix { inherit lib pkgs table asked; };

  cargo-build-sbf =
    if sbfTool == null || sbfTool ? unavailable then
      sbfTool
    else if usable == [ ] then
      {
        unavailable =
          "cargo-build-sbf needs platform-tools, and "
          + (if platformTools == [ ] then "[toolchain] platform-tools in toolkit.toml names none" else (builtins.head platformTools).unavailable);
      }
    else
      wrappers.cargoBuildSbf { version = sbfVersion; inherit (sbfTool) program test; };

  anchor =
    if !has "anchor" then
      null
    else
      let
        bare = choose {
          tool = "anchor";
          wanted = first "anchor";
          description = "Framework for on-chain programs";
          flags = [ "--package=anchor-cli" ];
          build =
            entry:
            prebuilt {
              tool = "anchor";
              inherit entry;
              description = "Framework for on-chain programs";
              libraries = [ pkgs.udev pkgs.openssl ];
            };
        };
      in
      if bare ? unavailable then bare else wrappers.anchor bare;

  surfpool =
    if !has "surfpool" then
      null
    else
      choose {
        tool = "surfpool";
        wanted = first "surfpool";
        description = "Local network for on-chain programs";
        flags = [ ];
        build =
          entry:
          prebuilt {
            tool = "surfpool";
            inherit entry;
            description = "Local network for on-chain programs";
            libraries = [ pkgs.udev pkgs.openssl ];
            finish = ''
              if [ -f $out/surfpool ]; then mkdir -p $out/bin; mv $out/surfpool $out/bin/; fi
            '';
          };
      };
in
{
  inherit agave cargo-build-sbf anchor surfpool platformTools;
}
