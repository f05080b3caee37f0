# What nix develop and print-dev-env ask of a derivation: a builder whose file name is bash, and $stdenv/setup.
# bin/ (static bash and busybox, patchelf) and host.nix (where this machine has its tools) are added by the tests.
{
  system ? builtins.currentSystem,
  config ? { },
}:
let
  lib = import ./lib.nix;
  has = lib.hasSuffix;

  # By itself, so that a change to the rest of this folder leaves every derivation as it was.
  bootstrap = builtins.path { path = ./bin; name = "stub-bootstrap"; };
  bash = "${bootstrap}/bash";
  hostTools = import ./host.nix;

  tools = derivation {
    name = "stub-tools";
    inherit system;
    builder = bash;
    PATH = "${bootstrap}";
    args = [
      "-ec"
      ''
        busybox mkdir -p $out/bin
        for applet in $(busybox --list); do busybox ln -s ${bootstrap}/busybox $out/bin/$applet; done
        busybox ln -sf ${bash} $out/bin/sh
        busybox ln -sf ${bash} $out/bin/bash
      ''
    ];
  };

  stdenvDir = derivation {
    name = "stub-stdenv";
    inherit system;
    builder = bash;
    PATH = "${bootstrap}";
    setup = ./setup.sh;
    args = [ "-ec" "busybox mkdir $out; { echo initialPath=${tools}; busybox cat $setup; } > $out/setup" ];
  };

  raw =
    attrs:
    let
      drv = derivation (
        {
          inherit system;
          builder = bash;
          args = [ "-ec" "source $stdenv/setup; eval \"$buildCommand\"" ];
          stdenv = stdenvDir;
          outputs = [ "out" ];
        }
        // removeAttrs attrs [ "meta" "passthru" "env" ]
        // (attrs.env or { })
      );
    in
    drv
    // (attrs.passthru or { })
    // {
      meta = attrs.meta or { };
      pname = attrs.pname or attrs.name;
      version = attrs.version or "";
      overrideAttrs = f: raw (attrs // f attrs);
    };

  run = name: attrs: command: raw (attrs // { inherit name; buildCommand = command; });

  mkDerivation =
    attrs:
    raw (
      attrs
      // {
        name = attrs.name or "${attrs.pname}-${attrs.version}";
        buildCommand = attrs.buildCommand or "genericBuild";
      }
    );

  mkShell =
    {
      name ? "nix-shell",
      packages ? [ ],
      nativeBuildInputs ? [ ],
      shellHook ? "",
      ...
    }@attrs:
    raw (
      removeAttrs attrs [ "packages" ]
      // {
        inherit name shellHook;
        nativeBuildInputs = packages ++ nativeBuildInputs;
        buildCommand = "export > $out";
      }
    );

  # Tools of this machine: links that lead out of the store. A tool that the machine lacks is left out.
  host =
    name: version: links:
    run "${name}-${version}" { pname = name; inherit version; } (
      ''
        mkdir -p $out/bin
      ''
      + lib.concatStrings (
        map (
          link: lib.optionalString (hostTools ? ${links.${link}}) "ln -s '${hostTools.${links.${link}}}' $out/bin/${link}\n"
        ) (builtins.attrNames links)
      )
    );
  empty = name: run name { } "mkdir -p $out/lib";

  python = minor: host "python3" "3.${minor}.0" { python3 = "python3"; python = "python3"; } // {
    # The interpreter that runs the tests has the packages; through a link it would not find its environment.
    withPackages = _: run "python3-with-packages" { version = "3.${minor}.0"; } ''
      mkdir -p $out/bin
      printf '#!%s\nexec "%s" "$@"\n' ${bash} '${hostTools.python3}' > $out/bin/python3
      printf '#!%s\nexec "%s" -m invoke "$@"\n' ${bash} '${hostTools.python3}' > $out/bin/invoke
      chmod +x $out/bin/*
      ln -s python3 $out/bin/python
    '';
  };
  isLinux = has "-linux" system;

  self = {
    inherit lib system mkShell config;
    stdenv = {
      inherit system mkDerivation;
      cc.cc.lib = empty "gcc-lib";
      hostPlatform = {
        inherit system isLinux;
        isDarwin = has "-darwin" system;
      };
    };

    # nix develop takes its own shell from this attribute of the input that is named nixpkgs.
    bashInteractive = run "bash-static" { pname = "bash"; version = "static"; } "mkdir -p $out/bin; cp ${bash} $out/bin/bash";
    coreutils = tools;
    hello = self.writeShellScriptBin "hello" "echo hello, stub" // { version = "2.12.1"; };

    git = host "git" "2.0" { git = "git"; };
    nodejs_22 = host "nodejs" "22.0.1" { node = "node"; npm = "npm"; npx = "npx"; };
    nodejs_24 = host "nodejs" "24.0.1" { node = "node"; npm = "npm"; npx = "npx"; };
    python312 = python "12";
    python313 = python "13";
    pnpm_9 = self.writeShellScriptBin "pnpm" "echo 9.0.0" // { version = "9.0.0"; };
    yarn = self.writeShellScriptBin "yarn" "echo 1.22.22" // { version = "1.22.22"; };
    uv = self.writeShellScriptBin "uv" "echo uv 0.13.9" // { version = "0.13.9"; };
    # Fails on a file that still ends its last line with a blank: enough of a formatter to be seen working.
    nixfmt = self.writeShellScriptBin "nixfmt" ''
      for file; do case $file in --check) ;; *) ! grep -n '[[:space:]]$' "$file" || exit 1 ;; esac; done'';
    ruff = host "ruff" "0" { ruff = "ruff"; };

    pkg-config = empty "pkg-config";
    protobuf = empty "protobuf";
    perl = empty "perl";
    openssl = empty "openssl";
    zlib = empty "zlib";
    libffi = empty "libffi";
    ncurses = empty "ncurses";
    xz = empty "xz";
    udev = if isLinux then empty "udev" else throw "udev is for Linux";

    # Sets the loader of every program it finds, as the real hook does; the loader is this machine's.
    autoPatchelfHook = run "auto-patchelf-hook" { } ''
      mkdir -p $out/nix-support
      cat > $out/nix-support/setup-hook <<'HOOK'
      autoPatchelf() {
        local file magic
        find $out -type f | while IFS= read -r file; do
          IFS= read -r -n 4 magic < "$file" || true
          if [[ $magic == $'\177ELF' ]] && ${hostTools.patchelf or "false"} --print-interpreter "$file" >/dev/null 2>&1; then
            ${hostTools.patchelf or "false"} --set-interpreter ${hostTools.loader or "none"} "$file"
            echo "patched ''${file#$out/}" >> $out/patched
          fi
        done
      }
      postFixupHooks+=(autoPatchelf)
      HOOK
    '';

    fetchurl =
      { url, hash, name ? baseNameOf url }:
      derivation {
        inherit name url system;
        builder = "builtin:fetchurl";
        outputHash = hash;
        outputHashAlgo = null;
        outputHashMode = "flat";
        executable = false;
        unpack = false;
        preferLocalBuild = true;
        urls = [ url ];
      };
    fetchFromGitHub = { owner, repo, tag, hash, fetchSubmodules }: self.fetchurl {
      url = "${hostTools.sources or "https://github.invalid"}/${repo}-${tag}.tar.gz";
      inherit hash;
    };
    fetchCrate = { pname, version, hash }: self.fetchurl {
      url = "${hostTools.sources or "https://sources.invalid"}/${pname}-${version}.tar.gz";
      inherit hash;
    };
    rustPlatform = self.makeRustPlatform { };
    makeRustPlatform = _: {
      bindgenHook = empty "bindgen-hook";
      buildRustPackage = attrs: mkDerivation (
        removeAttrs attrs [ "cargoHash" "cargoBuildFlags" ] // { installPhase = "mkdir -p $out; cp -R bin $out/"; }
      );
    };

    runCommand = run;
    writeShellScriptBin =
      name: text:
      run name { inherit text; passAsFile = [ "text" ]; meta.mainProgram = name; } ''
        mkdir -p $out/bin
        { echo '#!${bash}'; cat "$textPath"; } > $out/bin/${name}
        chmod +x $out/bin/${name}
      '';
    writeShellApplication =
      { name, text, runtimeInputs ? [ ] }:
      self.writeShellScriptBin name ''
        set -euo pipefail
        export PATH="${lib.makeBinPath runtimeInputs}:$PATH"
        ${text}'';
  };
in
self
