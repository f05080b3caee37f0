#!/usr/bin/env bash
# Put a current Nix, taken from Debian packages, into a folder. Nothing is installed; no root needed.
#
#   get-nix.sh DEST [SUITE...]        prints DEST/bin
#
# Exit 0: DEST/bin/nix runs. Exit 77: this machine cannot have it, reason on stderr; a test should skip.
# Exit 1: DEST holds something else; give an empty or a new folder.
#
# DEBIAN_MIRROR   archive to take the packages from   (default: those in this machine's own apt sources)
# DEBIAN_KEYRING  keys its Release file is checked by  (default: the debian-archive-keyring package's)
# NIX_MIN         oldest Nix to accept                 (default: 2.26)
#
# DEST cannot be moved: its path is written into the binary. Run this again at the new place instead.
set -euo pipefail

dest=${1:?usage: get-nix.sh DEST [SUITE...]}
shift
[[ $dest == /* ]] || dest=$PWD/$dest
suites=("$@")
((${#suites[@]})) || suites=(forky sid trixie)
min=${NIX_MIN:-2.26}

skip() {
  echo "get-nix: skipped: $*" >&2
  exit 77
}

ready() { [[ -e $dest/.ready ]] && "$dest/bin/nix" --version >/dev/null 2>&1; }

# The archives to try, likeliest first. --no-release-info: also before the first `apt-get update`.
mirrors() {
  if [[ -n ${DEBIAN_MIRROR:-} ]]; then
    echo "${DEBIAN_MIRROR%/}"
    return
  fi
  apt-get indextargets --no-release-info --format '$(REPO_URI) $(COMPONENT)' 'Created-By: Packages' 2>/dev/null |
    awk '$2 != "main" || $1 ~ /security/ || seen[$1]++ { next }
         { sub(/\/$/, "", $1) }
         $1 ~ /\/debian$/ { print $1; next }
         { rest[++n] = $1 }
         END { for (i = 1; i <= n; i++) print rest[i] }'
}

# A private apt: own lists, own cache, and an empty package status, so that it resolves the whole closure of
# nix-bin and not only what this machine lacks. Of the machine's configuration it takes the network settings
# alone; hooks in apt.conf.d, which could write outside DEST, are not read.
private_apt() { # MIRROR SUITE
  mkdir -p "$apt"/lists/partial "$apt"/cache/archives/partial "$apt"/none
  : >"$apt/status"
  echo "deb [signed-by=$key] $1 $2 main" >"$apt/sources.list"
  {
    apt-config dump | grep -E '^Acquire::(https?|Check-|Max-ValidTime|ForceIPv)' || true
    cat <<CONF
Dir::Etc::main "$apt/none/none";
Dir::Etc::parts "$apt/none";
Dir::Etc::sourcelist "$apt/sources.list";
Dir::Etc::sourceparts "$apt/none";
Dir::Etc::preferences "$apt/none/none";
Dir::Etc::preferencesparts "$apt/none";
Dir::State "$apt";
Dir::State::lists "$apt/lists";
Dir::State::status "$apt/status";
Dir::State::extended_states "$apt/extended_states";
Dir::Cache "$apt/cache";
Dir::Log "$apt";
APT::Architecture "$arch";
APT::Architectures { "$arch"; };
APT::Install-Recommends "false";
APT::Sandbox::User "";
Acquire::Languages "none";
Acquire::Retries "2";
Acquire::http::Timeout "30";
Acquire::https::Timeout "30";
Debug::NoLocking "true";
CONF
  } >"$apt/apt.conf"
}

fill() { # MIRROR SUITE
  local deb file n version lib
  rm -rf "$apt" "$root" "${dest:?}"/{.ready,bin,lib,libexec,etc}
  mkdir -p "$root" "$dest"/{bin,lib,libexec,etc/nix}
  private_apt "$1" "$2" || return 1
  APT_CONFIG=$apt/apt.conf apt-get -qq -o APT::Update::Error-Mode=any update || return 1
  APT_CONFIG=$apt/apt.conf apt-get -qq -y --download-only install \
    nix-bin patchelf bash-static busybox-static || return 1
  for deb in "$apt"/cache/archives/*.deb; do
    case ${deb##*/} in # in the closure, but nothing that nix loads
      perl* | libperl* | lib*-perl_* | debconf* | passwd_* | login* | base-passwd* | libpam* | gcc-*-base* | curl_*) continue ;;
    esac
    dpkg-deb -x "$deb" "$root" || return 1
  done

  # Only what nix itself loads, as told by its own loader; then what glibc opens by name (users, DNS).
  lib=$root/usr/lib/$triple
  [[ -e $lib/$ld ]] || lib=$root/lib/$triple
  cp -L "$lib/$ld" "$dest/lib/$ld" || return 1
  own_ld() { "$lib/$ld" --inhibit-cache --library-path "$root/usr/lib/$triple:$root/lib/$triple" "$@"; }
  own_ld --list "$root/usr/bin/nix" | awk '$2 == "=>" && $3 ~ /^\// { print $3 }' |
    while read -r file; do cp -L "$file" "$dest/lib/" || return 1; done || return 1
  for file in "$lib"/libnss_{files,dns}.so.2 "$lib"/libresolv.so.2; do
    [[ ! -e $file ]] || cp -L "$file" "$dest/lib/" || return 1
  done

  # Loader and library path go into the binary, so that /proc/self/exe, which nix runs again for the build
  # hook and for chroot stores, is nix itself. RPATH, not RUNPATH: the libraries' own libraries inherit it.
  own_ld "$root/usr/bin/patchelf" --set-interpreter "$dest/lib/$ld" --force-rpath --set-rpath "$dest/lib" \
    --output "$dest/bin/nix" "$root/usr/bin/nix" || return 1
  chmod 755 "$dest/bin/nix"
  # Kept as well: what autoPatchelf of the stub nixpkgs runs.
  own_ld --list "$root/usr/bin/patchelf" | awk '$2 == "=>" && $3 ~ /^\// { print $3 }' |
    while read -r file; do cp -L "$file" "$dest/lib/" || return 1; done || return 1
  own_ld "$root/usr/bin/patchelf" --set-interpreter "$dest/lib/$ld" --force-rpath --set-rpath "$dest/lib" \
    --output "$dest/libexec/patchelf" "$root/usr/bin/patchelf" || return 1
  chmod 755 "$dest/libexec/patchelf"
  for n in nix-build nix-channel nix-collect-garbage nix-copy-closure nix-daemon nix-env nix-hash \
    nix-instantiate nix-prefetch-url nix-shell nix-store; do
    ln -s nix "$dest/bin/$n"
  done
  for n in bash-static busybox; do
    cp -L "$root/usr/bin/$n" "$dest/libexec/${n%-static}" 2>/dev/null ||
      cp -L "$root/bin/$n" "$dest/libexec/${n%-static}" || return 1
  done

  cat >"$dest/etc/nix/nix.conf" <<CONF
