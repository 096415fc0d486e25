#!/usr/bin/env bash
# fetch.sh FOLDER: the editors of the tests, unpacked from Debian's packages into FOLDER/root, beside the system and without root's
# rights: apt's and dpkg's own files stay as they are. They come from the mirror that this machine's apt uses already. FOLDER/bin
# has a command for each: Neovim 0.12, Helix, Emacs 30, Vim with ALE, and tmux, in which those run that need a terminal.
set -euo pipefail

SUITE=forky
PACKAGES=(neovim hx emacs-nox elpa-lsp-mode vim vim-ale tmux)
PROGRAMS=(usr/bin/nvim usr/lib/hx/hx usr/bin/emacs-nox usr/bin/vim.basic usr/bin/tmux)

folder=$(realpath -m "$1")
work=$folder/apt
root=$folder/root

say() { echo "fetch.sh: $*" >&2; exit 1; }
for tool in apt-get dpkg-deb patchelf; do
  command -v "$tool" >/dev/null || say "$tool is missing; the editors of the tests are fetched on Debian and its relatives only"
done

rm -rf "$root" "$work" "$folder/bin"
mkdir -p "$work"/{lists/partial,cache/archives/partial,parts} "$root" "$folder/bin"
: >"$work/status"
mirror=$(apt-get indextargets --format '$(ORIGIN)|$(REPO_URI)' 'Created-By: Packages' |
  sed -n 's/^Debian|//p' | grep -v security | head -n 1)
[[ -n $mirror ]] || say "apt knows no mirror of Debian: run 'apt-get update' first"
echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $mirror $SUITE main" >"$work/sources.list"

options=(-q -o Dir::Etc::SourceList="$work/sources.list" -o Dir::Etc::SourceParts="$work/parts"
  -o Dir::Etc::PreferencesParts="$work/parts" -o Dir::State::lists="$work/lists" -o Dir::State::status="$work/status"
  -o Dir::Cache="$work/cache" -o Acquire::Languages=none -o APT::Install-Recommends=false -o Debug::NoLocking=true)
[[ $(id -u) != 0 ]] || options+=(-o APT::Sandbox::User=root)
apt-get "${options[@]}" update >"$folder/fetch.log"
apt-get "${options[@]}" install -y --download-only "${PACKAGES[@]}" >>"$folder/fetch.log"
for package in "$work"/cache/archives/*.deb; do dpkg-deb -x "$package" "$root"; done

libraries=$root/usr/lib/$(dpkg --print-architecture | sed 's/amd64/x86_64/; s/arm64/aarch64/')-linux-gnu
loader=$(find "$libraries" -maxdepth 1 -name 'ld-linux-*.so.*' | head -n 1)
for program in "${PROGRAMS[@]}"; do
  [[ -f $root/$program ]] || say "$program is not in the packages"
  patchelf --set-interpreter "$loader" --force-rpath --set-rpath "$libraries" "$root/$program"
done

# command_for NAME 'PROGRAM OPTION...' VARIABLE=VALUE...: a command that tells its program where its files are.
command_for() {
  { echo '#!/bin/sh'; printf 'export %q\n' "${@:3}"; printf 'exec %s "$@"\n' "$root/$2"; } >"$folder/bin/$1"
  chmod +x "$folder/bin/$1"
}
emacs=$(echo "$root"/usr/share/emacs/[0-9]*)
lisp=$(find "$emacs/lisp" -type d ! -name obsolete ! -name term -printf '%p:')
command_for nvim usr/bin/nvim "VIM=$root/usr/share/nvim" "VIMRUNTIME=$root/usr/share/nvim/runtime"
command_for hx usr/lib/hx/hx "HELIX_RUNTIME=$root/usr/lib/hx/runtime"
command_for vim usr/bin/vim.basic "VIM=$root/usr/share/vim" "VIMRUNTIME=$(echo "$root"/usr/share/vim/vim[0-9]*)"
command_for tmux usr/bin/tmux "TERMINFO_DIRS=/usr/share/terminfo:/lib/terminfo"
dump=$(find "$root/usr/libexec/emacs" -name '*.pdmp')
command_for emacs "usr/bin/emacs-nox --dump-file=$dump" "EMACSLOADPATH=${lisp%:}" "EMACSDATA=$emacs/etc" "EMACSDOC=$emacs/etc" \
  "EMACSPATH=$(echo "$root"/usr/libexec/emacs/*/*)"
rm -rf "$work"
