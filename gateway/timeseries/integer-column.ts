import type { ByteSink, ByteSource } from './byte-sink.ts'

/**
 * A column of whole numbers as small differences. Five ways are weighed by the bits they leave and
 * the cheapest is taken; what is left is written in byte planes (all lowest bytes, then all second bytes, …),
 * where noise stays in one plane and the rest is nearly constant, which suits compression.
 *
 * Exact for integers up to `WHOLE_MAX`: a second difference with its sign still fits a double.
 * Callers look at `profileOf` first and keep other columns as doubles.
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

/** The ways are weighed on about this many values: any way is exact, and a column is much alike all along. */
const SAMPLES = 128

/** What one look at all values tells. */
export interface ColumnProfile {
  /** Whether they can be written here, bit for bit. */
  readonly isWhole: boolean
  readonly valueMin: number
  readonly valueMax: number
  readonly stepMin: number
}

export function profileOf(values: Float64Array): ColumnProfile {
  let last = values[0] ?? 0
  let valueMin = last
  let valueMax = last
  let stepMin = Number.POSITIVE_INFINITY
  let isWhole = !Object.is(last, -0) && Math.trunc(last) === last
  for (let index = 1; index < values.length && isWhole; index += 1) {
    const value = values[index] as number
    const step = value - last
    if (value < valueMin) valueMin = value
    else if (value > valueMax) valueMax = value
    if (step < stepMin) stepMin = step
    // NaN is not equal to itself either.
    if (Math.trunc(value) !== value || (value === 0 && Object.is(value, -0))) isWhole = false
    last = value
  }
  isWhole &&= valueMin >= -WHOLE_MAX && valueMax <= WHOLE_MAX
  return { isWhole, valueMin, valueMax, stepMin: values.length > 1 ? stepMin : 0 }
}

function zigzag(value: number): number {
  return value < 0 ? -2 * value - 1 : 2 * value
}

function unzigzag(rest: number): number {
  // Not by `%`, which on doubles is a call.
  const half = Math.floor(rest / 2)
  return rest === 2 * half ? half : -half - 1
}

function bits(rest: number): number {
  return rest < TWO_32 ? 32 - Math.clz32(rest) : 64 - Math.clz32(rest / TWO_32)
}

function cheapestWay(values: Float64Array, { valueMin, stepMin }: ColumnProfile): number {
  let fromBase = 0
  let stepFromBase = 0
  let step = 0
  let stepOfStep = 0
  const stride = Math.max(1, Math.floor(values.length / SAMPLES))
  for (let index = 1; index < values.length; index += stride) {
    const value = values[index] as number
    const before = values[index - 1] as number
    const difference = value - before
    const differenceBefore = index === 1 ? 0 : before - (values[index - 2] as number)
    fromBase += bits(value - valueMin)
    stepFromBase += bits(difference - stepMin)
    step += bits(zigzag(difference))
    stepOfStep += bits(zigzag(difference - differenceBefore))
  }
  const least = Math.min(fromBase, stepFromBase, step, stepOfStep)
  if (least === fromBase) return WAY.fromBase
  if (least === stepFromBase) return WAY.stepFromBase
  return least === step ? WAY.step : WAY.stepOfStep
}

/** Fills `rests`; the largest of them. */
function toRests(values: Float64Array, way: number, base: number, rests: Float64Array): number {
  const { length } = values
  let restMax = 0
  if (way === WAY.fromBase) {
    for (let index = 0; index < length; index += 1) {
      const rest = (values[index] as number) - base
      rests[index] = rest
      if (rest > restMax) restMax = rest
    }
    return restMax
  }
  let last = values[0] as number
  let lastStep = 0
  rests[0] = 0
  for (let index = 1; index < length; index += 1) {
    const value = values[index] as number
    const step = value - last
    let rest = step - base
    if (way !== WAY.stepFromBase) rest = zigzag(way === WAY.step ? step : step - lastStep)
    rests[index] = rest
    if (rest > restMax) restMax = rest
    last = value
    lastStep = step
  }
  return restMax
}

/** Puts the values in the place of their rests. */
function fromRests(rests: Float64Array, way: number, start: number, base: number): void {
  const { length } = rests
  if (way === WAY.fromBase) {
    for (let index = 0; index < length; index += 1) rests[index] = base + (rests[index] as number)
    return
  }
  let last = start
  let lastStep = 0
  rests[0] = start
  if (way === WAY.stepFromBase) {
    for (let index = 1; index < length; index += 1) {
      last += base + (rests[index] as number)
      rests[index] = last
    }
  } else if (way === WAY.step) {
    for (let index = 1; index < length; index += 1) {
      last += unzigzag(rests[index] as number)
      rests[index] = last
    }
  } else {
    for (let index = 1; index < length; index += 1) {
      lastStep += unzigzag(rests[index] as number)
      last += lastStep
      rests[index] = last
    }
  }
}

function writePlanes(rests: Float64Array, restMax: number, sink: ByteSink): void {
  const width = Math.max(1, Math.ceil(bits(restMax) / 8))
  const count = rests.length
  sink.byte(width)
  const planes = sink.take(count * width)
  if (width === 1) {
    for (let index = 0; index < count; index += 1) planes[index] = rests[index] as number
    return
  }
  for (let index = 0; index < count; index += 1) {
    const rest = rests[index] as number
    const low = rest >>> 0
    planes[index] = low
    planes[count + index] = low >>> 8
    if (width === 2) continue
    for (let plane = 2; plane < width && plane < 4; plane += 1) {
      planes[plane * count + index] = low >>> (8 * plane)
    }
    if (width <= 4) continue
    const high = Math.floor(rest / TWO_32)
    for (let plane = 4; plane < width; plane += 1) {
      planes[plane * count + index] = high >>> (8 * (plane - 4))
    }
  }
}

function readPlanes(source: ByteSource, rests: Float64Array): void {
  const count = rests.length
  const width = source.byte()
  const planes = source.take(count * width)
  if (width === 0) rests.fill(0)
  let scale = 1
  for (let plane = 0; plane < width; plane += 1) {
    const start = plane * count
    for (let index = 0; index < count; index += 1) {
      const part = (planes[start + index] as number) * scale
      rests[index] = plane === 0 ? part : (rests[index] as number) + part
    }
    scale *= 256
  }
}

/** The profile is that of the values, and says that they are whole. */
export function writeIntegers(values: Float64Array, profile: ColumnProfile, sink: ByteSink): void {
  const { valueMin, valueMax, stepMin } = profile
  const start = values[0] ?? 0
  if (valueMin === valueMax) {
    writeConstant(start, sink)
    return
  }
  const way = cheapestWay(values, profile)
  sink.byte(way)
  sink.double(way === WAY.fromBase ? valueMin : start)
  if (way === WAY.stepFromBase) sink.double(stepMin)
  const rests = sink.rests(values.length)
  const restMax = toRests(values, way, way === WAY.fromBase ? valueMin : stepMin, rests)
  writePlanes(rests, restMax, sink)
}

/** What `writeIntegers` writes of a column that is one value throughout. */
export function writeConstant(value: number, sink: ByteSink): void {
  sink.byte(WAY.constant)
  sink.double(value)
}

/** As many as `values` has room for. */
export function readIntegers(source: ByteSource, values: Float64Array): void {
  const way = source.byte()
  const start = source.double()
  if (way === WAY.constant) {
    values.fill(start)
    return
  }
  const base = way === WAY.stepFromBase ? source.double() : start
  readPlanes(source, values)
  fromRests(values, way, start, base)
}
