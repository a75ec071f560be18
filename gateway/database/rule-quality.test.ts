import { describe, expect } from 'vitest'
import type { Alarm } from '#alerting/alarms/alarm.ts'
import type { CaseFile, Disposition, FalseAlarmCode } from '#alerting/cases/case-file.ts'
import { SqliteAlarmStore } from './alarm-store.ts'
import { anAlarm, START_MS } from './builders.suite.ts'
import { test } from './database.suite.ts'
import type { Database } from './open.ts'
import { ruleQualities } from './rule-quality.ts'

const ALL = { sinceMs: START_MS, organizationIds: null }

interface Closed extends Partial<Omit<Alarm, 'id'>> {
  readonly disposition?: Disposition
  readonly code?: FalseAlarmCode
  readonly isOpen?: boolean
}

function caseFileOf({ disposition = 'rectified', code, isOpen = false }: Closed): CaseFile {
  return {
    openedAtMs: START_MS,
    awaits: isOpen ? 'review' : null,
    dueAtMs: null,
    overdueSinceMs: null,
    overdueSteps: 0,
    dispatchedAtMs: null,
    arrivedAtMs: null,
    disposedAtMs: START_MS,
    disposedBy: 'lin',
    disposition,
    falseAlarmCode: code ?? null,
    reviewedAtMs: null,
    closedAtMs: isOpen ? null : START_MS,
  }
}

async function store(database: Database, cases: readonly Closed[]): Promise<void> {
  const alarms = cases.map(({ disposition, code, isOpen, ...overrides }, index) =>
    anAlarm({
      ruleId: 'gas',
      ...overrides,
      id: `alm_${index}`,
      caseFile: caseFileOf({
        ...(disposition === undefined ? {} : { disposition }),
        ...(code === undefined ? {} : { code }),
        ...(isOpen === undefined ? {} : { isOpen }),
      }),
    }),
  )
  await new SqliteAlarmStore(database).commit({
    nowMs: START_MS,
    alarms,
    timeline: [],
    outbox: [],
  })
}

const wrong = (code: FalseAlarmCode, overrides: Closed = {}): Closed => ({
  disposition: 'false-alarm',
  code,
  ...overrides,
})

describe('ruleQualities', () => {
  test('counts closed cases of each rule, and why how many of them were false, the most frequent first', async ({
    database,
  }) => {
    await store(database, [
      {},
      {},
      wrong('drift'),
      wrong('interference'),
      wrong('interference'),
      wrong('handling', { ruleId: 'smoke' }),
    ])
    const found = await ruleQualities(database, ALL)
    expect(found.toSorted((one, other) => one.ruleId.localeCompare(other.ruleId))).toEqual([
      {
        ruleId: 'gas',
        closed: 5,
        falseAlarms: 3,
        reasons: [
          { code: 'interference', count: 2 },
          { code: 'drift', count: 1 },
        ],
      },
      {
        ruleId: 'smoke',
        closed: 1,
        falseAlarms: 1,
        reasons: [{ code: 'handling', count: 1 }],
      },
    ])
  })

  test('leaves out what says nothing about the rule: tests, drills, open cases, older alarms', async ({
    database,
  }) => {
    await store(database, [
      { disposition: 'test' },
      wrong('drift', { drill: true }),
      wrong('drift', { isOpen: true }),
      wrong('drift', { raisedAtMs: START_MS - 1 }),
    ])
    expect(await ruleQualities(database, ALL)).toEqual([])
  })

  test('counts the alarms of one’s own territory only', async ({ database }) => {
    await store(database, [
      wrong('drift', { organizationId: 'mine' }),
      wrong('drift', { organizationId: 'others' }),
      { organizationId: 'others' },
    ])
    const of = async (...ids: readonly string[]) =>
      (await ruleQualities(database, { ...ALL, organizationIds: new Set(ids) })).map(
        ({ closed, falseAlarms }) => [closed, falseAlarms],
      )
    expect(await of('mine')).toEqual([[1, 1]])
    expect(await of('others')).toEqual([[2, 1]])
    expect(await of('mine', 'others')).toEqual([[3, 2]])
    expect(await of()).toEqual([])
  })
})
