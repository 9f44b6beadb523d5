/** Octets in several parts, one after the other. */

/** How many octets there are in all parts. */
export const lengthOf = (parts: readonly Uint8Array[]): number =>
  parts.reduce((octets, { length }) => octets + length, 0);

/** One copy of all parts. */
export const joined = (parts: readonly Uint8Array[]): Uint8Array => {
  const whole = new Uint8Array(lengthOf(parts));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
};
