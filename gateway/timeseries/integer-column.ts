import type { ByteSink, ByteSource } from './byte-sink.ts'

/**
 * A column of whole numbers as small differences. Five ways are weighed by the bits they leave and
 * the cheapest is taken; what is left is written in byte planes (all lowest bytes, then all second bytes, …),
 * where noise stays in one plane and the rest is nearly constant, which suits deflate.
 *
 * Exact for integers up to `WHOLE_MAX`: a second difference with its sign still fits a double.
 * Callers ask `isWhole` first and keep other columns as doubles.
 */
export const WHOLE_MAX = 2 ** 50
const TWO_32 = 2 ** 32

/** How a value follows from the rest `r` that is stored for it; `v1`, `v2` are the values before. */
const WAY = {
  /** Every value is the base. */
  constant: 0,
  /** base + r */
  fromBase: 1,
  /** v1 + base + r: steady growth, the base being the smallest step. */
  stepFromBase: 2,
  /** v1 + zigzag(r): noise around a level. */
  step: 3,
  /** v1 + (v1 − v2) + zigzag(r): a clock without jitter. */
  stepOfStep: 4,
} as const

export function isWhole(values: Float64Array): boolean {
  for (const value of values) {
    if (!Number.isInteger(value) || Math.abs(value) > WHOLE_MAX || Object.is(value, -0)) {
      return false
    }
  }
  return true
}

function zigzag(value: number): number {
  return value < 0 ? -2 * value - 1 : 2 * value
}

function unzigzag(rest: number): number {
  return rest % 2 === 0 ? rest / 2 : -(rest + 1) / 2
}

function bits(rest: number): number {
  return rest < TWO_32 ? 32 - Math.clz32(rest) : 64 - Math.clz32(rest / TWO_32)
}

interface Extremes {
  readonly valueMin: number
  readonly valueMax: number
  readonly stepMin: number
}

function extremesOf(values: Float64Array): Extremes {
  let last = values[0] ?? 0
  let valueMin = last
  let valueMax = last
  let stepMin = Number.POSITIVE_INFINITY
  for (let index = 1; index < values.length; index++) {
    const value = values[index] ?? 0
    if (value < valueMin) valueMin = value
    if (value > valueMax) valueMax = value
    if (value - last < stepMin) stepMin = value - last
    last = value
  }
  return { valueMin, valueMax, stepMin: values.length > 1 ? stepMin : 0 }
}

function cheapestWay(values: Float64Array, extremes: Extremes): number {
  if (extremes.valueMin === extremes.valueMax) return WAY.constant
  let fromBase = bits((values[0] ?? 0) - extremes.valueMin)
  let stepFromBase = 0
  let step = 0
  let stepOfStep = 0
  let last = values[0] ?? 0
  let lastStep = 0
  for (let index = 1; index < values.length; index++) {
    const value = values[index] ?? 0
    const difference = value - last
    fromBase += bits(value - extremes.valueMin)
    stepFromBase += bits(difference - extremes.stepMin)
    step += bits(zigzag(difference))
    stepOfStep += bits(zigzag(difference - lastStep))
    last = value
    lastStep = difference
  }
  const least = Math.min(fromBase, stepFromBase, step, stepOfStep)
  if (least === fromBase) return WAY.fromBase
  if (least === stepFromBase) return WAY.stepFromBase
  return least === step ? WAY.step : WAY.stepOfStep
}

/** Writes the rests over `values`, which become scratch. */
function toRests(values: Float64Array, way: number, base: number): void {
  let last = way === WAY.fromBase ? 0 : (values[0] ?? 0)
  let lastStep = 0
  for (let index = 0; index < values.length; index++) {
    const value = values[index] ?? 0
    const step = value - last
    if (way === WAY.fromBase) values[index] = value - base
    else if (index === 0) values[index] = 0
    else if (way === WAY.stepFromBase) values[index] = step - base
    else if (way === WAY.step) values[index] = zigzag(step)
    else values[index] = zigzag(step - lastStep)
    last = value
    lastStep = index === 0 ? 0 : step
  }
}

function fromRests(rests: Float64Array, way: number, start: number, base: number): void {
  let last = start
  let lastStep = 0
  for (let index = 0; index < rests.length; index++) {
    const rest = rests[index] ?? 0
    let value = start
    if (way === WAY.fromBase) value = base + rest
    else if (index === 0) value = start
    else if (way === WAY.stepFromBase) value = last + base + rest
    else if (way === WAY.step) value = last + unzigzag(rest)
    else value = last + lastStep + unzigzag(rest)
    lastStep = index === 0 ? 0 : value - last
    last = value
    rests[index] = value
  }
}

function writePlanes(rests: Float64Array, sink: ByteSink): void {
  let restMax = 0
  for (const rest of rests) if (rest > restMax) restMax = rest
  const width = Math.max(1, Math.ceil(bits(restMax) / 8))
  const count = rests.length
  sink.byte(width)
  const planes = sink.take(count * width)
  for (let index = 0; index < count; index++) {
    const rest = rests[index] ?? 0
    planes[index] = rest
    if (width === 1) continue
    const low = rest >>> 0
    for (let plane = 1; plane < width && plane < 4; plane++) {
      planes[plane * count + index] = low >>> (8 * plane)
    }
    if (width <= 4) continue
    const high = Math.floor(rest / TWO_32)
    for (let plane = 4; plane < width; plane++) {
      planes[plane * count + index] = high >>> (8 * (plane - 4))
    }
  }
}

function readPlanes(source: ByteSource, count: number): Float64Array<ArrayBuffer> {
  const width = source.byte()
  const planes = source.take(count * width)
  const rests = new Float64Array(count)
  let scale = 1
  for (let plane = 0; plane < width; plane++) {
    const start = plane * count
    for (let index = 0; index < count; index++) {
      rests[index] = (rests[index] ?? 0) + (planes[start + index] ?? 0) * scale
    }
    scale *= 256
  }
  return rests
}

/** `values` become scratch. There is at least one. */
export function writeIntegers(values: Float64Array, sink: ByteSink): void {
  const extremes = extremesOf(values)
  const way = cheapestWay(values, extremes)
  const start = values[0] ?? 0
  sink.byte(way)
  sink.double(way === WAY.fromBase ? extremes.valueMin : start)
  if (way === WAY.constant) return
  if (way === WAY.stepFromBase) sink.double(extremes.stepMin)
  toRests(values, way, way === WAY.fromBase ? extremes.valueMin : extremes.stepMin)
  writePlanes(values, sink)
}

export function readIntegers(source: ByteSource, count: number): Float64Array<ArrayBuffer> {
  const way = source.byte()
  const start = source.double()
  if (way === WAY.constant) return new Float64Array(count).fill(start)
  const base = way === WAY.stepFromBase ? source.double() : start
  const values = readPlanes(source, count)
  fromRests(values, way, start, base)
  return values
}
