#!/bin/sh
# sh peer/build.sh OUT [FLAG...]: compiles the peer to OUT, always to the same octets with the same compiler and headers;
# which those were is in OUT.tools.
set -eu
export LC_ALL=C
out=$1
shift
here=$(dirname "$0")
include=${XEN_INCLUDE:-/usr/include}
made=$(mktemp -d)
trap 'rm -rf "$made"' EXIT

# Not before the compiler's own headers, so that nothing of the system's C library comes in but what is Xen's.
compile="clang --target=wasm32 -std=gnu11 -ffreestanding -nostdlibinc -idirafter $include -D__i386__"

# The names that netif.h defines, but for those of its control ring.
echo '#include <xen/io/netif.h>' | $compile -E -dM - |
  sed -n 's/^#define \(\(NETTXF\|NETRXF\|NETIF_RSP\|XEN_NETIF\)_[A-Za-z0-9_]*\) .*/VALUE(\1)/p' |
  grep -v '^VALUE(XEN_NETIF_CTRL' | sort >"$made/values.h"

$compile -I "$made" -O2 -matomics -mbulk-memory -Wall -Wextra -Werror "$@" \
  -nostdlib -Wl,--no-entry,--import-memory,--shared-memory,--max-memory=67108864,--export=__heap_base,--strip-all \
  -o "$out" "$here/packet.c" "$here/back.c" "$here/front.c" "$here/steps.c" "$here/layout.c"

sh "$here/tools.sh" netif.h ring.h >"$out.tools"
