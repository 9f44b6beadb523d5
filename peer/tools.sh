#!/bin/sh
# sh peer/tools.sh HEADER...: which compiler and linker are here, and which of Xen's io headers.
set -eu
clang --version | sed -n 's/.*\(clang version [0-9.]*\).*/\1/p'
wasm-ld --version | sed -n 's/.*\(LLD [0-9.]*\).*/\1/p'
for header in "$@"; do
  echo "$header $(sha256sum <"${XEN_INCLUDE:-/usr/include}/xen/io/$header" | cut -d ' ' -f 1)"
done