experimental-features = nix-command flakes
build-users-group =
sandbox-paths = /bin/sh=$dest/libexec/bash
substituters =
flake-registry =
max-jobs = auto
connect-timeout = 3
CONF

  version=$("$dest/bin/nix" --version) || return 1
  version=${version##* }
  [[ $(printf '%s\n' "$min" "$version" | sort -V | head -n 1) == "$min" ]] || {
    echo "$2 has only Nix $version" >&2
    return 1
  }
  rm -rf "$apt" "$root"
  : >"$dest/.ready"
}

[[ $(uname -s) == Linux ]] || skip "not Linux"
case $(uname -m) in
  x86_64) arch=amd64 triple=x86_64-linux-gnu ld=ld-linux-x86-64.so.2 ;;
  aarch64) arch=arm64 triple=aarch64-linux-gnu ld=ld-linux-aarch64.so.1 ;;
  *) skip "no packages for $(uname -m)" ;;
esac
if ready; then
  echo "$dest/bin"
  exit 0
fi
for tool in apt-get apt-config dpkg-deb flock; do
  command -v "$tool" >/dev/null || skip "no $tool"
done
key=${DEBIAN_KEYRING:-}
for file in /usr/share/keyrings/debian-archive-keyring.{gpg,pgp}; do
  [[ -n $key || ! -r $file ]] || key=$file
done
[[ -n $key && -r $key ]] || skip "no Debian archive keyring (package debian-archive-keyring, or DEBIAN_KEYRING)"

mkdir -p "$dest"
dest=$(cd "$dest" && pwd -P)
if [[ ! -e $dest/.lock && -n $(ls -A "$dest") ]]; then # its bin, lib and etc are about to be replaced
  echo "get-nix: $dest is neither empty nor of this script's making" >&2
  exit 1
fi
case $dest in *[[:space:]]*) skip "nix.conf cannot name a folder with a space in its path: $dest" ;; esac
apt=$dest/apt root=$dest/root
exec 9>"$dest/.lock"
flock 9
if ready; then # another run made it while this one waited
  echo "$dest/bin"
  exit 0
fi

found=$(mirrors)
[[ -n $found ]] || skip "this machine's apt sources name no archive; set DEBIAN_MIRROR"
mapfile -t archives <<<"$found"
for suite in "${suites[@]}"; do
  for archive in "${archives[@]}"; do
    if fill "$archive" "$suite" >"$dest/log.$suite" 2>&1; then
      echo "$dest/bin"
      exit 0
    fi
    echo "get-nix: $suite did not do: $(tail -n 1 "$dest/log.$suite")" >&2
    rm -rf "${dest:?}"/{.ready,bin,lib,libexec,etc,apt,root}
  done
done
skip "no suite of ${suites[*]} gave a Nix >= $min"
