import { join } from 'node:path'
import { describe, expect } from 'vitest'
import { START_MS } from './builders.suite.ts'
import {
  type CalendarProposalRow,
  CalendarProposalStore,
  decideCalendarProposal,
  insertCalendarProposal,
} from './calendar-proposal-store.ts'
import { CalendarStore } from './calendar-store.ts'
import { test } from './database.suite.ts'

const YEAR = {
  calendar: 'cn',
  year: 2027,
  source: { title: 'a notice', confidence: 'A' as const },
  holidays: [{ name: { zh: '停工', en: 'Shutdown' }, from: '2027-03-01', to: '2027-03-02' }],
  workdays: [],
}

function aProposal(overrides: Partial<CalendarProposalRow> = {}): CalendarProposalRow {
  return {
    id: 'one',
    calendar: 'cn',
    year: 2027,
    baseVersion: 0,
    before: null,
    after: YEAR,
    resets: false,
    losses: [
      {
        ruleId: 'leak',
        ruleName: { zh: '泄漏', en: 'Leak' },
        kind: 'not-in-force',
        timeZone: 'Asia/Shanghai',
        stretches: [{ fromMs: START_MS, toMs: START_MS + 1 }],
        stretchCount: 1,
        lostMs: 1,
      },
    ],
    lossCount: 1,
    rulesDigest: 'digest',
    reason: 'as asked',
    by: 'lin',
    byId: 'id-of-lin',
    atMs: START_MS,
    expiresAtMs: START_MS + 1_000,
    decision: null,
    ...overrides,
  }
}
const APPROVED = {
  kind: 'approved',
  by: 'wang',
  atMs: START_MS + 5,
  note: 'seen',
  version: 1,
} as const

describe('CalendarProposalStore', () => {
  test('keeps a proposal as it was made, over a restart', async ({ open, folder }) => {
    const path = join(folder, 'vigil.db')
    const first = await open({ path })
    const reset = aProposal({ id: 'two', year: 2028, before: YEAR, after: null, resets: true })
    await new CalendarProposalStore(first).write([
      insertCalendarProposal(aProposal()),
      insertCalendarProposal(reset),
    ])
    await first.stop()
    const again = new CalendarProposalStore(await open({ path }))
    expect(await again.loadOpen()).toEqual([aProposal(), reset])
  })

  test('has one open proposal a year, and a year has its decided ones beside it', async ({
    database,
  }) => {
    const store = new CalendarProposalStore(database)
    await store.write([insertCalendarProposal(aProposal())])
    const other = insertCalendarProposal(aProposal({ id: 'other' }))
    await expect(store.write([other])).rejects.toThrow()
    const replaced = { ...APPROVED, kind: 'replaced', version: null } as const
    // Neither goes without the other: here the one that comes is refused.
    const twice = [decideCalendarProposal('one', replaced), other, other]
    await expect(store.write(twice)).rejects.toThrow()
    expect(await store.loadOpen()).toEqual([aProposal()])
    await store.write([decideCalendarProposal('one', replaced), other])
    expect((await store.loadOpen()).map(({ id }) => id)).toEqual(['other'])
    expect(await store.find('one')).toEqual(aProposal({ decision: replaced }))
    expect(await store.find('none')).toBeNull()
  })

  test('a decision stands with the version it made, and is never another one', async ({
    database,
  }) => {
    const store = new CalendarProposalStore(database)
    await store.write([insertCalendarProposal(aProposal())])
    const row = {
      calendar: 'cn',
      year: 2027,
      version: 1,
      definition: YEAR,
      changedBy: 'lin',
      changedAtMs: START_MS,
      approvedBy: 'wang',
    }
    const calendars = new CalendarStore(database)
    await calendars.append(row, [decideCalendarProposal('one', APPROVED)])
    await store.write([decideCalendarProposal('one', { ...APPROVED, kind: 'rejected' })])
    expect(await store.find('one')).toMatchObject({ decision: APPROVED })
    expect(await calendars.loadNewest()).toEqual([row])
    const next = insertCalendarProposal(aProposal({ id: 'next' }))
    // The version is taken: the proposal is not written either.
    await expect(calendars.append(row, [next])).rejects.toThrow()
    expect(await store.loadOpen()).toEqual([])
  })

  test('decided ones come in pages, decided last first', async ({ database }) => {
    const store = new CalendarProposalStore(database)
    for (const [index, id] of ['a', 'b', 'c'].entries()) {
      await store.write([insertCalendarProposal(aProposal({ id }))])
      await store.write([decideCalendarProposal(id, { ...APPROVED, atMs: START_MS + index })])
    }
    const first = await store.decided({ limit: 2 })
    expect(first.items.map(({ id }) => id)).toEqual(['c', 'b'])
    const second = await store.decided({ limit: 2, cursor: first.nextCursor ?? '' })
    expect(second.items.map(({ id }) => id)).toEqual(['a'])
    expect(second.nextCursor).toBeNull()
  })
})
