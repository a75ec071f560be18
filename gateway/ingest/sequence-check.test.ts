import { describe, expect, test } from 'vitest'
import { type DeviceId, MARK, type Reading } from '#alerting/reading.ts'
import { PAYLOAD_LIMITS } from '#config/limits.ts'
import { SequenceCheck, type TimedValue } from './sequence-check.ts'

const NOON = Date.UTC(2026, 10, 23, 12)
const DAY = 86_400_000
const AT = { deviceId: 'gas-1', point: 'lel' }

/** What the device says and when it came, in seconds from noon (ms as fractions). */
interface Step {
  readonly says: number | null | 'nonsense'
  readonly arrives: number
  readonly value?: number
}

/** How it was taken, or why it was not. */
function verdictOf(check: SequenceCheck, timed: TimedValue, { deviceId, point } = AT) {
  const kind = check.judge(check.historyOf(deviceId, point), timed)
  return kind === 'taken' ? { kind, ...check.taken } : { kind }
}

function judge(check: SequenceCheck, { says, arrives, value = 1 }: Step) {
  const timed: TimedValue = {
    value,
    sourceAtMs: typeof says === 'number' ? NOON + Math.round(says * 1000) : Number.NaN,
    isTimeInvalid: says === 'nonsense',
    arrivedAtMs: NOON + Math.round(arrives * 1000),
  }
  return verdictOf(check, timed)
}

/** `12.5 late` observed 12.5 s after noon; `duplicate`, `too_fast`. */
function say(verdict: ReturnType<typeof verdictOf>): string {
  if (verdict.kind !== 'taken') return verdict.kind
  const marks = (['late', 'outOfOrder', 'clockSkewed'] as const).filter(
    (name) => (verdict.marks & MARK[name]) !== 0,
  )
  return [(verdict.observedAtMs - NOON) / 1000, ...marks].join(' ')
}

/** Arrival and time of the device in seconds, value; what becomes of it. */
type Row = readonly [number, number | null | 'nonsense', number, string]

// biome-ignore format: a table is read by its columns
const STORIES: Readonly<Record<string, readonly Row[]>> = {
  'in order and in time': [
    // arrives | says      | value | observed, marks
    [0.2,       0,           1,     '0'],
    [1.2,       1,           1,     '1'],
    [2.2,       2,           5,     '2'],
  ],
  'a repeat is told by device, point, time and value': [
    [0.2,       0,           1,     '0'],
    [0.3,       0,           1,     'duplicate'],
    [90,        0,           1,     'duplicate'],
    [90,        1,           1,     '1 late'],
  ],
  'late begins after its limit': [
    [60,        0,           1,     '0'],
    [61.001,    1,           1,     '1 late'],
  ],
  'clocks ahead and behind within their limits are believed': [
    [0,         30,          1,     '30'],
    [1,         31.001,      1,     '1 clockSkewed'],
    [2,         -30 * 86_400 + 2, 1, '-2591998 late outOfOrder'],
    [3,         -30 * 86_400 + 2.999, 1, '3 clockSkewed'],
  ],
  'impossible times are observed on arrival': [
    [0,         -NOON / 1000, 1,    '0 clockSkewed'],
    [1,         73 * 365 * 86_400, 1, '1 clockSkewed'],
    [2,         'nonsense',  1,     '2 clockSkewed'],
    [3,         (1_795_430_400 - NOON) / 1000, 1, '3 clockSkewed'],
    [4,         4,           1,     '4'],
  ],
  'an impossible time is no repeat of itself': [
    [0,         -NOON / 1000, 3,    '0 clockSkewed'],
    [1,         -NOON / 1000, 3,    '1 clockSkewed'],
    [2,         -NOON / 1000, 60,   '2 clockSkewed'],
  ],
  'without a time: observed on arrival, put apart within one millisecond': [
    [0,         null,        3,     '0'],
    [0,         null,        60,    '0.001'],
    [0,         null,        60,    '0.002'],
    [1,         null,        60,    '1'],
  ],
  'older than one taken before is out of order': [
    [0,         0,           1,     '0'],
    [10,        10,          1,     '10'],
    [11,        5,           1,     '5 outOfOrder'],
    [12,        -100,        1,     '-100 late outOfOrder'],
    [13,        12,          1,     '12'],
  ],
  'a buffered backlog in order is late, not out of order': [
    [0,         0,           1,     '0'],
    [900,       300,         1,     '300 late'],
    [900.01,    600,         1,     '600 late'],
    [900.02,    900,         1,     '900'],
  ],
  'a clock that counts in seconds: another value of the same time is taken beside it': [
    [0.1,       0,           3,     '0'],
    [0.5,       0,           60,    '0.001'],
    [0.6,       0,           60,    'duplicate'],
    [0.7,       0,           3,     'duplicate'],
    [1.1,       1,           60,    '1'],
  ],
  'a backlog of such a clock stays old': [
    [900,       0,           3,     '0 late'],
    [900.1,     0,           60,    '0.001 late'],
    [905,       1,           61,    '1 late'],
    [960,       0,           62,    '0.002 late outOfOrder'],
  ],
  'a clock that stands still does not hide a rise': [
    [0,         0,           3,     '0'],
    [5,         0,           3,     'duplicate'],
    [10.001,    0,           60,    '10.001 clockSkewed'],
    [11,        0,           3,     '11 clockSkewed'],
    [12,        0,           60,    '12 clockSkewed'],
    [13,        13,          60,    '13'],
    [13.1,      0,           61,    '0.001 outOfOrder'],
  ],
  'a clock set back is the new order after a while': [
    [0,         0,           1,     '0'],
    [10,        -3600,       1,     '-3600 late outOfOrder'],
    [40,        -3570,       1,     '-3570 late outOfOrder'],
    [69.999,    -3540,       1,     '-3540 late outOfOrder'],
    [70,        -3539,       1,     '-3539 late'],
    [80,        -3530,       1,     '-3530 late'],
  ],
  'a backlog between live readings never is': [
    [0,         0,           1,     '0'],
    [10,        -3600,       1,     '-3600 late outOfOrder'],
    [30,        30,          1,     '30'],
    [40,        -3570,       1,     '-3570 late outOfOrder'],
    [60,        60,          1,     '60'],
    [75,        -3540,       1,     '-3540 late outOfOrder'],
    [80,        -3530,       1,     '-3530 late outOfOrder'],
  ],
}

