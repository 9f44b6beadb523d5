/** The table of contents of a zip file, which stands at its end. */
import { open } from 'node:fs/promises';

const END_SIGNATURE = 0x06054b50;
const END_LENGTH = 22;
const LONGEST_COMMENT = 0xffff;
const ENTRY_SIGNATURE = 0x02014b50;
const ENTRY_LENGTH = 46;

/**
 * The names of the files in a zip, or undefined if the file is not a whole zip.
 *
 * Because the table is at the end, a file that was cut short has none.  Zip64 is not understood; no jar of
 * the TLA+ tools comes near four gigabytes.  Throws what `open` and `read` throw.
 */
export async function zipEntries(path: string): Promise<ReadonlySet<string> | undefined> {
  const file = await open(path);
  try {
    const { size } = await file.stat();
    const tail = await read(Math.max(0, size - END_LENGTH - LONGEST_COMMENT), size);
    const end = findEnd(tail);
    if (end === undefined) return undefined;
    const length = tail.readUInt32LE(end + 12);
    const start = tail.readUInt32LE(end + 16);
    if (start + length > size) return undefined;
    return names(await read(start, start + length), tail.readUInt16LE(end + 10));
  } finally {
    await file.close();
  }

  async function read(from: number, to: number): Promise<Buffer> {
    const buffer = Buffer.alloc(to - from);
    const { bytesRead } = await file.read(buffer, 0, buffer.length, from);
    return buffer.subarray(0, bytesRead);
  }
}

/** Where the end record stands: the last place that looks like one and whose comment ends with the file. */
function findEnd(tail: Buffer): number | undefined {
  for (let at = tail.length - END_LENGTH; at >= 0; at--) {
    const complete = at + END_LENGTH + tail.readUInt16LE(at + 20) === tail.length;
    if (complete && tail.readUInt32LE(at) === END_SIGNATURE) return at;
  }
  return undefined;
}

function names(table: Buffer, count: number): ReadonlySet<string> | undefined {
  const found = new Set<string>();
  let at = 0;
  for (let i = 0; i < count; i++) {
    if (at + ENTRY_LENGTH > table.length || table.readUInt32LE(at) !== ENTRY_SIGNATURE) return undefined;
    const name = table.readUInt16LE(at + 28);
    found.add(table.toString('utf8', at + ENTRY_LENGTH, at + ENTRY_LENGTH + name));
    at += ENTRY_LENGTH + name + table.readUInt16LE(at + 30) + table.readUInt16LE(at + 32);
  }
  return found;
}
