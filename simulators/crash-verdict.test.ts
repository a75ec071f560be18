import { describe, expect, test } from 'vitest'
import type { AlarmDetail, NotificationDto, TimelineEntryDto } from '#gateway/contract.ts'
import { judgeAlarms, judgeReadings, judgeWebhooks } from './acceptance/crash-verdict.ts'
import { crossingsOf } from './acceptance/crossings.ts'
import type { WebhookLedgerEntry } from './receivers/webhook-receiver.ts'

/** A judge that never finds anything would let every crash test pass: each broken promise has a row. */

const sent = [30, 55, 70, 20, 66].map((value, index) => ({ ts: 1_000 + index, value }))

describe('judgeReadings', () => {
  test('is content when all is there', () => {
    expect(judgeReadings('d', sent, sent)).toEqual([])
  })
  test.each([
    ['acknowledged but not stored', sent.slice(1)],
    ['stored twice', [...sent, ...sent.slice(0, 1)]],
    ['stored but never sent', [...sent, { ts: 5, value: 1 }]],
    ['stored with another value', [{ ts: 1_000, value: 31 }, ...sent.slice(1)]],
  ])('finds what was %s', (kind, stored) => {
    expect(judgeReadings('d', sent, stored)).toEqual([expect.stringContaining(kind)])
  })
})

const entry = (
  sequence: number,
  kind: TimelineEntryDto['kind'],
  overrides: Partial<TimelineEntryDto> = {},
): TimelineEntryDto => ({
  sequence,
  at: '2026-11-23T00:00:00Z',
  kind,
  actor: 'system',
  note: null,
  state: 'unacknowledged',
  value: null,
  grade: 3,
  ...overrides,
})

/** The alarms that `sent` causes, when somebody acknowledges after the first return. */
const first = [
  entry(1, 'raised', { value: 55 }),
  entry(2, 'grade-rose', { value: 70, grade: 2 }),
  entry(3, 'returned', { value: 20, grade: 2, state: 'returned-unacknowledged' }),
  entry(4, 'acknowledged', { state: 'normal', grade: 2 }),
  entry(5, 'closed', { state: 'normal', grade: 2 }),
]
const second = [entry(1, 'raised', { value: 66, grade: 2 })]
const anAlarm = (id: string, raisedAt: string, state: string, timeline: TimelineEntryDto[]) =>
  ({ id, raisedAt, state, timeline }) as unknown as AlarmDetail
const alarms = [
  anAlarm('a1', '2026-11-23T00:00:00Z', 'normal', first),
  anAlarm('a2', '2026-11-23T00:00:01Z', 'unacknowledged', second),
]
const [alarm1, alarm2] = alarms as [AlarmDetail, AlarmDetail]

describe('judgeAlarms', () => {
  const judge = (found: readonly AlarmDetail[]) => judgeAlarms('d', crossingsOf(sent), found)
  test('is content when the time lines tell the crossings', () => {
    expect(judge(alarms)).toEqual([])
  })
  test.each([
    ['a lost alarm', [alarm1], 'told nothing'],
    ['an alarm told twice', [...alarms, { ...alarm2, id: 'a3' }], 'expected nothing'],
    ['two live alarms', [...alarms, { ...alarm2, id: 'a3' }], 'two live alarms'],
    ['a lost escalation', [{ ...alarm1, timeline: [first[0], first[2]] }, alarm2], 'expected rose'],
    ['a gap', [{ ...alarm1, timeline: first.slice(1) }, alarm2], 'a gap in a time line'],
  ])('finds %s', (_what, found, words) => {
    expect(judge(found as AlarmDetail[]).join('\n')).toContain(words)
  })
})

describe('judgeWebhooks', () => {
  const received = (id: string, alarmId: string, type: string): WebhookLedgerEntry => ({
    id,
    type,
    data: { id: alarmId },
    delivered: true,
    attempts: [
      {
        atMs: 0,
        timestampHeader: '0',
        verified: true,
        answer: { kind: 'status', status: 200 },
        body: id,
      },
    ],
  })
  const ledger = [
    received('m1', 'a1', 'alarm.raised'),
    received('m2', 'a1', 'alarm.escalated'),
    received('m3', 'a1', 'alarm.returned'),
    received('m4', 'a1', 'alarm.acknowledged'),
    received('m5', 'a1', 'alarm.closed'),
    received('m6', 'a2', 'alarm.raised'),
  ]
  const listed = ledger.map(
    ({ id, data }) =>
      ({ id, state: 'delivered', alarmId: (data as { id: string }).id }) as NotificationDto,
  )
  const [firstEntry, ...others] = ledger as [WebhookLedgerEntry, ...WebhookLedgerEntry[]]
  const [attempt] = firstEntry.attempts

  test('is content when all came, also after retries', () => {
    const retried = { ...firstEntry, attempts: [...firstEntry.attempts, ...firstEntry.attempts] }
    expect(judgeWebhooks(alarms, [retried, ...others], listed)).toEqual([])
  })
  test('expects the escalation of a case that nobody took in time', () => {
    const late = { ...alarm2, timeline: [...second, entry(2, 'case-overdue', {})] } as AlarmDetail
    const both = [...ledger, received('m7', 'a2', 'alarm.escalated')]
    expect(judgeWebhooks([alarm1, late], both, listed)).toEqual([])
  })
  test.each([
    ['a lost one', others, 'webhooks differ'],
    ['a second id', [...ledger, received('m7', 'a1', 'alarm.raised')], '2 of 1'],
    ['one never answered', [{ ...firstEntry, delivered: false }, ...others], 'never answered'],
    [
      'a changed body',
      [{ ...firstEntry, attempts: [attempt, { ...attempt, body: 'x' }] }, ...others],
      'two bodies',
    ],
    [
      'a wrong signature',
      [{ ...firstEntry, attempts: [{ ...attempt, verified: false }] }, ...others],
      'wrong signature',
    ],
  ])('finds %s', (_what, found, words) => {
    const problems = judgeWebhooks(alarms, found as WebhookLedgerEntry[], listed)
    expect(problems.join('\n')).toContain(words)
  })
  test('finds what is listed as waiting', () => {
    const [head, ...tail] = listed as [NotificationDto, ...NotificationDto[]]
    const problems = judgeWebhooks(alarms, ledger, [{ ...head, state: 'pending' }, ...tail])
    expect(problems).toEqual(['not delivered yet: m1 is pending'])
  })
})
