# The stub's $stdenv/setup: search path and hooks from the inputs, and the few phases that packages here have.
: "${outputs:=out}"
PATH=
postFixupHooks=()
for input in ${nativeBuildInputs-} ${buildInputs-} ${propagatedBuildInputs-}; do
  if [ -d "$input/bin" ]; then PATH=$PATH${PATH:+:}$input/bin; fi
  if [ -f "$input/nix-support/setup-hook" ]; then source "$input/nix-support/setup-hook"; fi
done
unset input
PATH=$PATH${PATH:+:}$initialPath/bin
SHELL=$initialPath/bin/bash # or else the build sandbox's /noshell is what the shell gets
SOURCE_DATE_EPOCH=315532800
# As the real one does, with the folder that `nix develop` makes up.
if [ -n "${out-}" ]; then export NIX_LDFLAGS="-rpath $out/lib ${NIX_LDFLAGS-}"; fi
export PATH SHELL SOURCE_DATE_EPOCH

# busybox's tar wants to be told the compression.
tar() {
  case $2 in
    *.gz) command tar -xzf "${@:2}" ;;
    *.bz2) command tar -xjf "${@:2}" ;;
    *.xz) command tar -xJf "${@:2}" ;;
    *) command tar "$@" ;;
  esac
}

genericBuild() {
  local hook
  if [ -n "${unpackPhase-}" ]; then
    eval "$unpackPhase"
    cd "${sourceRoot:-.}"
  elif [ -n "${src-}" ]; then
    mkdir source
    tar -xf "$src" -C source --strip-components=1
    cd source
  fi
  eval "${buildPhase-}"
  eval "$installPhase"
  for hook in "${postFixupHooks[@]}"; do "$hook"; done
}
