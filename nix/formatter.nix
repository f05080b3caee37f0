# `nix fmt`: every tracked Nix file with nixfmt and every Python file with ruff, or those that are named.
{ pkgs }:
pkgs.writeShellApplication {
  name = "toolkit-format";
  runtimeInputs = [
    pkgs.git
    (pkgs.nixfmt or pkgs.nixfmt-rfc-style)
    pkgs.ruff
  ];
  text = ''
    nix=() python=()
    sort_out() {
      case $1 in
        *.nix) nix+=("$1") ;;
        *.py) python+=("$1") ;;
      esac
    }
    if (($# == 0)); then
      while IFS= read -r -d "" file; do sort_out "$file"; done < <(git ls-files -z -- '*.nix' '*.py')
    else
      for file; do sort_out "$file"; done
    fi
    ((''${#nix[@]} == 0)) || nixfmt "''${nix[@]}"
    ((''${#python[@]} == 0)) || ruff format --quiet "''${python[@]}"
  '';
}
