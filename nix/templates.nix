# What `nix flake init -t toolkit#NAME` hands out.
let
  template = name: description: {
    path = ../templates + "/${name}";
    inherit description;
    welcomeText = ''
      # Next

      Put the address that you gave to `nix flake init -t` into flake.nix, as the input `toolkit`. Then

          git add . && nix flake lock && git add flake.lock
          nix develop -c invoke doctor
    '';
  };
in
rec {
  monorepo = template "monorepo" "Node, Rust and Python in one repository";
  node = template "node" "A Node repository";
  rust = template "rust" "A Rust repository";
  anchor = template "anchor" "On-chain programs with Anchor";
  python = template "python" "A Python repository";
  default = monorepo;
}
