#!/usr/bin/env bash
# fetch.sh FOLDER: Prometheus and Alertmanager, unpacked from Debian's packages into FOLDER/root, beside the system.
set -euo pipefail

PACKAGES=(prometheus prometheus-alertmanager)
folder=$(realpath -m "$1")
rm -rf "$folder" && mkdir -p "$folder/packages" "$folder/root"
cd "$folder/packages"
options=(-q -o Debug::NoLocking=true)
[[ $(id -u) != 0 ]] || options+=(-o APT::Sandbox::User=root)
if ! apt-get "${options[@]}" download "${PACKAGES[@]}" >fetch.log 2>&1; then
  { apt-get -q update && apt-get "${options[@]}" download "${PACKAGES[@]}"; } >fetch.log 2>&1 || { cat fetch.log >&2; exit 1; }
fi
for package in ./*.deb; do dpkg-deb -x "$package" "$folder/root"; done
rm -rf "$folder/packages"
