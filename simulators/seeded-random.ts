/**
 * Randomness that can be told again: the same seed gives the same sequence on every machine. Every
 * simulator and every random test draws from here, so that a failure is repeated by its seed.
 */
export interface SeededRandom {
  /** Uniform in [0, 1). */
  next(): number
  between(min: number, max: number): number
  /** Whole number, both ends included. */
  integer(min: number, max: number): number
  /** Mean 0, standard deviation 1. */
  gaussian(): number
  pick<Item>(items: readonly Item[]): Item
  /** An independent sequence for a part, so that adding a draw in one part does not move another. */
  fork(label: string): SeededRandom
}

export function createRandom(seed: string): SeededRandom {
  const next = xoshiro128(seed)
  let spareGaussian: number | null = null
  return {
    next,
    between: (min, max) => min + (max - min) * next(),
    integer: (min, max) => min + Math.floor((max - min + 1) * next()),
    gaussian() {
      if (spareGaussian !== null) {
        const value = spareGaussian
        spareGaussian = null
        return value
      }
      const radius = Math.sqrt(-2 * Math.log(1 - next()))
      const angle = 2 * Math.PI * next()
      spareGaussian = radius * Math.sin(angle)
      return radius * Math.cos(angle)
    },
    pick(items) {
      const item = items[Math.floor(next() * items.length)]
      if (item === undefined) throw new RangeError('nothing to pick from')
      return item
    },
    fork: (label) => createRandom(`${seed}/${label}`),
  }
}

/** xoshiro128** of Blackman and Vigna, its 128 bits of state filled by splitmix32 from the seed's hash. */
function xoshiro128(seed: string): () => number {
  const fill = splitmix32(hash32(seed))
  let a = fill()
  let b = fill()
  let c = fill()
  let d = fill()
  return () => {
    const product = Math.imul(b, 5)
    const result = Math.imul((product << 7) | (product >>> 25), 9)
    const shifted = b << 9
    c ^= a
    d ^= b
    b ^= c
    a ^= d
    c ^= shifted
    d = (d << 11) | (d >>> 21)
    return (result >>> 0) / 0x1_0000_0000
  }
}

function splitmix32(start: number): () => number {
  let state = start
  return () => {
    state = (state + 0x9e3779b9) | 0
    let mixed = state ^ (state >>> 16)
    mixed = Math.imul(mixed, 0x21f0aaad)
    mixed ^= mixed >>> 15
    mixed = Math.imul(mixed, 0x735a2d97)
    return mixed ^ (mixed >>> 15)
  }
}

/** FNV-1a. */
function hash32(text: string): number {
  let hash = 0x811c9dc5
  for (const byte of Buffer.from(text)) hash = Math.imul(hash ^ byte, 0x01000193)
  return hash
}
