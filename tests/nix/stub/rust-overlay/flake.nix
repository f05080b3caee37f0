{
  description = "A stand-in for rust-overlay: a toolchain made of links to this machine's";

  inputs.nixpkgs.url = "github:NixOS/nixpkgs/nixos-26.05";

  outputs =
    { ... }:
    {
      lib.mkRustBin =
        _: pkgs:
        let
          toolchain =
            version:
            pkgs.runCommand "rust-${version}" { inherit version; } ''
              mkdir -p $out/bin
              for program in rustc cargo; do
                printf '#!%s\necho "%s %s (stand-in)"\n' ${pkgs.bashInteractive}/bin/bash $program ${version} > $out/bin/$program
                chmod +x $out/bin/$program
              done
            '';
        in
        {
          fromRustupToolchain =
            { channel, ... }:
            if channel == "0.0.0" then throw "Stable ${channel} is not available" else toolchain channel;
          fromRustupToolchainFile =
            file: toolchain (builtins.fromTOML (builtins.readFile file)).toolchain.channel;
        };
    };
}
