import type { ByteSink, ByteSource } from './byte-sink.ts'
import {
  type ColumnProfile,
  profileOf,
  readIntegers,
  WHOLE_MAX,
  writeConstant,
  writeIntegers,
} from './integer-column.ts'

/**
 * A column of doubles, bit for bit. Sensors speak decimals (3.21, 20.9): a value that is a whole
 * number divided by a power of ten is kept as that number, and the few that are not (a −0, a
 * stray 1e300) beside them. What is mostly no decimal is kept as its bytes in planes: four a value
 * when it is a widened 32-bit float, as Modbus devices send, else eight.
 */
const FORM = { decimal: 0, floats: 1, doubles: 2 } as const

const SCALES = [1, 10, 100, 1_000, 10_000, 100_000, 1_000_000, 10_000_000, 100_000_000]
/** An exception costs 12 bytes; beyond one in this many, planes are cheaper. */
const VALUES_PER_EXCEPTION = 16
const SAMPLES = 64

/** The whole number of which `value` is the `scale`th part, or NaN when there is none. */
function scaledExactly(value: number, scale: number): number {
  const scaled = Math.round(value * scale)
  const isExact = scaled / scale === value && Math.abs(scaled) <= WHOLE_MAX && !Object.is(value, -0)
  return isExact ? scaled : Number.NaN
}

/** Index of the first scale that fits nearly all of a sample, or -1. */
function findScale(values: Float64Array): number {
  const stride = Math.max(1, Math.floor(values.length / SAMPLES))
  const sampled = Math.ceil(values.length / stride)
  return SCALES.findIndex((scale) => {
    let misfits = 0
    for (let index = 0; index < values.length; index += stride) {
      if (Number.isNaN(scaledExactly(values[index] as number, scale))) misfits += 1
    }
    return misfits * VALUES_PER_EXCEPTION <= sampled
  })
}

function writeDecimals(values: Float64Array, scaleIndex: number, sink: ByteSink): boolean {
  const scale = SCALES[scaleIndex] as number
  if (isSteady(values)) {
    writeDecimalHead(scaleIndex, 0, sink)
    writeConstant(scaledExactly(values[0] ?? 0, scale), sink)
    return true
  }
  const wholes = sink.wholes(values.length)
  const exceptions: number[] = []
  const exceptionsMax = Math.ceil(values.length / VALUES_PER_EXCEPTION)
  let last = 0
  for (let index = 0; index < values.length; index += 1) {
    const scaled = scaledExactly(values[index] as number, scale)
    if (Number.isNaN(scaled)) {
      if (exceptions.length === exceptionsMax) return false
      exceptions.push(index)
    } else last = scaled
    wholes[index] = last
  }
  writeDecimalHead(scaleIndex, exceptions.length, sink)
  for (const index of exceptions) {
    sink.unsigned32(index)
    sink.double(values[index] as number)
  }
  writeIntegers(wholes, profileOf(wholes), sink)
  return true
}

function writeDecimalHead(scaleIndex: number, exceptions: number, sink: ByteSink): void {
  sink.byte(FORM.decimal)
  sink.byte(scaleIndex)
  sink.unsigned32(exceptions)
}

/** Whether all values are one, bit for bit; mostly told by the first two. */
function isSteady(values: Float64Array): boolean {
  const first = values[0]
  for (let index = 1; index < values.length; index += 1) {
    if (!Object.is(values[index], first)) return false
  }
  return true
}

function readDecimals(source: ByteSource, values: Float64Array): void {
  const scale = SCALES[source.byte()] ?? 1
  const exceptionCount = source.unsigned32()
  const exceptions = source.take(exceptionCount * 12)
  readIntegers(source, values)
  if (scale !== 1) {
    for (let index = 0; index < values.length; index += 1) {
      values[index] = (values[index] as number) / scale
    }
  }
  for (let at = 0; at < exceptions.length; at += 12) {
    values[exceptions.readUInt32LE(at)] = exceptions.readDoubleLE(at + 4)
  }
}

function writeBytePlanes(elements: Float32Array | Float64Array, sink: ByteSink): void {
  const width = elements.BYTES_PER_ELEMENT
  const count = elements.length
  const bytes = new Uint8Array(elements.buffer, elements.byteOffset, elements.byteLength)
  const planes = sink.take(elements.byteLength)
  for (let plane = 0; plane < width; plane++) {
    for (let index = 0; index < count; index++) {
      planes[plane * count + index] = bytes[index * width + plane] ?? 0
    }
  }
}

function readBytePlanes(source: ByteSource, elements: Float32Array | Float64Array): void {
  const width = elements.BYTES_PER_ELEMENT
  const count = elements.length
  const bytes = new Uint8Array(elements.buffer, elements.byteOffset, elements.byteLength)
  const planes = source.take(elements.byteLength)
  for (let plane = 0; plane < width; plane++) {
    for (let index = 0; index < count; index++) {
      bytes[index * width + plane] = planes[plane * count + index] ?? 0
    }
  }
}

export function writeDoubles(values: Float64Array, sink: ByteSink): void {
  const scaleIndex = findScale(values)
  if (scaleIndex >= 0 && writeDecimals(values, scaleIndex, sink)) return
  const isFloats = values.every((value) => Object.is(Math.fround(value), value))
  sink.byte(isFloats ? FORM.floats : FORM.doubles)
  writeBytePlanes(isFloats ? Float32Array.from(values) : values, sink)
}

/** As many as `values` has room for. */
export function readDoubles(source: ByteSource, values: Float64Array): void {
  const form = source.byte()
  if (form === FORM.decimal) readDecimals(source, values)
  else if (form === FORM.floats) {
    const floats = new Float32Array(values.length)
    readBytePlanes(source, floats)
    values.set(floats)
  } else if (form === FORM.doubles) readBytePlanes(source, values)
  else throw new RangeError(`There is no form ${form} of a column.`)
}

/** Times: whole numbers in all but broken cases, so the scale need not be looked for. */
export function writeTimes(values: Float64Array, sink: ByteSink): void {
  const profile = profileOf(values)
  if (!profile.isWhole) {
    writeDoubles(values, sink)
    return
  }
  writeWholes(values, profile, sink)
}

/** The same for values that were looked at and are whole. */
export function writeWholes(values: Float64Array, profile: ColumnProfile, sink: ByteSink): void {
  writeDecimalHead(0, 0, sink)
  writeIntegers(values, profile, sink)
}
