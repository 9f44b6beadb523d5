/**
 * What is used here of WebAssembly's interface to JavaScript. TypeScript has its types only among those of browsers, and Node's
 * own have none.
 */

/** Memory that a module and JavaScript have in common. */
interface Memory {
  readonly buffer: ArrayBufferLike;
}

/** A compiled module. */
export interface Module {
  readonly module?: never;
}

/** A module that was given what it imports. */
interface Instance {
  readonly exports: Readonly<Record<string, unknown>>;
}

interface WebAssemblyNamespace {
  readonly Memory: new (size: {
    readonly initial: number;
    readonly maximum: number;
    readonly shared: boolean;
  }) => Memory;
  readonly Module: new (octets: Uint8Array) => Module;
  readonly Instance: new (
    module: Module,
    imports: Readonly<Record<string, Readonly<Record<string, unknown>>>>,
  ) => Instance;
}

/** `WebAssembly` */
export const webAssembly = (globalThis as unknown as { WebAssembly: WebAssemblyNamespace }).WebAssembly;

/** Octets of a page of WebAssembly's memory, which is not Xen's. */
export const WASM_PAGE = 65536;
