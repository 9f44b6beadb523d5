#!/bin/sh
# sh peer/check.sh: are peer/peer.wasm and prove/macros/macros.wasm what their source gives? Compiles them again and compares,
# where that can be.
# sh peer/check.sh --can-compile: only whether it can be.
set -eu
here=$(dirname "$0")
root=$here/..

missing=
command -v clang >/dev/null || missing="$missing clang"
command -v wasm-ld >/dev/null || missing="$missing lld"
[ -e "${XEN_INCLUDE:-/usr/include}/xen/io/netif.h" ] || missing="$missing libxen-dev"
if [ "${1-}" = --can-compile ]; then
  [ -z "$missing" ]
  exit
fi

status=0
for name in peer/peer.wasm prove/macros/macros.wasm; do
  again=$root/build/$(basename "$name")
  if [ -n "$missing" ]; then
    echo "$name was not compiled again, and is taken as it is: there is no$missing here (names of Debian's packages)"
    continue
  fi
  mkdir -p "$(dirname "$again")"
  rm -f "$again"
  sh "$root/$(dirname "$name")/build.sh" "$again"
  if ! cmp -s "$again.tools" "$root/$name.tools"; then
    echo "$name compiles here, and is not compared: it was made with other tools or headers ($name.tools)"
  elif ! cmp "$again" "$root/$name"; then
    echo "$name is not what its source gives: make $name, and commit it"
    status=1
  else
    echo "$name is what its source gives, octet by octet"
  fi
done
exit $status
