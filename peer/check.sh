#!/bin/sh
# sh peer/check.sh: is peer/peer.wasm what its source gives? Compiles it again and compares, where that can be.
# sh peer/check.sh --can-compile: only whether it can be.
set -eu
here=$(dirname "$0")
again=$here/../build/peer.wasm

missing=
command -v clang >/dev/null || missing="$missing clang"
command -v wasm-ld >/dev/null || missing="$missing lld"
[ -e "${XEN_INCLUDE:-/usr/include}/xen/io/netif.h" ] || missing="$missing libxen-dev"
if [ "${1-}" = --can-compile ]; then
  [ -z "$missing" ]
  exit
fi
if [ -n "$missing" ]; then
  echo "peer.wasm was not compiled again, and is taken as it is: there is no$missing here (names of Debian's packages)"
  exit 0
fi

mkdir -p "$(dirname "$again")"
rm -f "$again"
sh "$here/build.sh" "$again"
if ! cmp -s "$again.tools" "$here/peer.wasm.tools"; then
  echo "peer.wasm compiles here, and is not compared: it was made with other tools or headers (peer/peer.wasm.tools)"
elif ! cmp "$again" "$here/peer.wasm"; then
  echo "peer/peer.wasm is not what its source gives: make peer/peer.wasm, and commit it"
  exit 1
else
  echo "peer.wasm is what its source gives, octet by octet"
fi