describe('SequenceCheck', () => {
  for (const [name, rows] of Object.entries(STORIES)) {
    test(name, () => {
      const check = new SequenceCheck()
      const outcome = rows.map(([arrives, says, value]) => {
        return [arrives, says, value, say(judge(check, { arrives, says, value }))]
      })
      expect(outcome).toEqual(rows)
    })
  }

  test('what the device said is kept where it was not believed', () => {
    const check = new SequenceCheck()
    expect(judge(check, { says: 0, arrives: 0 })).toMatchObject({ sourceAtMs: Number.NaN })
    expect(judge(check, { says: -90 * 86_400, arrives: 1 })).toMatchObject({
      sourceAtMs: NOON - 90 * DAY,
    })
    expect(judge(check, { says: 'nonsense', arrives: 2 })).toMatchObject({
      sourceAtMs: Number.NaN,
    })
  })

  test('more without a time than a second has milliseconds are refused, not put far ahead', () => {
    const check = new SequenceCheck()
    const verdicts = Array.from({ length: 1_200 }, () => judge(check, { says: null, arrives: 0 }))
    const observed = verdicts.flatMap((verdict) =>
      verdict.kind === 'taken' ? [verdict.observedAtMs] : [],
    )
    expect(new Set(observed).size).toBe(observed.length)
    expect(Math.max(...observed)).toBe(NOON + PAYLOAD_LIMITS.arrivalShiftMsMax)
    expect(verdicts.at(-1)).toEqual({ kind: 'too_fast' })
  })

  test('a repeat is forgotten when enough has come since', () => {
    const check = new SequenceCheck()
    const count = PAYLOAD_LIMITS.duplicateMemoryPerPoint
    for (let i = 0; i <= count; i++) judge(check, { says: i, arrives: i })
    expect(say(judge(check, { says: 1, arrives: count }))).toBe('duplicate')
    expect(say(judge(check, { says: 0, arrives: count }))).toMatch(/outOfOrder/)
  })

  test('points and devices do not know of each other', () => {
    const check = new SequenceCheck()
    const base = { value: 1, sourceAtMs: NOON, isTimeInvalid: false, arrivedAtMs: NOON }
    const kinds = ['gas-1/lel', 'gas-1/co', 'gas-2/lel', 'gas-1/lel'].map((name) => {
      const [deviceId = '', point = ''] = name.split('/')
      return verdictOf(check, base, { deviceId, point }).kind
    })
    expect(kinds).toEqual(['taken', 'taken', 'taken', 'duplicate'])
  })

  test('a device that is forgotten begins anew', () => {
    const check = new SequenceCheck()
    judge(check, { says: 0, arrives: 0 })
    check.forget('gas-1')
    expect(judge(check, { says: 0, arrives: 1 }).kind).toBe('taken')
  })

  const aReading = (overrides: Partial<Reading>): Reading => ({
    deviceId: 'gas-1' as DeviceId,
    point: 'lel',
    observedAtMs: NOON,
    arrivedAtMs: NOON,
    value: 1,
    quality: 'good',
    marks: 0,
    ...overrides,
  })

  test('what was removed is no repeat, and what came before it is in order again', () => {
    const check = new SequenceCheck()
    for (const says of [0, 10, 20]) judge(check, { says, arrives: says })
    check.historyOf(AT.deviceId, AT.point).remove(new Set([NOON + 10_000, NOON + 20_000]))
    expect(say(judge(check, { says: 0, arrives: 21 }))).toBe('duplicate')
    expect(say(judge(check, { says: 10, arrives: 21 }))).toBe('10')
    expect(say(judge(check, { says: 20, arrives: 21 }))).toBe('20')
  })

  test('a restart forgets neither repeats nor order', () => {
    const check = new SequenceCheck()
    const readings = [aReading({ observedAtMs: NOON }), aReading({ observedAtMs: NOON + 5_000 })]
    check.seed([{ offset: 7, readings }], [aReading({ point: 'co', observedAtMs: NOON + 9_000 })])
    expect(say(judge(check, { says: 0, arrives: 6 }))).toBe('duplicate')
    expect(say(judge(check, { says: 3, arrives: 6 }))).toBe('3 outOfOrder')
    expect(say(judge(check, { says: 6, arrives: 6 }))).toBe('6')
    const co = { value: 2, isTimeInvalid: false }
    const old = { ...co, sourceAtMs: NOON + 8_000, arrivedAtMs: NOON + 10_000 }
    expect(say(verdictOf(check, old, { ...AT, point: 'co' }))).toBe('8 outOfOrder')
  })
})
