/**
 * Units of readings that can be converted into each other: factor and offset to the first of the
 * group. Concentrations by mass and by volume are not converted: that needs the gas, pressure and temperature.
 */
const GROUPS: readonly Readonly<Record<string, readonly [factor: number, offset?: number]>>[] = [
  {
    Pa: [1],
    hPa: [100],
    kPa: [1_000],
    MPa: [1_000_000],
    mbar: [100],
    bar: [100_000],
    psi: [6_894.757],
  },
  { '°C': [1], K: [1, -273.15], '°F': [5 / 9, -160 / 9] },
  { 'm³/h': [1], 'L/min': [0.06], 'L/s': [3.6], 'm³/s': [3_600] },
  { m: [1], cm: [0.01], mm: [0.001] },
  { A: [1], mA: [0.001] },
  { V: [1], mV: [0.001], kV: [1_000] },
  { W: [1], kW: [1_000], MW: [1_000_000] },
  { Wh: [1], kWh: [1_000], MWh: [1_000_000] },
  { 'mg/m³': [1], 'µg/m³': [0.001], 'g/m³': [1_000] },
  { '%VOL': [1], ppm: [0.000_1], ppb: [0.000_000_1] },
  { s: [1], min: [60], h: [3_600] },
]

/** Whether values of the two units may be compared or converted. */
export function areComparable(one: string | null, other: string | null): boolean {
  return one === other || groupOf(one, other) !== null
}

/** Throws a `RangeError` for units that are not of one group. */
export function convertUnit(value: number, from: string, to: string): number {
  if (from === to) return value
  const group = groupOf(from, to)
  const source = group?.[from]
  const target = group?.[to]
  if (source === undefined || target === undefined) {
    throw new RangeError(`${from} cannot be converted into ${to}`)
  }
  const [fromFactor, fromOffset = 0] = source
  const [toFactor, toOffset = 0] = target
  return (value * fromFactor + fromOffset - toOffset) / toFactor
}

function groupOf(one: string | null, other: string | null) {
  if (one === null || other === null) return null
  return GROUPS.find((group) => Object.hasOwn(group, one) && Object.hasOwn(group, other)) ?? null
}
