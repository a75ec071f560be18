/** Whether `wanted` stands from `start` to `end`. For a few bytes faster than a call of `Buffer.compare`. */
export function isAt(bytes: Uint8Array, start: number, end: number, wanted: Uint8Array): boolean {
  if (end - start !== wanted.length) return false
  for (let i = 0; i < wanted.length; i += 1) if (bytes[start + i] !== wanted[i]) return false
  return true
}
