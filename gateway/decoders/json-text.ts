/** What can be told of a JSON text without parsing it. */
export interface JsonShape {
  /** Levels of nesting; the count ends above the limit. */
  readonly depth: number
  /** Members of all objects together, repeated keys included. */
  readonly members: number
}

const QUOTE = 0x22
const BACKSLASH = 0x5c
const COLON = 0x3a

/** One pass over the text, so that a thousand levels are refused before anything is built of them. */
export function shapeOf(text: string, depthMax: number): JsonShape {
  let depth = 0
  let deepest = 0
  let members = 0
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    if (code === QUOTE) i = endOfString(text, i)
    else if (code === COLON) members += 1
    // '[' 0x5b and '{' 0x7b, ']' 0x5d and '}' 0x7d differ in one bit each.
    else if ((code & 0xdf) === 0x5b) {
      depth += 1
      if (depth > deepest) deepest = depth
      if (depth > depthMax) break
    } else if ((code & 0xdf) === 0x5d) depth -= 1
  }
  return { depth: deepest, members }
}

/** Position of the quote that ends the string begun at `start`, or the end of the text. */
function endOfString(text: string, start: number): number {
  let i = start + 1
  while (i < text.length) {
    const code = text.charCodeAt(i)
    if (code === QUOTE) return i
    i += code === BACKSLASH ? 2 : 1
  }
  return i
}

const NOT_FINITE = ['infinity', 'inf', 'nan'] as const

/**
 * Firmware that prints with `%f` sends `nan` and `inf`, which is not JSON. Writes them as numbers that
 * parse to infinity, so that only that value is refused and not its neighbours. Null when there are none.
 */
export function withoutBareNonFinite(text: string): string | null {
  const pieces: string[] = []
  let copiedTo = 0
  for (let i = 0; i < text.length; i++) {
    if (text.charCodeAt(i) === QUOTE) {
      i = endOfString(text, i)
      continue
    }
    const word = NOT_FINITE.find((candidate) => isWordAt(text, i, candidate))
    if (word === undefined) continue
    pieces.push(text.slice(copiedTo, i).replace(/\+$/, ''), '1e999')
    copiedTo = i + word.length
    i = copiedTo - 1
  }
  return copiedTo === 0 ? null : pieces.join('') + text.slice(copiedTo)
}

function isWordAt(text: string, position: number, word: string): boolean {
  for (let i = 0; i < word.length; i++) {
    if ((text.charCodeAt(position + i) | 0x20) !== word.charCodeAt(i)) return false
  }
  return true
}
