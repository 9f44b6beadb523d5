#!/bin/sh
# sh prove/macros/build.sh OUT: compiles the macros of ring.h to OUT, always to the same octets with the same compiler and
# header; which those were is in OUT.tools.
set -eu
export LC_ALL=C
here=$(dirname "$0")

# As peer/build.sh does, but each barrier is a call.
clang --target=wasm32 -std=gnu11 -ffreestanding -nostdlibinc -idirafter "${XEN_INCLUDE:-/usr/include}" -D__i386__ \
  -O2 -Wall -Wextra -Werror -nostdlib -Wl,--no-entry,--import-memory,--strip-all \
  -o "$1" "$here/macros.c" "$here/faults.c"
sh "$here/../../peer/tools.sh" ring.h >"$1.tools"
